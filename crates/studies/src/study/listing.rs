//! The table `networks`: what became of each network, for those who want to count for themselves.

use super::cells::{self, Label};
use super::networks::{Network, Networks, Outcome};
use crate::table::{Table, Values};

/// One row a network.
pub fn table<Key>(networks: &Networks<Key>, labels: &[Label<Key>]) -> Table {
    let real = |of: &dyn Fn(&Network<Key>) -> f64| networks.all.iter().map(of).collect();
    let whole = |of: &dyn Fn(&Network<Key>) -> Option<u32>| {
        let values = networks.all.iter();
        Values::Integer(values.map(|network| of(network).map(i64::from)).collect())
    };
    let silent = |network: &Network<Key>| match network.outcome {
        Outcome::Diverged => f64::NAN,
        _ => cells::share(network, None, |lives| lives.silent_at_end),
    };
    let mut table = Table::new("networks", "One row a network.");
    for (name, meaning, of) in labels {
        let values = networks.all.iter().map(|network| of(&network.key));
        table = table.text(name, meaning, values.collect());
    }
    table
        .column(
            "replicate",
            "Number of the seed.",
            whole(&|network| Some(network.replicate)),
        )
        .text(
            "outcome",
            "At the end: working, collapsed or diverged.",
            networks
                .all
                .iter()
                .map(|network| format!("{:?}", network.outcome).to_lowercase())
                .collect(),
        )
        .real(
            "held_out_accuracy",
            "After annealing; chance if diverged.",
            real(&|network| network.accuracy),
        )
        .real(
            "dead_filters",
            "Share of all filters dead at the end; none if diverged.",
            real(&|network| network.dead_share(None)),
        )
        .real(
            "silent_filters",
            "Share of all filters silent at the end; none if diverged.",
            real(&silent),
        )
        .column(
            "lost_step",
            "Step at which it collapsed for good or diverged.",
            whole(&|network| network.lost_step),
        )
        .column(
            "layer_dead_step",
            "First step at which some layer was wholly dead.",
            whole(&|network| network.layer_dead_step),
        )
}
