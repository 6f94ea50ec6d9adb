//! The table `raster`: each filter of one long run for each optimizer, between each two saves.

use cnn::probe::stopped::Cause;

use super::LONG;
use super::networks::Networks;
use crate::table::Table;

/// One row an optimizer, save and filter, of the first healthy network.
pub(super) fn table(networks: &Networks) -> Table {
    let (mut optimizers, mut replicates, mut steps) = (Vec::new(), Vec::new(), Vec::new());
    let (mut layers, mut filters) = (Vec::new(), Vec::new());
    let (mut stopped, mut causes) = (Vec::new(), Vec::new());
    for optimizer in networks.optimizers(LONG) {
        let own = networks.first_order(LONG, &optimizer);
        let Some((network, probed)) = own.into_iter().find(|(network, _)| network.healthy()) else {
            continue;
        };
        for step in probed.steps() {
            for (layer, fates) in (0..).zip(&network.fates) {
                let weights = probed.part(Some(layer)) / fates.len() as f64;
                for filter in 0..fates.len() as u32 {
                    let counts =
                        Cause::ALL.map(|cause| probed.of_filter(step, layer, filter, cause));
                    let all: f64 = counts.iter().sum();
                    // Of equal ones the first in the order of precedence.
                    let most = Cause::ALL.into_iter().zip(counts).fold(
                        (None, 0.0),
                        |(cause, most), (next, count)| {
                            if count > most {
                                (Some(next), count)
                            } else {
                                (cause, most)
                            }
                        },
                    );
                    optimizers.push(optimizer.clone());
                    replicates.push(i64::from(network.replicate));
                    steps.push(i64::from(step));
                    layers.push(i64::from(layer) + 1);
                    filters.push(i64::from(filter) + 1);
                    stopped.push(all / weights);
                    causes.push(most.0.map_or("", Cause::name).to_owned());
                }
            }
        }
    }
    Table::new(
        "raster",
        "The first healthy network of 20,000 steps for each optimizer: one row a filter and save.",
    )
    .text("optimizer", "How the network was trained.", optimizers)
    .integer("replicate", "Which network.", replicates)
    .integer(
        "step",
        "Updates done at this save; the one before was 1,000 earlier.",
        steps,
    )
    .integer("layer", "Convolution, from 1.", layers)
    .integer("filter", "Filter of the convolution, from 1.", filters)
    .real(
        "stopped",
        "Share of its weights and bias that are bit-equal in this save and the one before.",
        stopped,
    )
    .text(
        "cause",
        "The cause of most of them; empty where there are none.",
        causes,
    )
}
