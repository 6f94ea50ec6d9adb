//! What each step leaves behind: the last change and the last gradient of each weight, the last
//! batch that made each filter active, and snapshots for the comparisons to come.

use crate::network::Network;

/// The past of all weights. Steps count updates from 1; 0 stands for never.
#[derive(Debug)]
pub(super) struct History {
    /// The weights after the update before.
    before: Vec<f32>,
    /// Of each weight the last update that changed its bits.
    pub last_change: Vec<u32>,
    /// Of each weight the last update whose gradient was not exactly 0.
    pub last_gradient: Vec<u32>,
    /// Of each layer's filters the last update whose batch made it active.
    pub last_active: Vec<Vec<u32>>,
    /// One an interval: the weights at the beginning of the next comparison.
    snapshots: Vec<Vec<f32>>,
}

impl History {
    pub fn new(network: &Network, intervals: &[u32]) -> Self {
        let parameters = network.graph.parameters();
        let count = parameters.len();
        Self {
            before: parameters.to_vec(),
            last_change: vec![0; count],
            last_gradient: vec![0; count],
            last_active: network
                .layers
                .iter()
                .map(|layer| vec![0; layer.filters])
                .collect(),
            snapshots: vec![parameters.to_vec(); intervals.len()],
        }
    }

    /// Takes note of the update that led to `step`.
    pub fn update(&mut self, step: u32, network: &Network) {
        let graph = &network.graph;
        self.weights(step, graph.parameters(), graph.parameter_grads());
        for (layer, last_active) in network.layers.iter().zip(&mut self.last_active) {
            let activity = layer.activity(graph);
            for (last, &largest) in last_active.iter_mut().zip(activity) {
                if largest > 0.0 {
                    *last = step;
                }
            }
        }
    }

    fn weights(&mut self, step: u32, parameters: &[f32], gradients: &[f32]) {
        let now = parameters.iter().zip(gradients);
        let past = self.before.iter_mut().zip(&mut self.last_change);
        let past = past.zip(&mut self.last_gradient);
        for ((&weight, gradient), ((before, change), last_gradient)) in now.zip(past) {
            // Selections rather than branches, so that these are vector operations.
            let changed = weight.to_bits() != before.to_bits();
            *change = if changed { step } else { *change };
            let has_gradient = gradient.to_bits() << 1 != 0;
            *last_gradient = if has_gradient { step } else { *last_gradient };
            *before = weight;
        }
    }

    /// Keeps the weights after `step` updates if a comparison begins there: those of interval N
    /// begin N steps before each multiple of `every`. To be called after the comparison of this step.
    pub fn keep(&mut self, step: u32, every: u32, intervals: &[u32], parameters: &[f32]) {
        for (snapshot, &interval) in self.snapshots.iter_mut().zip(intervals) {
            if (u64::from(step) + u64::from(interval)).is_multiple_of(u64::from(every)) {
                snapshot.copy_from_slice(parameters);
            }
        }
    }

    /// The weights at the beginning of the comparison with the interval of this index.
    pub fn snapshot(&self, index: usize) -> &[f32] {
        &self.snapshots[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(weights: &[f32], intervals: usize) -> History {
        History {
            before: weights.to_vec(),
            last_change: vec![0; weights.len()],
            last_gradient: vec![0; weights.len()],
            last_active: Vec::new(),
            snapshots: vec![weights.to_vec(); intervals],
        }
    }

    #[test]
    fn changes_are_of_bits_and_gradients_of_anything_but_zero() {
        let mut history = history(&[1.0, 2.0, 0.0], 0);
        history.weights(1, &[1.0, 2.5, 0.0], &[0.0, 1.0, -0.0]);
        history.weights(2, &[1.0, 2.5, -0.0], &[-f32::from_bits(1), 0.0, 0.0]);
        assert_eq!(history.last_change, [0, 1, 2]);
        assert_eq!(history.last_gradient, [2, 1, 0]);
    }

    #[test]
    fn snapshots_are_taken_where_a_comparison_begins() {
        let mut history = history(&[0.0], 3);
        for step in 0..=20 {
            // Compared before anything is kept.
            if step == 10 || step == 20 {
                let begins = [1, 4, 10].map(|interval| (step - interval) as f32);
                for (index, begin) in begins.into_iter().enumerate() {
                    assert_eq!(history.snapshot(index), [begin]);
                }
            }
            history.keep(step, 10, &[1, 4, 10], &[step as f32]);
        }
    }
}
