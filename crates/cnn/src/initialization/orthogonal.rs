//! Orthogonal matrices, uniformly distributed.

use rand::distr::Distribution;

use crate::parameters::ParameterTensor;
use crate::random::{Generator, Normal};

/// Sets weights, seen as a matrix of fan-in x filters, to `gain` times a matrix with orthonormal
/// columns (or rows, where there are more filters than inputs).
///
/// Standard normal vectors, made orthonormal in their order by Gram and Schmidt in f64, each
/// projected twice so that rounding does not accumulate; that is the Q of a QR decomposition
/// whose R has a positive diagonal, hence uniform by Haar's measure (Mezzadri 2007).
pub fn draw(tensor: &ParameterTensor, gain: f64, generator: &mut Generator, weights: &mut [f32]) {
    let (inputs, filters) = (tensor.fan_in(), tensor.filters());
    let (count, length) = (inputs.min(filters), inputs.max(filters));
    let normal = Normal {
        mean: 0.0,
        standard_deviation: 1.0,
    };
    let mut vectors: Vec<Vec<f64>> = Vec::with_capacity(count);
    while vectors.len() < count {
        let mut vector: Vec<f64> = (0..length).map(|_| normal.sample(generator)).collect();
        for _ in 0..2 {
            for earlier in &vectors {
                let projection = dot(&vector, earlier);
                for (entry, along) in vector.iter_mut().zip(earlier) {
                    *entry -= projection * along;
                }
            }
        }
        let norm = dot(&vector, &vector).sqrt();
        // A vector in the span of the earlier ones has probability 0: draw another.
        if norm > 1e-9 {
            for entry in &mut vector {
                *entry /= norm;
            }
            vectors.push(vector);
        }
    }
    for (index, weight) in weights.iter_mut().enumerate() {
        let (input, filter) = (index / filters, index % filters);
        let entry = if filters <= inputs {
            vectors[filter][input]
        } else {
            vectors[input][filter]
        };
        *weight = (gain * entry) as f32;
    }
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).fold(0.0, |sum, (l, r)| sum + l * r)
}
