//! Training steps on batches in memory.

use cnn::architecture::Architecture;
use cnn::initialization::Initialization;
use cnn::network::Network;
use cnn::optimizer::{Optimizer, OptimizerSettings, Sgd};
use cnn::random::{StreamOffsets, Streams};

/// A network with its optimizer and a few batches.
pub struct Training {
    network: Network,
    optimizer: Optimizer,
    batches: Vec<(Vec<f32>, Vec<f32>)>,
    steps: usize,
}

impl Training {
    /// A new network, for batches of so many images.
    pub fn new(architecture: &Architecture, image: [usize; 3], batch: usize) -> Self {
        let mut network = Network::training(architecture, image, batch).expect("a network");
        let streams = Streams::new(0, StreamOffsets::default());
        Initialization::default()
            .apply(&mut network, streams)
            .expect("an initialization");
        let settings = OptimizerSettings::Sgd(Sgd {
            momentum: 0.9,
            ..Sgd::default()
        });
        let optimizer = Optimizer::new(&settings, &network).expect("an optimizer");
        let pixels = image.iter().product::<usize>();
        // Blurred blobs, different ones for each class, as digits are: neither noise nor empty.
        let batches = (0..8)
            .map(|index| {
                let labels: Vec<f32> = (0..batch).map(|n| ((n * 7 + index) % 10) as f32).collect();
                let pixel = |n: usize, at: usize| {
                    let phase = labels[n] * 0.61 + (n * 31 + index * 17) as f32 * 0.013;
                    let wave = ((at as f32) * 0.37 + phase * 9.0).rem_euclid(6.0) - 3.0;
                    (1.0 - wave.abs()).max(0.0)
                };
                let images = (0..batch * pixels)
                    .map(|at| pixel(at / pixels, at % pixels))
                    .collect();
                (images, labels)
            })
            .collect();
        Self {
            network,
            optimizer,
            batches,
            steps: 0,
        }
    }

    /// One step of training.
    pub fn step(&mut self) {
        let (images, labels) = &self.batches[self.steps % self.batches.len()];
        self.steps += 1;
        let network = &mut self.network;
        network
            .graph
            .values_mut(network.images)
            .copy_from_slice(images);
        network
            .graph
            .values_mut(network.labels)
            .copy_from_slice(labels);
        network.graph.forward();
        network.graph.update_buffers();
        network.graph.backward(network.loss);
        self.optimizer.step(&mut network.graph, 0.01);
    }
}
