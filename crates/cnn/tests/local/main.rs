//! Networks with locally connected layers, whose filters are units.

mod limits;

use cnn::architecture::Architecture;
use cnn::census::Observatory;
use cnn::checkpoint;
use cnn::data::{DataSettings, Images, Pixels, Split, Subset};
use cnn::initialization::{Initialization, Scheme};
use cnn::network::Network;
use cnn::random::{StreamOffsets, Streams};
use cnn::settings::TrialSettings;
use cnn::trial;

const IMAGE: [usize; 3] = [8, 8, 1];
const LAYERS: &[&str] = &[
    "conv 5 3x3",
    "relu",
    "max_pool 2",
    "local 6 3x3",
    "batch_norm",
    "relu",
    "conv 4 3x3",
    "relu",
    "flatten",
    "linear 10",
];
const PLAIN: &[&str] = &[
    "local 3 3x3 stride 2",
    "relu",
    "local 2 3x3 padding 0",
    "relu",
    "flatten",
    "linear 10",
];

fn architecture(layers: &[&str]) -> Architecture {
    Architecture(layers.iter().map(|text| text.parse().unwrap()).collect())
}

fn streams() -> Streams {
    Streams::new(2, StreamOffsets::default())
}

fn digits(count: usize) -> (Images, Subset) {
    let all = DataSettings::default().load(None).unwrap();
    let pixels = all.pixels[..count * 64].to_vec();
    let labels = all.labels[..count].to_vec();
    let images = Images::new(all.shape, all.classes, pixels, labels).unwrap();
    let [training, _] = Split::draw(&images, streams()).subsets(&images, Pixels::Raw);
    (images, training)
}

fn settings(layers: &[&str], rate: f64) -> TrialSettings {
    let text = format!(
        r#"{{"data": {{"set": "digits", "pixels": "raw"}}, "architecture": {}, "optimizer": {{"kind": "sgd"}},
            "schedule": {{"learning_rate": {rate}, "epochs": 6, "annealed_epochs": 1}}}}"#,
        serde_json::to_string(layers).unwrap()
    );
    serde_json::from_str(&text).unwrap()
}

fn network(layers: &[&str], batch: usize) -> Network {
    let mut network = Network::training(&architecture(layers), IMAGE, batch).unwrap();
    Initialization::default()
        .apply(&mut network, streams())
        .unwrap();
    network
}

/// Every weight and the bias of a unit move the pre-activation of that unit alone.
#[test]
fn a_filter_is_what_has_its_own_weights() {
    let (_, set) = digits(60);
    let layers = architecture(PLAIN);
    let mut network = Network::observing(&layers, IMAGE, 4).unwrap();
    Initialization::default()
        .apply(&mut network, streams())
        .unwrap();
    network.load(&set, 0..4).unwrap();
    network.graph.forward();
    let layer = network.layers[1].clone();
    assert_eq!(
        (layer.name.as_str(), layer.filters, layer.channels),
        ("local2", 8, 2)
    );
    assert_eq!((layer.positions, layer.fan_in()), (1, 27));
    let x = layer.pre_activation.unwrap();
    let before = network.graph.values(x).to_vec();
    let numbers: Vec<f32> = (0..network.graph.parameters().len())
        .map(|place| place as f32)
        .collect();
    for filter in 0..8 {
        let own = layer
            .of_filter(filter, &numbers[layer.weight.clone()])
            .map(|place| *place as usize);
        let mut places: Vec<usize> = own.collect();
        assert_eq!(places.len(), 27);
        places.push(layer.bias.start + filter);
        let saved = network.graph.parameters().to_vec();
        for place in places {
            network.graph.parameters_mut()[place] += 1.0;
        }
        network.graph.forward();
        let moved = network.graph.values(x).iter().zip(&before).enumerate();
        for (unit, (now, before)) in moved {
            assert_eq!(
                now != before,
                unit % 8 == filter,
                "filter {filter}, unit {unit}"
            );
        }
        network.graph.parameters_mut().copy_from_slice(&saved);
    }
}

#[test]
fn a_census_asks_every_unit() {
    let (_, set) = digits(100);
    for layers in [LAYERS, PLAIN] {
        let parameters = network(layers, 2).graph.parameters().to_vec();
        let layers = architecture(layers);
        let mut observatory = Observatory::new(&layers, IMAGE).unwrap();
        let census = observatory.take(&parameters, &set, 0).unwrap();
        let mut one = Network::observing(&layers, IMAGE, 1).unwrap();
        one.graph.parameters_mut().copy_from_slice(&parameters);
        let mut expected: Vec<Vec<(f32, u64)>> = one
            .layers
            .iter()
            .map(|layer| vec![(f32::NEG_INFINITY, 0); layer.filters])
            .collect();
        for image in 0..set.len() {
            one.load(&set, std::iter::once(image)).unwrap();
            one.graph.forward();
            for (layer, expected) in one.layers.iter().zip(&mut expected) {
                let z = one.graph.values(layer.pre_activation.unwrap());
                for (filter, (largest, images)) in expected.iter_mut().enumerate() {
                    let own = z.iter().skip(filter).step_by(layer.filters);
                    let own = own.fold(f32::NEG_INFINITY, |largest, &z| largest.max(z));
                    *largest = largest.max(own);
                    *images += u64::from(own > 0.0);
                }
            }
        }
        for (counts, expected) in census.layers.iter().zip(&expected) {
            let found: Vec<(f32, u64)> = counts
                .largest
                .iter()
                .copied()
                .zip(counts.active_images.iter().copied())
                .collect();
            assert_eq!(&found, expected);
        }
    }
}

/// Dead implies a gradient of 0, unit by unit, as the trackers of a trial see it.
#[test]
fn dead_units_get_no_gradient() {
    let (images, _) = digits(400);
    let mut dead_steps = 0;
    for seed in 0..3 {
        let record = trial::run(&settings(PLAIN, 1.0), seed, &images, &mut ()).unwrap();
        assert_eq!(record.filters.len(), 4 * 4 * 3 + 2 * 2 * 2);
        assert_eq!(record.trial.dead_steps_with_gradient, 0);
        dead_steps += record.trial.dead_steps;
        let rows = record.censuses.iter().filter(|row| row.layer == 0);
        assert!(
            rows.into_iter()
                .all(|row| row.filters == 48 && row.units == 48)
        );
    }
    assert!(dead_steps > 100, "{dead_steps}");
}

#[test]
fn a_checkpoint_has_a_kernel_for_each_position() {
    let mut network = network(PLAIN, 2);
    let biases = network.parameters[1].range.clone();
    for (number, bias) in network.graph.parameters_mut()[biases]
        .iter_mut()
        .enumerate()
    {
        *bias = number as f32;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("step-0.safetensors");
    checkpoint::write(&path, &network.parameters, network.graph.parameters()).unwrap();
    let read = checkpoint::read(&path, &network.parameters).unwrap();
    assert_eq!(read, network.graph.parameters());
    let bytes = std::fs::read(&path).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let weight = file.tensor("2.weight").unwrap();
    assert_eq!(weight.shape(), [2, 2, 2, 3, 3, 3]);
    // The last position, filter 1, channel 2, row 0, column 1.
    let at = (((3 * 2 + 1) * 3 + 2) * 3) * 3 + 1;
    let ours = (((3 * 3) * 3 + 1) * 3 + 2) * 2 + 1;
    let own = &network.graph.parameters()[network.parameters[2].range.clone()];
    assert_eq!(weight.data()[4 * at..4 * at + 4], own[ours].to_le_bytes());
    let bias = file.tensor("0.bias").unwrap();
    assert_eq!(bias.shape(), [4, 4, 3]);
    let own = &network.graph.parameters()[network.parameters[1].range.clone()];
    assert_eq!(bias.data()[4 * 7..4 * 8], own[7].to_le_bytes());
}

#[test]
fn each_position_is_drawn_as_a_convolution() {
    let local = architecture(&["local 6 3x3", "relu", "flatten", "linear 10"]);
    let conv = architecture(&["conv 6 3x3", "relu", "flatten", "linear 10"]);
    for scheme in [Scheme::He, Scheme::Orthogonal, Scheme::PyTorch, Scheme::Rai] {
        let initialization = Initialization {
            scheme,
            ..Initialization::default()
        };
        let mut drawn = [&local, &conv].map(|layers| {
            let mut network = Network::training(layers, IMAGE, 1).unwrap();
            initialization.apply(&mut network, streams()).unwrap();
            network
        });
        let [local, conv] = &mut drawn;
        let of = |network: &Network, tensor: usize| {
            network.graph.parameters()[network.parameters[tensor].range.clone()].to_vec()
        };
        let (weight, kernel) = (of(local, 0), of(conv, 0));
        // RAI then replaces a weight of each filter, when all are drawn.
        if scheme != Scheme::Rai {
            assert_eq!(weight[..54], kernel);
        }
        assert_ne!(weight[54..108], kernel);
        let mean = |squares: &[f32]| {
            squares
                .iter()
                .map(|w| f64::from(*w) * f64::from(*w))
                .sum::<f64>()
                / squares.len() as f64
        };
        if scheme == Scheme::He {
            // 3,456 draws: the variance is within 5 standard deviations of 2.4%.
            assert!(
                (mean(&weight) * 9.0 / 2.0 - 1.0).abs() < 0.12,
                "{}",
                mean(&weight)
            );
        }
        assert_eq!(of(local, 2), of(conv, 2), "the next layer");
        if scheme == Scheme::PyTorch {
            let biases = of(local, 1);
            assert!(biases[..6] != biases[6..12] && biases.iter().all(|b| b.abs() <= 1.0 / 3.0));
        }
    }
}
