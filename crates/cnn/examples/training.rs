//! A training loop on the digits, with nothing hidden:
//! `cargo run --release -p cnn --example training -- 0.1` (the learning rate).

use cnn::CnnError;
use cnn::architecture::Architecture;
use cnn::census::{LayerCensus, Observatory};
use cnn::data::{DataSettings, Split};
use cnn::initialization::Initialization;
use cnn::network::Network;
use cnn::optimizer::{Optimizer, OptimizerSettings, Sgd};
use cnn::random::{Stream, StreamOffsets, Streams, shuffle};

const BATCH: usize = 32;

fn main() -> Result<(), CnnError> {
    let given = std::env::args().nth(1).and_then(|rate| rate.parse().ok());
    let learning_rate = given.unwrap_or(0.2);

    // One seed, a stream for each purpose: another order of batches leaves the initial weights.
    let streams = Streams::new(0, StreamOffsets::default());
    let data = DataSettings::default();
    let images = data.load(None)?;
    let [training, held_out] = Split::draw(&images, streams).subsets(&images, data.pixels);

    let layers = ["conv 16 3x3", "relu", "max_pool 2", "conv 32 3x3", "relu"];
    let layers = layers.iter().chain(&["global_average_pool", "linear 10"]);
    let architecture = Architecture(layers.map(|text| text.parse()).collect::<Result<_, _>>()?);
    let mut network = Network::training(&architecture, images.shape, BATCH)?;
    Initialization::default().apply(&mut network, streams)?;
    let momentum = OptimizerSettings::Sgd(Sgd {
        momentum: 0.9,
        ..Sgd::default()
    });
    let mut optimizer = Optimizer::new(&momentum, &network)?;
    // A network of its own, which only reads the weights.
    let mut observatory = Observatory::new(&architecture, images.shape)?;

    let mut order: Vec<usize> = (0..training.len()).collect();
    for epoch in 1..=10 {
        shuffle(&mut order, &mut streams.substream(Stream::Batches, epoch));
        for batch in order.chunks(BATCH) {
            network.load(&training, batch.iter().copied())?;
            network.graph.forward();
            // What batch norms keep; nothing without any.
            network.graph.update_buffers();
            network.graph.backward(network.loss);
            optimizer.step(&mut network.graph, learning_rate);
        }
        let weights = network.graph.parameters();
        let right = 100.0 * observatory.take(weights, &held_out, 0)?.accuracy;
        // Dead is what gets no gradient from any training image, so these are asked.
        let census = observatory.take(weights, &training, 0)?;
        let dead: usize = census.layers.iter().map(LayerCensus::count_dead).sum();
        let loss = census.loss;
        println!(
            "epoch {epoch}: loss {loss:.3}, {right:.1}% of the held-out images right, {dead} of 48 filters dead"
        );
    }
    Ok(())
}

#[test]
fn runs() {
    main().unwrap();
}
