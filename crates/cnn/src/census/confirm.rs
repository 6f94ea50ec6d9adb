//! Whether what one training batch suggests holds on a whole set: dead layers, and a collapse.

use super::{COLLAPSE_SPREAD, Observatory, all_finite};
use crate::CnnError;
use crate::data::Subset;

impl Observatory {
    /// Whether suspicions raised by one training batch hold on the whole set: of each layer, that
    /// all its filters are dead, and of the network, that it is collapsed. Suspicions that do not
    /// hold are set to false.
    ///
    /// Stops at the first batch that leaves none, and begins with the batch that refuted last,
    /// so that a wrong suspicion costs little. (A suspicion on a diverged network never holds.)
    ///
    /// # Errors
    /// As [`Observatory::take`].
    pub fn confirm(
        &mut self,
        parameters: &[f32],
        set: &Subset,
        dead_layers: &mut [bool],
        collapsed: &mut bool,
    ) -> Result<(), CnnError> {
        self.network
            .graph
            .parameters_mut()
            .copy_from_slice(parameters);
        self.logits.clear();
        let size = self.batch;
        let batches = set.len().div_ceil(size);
        let first = self.witness / size;
        for batch in (0..batches).map(|batch| (first + batch) % batches) {
            self.forward(set, batch * size)?;
            let Self {
                network, logits, ..
            } = self;
            let graph = &network.graph;
            for (layer, suspected) in network.layers.iter().zip(&mut *dead_layers) {
                let activity = layer.activity(graph);
                let limit = layer.function.zero_derivative_up_to();
                let is_dead = |largest: &f32| limit.is_some_and(|limit| *largest <= limit);
                *suspected &= activity.iter().all(is_dead);
            }
            let values = graph.values(network.logits);
            for row in values.chunks_exact(logits.smallest.len()) {
                logits.add(row);
            }
            *collapsed &= all_finite(values) && logits.largest() < COLLAPSE_SPREAD;
            if !*collapsed && !dead_layers.contains(&true) {
                self.witness = batch * size;
                break;
            }
        }
        Ok(())
    }
}
