//! The table `networks`: what became of each network.

use super::networks::{Network, Networks};
use crate::table::{Table, Values};

/// The table `networks`: one row a network, for those who want to count for themselves.
pub(super) fn table(networks: &Networks) -> Table {
    let real = |of: &dyn Fn(&Network) -> f64| networks.all.iter().map(of).collect::<Vec<f64>>();
    let whole = |of: &dyn Fn(&Network) -> Option<u32>| {
        let values = networks
            .all
            .iter()
            .map(|network| of(network).map(i64::from));
        Values::Integer(values.collect())
    };
    let text = |of: &dyn Fn(&Network) -> String| networks.all.iter().map(of).collect::<Vec<_>>();
    Table::new("networks", "One row a network.")
        .real(
            "momentum",
            "Momentum of SGD.",
            real(&|n| n.key.condition.momentum),
        )
        .text(
            "pixels",
            "Scaling of the pixels.",
            text(&|n| n.key.condition.pixels.clone()),
        )
        .real("learning_rate", "Before annealing.", real(&|n| n.key.rate))
        .column(
            "replicate",
            "Number of the seed.",
            whole(&|n| Some(n.replicate)),
        )
        .text(
            "outcome",
            "At the end: working, collapsed or diverged.",
            text(&|n| format!("{:?}", n.outcome).to_lowercase()),
        )
        .real(
            "held_out_accuracy",
            "After annealing; chance if diverged.",
            real(&|n| n.accuracy),
        )
        .real(
            "dead_filters",
            "Share of all filters dead at the end; none if diverged.",
            real(&|n| n.dead_share(None)),
        )
        .column(
            "lost_step",
            "Step at which it collapsed for good or diverged.",
            whole(&|n| n.lost_step),
        )
        .column(
            "layer_dead_step",
            "First step at which some layer was wholly dead.",
            whole(&|n| n.layer_dead_step),
        )
        .column(
            "layer_dead",
            "That layer: 1 is the first convolution.",
            whole(&|n| n.layer_dead.map(|layer| layer + 1)),
        )
}
