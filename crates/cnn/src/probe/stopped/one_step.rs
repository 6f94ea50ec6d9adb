//! Which weights one update leaves as they are, by cause: what every trial records at its censuses.

use super::cause::{Cause, Evidence};
use super::places::Places;
use crate::census::Census;
use crate::data::Subset;
use crate::network::Network;

/// The last update before a census.
#[derive(Debug)]
pub(crate) struct OneStep {
    places: Places,
    /// The parameters before it; empty if they are not known.
    before: Vec<f32>,
}

/// What one update did to a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct LayerStep {
    /// Weights and biases.
    pub weights: u32,
    /// Stopped ones, by [`Cause`].
    pub stopped: [u32; Cause::ALL.len()],
    /// Length of the weights' change over their length before it (biases are not counted).
    pub update_ratio: Option<f64>,
}

impl OneStep {
    /// For a network that learns from these images.
    pub fn new(network: &Network, training: &Subset) -> Self {
        Self {
            places: Places::of(network, training),
            before: Vec::with_capacity(network.graph.parameters().len()),
        }
    }

    /// Keeps the parameters before an update.
    pub fn keep(&mut self, parameters: &[f32]) {
        self.before.clear();
        self.before.extend_from_slice(parameters);
    }

    /// What the update after [`OneStep::keep`] did to each layer with an activation, once. The
    /// network's gradients and activations are those of the update; `cut_off` says of each layer's
    /// filters whether they are.
    pub fn tell(
        &mut self,
        census: &Census,
        network: &Network,
        cut_off: &[Vec<bool>],
    ) -> Option<Vec<LayerStep>> {
        let graph = &network.graph;
        let (now, gradients) = (graph.parameters(), graph.parameter_grads());
        if self.before.len() != now.len() {
            return None;
        }
        let has_gradient = |index: usize| gradients[index].to_bits() << 1 != 0;
        let mut reached = vec![false; self.places.outputs];
        for (index, place) in self.places.all.iter().enumerate() {
            reached[place.output] |= has_gradient(index);
        }
        let layers = network.layers.iter().zip(&census.layers);
        let filters = layers.map(|(layer, counts)| {
            let activity = layer.activity(graph);
            let filters = activity.iter().enumerate();
            filters
                .map(|(filter, &largest)| {
                    // As over an interval: what is not known to be active is not (NaN).
                    let inactive = largest <= 0.0 || largest.is_nan();
                    (inactive, inactive && counts.is_dead(filter))
                })
                .collect::<Vec<_>>()
        });
        let filters: Vec<_> = filters.collect();
        let mut found = vec![LayerStep::default(); self.places.layers()];
        for (index, place) in self.places.all.iter().enumerate() {
            let Some((layer, filter)) = place.filter else {
                continue;
            };
            found[layer].weights += 1;
            if self.before[index].to_bits() != now[index].to_bits() {
                continue;
            }
            let (inactive, dead) = filters[layer][filter];
            let reads = place.reads.map(|(layer, filter)| filters[layer][filter]);
            let (quiet_input, starved) = reads.unwrap_or_default();
            let cause = Cause::of(Evidence {
                changed: false,
                dead,
                starved,
                blank: place.blank,
                cut_off: cut_off[layer][filter],
                inactive,
                quiet_input,
                reached: reached[place.output],
                gradient: has_gradient(index),
            });
            found[layer].stopped[cause as usize] += 1;
        }
        for (layer, found) in network.layers.iter().zip(&mut found) {
            let own = layer.weight.clone();
            found.update_ratio = ratio(&self.before[own.clone()], &now[own]);
        }
        self.before.clear();
        Some(found)
    }
}

/// |now - before| / |before|, Euclidean, the squares summed in f64 in the order of the buffer; none
/// where all were 0 before.
fn ratio(before: &[f32], now: &[f32]) -> Option<f64> {
    let (mut change, mut length) = (0.0, 0.0);
    for (&before, &now) in before.iter().zip(now) {
        let (before, now) = (f64::from(before), f64::from(now));
        change += (now - before) * (now - before);
        length += before * before;
    }
    (length > 0.0).then(|| (change / length).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::CensusRow;
    use crate::trial::tests::{digits, settings};

    #[test]
    fn an_update_is_measured_by_the_weights_before_it() {
        assert_eq!(ratio(&[3.0, 0.0, -4.0], &[3.0, 0.5, -4.0]), Some(0.1));
        assert_eq!(ratio(&[0.0], &[1.0]), None);
    }

    /// By column, with the cause's name.
    fn by_cause(row: &CensusRow) -> [(Cause, Option<u32>); 9] {
        [
            (Cause::Dead, row.stopped_dead),
            (Cause::Starved, row.stopped_starved),
            (Cause::Blank, row.stopped_blank_input),
            (Cause::CutOff, row.stopped_cut_off),
            (Cause::Inactive, row.stopped_inactive),
            (Cause::QuietInput, row.stopped_quiet_input),
            (Cause::Unreached, row.stopped_unreached),
            (Cause::NoInput, row.stopped_no_input),
            (Cause::Stalled, row.stopped_stalled),
        ]
    }

    #[test]
    fn it_counts_what_the_probe_counts_over_one_step() {
        let mut seen = [0; 9];
        for (rate, function, seed) in [
            (0.5, "relu", 0),
            (3.0, "relu", 1),
            (2.0, "relu", 2),
            (1e-6, "leaky_relu 0.1", 3),
        ] {
            let mut settings = settings(rate, 6);
            let Ok(crate::architecture::Layer::Activation(function)) = function.parse() else {
                panic!("{function}");
            };
            settings.architecture = settings.architecture.with_activation(function);
            let probe = serde_json::json!({"every": 1, "intervals": [1]});
            settings.probes.stopped = Some(serde_json::from_value(probe).unwrap());
            let record = crate::trial::run(&settings, seed, &digits(300), &mut ()).unwrap();
            for row in &record.censuses {
                if row.step == 0 {
                    assert_eq!((row.stopped, row.update_ratio), (None, None));
                    continue;
                }
                let mut all = 0;
                for (index, (cause, count)) in by_cause(row).into_iter().enumerate() {
                    let name = format!("1 {}", cause.name());
                    let own = record.probes.iter().find(|found| {
                        let place = (found.step, found.layer, found.filter);
                        place == (row.step, Some(row.layer), None) && found.quantity == name
                    });
                    let expected = own.map_or(0.0, |found| found.value);
                    assert_eq!(count.map(f64::from), Some(expected), "{name} {row:?}");
                    all += count.unwrap();
                    seen[index] += count.unwrap();
                }
                assert_eq!(row.stopped, Some(all));
                assert!(row.update_ratio >= Some(0.0));
            }
        }
        // Blank pixels are met by first layers of another kind only.
        let met: Vec<bool> = seen.iter().map(|&count| count > 0).collect();
        assert!(met[0] && met[1] && met[4] && met[8], "{seen:?}");
    }
}
