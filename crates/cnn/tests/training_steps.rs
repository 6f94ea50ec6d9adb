//! Fifty steps of training: the same bits with every instruction set and build, and no heap
//! allocation after the first.

use std::process::Command;

use cnn::architecture::Architecture;
use cnn::initialization::Initialization;
use cnn::network::Network;
use cnn::optimizer::{Optimizer, OptimizerSettings, Sgd};
use cnn::random::{Stream, StreamOffsets, Streams, unit};
use tensor::Instructions;

const BATCH: usize = 5;

/// The default network on made-up images, with SGD.
struct Training {
    network: Network,
    optimizer: Optimizer,
    batches: Vec<Vec<f32>>,
}

impl Training {
    fn new() -> Self {
        let streams = Streams::new(3, StreamOffsets::default());
        let mut network = Network::training(&Architecture::digits_cnn(), [8, 8, 1], BATCH).unwrap();
        Initialization::default()
            .apply(&mut network, streams)
            .unwrap();
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
        network.graph.backward(network.loss);
        self.optimizer.step(&mut network.graph, 0.03);
    }
}

#[test]
fn fifty_steps_give_these_bits() {
    let mut training = Training::new();
    for step in 0..50 {
        training.step(step);
    }
    let parameters = training.network.graph.parameters();
    assert!(parameters.iter().all(|value| value.is_finite()));
    let mut hasher = blake3::Hasher::new();
    for value in parameters {
        hasher.update(&value.to_bits().to_le_bytes());
    }
    let digest = hasher.finalize().to_hex();
    assert_eq!(&digest[..16], "6a3d15019de84183");
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
    let mut training = Training::new();
    training.step(0);
    let measured = allocation_counter::measure(|| {
        for step in 1..10 {
            training.step(step);
        }
    });
    assert_eq!(measured.count_total, 0);
}
