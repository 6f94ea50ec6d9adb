use super::{Adam, Optimizer, OptimizerSettings, Sgd};
use crate::parameters::{ParameterTensor, Role};

/// A weight and a bias of these lengths.
fn layout(weights: usize, biases: usize) -> Vec<ParameterTensor> {
    let tensor = |name: &str, role, shape: Vec<usize>, range| ParameterTensor {
        name: name.to_owned(),
        role,
        shape,
        range,
    };
    let flattened = None;
    vec![
        tensor(
            "0.weight",
            Role::Matrix { flattened },
            vec![weights, 1],
            0..weights,
        ),
        tensor(
            "0.bias",
            Role::Bias,
            vec![biases],
            weights..weights + biases,
        ),
    ]
}

fn golden(name: &str) -> Vec<f64> {
    let bytes = include_bytes!("../../golden/optimizers.safetensors");
    let file = safetensors::SafeTensors::deserialize(bytes).unwrap();
    let (words, _) = file.tensor(name).unwrap().data().as_chunks::<8>();
    words.iter().map(|word| f64::from_le_bytes(*word)).collect()
}

#[test]
fn twenty_steps_agree_with_pytorch() {
    let plain = Sgd::default();
    let adam = Adam::default();
    let cases = [
        ("sgd", OptimizerSettings::Sgd(plain)),
        (
            "sgd_decay",
            OptimizerSettings::Sgd(Sgd {
                weight_decay: 0.1,
                ..plain
            }),
        ),
        (
            "momentum",
            OptimizerSettings::Sgd(Sgd {
                momentum: 0.9,
                weight_decay: 0.01,
                ..plain
            }),
        ),
        (
            "nesterov",
            OptimizerSettings::Sgd(Sgd {
                momentum: 0.8,
                nesterov: true,
                ..plain
            }),
        ),
        ("adam", OptimizerSettings::Adam(adam)),
        (
            "adam_decay",
            OptimizerSettings::Adam(Adam {
                beta1: 0.8,
                beta2: 0.95,
                epsilon: 1e-3,
                weight_decay: 0.1,
                decay_biases: true,
            }),
        ),
        (
            "adamw",
            OptimizerSettings::AdamW(Adam {
                weight_decay: 0.2,
                ..adam
            }),
        ),
        (
            "adamw_weights_only",
            OptimizerSettings::AdamW(Adam {
                weight_decay: 0.2,
                epsilon: 1e-6,
                decay_biases: false,
                ..adam
            }),
        ),
        (
            "momentum_weights_only",
            OptimizerSettings::Sgd(Sgd {
                momentum: 0.9,
                weight_decay: 0.1,
                decay_biases: false,
                ..plain
            }),
        ),
    ];
    let gradients = golden("gradients");
    for (name, settings) in cases {
        let mut optimizer = Optimizer::<f64>::over(&settings, &layout(6, 2)).unwrap();
        let mut parameters = golden("start");
        let path = golden(name);
        assert_eq!(path.len(), 160);
        for (step, (gradients, expected)) in gradients.chunks(8).zip(path.chunks(8)).enumerate() {
            let rate = if step < 15 { 0.05 } else { 0.005 };
            optimizer.update(&mut parameters, gradients, rate);
            for (found, expected) in parameters.iter().zip(expected) {
                let error = (found - expected).abs() / expected.abs().max(1.0);
                assert!(
                    error < 1e-14,
                    "{name}, step {step}: {found} instead of {expected}"
                );
            }
        }
        assert_eq!(optimizer.steps(), 20);
    }
}

/// How far one parameter travels, in units of the learning rate times the last direction, once
/// its gradient is 0 for good after `steps` equal gradients.
fn coasting(settings: OptimizerSettings, steps: usize) -> f64 {
    let mut optimizer = Optimizer::<f64>::over(&settings, &layout(1, 1)).unwrap();
    let (mut parameters, rate) = ([0.0, 0.0], 1e-3);
    for _ in 0..steps {
        optimizer.update(&mut parameters, &[-0.5, -0.5], rate);
    }
    let start = parameters[0];
    let momentum = optimizer.first_moments()[0];
    let scale = optimizer
        .second_moments()
        .first()
        .map_or(1.0, |square| square.sqrt());
    for _ in 0..2000 {
        optimizer.update(&mut parameters, &[0.0, 0.0], rate);
    }
    (start - parameters[0]) * scale / (rate * momentum)
}

#[test]
fn a_dead_filter_coasts_as_far_as_the_sums_of_its_optimizer_say() {
    let sgd = |nesterov| {
        OptimizerSettings::Sgd(Sgd {
            momentum: 0.9,
            nesterov,
            ..Sgd::default()
        })
    };
    let adam = |beta2| {
        OptimizerSettings::Adam(Adam {
            beta2,
            epsilon: 1e-300,
            ..Adam::default()
        })
    };
    // mu / (1 - mu); mu^2 / (1 - mu); r / (1 - r) with r = beta1 / sqrt(beta2).
    for (settings, steps, expected) in [
        (sgd(false), 500, 9.0),
        (sgd(true), 500, 8.1),
        (adam(0.999), 20_000, 9.045),
        (adam(0.9), 20_000, 18.487),
    ] {
        let distance = coasting(settings, steps);
        assert!(
            (distance / expected - 1.0).abs() < 1e-4,
            "{distance} instead of {expected}"
        );
    }
    // At the length of a trial Adam's corrections have not converged.
    let early = coasting(adam(0.999), 900);
    assert!((early / 9.045 - 1.0).abs() > 1e-3, "{early}");
}

#[test]
fn momentum_never_reaches_zero_in_f32() {
    let settings = OptimizerSettings::Sgd(Sgd {
        momentum: 0.9,
        ..Sgd::default()
    });
    let mut optimizer = Optimizer::<f32>::over(&settings, &layout(1, 1)).unwrap();
    let mut parameters = [1.0, 1.0];
    optimizer.update(&mut parameters, &[0.25, -0.25], 0.1);
    let mut last_change = 0;
    for step in 1..3000 {
        let before = parameters;
        optimizer.update(&mut parameters, &[0.0, 0.0], 0.1);
        if parameters != before {
            last_change = step;
        }
    }
    let [weight, bias] = optimizer.first_moments() else {
        panic!("two buffers")
    };
    assert_eq!((weight.to_bits(), bias.to_bits()), (4, 4 | 1 << 31));
    // The weight itself stood still long before: its updates rounded away.
    assert!((50..300).contains(&last_change), "{last_change}");
}

#[test]
fn decay_below_half_a_unit_in_the_last_place_freezes_instead_of_shrinking() {
    let start: Vec<f32> = (0..10_000).map(|k| 1.0 + k as f32 / 10_000.0).collect();
    let frozen = |product: f64| {
        let settings = OptimizerSettings::Sgd(Sgd {
            weight_decay: product,
            ..Sgd::default()
        });
        let mut optimizer = Optimizer::<f32>::over(&settings, &layout(10_000, 1)).unwrap();
        let mut parameters = start.clone();
        parameters.push(0.0);
        optimizer.update(&mut parameters, &vec![0.0; 10_001], 1.0);
        start
            .iter()
            .zip(&parameters)
            .filter(|(a, b)| a == b)
            .count()
    };
    assert_eq!(frozen(1e-8), 10_000);
    assert_eq!(frozen(1.0 / f64::from(1 << 25)), 10_000);
    assert_eq!(frozen(1.3e-7), 0);
    // w lambda < 2^-24 up to w = 2^-24 / 5e-8 = 1.192 for mantissas spread evenly over 1 to 2.
    assert!((1900..1950).contains(&frozen(5e-8)), "{}", frozen(5e-8));
}

#[test]
fn constants_out_of_range_are_refused_by_name() {
    let refused = |settings: OptimizerSettings| settings.check().unwrap_err().to_string();
    let sgd = OptimizerSettings::Sgd(Sgd {
        momentum: 1.0,
        ..Sgd::default()
    });
    assert_eq!(
        refused(sgd),
        "optimizer.momentum = 1: must be at least 0 and below 1"
    );
    let adam = OptimizerSettings::Adam(Adam {
        epsilon: -1.0,
        ..Adam::default()
    });
    assert_eq!(
        refused(adam),
        "optimizer.epsilon = -1: must be a finite number, at least 0"
    );
    let nesterov = OptimizerSettings::Sgd(Sgd {
        nesterov: true,
        ..Sgd::default()
    });
    assert!(refused(nesterov).contains("needs a momentum above 0"));
}
