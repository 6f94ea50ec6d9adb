mod born_dead;

use super::{Distribution, Initialization, Scheme};
use crate::architecture::Architecture;
use crate::parameters::{ParameterTensor, Role};
use crate::random::{Normal, Stream, StreamOffsets, Streams};
use rand::distr::Distribution as _;

fn streams(seed: u64) -> Streams {
    Streams::new(seed, StreamOffsets::default())
}

fn of(scheme: Scheme) -> Initialization {
    Initialization {
        scheme,
        ..Initialization::default()
    }
}

fn architecture(layers: &[&str]) -> Architecture {
    Architecture(layers.iter().map(|text| text.parse().unwrap()).collect())
}

/// A network's parameters, and a draw of them.
fn drawn(
    initialization: &Initialization,
    layers: &[&str],
    input: [usize; 3],
) -> (Vec<ParameterTensor>, Vec<f32>) {
    let tensors = architecture(layers).parameters(input).unwrap();
    let mut values = vec![f32::NAN; tensors.last().unwrap().range.end];
    initialization.fill(&tensors, streams(3), &mut values);
    assert!(values.iter().all(|value| value.is_finite()));
    (tensors, values)
}

fn moments(values: &[f32]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / count;
    let square = values
        .iter()
        .map(|&v| f64::from(v) * f64::from(v))
        .sum::<f64>()
        / count;
    (mean, square)
}

const LAYERS: [&str; 4] = ["conv 48 5x3 padding 1", "relu", "flatten", "linear 300"];
const INPUT: [usize; 3] = [7, 6, 20];

#[test]
fn variances_are_those_of_the_schemes() {
    // Fan-in 5 3 20 = 300 and fan-out 5 3 48 = 720; 5 6 48 = 1440 inputs and 300 outputs.
    for (scheme, expected) in [
        (Scheme::He, [2.0 / 300.0, 2.0 / 1440.0]),
        (Scheme::Xavier, [2.0 / 1020.0, 2.0 / 1740.0]),
        (Scheme::LeCun, [1.0 / 300.0, 1.0 / 1440.0]),
        (Scheme::PyTorch, [1.0 / 900.0, 1.0 / 4320.0]),
    ] {
        for distribution in [Distribution::Normal, Distribution::Uniform] {
            let initialization = Initialization {
                distribution,
                ..of(scheme)
            };
            let (tensors, values) = drawn(&initialization, &LAYERS, INPUT);
            let weights = tensors.iter().filter(|tensor| tensor.role != Role::Bias);
            for (tensor, expected) in weights.zip(expected) {
                let own = &values[tensor.range.clone()];
                let (mean, square) = moments(own);
                let count = own.len() as f64;
                // Five standard errors: s / sqrt(n), and s^2 sqrt(2 / n) of normal draws.
                assert!(
                    mean.abs() < 5.0 * (expected / count).sqrt(),
                    "{scheme:?} {mean}"
                );
                let error = (square / expected - 1.0).abs();
                assert!(
                    error < 5.0 * (2.0 / count).sqrt(),
                    "{scheme:?} {square} {expected}"
                );
                let bound = (3.0 * expected).sqrt() * (1.0 + 1e-6);
                let bounded = own.iter().all(|&weight| f64::from(weight.abs()) <= bound);
                let uniform = distribution == Distribution::Uniform || scheme == Scheme::PyTorch;
                assert_eq!(bounded, uniform, "{scheme:?}");
            }
        }
    }
}

#[test]
fn biases_are_the_offset_or_drawn_around_it() {
    for (scheme, deviation) in [
        (Scheme::He, 0.0),
        (Scheme::Orthogonal, 0.0),
        (Scheme::PyTorch, 1.0),
    ] {
        let initialization = Initialization {
            bias: -0.5,
            ..of(scheme)
        };
        let (tensors, values) = drawn(&initialization, &LAYERS, INPUT);
        let biases = &values[tensors[3].range.clone()];
        let bound = deviation / 1440.0_f64.sqrt();
        let (mean, _) = moments(biases);
        assert!((mean + 0.5).abs() <= bound / 2.0);
        let farthest = biases
            .iter()
            .map(|b| (f64::from(*b) + 0.5).abs())
            .fold(0.0, f64::max);
        assert!(
            farthest <= bound * 1.0001 && farthest >= bound * 0.95,
            "{farthest}"
        );
    }
}

#[test]
fn a_gain_multiplies_the_weights_and_leaves_the_biases() {
    for scheme in [
        Scheme::He,
        Scheme::Xavier,
        Scheme::LeCun,
        Scheme::Orthogonal,
    ] {
        let fourfold = Initialization {
            gain: 4.0,
            bias: 0.25,
            ..of(scheme)
        };
        let single = Initialization {
            gain: 1.0,
            ..fourfold
        };
        let (tensors, once) = drawn(&single, &LAYERS, INPUT);
        let (_, four) = drawn(&fourfold, &LAYERS, INPUT);
        for tensor in tensors {
            let factor = if tensor.role == Role::Bias { 1.0 } else { 4.0 };
            let range = tensor.range.clone();
            for (once, four) in once[range.clone()].iter().zip(&four[range]) {
                // The standard deviations' rounding may show in the last place.
                assert!((factor * once - four).abs() <= 2.0 * f32::EPSILON * four.abs());
            }
        }
    }
}

#[test]
fn the_width_of_one_layer_does_not_change_the_draws_of_another() {
    for scheme in [Scheme::He, Scheme::Rai, Scheme::PyTorch] {
        let last = |filters: &str| {
            let layers = [
                filters,
                "relu",
                "conv 6 3x3",
                "relu",
                "global_average_pool",
                "linear 4",
            ];
            let (tensors, values) = drawn(&of(scheme), &layers, [8, 8, 1]);
            values[tensors[4].range.clone()].to_vec()
        };
        assert_eq!(last("conv 5 3x3"), last("conv 9 3x3"));
    }
}

/// The vectors of an orthogonal draw and the normal vectors it was made of, in f64.
fn orthogonal(inputs: usize, filters: usize) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let layers = ["flatten".to_owned(), format!("linear {filters}")];
    let layers = [layers[0].as_str(), layers[1].as_str()];
    let (tensors, values) = drawn(&of(Scheme::Orthogonal), &layers, [1, inputs, 1]);
    let weights = &values[tensors[0].range.clone()];
    let (count, length) = (inputs.min(filters), inputs.max(filters));
    let entry = |vector: usize, place: usize| {
        let index = if filters <= inputs {
            place * filters + vector
        } else {
            vector * filters + place
        };
        f64::from(weights[index])
    };
    let vectors = (0..count)
        .map(|v| (0..length).map(|p| entry(v, p)).collect())
        .collect();
    let mut generator = streams(3).substream(Stream::Initialization, 0);
    let normal = Normal {
        mean: 0.0,
        standard_deviation: 1.0,
    };
    let mut normals = || (0..length).map(|_| normal.sample(&mut generator)).collect();
    (vectors, (0..count).map(|_| normals()).collect())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn orthogonal_is_the_q_of_a_normal_matrix_whose_r_has_a_positive_diagonal() {
    // As torch.nn.init.orthogonal_ defines it: q times the signs of r's diagonal.
    for (inputs, filters) in [(9, 4), (4, 9), (6, 6), (40, 30)] {
        let (vectors, normals) = orthogonal(inputs, filters);
        for (i, q) in vectors.iter().enumerate() {
            for (j, other) in vectors.iter().enumerate() {
                let expected = f64::from(u8::from(i == j));
                assert!((dot(q, other) - expected).abs() < 3e-7);
            }
            for (j, normal) in normals.iter().enumerate() {
                let r = dot(q, normal);
                match i.cmp(&j) {
                    std::cmp::Ordering::Less => {}
                    std::cmp::Ordering::Equal => assert!(r > 1e-3, "{r}"),
                    std::cmp::Ordering::Greater => assert!(r.abs() < 2e-6, "{r}"),
                }
            }
        }
    }
}

#[test]
fn rai_replaces_one_entry_of_each_filter() {
    let layers = ["flatten", "linear 2000"];
    let (tensors, values) = drawn(&of(Scheme::Rai), &layers, [1, 99, 1]);
    let (_, biases) = (&tensors[0], &values[tensors[1].range.clone()]);
    let weights = &values[tensors[0].range.clone()];
    // Normal entries have the deviation 0.6007 / sqrt(99) = 0.0604: of 198,000, none is above
    // 0.35 but what Beta(2, 1) put there, which is so with probability 1 - 0.35^2.
    let large = |filter: usize| {
        let own = weights.iter().skip(filter).step_by(2000);
        own.chain([&biases[filter]])
            .filter(|&&entry| entry > 0.35)
            .count()
    };
    let counts: Vec<usize> = (0..2000).map(large).collect();
    assert!(counts.iter().all(|&count| count <= 1));
    let share = counts.iter().sum::<usize>() as f64 / 2000.0;
    assert!(
        (share - 0.8775).abs() < 5.0 * (0.8775 * 0.1225 / 2000.0_f64).sqrt(),
        "{share}"
    );
    // A bias is chosen as often as each weight: 20 +- 4.4 of 2,000.
    let chosen = biases.iter().filter(|&&bias| bias > 0.35).count();
    assert!((2..40).contains(&chosen), "{chosen}");
    let small: Vec<f32> = weights
        .iter()
        .copied()
        .filter(|weight| *weight < 0.35)
        .collect();
    let (_, square) = moments(&small);
    assert!(
        (square.sqrt() / 0.0604 - 1.0).abs() < 0.02,
        "{}",
        square.sqrt()
    );
}

#[test]
fn values_out_of_range_are_refused_by_name() {
    let gain = Initialization {
        gain: -1.0,
        ..Initialization::default()
    };
    let problem = gain.check().unwrap_err().to_string();
    assert_eq!(
        problem,
        "initialization.gain = -1: a gain is a finite number, at least 0"
    );
    let bias = Initialization {
        bias: f64::NAN,
        ..Initialization::default()
    };
    let problem = bias.check().unwrap_err().to_string();
    assert_eq!(
        problem,
        "initialization.bias = NaN: a bias is a finite number"
    );
}
