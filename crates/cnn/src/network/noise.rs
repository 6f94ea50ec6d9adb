//! What is random in a step of training.

use rand::distr::Distribution;

use super::Network;
use crate::random::Generator;

impl Network {
    /// Draws what the coming step of training needs at random, for the current batch: a slope for
    /// every unit and image of each RReLU, whatever its sign, in the order of the layers.
    ///
    /// Call it before each [`tensor::Graph::forward`] of training, with one generator of
    /// [`Stream::Noise`](crate::random::Stream::Noise) for the whole trial. Without RReLU it draws
    /// nothing, and of a network that is observed it does nothing: that one has the mean slope.
    pub fn draw_noise(&mut self, generator: &mut Generator) {
        for noise in &self.noise {
            for slope in self.graph.values_mut(noise.slopes) {
                *slope = noise.distribution.sample(generator);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::RngCore;

    use super::Network;
    use crate::architecture::{Architecture, Layer, Rrelu};
    use crate::initialization::Initialization;
    use crate::random::{Generator, Stream, StreamOffsets, Streams};

    const INPUT: [usize; 3] = [8, 8, 1];

    fn streams() -> Streams {
        Streams::new(5, StreamOffsets::default())
    }

    fn noise() -> Generator {
        streams().generator(Stream::Noise)
    }

    fn architecture(low: f64, high: f64) -> Architecture {
        Architecture::digits_cnn().with_activation(Rrelu { low, high }.into())
    }

    fn fill(network: &mut Network) {
        Initialization::default().apply(network, streams()).unwrap();
        let images = network.graph.values_mut(network.images);
        for (index, pixel) in images.iter_mut().enumerate() {
            *pixel = (index * 37 % 101) as f32 / 100.0;
        }
    }

    #[test]
    fn slopes_are_drawn_uniformly_anew_for_each_batch() {
        let mut network = Network::training(&architecture(0.125, 0.5), INPUT, 3).unwrap();
        let mut generator = noise();
        network.draw_noise(&mut generator);
        assert_eq!(network.noise.len(), 3);
        let slopes = network.noise[1].slopes;
        assert_eq!(network.graph.shape(slopes), [3, 8, 8, 32]);
        let first = network.graph.values(slopes).to_vec();
        assert!(first.iter().all(|slope| (0.125..0.5).contains(slope)));
        let mean = first.iter().sum::<f32>() / first.len() as f32;
        // Standard deviation of the mean of 6,144 draws: 0.375 / sqrt(12 * 6144) = 0.0014.
        assert!((mean - 0.3125).abs() < 0.007, "{mean}");
        network.draw_noise(&mut generator);
        assert_ne!(network.graph.values(slopes), first);
    }

    #[test]
    fn with_one_slope_training_and_observing_give_the_same_bits() {
        let architecture = architecture(0.25, 0.25);
        let mut training = Network::training(&architecture, INPUT, 3).unwrap();
        let mut observing = Network::observing(&architecture, INPUT, 3).unwrap();
        assert!(observing.noise.is_empty());
        for network in [&mut training, &mut observing] {
            fill(network);
            network.draw_noise(&mut noise());
            network.graph.forward();
            network.graph.backward(network.loss);
        }
        let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        let logits = |n: &Network| bits(n.graph.values(n.logits));
        assert_eq!(logits(&training), logits(&observing));
        let grads = |n: &Network| bits(n.graph.parameter_grads());
        assert_eq!(grads(&training), grads(&observing));
    }

    #[test]
    fn nothing_is_drawn_without_randomized_slopes() {
        let mut network = Network::training(&Architecture::digits_cnn(), INPUT, 3).unwrap();
        let (mut drawn, mut fresh) = (noise(), noise());
        network.draw_noise(&mut drawn);
        assert_eq!(drawn.next_u64(), fresh.next_u64());
    }

    #[test]
    fn every_activation_is_recorded_and_a_step_of_training_lowers_the_loss() {
        for text in Layer::examples() {
            let Ok(Layer::Activation(function)) = text.parse() else {
                continue;
            };
            let architecture = Architecture::digits_cnn().with_activation(function);
            let mut network = Network::training(&architecture, INPUT, 3).unwrap();
            fill(&mut network);
            network
                .graph
                .values_mut(network.labels)
                .copy_from_slice(&[1.0, 4.0, 7.0]);
            network.draw_noise(&mut noise());
            let mut losses = Vec::new();
            for _ in 0..2 {
                network.graph.forward();
                losses.push(network.graph.values(network.loss)[0]);
                network.graph.backward(network.loss);
                let (parameters, grads) = network.graph.parameters_and_grads();
                for (parameter, grad) in parameters.iter_mut().zip(grads) {
                    *parameter -= 1e-3 * grad;
                }
            }
            assert!(losses[1] < losses[0], "{text}: {losses:?}");
            assert_eq!(network.layers.len(), 3);
            for layer in &network.layers {
                assert_eq!(layer.function, function);
                assert!(network.graph.activity(layer.activation).is_some());
            }
        }
    }
}
