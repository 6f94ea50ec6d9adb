//! Fifty steps of training: the same bits with every instruction set and build, and no heap
//! allocation after the first.

use std::process::Command;

use cnn::architecture::Architecture;
use cnn::initialization::Initialization;
use cnn::network::Network;
use cnn::optimizer::{Optimizer, OptimizerSettings, Sgd};
use cnn::random::{Stream, StreamOffsets, Streams, unit};
use cnn::settings::WeightSettings;
use cnn::weights::Weights;
use tensor::Instructions;

const BATCH: usize = 5;

/// A network on made-up images, with SGD.
struct Training {
    network: Network,
    weights: Weights,
    optimizer: Optimizer,
    batches: Vec<Vec<f32>>,
}

impl Training {
    /// The default network.
    fn new() -> Self {
        Self::of(&Architecture::digits_cnn(), "{}")
    }

    /// Batch norms, a layer that shares no weights, and weights rounded at random.
    fn later() -> Self {
        let layers = [
            "conv 16 3x3",
            "batch_norm",
            "relu",
            "max_pool 2",
            "local 8 3x3",
            "relu",
            "batch_norm",
            "flatten",
            "linear 10",
        ];
        let layers = layers.iter().map(|text| text.parse().unwrap()).collect();
        let weights = r#"{"precision": "bf16", "rounding": "stochastic", "masters": true}"#;
        Self::of(&Architecture(layers), weights)
    }

    fn of(architecture: &Architecture, weights: &str) -> Self {
        let streams = Streams::new(3, StreamOffsets::default());
        let mut network = Network::training(architecture, [8, 8, 1], BATCH).unwrap();
        Initialization::default()
            .apply(&mut network, streams)
            .unwrap();
        let kept: WeightSettings = serde_json::from_str(weights).unwrap();
        let weights = Weights::new(kept, &mut network, streams);
        let settings = OptimizerSettings::Sgd(Sgd {
            momentum: 0.9,
            ..Sgd::default()
        });
        let optimizer = Optimizer::new(&settings, &network).unwrap();
        let mut draws = streams.generator(Stream::Images);
        let mut batch = || (0..BATCH * 64).map(|_| unit(&mut draws) as f32).collect();
        let batches = (0..4).map(|_| batch()).collect();
        Self {
            network,
            weights,
            optimizer,
            batches,
        }
    }

    fn step(&mut self, step: usize) {
        let network = &mut self.network;
        let pixels = &self.batches[step % self.batches.len()];
        network
            .graph
            .values_mut(network.images)
            .copy_from_slice(pixels);
        let labels = network.graph.values_mut(network.labels);
        for (image, label) in labels.iter_mut().enumerate() {
            *label = ((image + step) % 10) as f32;
        }
        network.graph.forward();
        network.graph.update_buffers();
        network.graph.backward(network.loss);
        self.weights
            .step(&mut self.optimizer, &mut network.graph, 0.03);
    }
}

#[test]
fn fifty_steps_give_these_bits() {
    assert_eq!(fifty_steps(Training::new()), "6a3d15019de84183");
    assert_eq!(fifty_steps(Training::later()), "82fd7404943b867f");
}

fn fifty_steps(mut training: Training) -> String {
    for step in 0..50 {
        training.step(step);
    }
    let parameters = training.network.graph.parameters();
    assert!(parameters.iter().all(|value| value.is_finite()));
    let mut hasher = blake3::Hasher::new();
    for value in parameters {
        hasher.update(&value.to_bits().to_le_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// Runs the test above again with each instruction set of this machine.
#[test]
fn every_instruction_set_gives_the_same_bits() {
    for set in Instructions::available() {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "fifty_steps_give_these_bits"])
            .env("MORTALITY_SIMD", set.name())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}: {text}", set.name());
        assert!(text.contains("1 passed"), "{}: {text}", set.name());
    }
}

#[test]
fn an_instruction_set_that_is_none_is_refused() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "fifty_steps_give_these_bits", "--nocapture"])
        .env("MORTALITY_SIMD", "abacus")
        .output()
        .unwrap();
    assert!(!output.status.success());
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    assert!(text.contains("abacus"), "{text}");
}

#[test]
fn no_step_but_the_first_allocates() {
    for mut training in [Training::new(), Training::later()] {
        training.step(0);
        let measured = allocation_counter::measure(|| {
            for step in 1..10 {
                training.step(step);
            }
        });
        assert_eq!(measured.count_total, 0);
    }
}
