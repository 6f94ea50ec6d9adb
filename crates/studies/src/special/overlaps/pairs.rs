//! Sets of two networks, for all pairs of them.

use std::collections::BTreeMap;

use super::common::Common;
use super::network::Network;
use crate::special::stopped::{Probed, Words, in_common};
use crate::statistics::{Bootstrap, Bounds};

/// Which sets are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sets {
    /// Filters dead at the end.
    Dead,
    /// Weights stopped over an interval at the end.
    Stopped(u32),
}

/// Networks of some initial weights and orders of the batches, pair by pair.
pub struct Pairs {
    /// Of each replicate all pairs of its orders together.
    same: Vec<Common>,
    /// Of each two replicates all orders together.
    different: Vec<Vec<Common>>,
}

impl Pairs {
    /// Counts what healthy networks have in common.
    pub fn count(networks: &[&Network], sets: Sets) -> Self {
        let healthy = networks.iter().filter(|network| network.healthy);
        let members: Vec<(usize, i64, Set<'_>)> = healthy
            .map(|network| {
                let set = Set::of(network, sets);
                (network.replicate as usize, network.order, set)
            })
            .collect();
        let replicates = super::seeds(networks) as usize;
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
    pub fn each(&self) -> Vec<f64> {
        self.same.iter().map(|common| common.corrected()).collect()
    }

    /// The same initial weights, other orders.
    pub fn same(&self, bootstrap: &Bootstrap) -> Bounds {
        bootstrap.bounds(|drawn| {
            let own = drawn.iter().map(|&replicate| self.same[replicate as usize]);
            own.fold(Common::default(), Common::plus).corrected()
        })
    }

    /// Other initial weights (and splits), the same number of the order.
    pub fn different(&self, bootstrap: &Bootstrap) -> Bounds {
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
    Filters(&'a [Vec<bool>]),
    Weights(&'a Probed, Words),
}

impl<'a> Set<'a> {
    fn of(network: &'a Network, sets: Sets) -> Self {
        match sets {
            Sets::Dead => Self::Filters(&network.dead),
            Sets::Stopped(interval) => Self::Weights(&network.probed, network.probed.set(interval)),
        }
    }

    /// Within each layer, summed.
    fn common(&self, other: &Self) -> Common {
        let mut sum = Common::default();
        match (self, other) {
            (Self::Filters(first), Self::Filters(second)) => {
                for (first, second) in first.iter().zip(*second) {
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
