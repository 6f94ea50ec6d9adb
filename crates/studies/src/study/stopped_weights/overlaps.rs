//! The table `overlap`: whether it is always the same weights that stop.

use std::collections::BTreeMap;

use super::networks::{Network, Networks, Probed, Words, in_common};
use super::{INTERVALS, LONG, ORDERS, SHORT};
use crate::statistics::{Bootstrap, Bounds, Fate};
use crate::table::{Table, Values};

/// Members of two sets in common, by chance, and at most.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Common {
    both: f64,
    by_chance: f64,
    at_most: f64,
}

impl Common {
    /// Of two sets within one part of `n`: sizes of both and of their intersection.
    fn of(n: f64, [first, second, both]: [f64; 3]) -> Self {
        if n == 0.0 {
            return Self::default();
        }
        Self {
            both,
            by_chance: first * second / n,
            at_most: first.min(second),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            both: self.both + other.both,
            by_chance: self.by_chance + other.by_chance,
            at_most: self.at_most + other.at_most,
        }
    }

    /// (both - by chance) / (at most - by chance), as
    /// [`Overlap::corrected`](crate::statistics::Overlap) over several parts or pairs: 1 where one
    /// set holds the other, 0 at chance. `NaN` where chance leaves no room.
    pub(super) fn corrected(self) -> f64 {
        if self.at_most - self.by_chance > 1e-9 {
            (self.both - self.by_chance) / (self.at_most - self.by_chance)
        } else {
            f64::NAN
        }
    }
}

/// Which sets are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sets {
    /// Filters dead at the end.
    Dead,
    /// Weights stopped over an interval at the end.
    Stopped(u32),
}

/// The networks of the arm `orders`, pair by pair.
pub(super) struct Pairs {
    /// Of each replicate all pairs of its orders together.
    same: Vec<Common>,
    /// Of each two replicates all orders together.
    different: Vec<Vec<Common>>,
}

impl Pairs {
    /// Counts what healthy networks have in common.
    pub(super) fn count(networks: &Networks, sets: Sets) -> Self {
        let own = networks.select(|cell| cell.arm == ORDERS);
        let healthy = own.into_iter().filter(|(network, _)| network.healthy());
        let members: Vec<(usize, i64, Set<'_>)> = healthy
            .map(|(network, probed)| {
                let set = Set::of(network, probed, sets);
                (network.replicate as usize, network.key.order, set)
            })
            .collect();
        let replicates = networks.replicates() as usize;
        let mut same = vec![Common::default(); replicates];
        let mut different = vec![vec![Common::default(); replicates]; replicates];
        for (index, (replicate, order, set)) in members.iter().enumerate() {
            for (other, other_order, other_set) in &members[..index] {
                if replicate == other {
                    let sum = &mut same[*replicate];
                    *sum = sum.plus(set.common(other_set));
                } else if order == other_order {
                    let common = set.common(other_set);
                    for (a, b) in [(*replicate, *other), (*other, *replicate)] {
                        different[a][b] = different[a][b].plus(common);
                    }
                }
            }
        }
        Self { same, different }
    }

    /// One number a replicate: its orders among themselves.
    pub(super) fn each(&self) -> Vec<f64> {
        self.same.iter().map(|common| common.corrected()).collect()
    }

    /// The same initial weights, other orders.
    pub(super) fn same(&self, bootstrap: &Bootstrap) -> Bounds {
        bootstrap.bounds(|drawn| {
            let own = drawn.iter().map(|&replicate| self.same[replicate as usize]);
            own.fold(Common::default(), Common::plus).corrected()
        })
    }

    /// Other initial weights (and splits), the same number of the order.
    pub(super) fn different(&self, bootstrap: &Bootstrap) -> Bounds {
        bootstrap.bounds(|drawn| {
            let mut sum = Common::default();
            for (index, &a) in drawn.iter().enumerate() {
                for &b in &drawn[..index] {
                    sum = sum.plus(self.different[a as usize][b as usize]);
                }
            }
            sum.corrected()
        })
    }
}

/// A set of weights or filters of one network.
enum Set<'a> {
    Filters(Vec<Vec<bool>>),
    Weights(&'a Probed, Words),
}

impl<'a> Set<'a> {
    fn of(network: &Network, probed: &'a Probed, sets: Sets) -> Self {
        let dead = |fate: &Fate| matches!(fate, Fate::BornDead | Fate::Died { .. });
        match sets {
            Sets::Dead => {
                let layers = network.fates.iter();
                Self::Filters(
                    layers
                        .map(|fates| fates.iter().map(dead).collect())
                        .collect(),
                )
            }
            Sets::Stopped(interval) => Self::Weights(probed, probed.set(interval)),
        }
    }

    /// Within each layer, summed.
    fn common(&self, other: &Self) -> Common {
        let mut sum = Common::default();
        match (self, other) {
            (Self::Filters(first), Self::Filters(second)) => {
                for (first, second) in first.iter().zip(second) {
                    let count = |in_set: &dyn Fn(bool, bool) -> bool| {
                        let both = first.iter().zip(second);
                        both.filter(|(a, b)| in_set(**a, **b)).count() as f64
                    };
                    let counts = [count(&|a, _| a), count(&|_, b| b), count(&|a, b| a && b)];
                    sum = sum.plus(Common::of(first.len() as f64, counts));
                }
            }
            (Self::Weights(probed, first), Self::Weights(_, second)) => {
                let parts: BTreeMap<Option<u32>, [f64; 3]> = in_common(first, second);
                for (part, counts) in parts {
                    sum = sum.plus(Common::of(probed.part(part), counts));
                }
            }
            _ => {}
        }
        sum
    }
}

#[derive(Default)]
struct Rows {
    kind: Vec<String>,
    arm: Vec<String>,
    optimizer: Vec<String>,
    set: Vec<String>,
    interval: Vec<Option<i64>>,
    step: Vec<i64>,
    replicate: Vec<Option<i64>>,
    value: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    n: Vec<i64>,
}

impl Rows {
    fn push(
        &mut self,
        (kind, arm, optimizer, set): (&str, &str, &str, &str),
        interval: Option<u32>,
        (step, replicate): (u32, Option<i64>),
        bounds: Bounds,
        n: usize,
    ) {
        self.kind.push(kind.into());
        self.arm.push(arm.into());
        self.optimizer.push(optimizer.into());
        self.set.push(set.into());
        self.interval.push(interval.map(i64::from));
        self.step.push(i64::from(step));
        self.replicate.push(replicate);
        self.value.push(bounds.value);
        self.low.push(bounds.interval95.low);
        self.high.push(bounds.interval95.high);
        self.n.push(n as i64);
    }
}

fn only(value: f64) -> Bounds {
    Bounds {
        value,
        ..Bounds::UNDEFINED
    }
}

/// One row a comparison: of successive sets within a network, of networks with the same initial
/// weights, of networks with others.
pub(super) fn table(networks: &Networks, bootstrap: &Bootstrap, orders: &Bootstrap) -> Table {
    let mut rows = Rows::default();
    for arm in [SHORT, LONG] {
        for optimizer in networks.optimizers(arm) {
            successive(&mut rows, networks, bootstrap, arm, &optimizer);
        }
    }
    let optimizer = networks.optimizers(ORDERS).into_iter().next();
    let optimizer = optimizer.unwrap_or_default();
    let own = networks.select(|cell| cell.arm == ORDERS);
    let last = own
        .first()
        .and_then(|(_, probed)| probed.steps().last().copied());
    let last = last.unwrap_or(0);
    for sets in [
        Sets::Dead,
        Sets::Stopped(INTERVALS[0]),
        Sets::Stopped(INTERVALS[1]),
        Sets::Stopped(INTERVALS[2]),
    ] {
        let (name, interval) = match sets {
            Sets::Dead => ("dead filters", None),
            Sets::Stopped(interval) => ("all", Some(interval)),
        };
        let pairs = Pairs::count(networks, sets);
        let each = pairs.each();
        let n = each.iter().filter(|value| !value.is_nan()).count();
        let what = |kind| (kind, ORDERS, optimizer.as_str(), name);
        rows.push(
            what("orders"),
            interval,
            (last, None),
            pairs.same(orders),
            n,
        );
        rows.push(
            what("draws"),
            interval,
            (last, None),
            pairs.different(orders),
            n,
        );
        for (replicate, &value) in each.iter().enumerate() {
            if !value.is_nan() {
                let moment = (last, Some(replicate as i64));
                rows.push(what("orders"), interval, moment, only(value), 1);
            }
        }
    }
    rows.table()
}

/// The weights stopped at one comparison and at the one before.
fn successive(
    rows: &mut Rows,
    networks: &Networks,
    bootstrap: &Bootstrap,
    arm: &str,
    optimizer: &str,
) {
    let own = networks.first_order(arm, optimizer);
    let healthy: Vec<_> = own
        .into_iter()
        .filter(|(network, _)| network.healthy())
        .collect();
    let steps = healthy
        .first()
        .map(|(_, probed)| probed.steps())
        .unwrap_or_default();
    let intervals = INTERVALS
        .into_iter()
        .filter(|&i| arm == LONG || i < INTERVALS[3]);
    for interval in intervals {
        for &step in steps.iter().skip(1) {
            for (set, prefix) in [("all", ""), ("awake", "awake ")] {
                let of = |_: &Network, probed: &Probed| {
                    let number = |what: &str| {
                        let what = format!("{interval} {prefix}kept{what}");
                        probed.number(step, &what)
                    };
                    let common = Common {
                        both: number(""),
                        by_chance: number(" by chance"),
                        at_most: number(" at most"),
                    };
                    Some(common.corrected())
                };
                let values = networks.by_replicate(&healthy, of);
                let n = values.iter().filter(|value| !value.is_nan()).count();
                let bounds = if arm == SHORT {
                    bootstrap.mean(&values)
                } else {
                    only(crate::statistics::mean_defined(values.iter().copied()))
                };
                let what = ("successive", arm, optimizer, set);
                rows.push(what, Some(interval), (step, None), bounds, n);
                if arm == LONG {
                    for (replicate, &value) in values.iter().enumerate() {
                        if !value.is_nan() {
                            let moment = (step, Some(replicate as i64));
                            rows.push(what, Some(interval), moment, only(value), 1);
                        }
                    }
                }
            }
        }
    }
}

impl Rows {
    fn table(self) -> Table {
        Table::new(
            "overlap",
            "Two sets of stopped weights (or of dead filters) of healthy networks against chance \
             within each layer: (in common - by chance) / (at most - by chance), 1 where one set \
             holds the other, 0 at chance; missing where a set is empty. One row a comparison over \
             networks, and one for each network or initial network.",
        )
        .text(
            "kind",
            "successive: a network's set and the one compared before (100 steps before in short, \
             1,000 in long); orders: the same initial weights and split, other orders of the \
             batches, at the end; draws: other initial weights and splits, at the end.",
            self.kind,
        )
        .text("arm", "short, long or orders.", self.arm)
        .text(
            "optimizer",
            "How the networks were trained.",
            self.optimizer,
        )
        .text(
            "set",
            "all: all stopped weights; awake: those of filters that were dead at neither \
             comparison; dead filters: filters instead of weights.",
            self.set,
        )
        .column(
            "interval",
            "Steps over which the weights are stopped; missing for filters.",
            Values::Integer(self.interval),
        )
        .integer("step", "Updates done.", self.step)
        .column(
            "replicate",
            "Which network, or initial network; missing over all of them.",
            Values::Integer(self.replicate),
        )
        .real("value", "Overlap corrected for chance.", self.value)
        .real(
            "low95",
            "Lower end of its 95% interval; missing for 2 networks.",
            self.low,
        )
        .real("high95", "Its upper end.", self.high)
        .integer("n", "Networks, or initial networks, that have one.", self.n)
    }
}
