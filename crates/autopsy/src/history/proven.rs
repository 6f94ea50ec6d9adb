//! Units that the range of the input proves silent.

use super::pairs::pair;
use crate::chain::Network;
use crate::checkpoint::Checkpoint;

/// Units of the first layer whose sum of positive parts is at most 0: no input in the range (and
/// no padding, which is 0) makes them positive.
pub fn proven_silent(last: &Checkpoint, network: &Network, [low, high]: [f64; 2]) -> Vec<bool> {
    let layer = &network.layers[0];
    let only_bias = layer
        .companions
        .iter()
        .all(|name| Some(name) == layer.bias.as_ref());
    if !network.certain || !only_bias {
        return Vec::new();
    }
    let (low, high) = (low.min(0.0), high.max(0.0));
    let weights = pair(last, last, &layer.weight);
    let bias = layer.bias.as_ref().map(|name| pair(last, last, name));
    let row = layer.row();
    let silent = |unit: usize| {
        let mut largest = bias.map_or(0.0, |bias| bias.format.get(bias.new, unit));
        weights
            .slice(unit * row, (unit + 1) * row)
            .all(|_, weight| {
                largest += (weight * low).max(weight * high);
                true
            });
        largest <= 0.0
    };
    (0..layer.units).map(silent).collect()
}
