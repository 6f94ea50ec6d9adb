//! A census of one's own network: which filters are silent or dead, on images of one's own.
//! `cargo run --release -p cnn --example census -- weights.safetensors`
//!
//! The file is what `safetensors.torch.save_file(network.state_dict(), ...)` writes of a PyTorch
//! `Sequential` of the layers below; without one the weights are drawn here.

use cnn::CnnError;
use cnn::architecture::Architecture;
use cnn::census::Observatory;
use cnn::checkpoint;
use cnn::data::{Images, Pixels, Split};
use cnn::initialization::Initialization;
use cnn::random::{StreamOffsets, Streams};

/// Images of one's own: (height, width, channels), pixels in [0, 1], a label each.
fn images() -> Result<Images, CnnError> {
    let shape = [12, 12, 1];
    // Slanted stripes, of three slants.
    let stripe = |index: usize| {
        let (image, row, column) = (index / 144, index / 12 % 12, index % 12);
        let phase = image / 3 + row * (image % 3) + column;
        f32::from(u8::from(phase % 4 < 2))
    };
    let pixels = (0..300 * 144).map(stripe).collect();
    Images::new(shape, 3, pixels, (0..300).map(|image| image % 3).collect())
}

fn main() -> Result<(), CnnError> {
    census(std::env::args().nth(1))
}

fn census(weights: Option<String>) -> Result<(), CnnError> {
    let layers = [
        "conv 8 3x3",
        "relu",
        "conv 12 3x3 stride 2",
        "hard_swish",
        "global_average_pool",
        "linear 3",
    ];
    let layers = layers.iter().map(|text| text.parse());
    let architecture = Architecture(layers.collect::<Result<_, _>>()?);
    let images = images()?;
    let streams = Streams::new(0, StreamOffsets::default());
    let [training, _] = Split::draw(&images, streams).subsets(&images, Pixels::Raw);

    let tensors = architecture.parameters(images.shape)?;
    let weights = if let Some(path) = weights {
        checkpoint::read(path.as_ref(), &tensors)?
    } else {
        let mut weights = vec![0.0; tensors.last().map_or(0, |tensor| tensor.range.end)];
        // Large weights and biases far below 0, so that there is something to see.
        let low = Initialization {
            gain: 3.0,
            bias: -4.0,
            ..Initialization::default()
        };
        low.fill(&tensors, streams, &mut weights);
        weights
    };

    let mut observatory = Observatory::new(&architecture, images.shape)?;
    let census = observatory.take(&weights, &training, 0)?;
    println!("{:?}: loss {:.3}", census.outcome, census.loss);
    for (number, layer) in census.layers.iter().enumerate() {
        println!("layer {}: {} filters", number + 1, layer.filters());
        for filter in (0..layer.filters()).filter(|&filter| layer.is_silent(filter)) {
            // Silent: never above 0. Dead: the derivative is exactly 0, besides; that of hard swish
            // only from -3 down.
            let largest = layer.largest[filter];
            let state = if layer.is_dead(filter) {
                "dead"
            } else {
                "silent, but not dead"
            };
            println!("  filter {filter} is {state}: its largest pre-activation is {largest:.2}");
        }
    }
    Ok(())
}

#[test]
fn runs() {
    census(None).unwrap();
}
