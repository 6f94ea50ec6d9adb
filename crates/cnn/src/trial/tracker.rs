//! What the training steps themselves tell of each filter, without an extra pass.

use crate::life::Sighting;
use crate::network::{FilterLayer, Network};

/// One layer's filters as the training batches see them.
#[derive(Debug)]
pub(super) struct LayerTracker {
    /// Whether what a training batch shows holds for the censuses: not with batch norms.
    batches_tell: bool,
    /// Up to which pre-activation the derivative is exactly 0; none if nowhere.
    zero_derivative_up_to: Option<f32>,
    /// Last step whose batch made the filter active (pre-activation above 0).
    pub last_active: Vec<Option<u32>>,
    /// Last step whose batch met a derivative other than 0.
    last_alive: Vec<Option<u32>>,
    /// Last step whose batch gave a gradient other than 0.
    pub last_gradient: Vec<Option<u32>>,
    /// Steps with such a gradient since the last census.
    pub gradient_steps: Vec<u32>,
    /// The layer, for the places of its weights.
    layer: FilterLayer,
    /// Whether this step's gradient is other than 0; scratch.
    has_gradient: Vec<u32>,
    /// The censuses so far, one list a filter.
    pub sightings: Vec<Vec<Sighting>>,
    /// Of each filter that was dead at the last census, how a batch woke it since.
    pub woken: Vec<Option<Woken>>,
    /// Filters that the last batch woke first.
    pub waking: Vec<usize>,
}

/// A filter that was dead at a census and is so no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Woken {
    /// Updates done.
    pub step: u32,
    /// Whether its own bits are others than at the census.
    pub own_changed: bool,
    /// Whether those of the layers below are.
    pub below_changed: bool,
}

impl LayerTracker {
    pub fn new(layer: &FilterLayer, batches_tell: bool) -> Self {
        let filters = layer.filters;
        Self {
            batches_tell,
            zero_derivative_up_to: layer.function.zero_derivative_up_to(),
            last_active: vec![None; filters],
            last_alive: vec![None; filters],
            last_gradient: vec![None; filters],
            gradient_steps: vec![0; filters],
            layer: layer.clone(),
            has_gradient: vec![0; filters],
            sightings: vec![Vec::new(); filters],
            woken: vec![None; filters],
            waking: Vec::with_capacity(filters),
        }
    }

    /// Notes which filters the batch of `step` made active; gives whether all were dead on it.
    pub fn forward(&mut self, step: u32, activity: &[f32]) -> bool {
        let mut all_dead = true;
        self.waking.clear();
        let last = self.last_active.iter_mut().zip(&mut self.last_alive);
        for (filter, ((last_active, last_alive), &largest)) in last.zip(activity).enumerate() {
            if largest > 0.0 {
                *last_active = Some(step);
            }
            let is_dead = self
                .zero_derivative_up_to
                .is_some_and(|limit| largest <= limit);
            if !is_dead {
                *last_alive = Some(step);
                all_dead = false;
                let was_dead = self.sightings[filter].last().is_some_and(|seen| seen.dead);
                if was_dead && self.woken[filter].is_none() {
                    self.waking.push(filter);
                }
            }
        }
        all_dead
    }

    /// Notes which filters have a weight or bias gradient other than 0 at `step`: one pass over
    /// the layer's part of the flat buffer.
    pub fn backward(&mut self, step: u32, weight: &[f32], bias: &[f32]) {
        self.has_gradient.fill(0);
        let channels = self.layer.channels;
        let kernels = weight.chunks_exact(channels * self.layer.fan_in());
        for (kernel, found) in kernels.zip(self.has_gradient.chunks_exact_mut(channels)) {
            note_nonzero(kernel, found);
        }
        note_nonzero(bias, &mut self.has_gradient);
        let counted = self.last_gradient.iter_mut().zip(&mut self.gradient_steps);
        for ((last, steps), &found) in counted.zip(&self.has_gradient) {
            if found != 0 {
                *last = Some(step);
                *steps += 1;
            }
        }
    }

    /// Notes a census; gives the steps since the one before at which the filter was dead
    /// throughout, and at how many of them it had a gradient all the same.
    pub fn sighted(&mut self, filter: usize, step: u32, dead: bool) -> (u64, u64) {
        let last_alive = self.last_alive[filter];
        let before = self.sightings[filter].last().copied();
        self.sightings[filter].push(Sighting {
            step,
            dead,
            last_alive: last_alive.filter(|_| self.batches_tell),
        });
        let with_gradient = std::mem::take(&mut self.gradient_steps[filter]);
        match before {
            Some(before) if before.dead && dead && last_alive < Some(before.step) => {
                (u64::from(step - before.step), u64::from(with_gradient))
            }
            _ => (0, 0),
        }
    }

    /// Last step whose batch met a derivative other than 0.
    pub fn last_alive(&self, filter: usize) -> Option<u32> {
        self.last_alive[filter]
    }

    /// Whether a filter got no gradient at each of the `epoch` steps before `step`.
    pub fn without_gradient(&self, filter: usize, step: u32, epoch: u32) -> bool {
        let since = step.checked_sub(epoch);
        since.is_some_and(|since| self.last_gradient[filter] < Some(since))
    }
}

/// Columns that are looked at side by side.
const LANES: usize = 16;

/// Rows after which it is asked whether all of these columns are known.
const ROWS: usize = 16;

/// Adds to each column's bits those of its gradients, without the sign, until all are known not to
/// be 0: NaN counts as other than 0.
fn note_nonzero(gradients: &[f32], found: &mut [u32]) {
    let columns = found.len();
    let rows = || gradients.chunks_exact(columns);
    // Mostly the first rows tell.
    let some_rows = || gradients.chunks(ROWS * columns);
    let (whole, rest) = found.as_chunks_mut::<LANES>();
    for (strip, found) in whole.iter_mut().enumerate() {
        let mut bits = [0; LANES];
        for rows in some_rows() {
            for row in rows.chunks_exact(columns) {
                if let Some(own) = row[strip * LANES..].first_chunk::<LANES>() {
                    for (bits, gradient) in bits.iter_mut().zip(own) {
                        *bits |= gradient.to_bits() << 1;
                    }
                }
            }
            if bits.iter().all(|bits| *bits != 0) {
                break;
            }
        }
        for (found, bits) in found.iter_mut().zip(bits) {
            *found |= bits;
        }
    }
    let last = columns - rest.len();
    for row in rows() {
        for (found, gradient) in rest.iter_mut().zip(&row[last..]) {
            *found |= gradient.to_bits() << 1;
        }
    }
}

/// The trackers of all layers.
pub(super) fn trackers(network: &Network, batches_tell: bool) -> Vec<LayerTracker> {
    let tracker = |layer| LayerTracker::new(layer, batches_tell);
    network.layers.iter().map(tracker).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::architecture::Architecture;

    fn first_layer() -> LayerTracker {
        let layers = ["conv 2 1x1", "relu", "flatten", "linear 2"];
        let layers = layers.iter().map(|text| text.parse().unwrap()).collect();
        let network = Network::training(&Architecture(layers), [1, 1, 1], 1).unwrap();
        LayerTracker::new(&network.layers[0], true)
    }

    #[test]
    fn dead_steps_count_whole_intervals_and_their_gradients() {
        let mut layer = first_layer();
        assert_eq!(layer.sighted(0, 0, true), (0, 0));
        assert_eq!(layer.sighted(1, 0, true), (0, 0));
        // Filter 1 is active in a batch between: its interval does not count.
        assert!(layer.forward(0, &[-1.0, 0.0]));
        assert!(!layer.forward(1, &[0.0, 0.5]));
        layer.backward(1, &[0.0, 1.0], &[-0.0, 0.0]);
        assert_eq!(layer.sighted(0, 2, true), (2, 0));
        assert_eq!(layer.sighted(1, 2, true), (0, 0));
        // A gradient on a dead filter is counted, whatever its size or sign.
        layer.backward(2, &[-f32::from_bits(1), 0.0], &[0.0, 0.0]);
        layer.backward(3, &[0.0, 0.0], &[f32::NAN, 0.0]);
        assert_eq!(layer.sighted(0, 5, true), (3, 2));
        assert_eq!(layer.sighted(1, 5, true), (3, 0));
        // Alive at the end of the interval: it does not count.
        layer.backward(5, &[1.0, 0.0], &[1.0, 0.0]);
        assert_eq!(layer.sighted(0, 6, false), (0, 0));
        assert_eq!(layer.last_active, [None, Some(1)]);
        assert_eq!(layer.last_gradient, [Some(5), Some(1)]);
    }

    #[test]
    fn every_column_is_noted_by_itself() {
        let columns = 37;
        for filter in [0, 15, 16, 31, 32, 36] {
            for row in [0, 4] {
                let mut gradients = vec![-0.0; 5 * columns];
                gradients[row * columns + filter] = -f32::from_bits(1);
                let mut found = vec![0; columns];
                note_nonzero(&gradients, &mut found);
                let marked: Vec<usize> = (0..columns).filter(|&at| found[at] != 0).collect();
                assert_eq!(marked, [filter]);
            }
        }
    }

    /// Then a death is known to the censuses, and dead steps still are those without an active batch.
    #[test]
    fn a_batch_that_tells_nothing_moves_no_death() {
        for batches_tell in [true, false] {
            let mut layer = first_layer();
            layer.batches_tell = batches_tell;
            layer.sighted(0, 0, true);
            layer.forward(3, &[0.5, 0.5]);
            assert_eq!(layer.sighted(0, 5, true), (0, 0));
            let last_alive = layer.sightings[0][1].last_alive;
            assert_eq!(last_alive, batches_tell.then_some(3));
            assert_eq!(layer.last_active[0], Some(3));
        }
    }

    #[test]
    fn without_gradient_asks_for_a_whole_epoch() {
        let mut layer = first_layer();
        assert!(!layer.without_gradient(0, 4, 5));
        assert!(layer.without_gradient(0, 5, 5));
        layer.backward(3, &[1.0, 0.0], &[0.0, 0.0]);
        assert!(!layer.without_gradient(0, 8, 5));
        assert!(layer.without_gradient(0, 9, 5));
        assert!(layer.without_gradient(1, 9, 5));
    }

    #[test]
    fn nan_is_neither_active_nor_dead() {
        let mut layer = first_layer();
        assert!(!layer.forward(3, &[f32::NAN, -1.0]));
        assert_eq!(layer.last_active, [None, None]);
        assert_eq!(layer.last_alive, [Some(3), None]);
    }
}
