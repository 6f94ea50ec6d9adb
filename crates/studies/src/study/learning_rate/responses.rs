//! The table `dose-response`: what came out of each condition, rate and layer.

use super::networks::{CountOfFilters, Network, Networks, Outcome};
use crate::figures::learning_rate::Condition;
use crate::statistics::{Bootstrap, exact_share, standard_deviation};
use crate::table::{Table, Values};

/// Columns of the table while it grows.
#[derive(Default)]
struct Columns {
    condition: Vec<Condition>,
    rate: Vec<f64>,
    quantity: Vec<String>,
    layer: Vec<String>,
    replicate: Vec<Option<i64>>,
    value: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    standard_deviation: Vec<f64>,
    n: Vec<i64>,
}

/// Shares of filters by what happened to them, none the sum of others but dead at the end, which
/// is born dead for good plus final deaths.
const LIVES: [(&str, CountOfFilters); 5] = [
    ("born_dead_filters", |lives| lives.born_dead),
    ("ever_dead_filters", |lives| lives.ever_dead),
    ("dead_filters_before_annealing", |lives| {
        lives.dead_before_annealing
    }),
    ("final_deaths", |lives| lives.final_deaths),
    ("revived_filters", |lives| lives.revived),
];

/// One row a condition, rate, quantity, layer and network, and before them one for their mean.
pub(super) fn table(networks: &Networks, bootstrap: &Bootstrap) -> Table {
    let mut columns = Columns::default();
    for condition in &networks.conditions {
        for rate in networks.rates(condition) {
            let cell = networks.cell(condition, rate);
            let mut push =
                |quantity: &str, layer: &str, single: bool, of: &dyn Fn(&Network) -> f64| {
                    let values: Vec<f64> = cell.iter().map(|network| of(network)).collect();
                    columns.push(
                        (condition, rate),
                        (quantity, layer),
                        &values,
                        bootstrap,
                        single,
                    );
                };
            let mut layers: Vec<(Option<usize>, String)> = (0..networks.layers)
                .map(|l| (Some(l), (l + 1).to_string()))
                .collect();
            layers.push((None, "all".into()));
            for (layer, name) in &layers {
                push("dead_filters", name, true, &|network| {
                    working(
                        network,
                        network.at_end(*layer, |c| c.dead) / filters(network, *layer),
                    )
                });
                for (quantity, of) in LIVES {
                    push(quantity, name, false, &|network| {
                        let share = network.lives(*layer, of) / filters(network, *layer);
                        working(network, share)
                    });
                }
                push("dead_units", name, true, &|network| {
                    let units = network.at_end(*layer, |c| c.units);
                    working(network, network.at_end(*layer, |c| c.silent_units) / units)
                });
                push("cut_off_filters", name, false, &|network| {
                    let cut_off = network.at_end(*layer, |c| c.cut_off);
                    working(network, cut_off / filters(network, *layer))
                });
            }
            push("held_out_accuracy", "", true, &|network| network.accuracy);
            push(
                "held_out_accuracy_before_annealing",
                "",
                false,
                &|network| network.accuracy_before_annealing,
            );
            for (name, outcome) in [
                ("working", Outcome::Working),
                ("collapsed", Outcome::Collapsed),
                ("diverged", Outcome::Diverged),
            ] {
                push(name, "", false, &|network| {
                    f64::from(u8::from(network.outcome == outcome))
                });
            }
        }
    }
    columns.into_table()
}

/// A value of a network that works; nothing of another.
fn working(network: &Network, value: f64) -> f64 {
    if network.works() { value } else { f64::NAN }
}

fn filters(network: &Network, layer: Option<usize>) -> f64 {
    network.at_end(layer, |count| count.filters)
}

impl Columns {
    fn push(
        &mut self,
        (condition, rate): (&Condition, f64),
        (quantity, layer): (&str, &str),
        values: &[f64],
        bootstrap: &Bootstrap,
        single: bool,
    ) {
        let mean = match quantity {
            "working" | "collapsed" | "diverged" => {
                let events = values.iter().filter(|value| **value == 1.0).count();
                exact_share(events as u64, values.len() as u64)
            }
            _ => bootstrap.mean_of_shares(values),
        };
        let defined: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        let spread = standard_deviation(&defined);
        let mut row = |replicate: Option<i64>, value: f64, (low, high): (f64, f64), n: i64| {
            self.condition.push(condition.clone());
            self.rate.push(rate);
            self.quantity.push(quantity.into());
            self.layer.push(layer.into());
            self.replicate.push(replicate);
            self.value.push(value);
            self.low.push(low);
            self.high.push(high);
            self.standard_deviation.push(if replicate.is_none() {
                spread
            } else {
                f64::NAN
            });
            self.n.push(n);
        };
        let interval = (mean.interval95.low, mean.interval95.high);
        row(None, mean.value, interval, defined.len() as i64);
        if single {
            for (replicate, &value) in values.iter().enumerate().filter(|(_, v)| v.is_finite()) {
                row(Some(replicate as i64), value, (f64::NAN, f64::NAN), 1);
            }
        }
    }

    fn into_table(self) -> Table {
        let condition = &self.condition;
        let momentum = condition
            .iter()
            .map(|condition| condition.momentum)
            .collect();
        let pixels = condition
            .iter()
            .map(|condition| condition.pixels.clone())
            .collect();
        let effective = condition
            .iter()
            .zip(&self.rate)
            .map(|(c, &rate)| c.effective(rate));
        let effective = effective.collect();
        Table::new(
            "dose-response",
            "One row a condition, learning rate, quantity and layer for the mean over networks, \
             and one for each single network.",
        )
        .real("momentum", "Momentum of SGD; 0 is plain SGD.", momentum)
        .text(
            "pixels",
            "Scaling of the pixels: raw or standardized.",
            pixels,
        )
        .real("learning_rate", "Before annealing.", self.rate)
        .real(
            "effective_rate",
            "Learning rate / (1 - momentum).",
            effective,
        )
        .text(
            "quantity",
            "Shares of filters or units, of working networks: dead or cut off at the end, born dead \
             (at step 0), ever dead (at a census), dead before annealing, final deaths (dead at the \
             end and not since step 0), revived at least once. Of all networks: accuracy, and \
             shares of networks by outcome.",
            self.quantity,
        )
        .text(
            "layer",
            "Convolution, from 1; all; empty for the network as a whole.",
            self.layer,
        )
        .column(
            "replicate",
            "Number of the seed; empty for the mean over networks.",
            Values::Integer(self.replicate),
        )
        .real("value", "The share.", self.value)
        .real(
            "low95",
            "Lower end of the 95% interval of the mean (percentile bootstrap over seeds; exact for \
             shares of networks, and where a share is 0 or 1 in all of them; empty where too few \
             work).",
            self.low,
        )
        .real("high95", "Its upper end.", self.high)
        .real(
            "standard_deviation",
            "Between networks; what the number of seeds has to fight.",
            self.standard_deviation,
        )
        .integer("n", "Networks that the value is over.", self.n)
    }
}
