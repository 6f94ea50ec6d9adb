//! Updates of weights that are kept in another precision than they are computed in.

use std::ops::Range;

use rand::RngCore;
use tensor::Graph;

use crate::checkpoint::{from_bf16, round_bf16};
use crate::network::Network;
use crate::optimizer::Optimizer;
use crate::random::{Generator, Stream, Streams};
use crate::settings::{Precision, Rounding, WeightSettings};

/// The weights of one network, as its settings keep them: see [`WeightSettings`].
///
/// Rounding at random takes 16 random bits a parameter at every update, in the order of the buffer,
/// two parameters to a word of [`Stream::Rounding`]: the first has the lower half.
#[derive(Clone, Debug)]
pub struct Weights {
    settings: WeightSettings,
    /// Where trained parameters lie.
    trained: Vec<Range<usize>>,
    /// All of the buffer in f32; empty without masters.
    masters: Vec<f32>,
    generator: Generator,
}

impl Weights {
    /// Takes over the weights of a network before its first step, and rounds them to nearest.
    pub fn new(settings: WeightSettings, network: &mut Network, streams: Streams) -> Self {
        let mut trained: Vec<Range<usize>> = Vec::new();
        for tensor in network
            .parameters
            .iter()
            .filter(|own| own.role.is_trained())
        {
            match trained.last_mut() {
                Some(last) if last.end == tensor.range.start => last.end = tensor.range.end,
                _ => trained.push(tensor.range.clone()),
            }
        }
        let mut weights = Self {
            settings,
            trained,
            masters: Vec::new(),
            generator: streams.generator(Stream::Rounding),
        };
        weights.replace(network.graph.parameters_mut());
        weights
    }

    /// Takes over parameters that somebody has set between two steps: they become the masters, if
    /// there are any, and are rounded to nearest.
    pub fn replace(&mut self, parameters: &mut [f32]) {
        if self.settings.precision == Precision::F32 {
            return;
        }
        if self.settings.masters {
            self.masters.clear();
            self.masters.extend_from_slice(parameters);
        }
        for range in &self.trained {
            nearest(&mut parameters[range.clone()]);
        }
    }

    /// One update of a network's parameters from its gradients, kept as the settings say.
    pub fn step(&mut self, optimizer: &mut Optimizer, graph: &mut Graph<f32>, learning_rate: f64) {
        let (parameters, gradients) = graph.parameters_and_grads();
        if self.settings.masters {
            optimizer.update(&mut self.masters, gradients, learning_rate);
            for range in &self.trained {
                parameters[range.clone()].copy_from_slice(&self.masters[range.clone()]);
            }
        } else {
            optimizer.update(parameters, gradients, learning_rate);
        }
        if self.settings.precision == Precision::F32 {
            return;
        }
        for range in &self.trained {
            let parameters = &mut parameters[range.clone()];
            match self.settings.rounding {
                Rounding::Nearest => nearest(parameters),
                Rounding::Stochastic => stochastic(parameters, &mut self.generator),
            }
        }
    }

    /// The masters in f32, in the layout of the parameters (what is not trained is void there);
    /// empty without masters.
    pub fn masters(&self) -> &[f32] {
        &self.masters
    }
}

/// Rounds to the nearest bf16.
fn nearest(values: &mut [f32]) {
    for value in values {
        *value = round_bf16(*value);
    }
}

/// Rounds to a neighbour in bf16 at random.
fn stochastic(values: &mut [f32], generator: &mut impl RngCore) {
    for pair in values.chunks_mut(2) {
        let word = generator.next_u32();
        for (value, bits) in pair.iter_mut().zip([word & 0xffff, word >> 16]) {
            *value = up_or_down(*value, bits);
        }
    }
}

/// The neighbour in bf16 further from 0 if the 16 bits, added to those that are cut off, carry into
/// the kept ones, and else the one nearer to 0: a bf16 stays, and so do infinities and NaN.
fn up_or_down(value: f32, bits: u32) -> f32 {
    if value.is_nan() {
        return round_bf16(value);
    }
    from_bf16(((value.to_bits() + bits) >> 16) as u16)
}

#[cfg(test)]
mod tests;
