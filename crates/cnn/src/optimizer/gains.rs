//! Gains that bring the gradients of all layers to one scale.

use std::ops::Range;

use tensor::Element;

use crate::parameters::{ParameterTensor, Role};

/// One factor a layer for its gradients, so that with the first batch the weights of all layers
/// have gradients of the same root mean square.
///
/// A convolution adds up the gradients of all its positions, a locally connected layer does not: at
/// the same learning rate the weights of one take far longer steps. With the gains one learning rate
/// means steps of one size in all kinds of layer. To multiply a layer's gradient by g² is, under
/// gradient descent, to write its weights as g times a parameter and to train that.
#[derive(Clone, Debug, PartialEq)]
pub struct Gains<T> {
    scale: f64,
    layers: Vec<Layer>,
    /// One a layer; none before the first batch.
    factors: Vec<T>,
}

#[derive(Clone, Debug, PartialEq)]
struct Layer {
    weight: Range<usize>,
    /// Its own: it gets the gain of the weight before it.
    bias: Range<usize>,
}

impl<T: Element> Gains<T> {
    /// Gains towards the root mean square `scale`, of a network with these parameters. Gradients of
    /// batch norms and PReLU slopes stay as they are.
    pub fn new(scale: f64, tensors: &[ParameterTensor]) -> Self {
        let pairs = tensors.iter().zip(tensors.iter().skip(1));
        let weighted = pairs.filter(|(_, bias)| bias.role == Role::Bias);
        let layers = weighted.map(|(weight, bias)| Layer {
            weight: weight.range.clone(),
            bias: bias.range.clone(),
        });
        Self {
            scale,
            layers: layers.collect(),
            factors: Vec::new(),
        }
    }

    /// Multiplies all gradients by their layer's gain, which the first call fixes: `scale` over the
    /// root mean square of those gradients of its weights that are not 0, summed in double
    /// precision in the order of the buffer; 1 if all are 0.
    pub fn apply(&mut self, gradients: &mut [T]) {
        if self.factors.is_empty() {
            let gain = |layer: &Layer| gain(&gradients[layer.weight.clone()], self.scale);
            self.factors = self.layers.iter().map(gain).collect();
        }
        for (layer, &gain) in self.layers.iter().zip(&self.factors) {
            for range in [&layer.weight, &layer.bias] {
                for gradient in &mut gradients[range.clone()] {
                    *gradient = *gradient * gain;
                }
            }
        }
    }
}

fn gain<T: Element>(gradients: &[T], scale: f64) -> T {
    let (mut sum, mut count) = (0.0_f64, 0.0);
    for gradient in gradients {
        let gradient = gradient.to_f64();
        if gradient != 0.0 {
            sum += gradient * gradient;
            count += 1.0;
        }
    }
    T::from_f64(if count > 0.0 {
        scale / (sum / count).sqrt()
    } else {
        1.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::architecture::Architecture;

    #[test]
    fn the_first_gradients_get_one_scale_and_the_gains_stay() {
        let layers = [
            "conv 2 3x3",
            "relu",
            "local 2 3x3",
            "batch_norm",
            "relu",
            "flatten",
            "linear 3",
        ];
        let layers = layers.iter().map(|text| text.parse().unwrap()).collect();
        let tensors = Architecture(layers).parameters([4, 4, 1]).unwrap();
        let count = tensors.last().unwrap().range.end;
        let first: Vec<f64> = (0..count).map(|i| f64::from(i as u32 % 5) - 1.0).collect();
        let mut gains = Gains::new(0.01, &tensors);
        let mut scaled = first.clone();
        gains.apply(&mut scaled);
        for tensor in &tensors {
            let [own, before] = [&scaled, &first].map(|all| &all[tensor.range.clone()]);
            let moved: Vec<f64> = own.iter().copied().filter(|&own| own != 0.0).collect();
            let mean = moved.iter().map(|own| own * own).sum::<f64>() / moved.len() as f64;
            match tensor.role {
                Role::Kernel | Role::Local | Role::Matrix { .. } => {
                    assert!((mean.sqrt() - 0.01).abs() < 1e-12, "{tensor:?}");
                }
                Role::Bias => assert_ne!(own, before),
                _ => assert_eq!(own, before),
            }
        }
        // Later ones get the same factors.
        let mut later: Vec<f64> = first.iter().map(|gradient| 4.0 * gradient).collect();
        gains.apply(&mut later);
        let four: Vec<f64> = scaled.iter().map(|gradient| 4.0 * gradient).collect();
        for (tensor, _) in tensors.iter().zip(0..2) {
            for (later, four) in later[tensor.range.clone()]
                .iter()
                .zip(&four[tensor.range.clone()])
            {
                assert!((later - four).abs() < 1e-12);
            }
        }
        // Nothing to scale.
        let mut gains = Gains::new(0.01, &tensors);
        let mut none = vec![0.0_f32; count];
        gains.apply(&mut none);
        assert_eq!(none, vec![0.0; count]);
    }
}
