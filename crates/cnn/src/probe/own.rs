//! The parameters of one filter within a network's flat buffer.

use crate::network::FilterLayer;

/// One filter's own parameters in a buffer: those of the weight, then the bias.
pub(crate) fn of_filter<'a>(
    layer: &FilterLayer,
    filter: usize,
    parameters: &'a [f32],
) -> impl Iterator<Item = f32> + 'a {
    let own = layer.of_filter(filter, &parameters[layer.weight.clone()]);
    let bias = &parameters[layer.bias.clone()][filter];
    own.chain(std::iter::once(bias)).copied()
}

/// Whether a filter's own parameters are the same bits in two buffers.
pub(crate) fn unchanged(layer: &FilterLayer, filter: usize, a: &[f32], b: &[f32]) -> bool {
    let both = of_filter(layer, filter, a).zip(of_filter(layer, filter, b));
    both.fold(true, |same, (a, b)| same & (a.to_bits() == b.to_bits()))
}

/// Length (Euclidean norm) of the change of a filter's own parameters between two buffers.
pub(crate) fn distance(layer: &FilterLayer, filter: usize, a: &[f32], b: &[f32]) -> f64 {
    let both = of_filter(layer, filter, a).zip(of_filter(layer, filter, b));
    let squares = both.map(|(a, b)| (f64::from(b) - f64::from(a)) * (f64::from(b) - f64::from(a)));
    squares.sum::<f64>().sqrt()
}

/// A filter's bias in a buffer.
pub(crate) fn bias(layer: &FilterLayer, filter: usize, parameters: &[f32]) -> f64 {
    f64::from(parameters[layer.bias.clone()][filter])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::architecture::Architecture;
    use crate::network::Network;

    #[test]
    fn a_filter_owns_its_column_and_its_bias() {
        let layers = ["conv 2 1x2 padding 0", "relu", "flatten", "linear 2"];
        let layers = layers.iter().map(|text| text.parse().unwrap()).collect();
        let network = Network::training(&Architecture(layers), [1, 2, 1], 1).unwrap();
        let layer = &network.layers[0];
        let before: Vec<f32> = (0_u8..12).map(f32::from).collect();
        assert!(of_filter(layer, 1, &before).eq([1.0, 3.0, 5.0]));
        let mut after = before.clone();
        after[0] = 3.0;
        after[4] = 0.0;
        assert_eq!(distance(layer, 0, &before, &after), 5.0);
        assert_eq!(distance(layer, 1, &before, &after), 0.0);
        assert!(!unchanged(layer, 0, &before, &after));
        assert!(unchanged(layer, 1, &before, &after));
        // A zero of another sign is another number of bits.
        after[5] = -0.0;
        let mut zero = after.clone();
        zero[5] = 0.0;
        assert!(!unchanged(layer, 1, &zero, &after));
        assert_eq!(bias(layer, 1, &before), 5.0);
    }
}
