use super::*;
use crate::initialization::Initialization;
use crate::network::Network;
use crate::optimizer::{Optimizer, OptimizerSettings};
use crate::random::{Stream, StreamOffsets, Streams, unit};

const IMAGE: [usize; 3] = [8, 8, 1];
const BATCH: usize = 8;

fn architecture(layers: &str) -> Architecture {
    serde_json::from_str(layers).unwrap()
}

/// A network with random weights whose filters `removed` are dead: their biases are far below 0.
fn network(architecture: &Architecture, removed: &[Vec<usize>]) -> Network {
    let mut network = Network::training(architecture, IMAGE, BATCH).unwrap();
    let streams = Streams::new(3, StreamOffsets::default());
    Initialization::default()
        .apply(&mut network, streams)
        .unwrap();
    for (layer, removed) in network.layers.iter().zip(removed) {
        for filter in removed {
            network.graph.parameters_mut()[layer.bias.start + filter] = -100.0;
        }
    }
    network
}

/// One step on a batch of random images; the logits and the loss before it.
fn step(network: &mut Network, optimizer: &mut Optimizer, number: u64) -> Vec<f32> {
    let streams = Streams::new(number, StreamOffsets::default());
    let mut generator = streams.generator(Stream::Images);
    let graph = &mut network.graph;
    for pixel in graph.values_mut(network.images) {
        *pixel = unit(&mut generator) as f32;
    }
    for (image, label) in graph.values_mut(network.labels).iter_mut().enumerate() {
        *label = (image % 3) as f32;
    }
    graph.forward();
    graph.backward(network.loss);
    let mut said = graph.values(network.logits).to_vec();
    said.extend(graph.values(network.loss));
    optimizer.step(graph, 0.1);
    said
}

/// Trains the whole network for ten steps, prunes it, trains both for ten more and compares every
/// number: logits, loss and all parameters that stay.
fn training_goes_on(layers: &str, removed: &[Vec<usize>], optimizer: &str) {
    let architecture = architecture(layers);
    let settings: OptimizerSettings = serde_json::from_str(optimizer).unwrap();
    let mut whole = network(&architecture, removed);
    let mut optimizer = Optimizer::new(&settings, &whole).unwrap();
    for number in 0..10 {
        step(&mut whole, &mut optimizer, number);
    }
    let pruning = Pruning::new(&architecture, IMAGE, removed).unwrap();
    let mut small = Network::training(&pruning.architecture, IMAGE, BATCH).unwrap();
    assert_eq!(small.parameters, pruning.parameters);
    let left = pruning.of(whole.graph.parameters());
    assert!(left.len() < whole.graph.parameters().len());
    small.graph.parameters_mut().copy_from_slice(&left);
    let mut small_optimizer = optimizer.pruned(&pruning);
    for number in 10..20 {
        let said = step(&mut whole, &mut optimizer, number);
        assert_eq!(said, step(&mut small, &mut small_optimizer, number));
        let left = pruning.of(whole.graph.parameters());
        assert_eq!(small.graph.parameters(), left, "after step {number}");
    }
}

const CHAIN: &str = r#"["conv 16 3x3", "relu", "conv 32 3x3", "relu", "max_pool 2", "conv 32 3x3",
    "relu", "global_average_pool", "linear 3"]"#;
const FLATTENED: &str = r#"["conv 9 3x3 stride 2", "max_pool 2", "relu", "conv 20 3x3", "relu",
    "flatten", "linear 40", "relu", "linear 3"]"#;
const BLOCK: &str = r#"["conv 8 3x3", "relu", {"residual": ["conv 24 3x3", "relu", "conv 8 3x3"]},
    "relu", "conv 12 3x3", "relu", "average_pool 2", "flatten", "linear 3"]"#;
const SGD: &str = r#"{"kind": "sgd", "momentum": 0.9, "weight_decay": 1e-3}"#;
const ADAM: &str = r#"{"kind": "adam"}"#;

#[test]
fn a_dead_filter_is_missed_by_no_bit() {
    let some = [vec![0, 7, 15], (5..30).collect(), vec![31]];
    for optimizer in [SGD, ADAM] {
        training_goes_on(CHAIN, &some, optimizer);
        training_goes_on(FLATTENED, &[vec![4], vec![0, 19], vec![3, 2]], optimizer);
        training_goes_on(
            BLOCK,
            &[vec![], vec![1, 23], vec![], vec![11, 0]],
            optimizer,
        );
    }
}

/// The test above would fail if the wrong filters went.
#[test]
fn a_living_filter_is_missed() {
    let architecture = architecture(CHAIN);
    let settings: OptimizerSettings = serde_json::from_str(ADAM).unwrap();
    let mut whole = network(&architecture, &[]);
    let pruning = Pruning::new(&architecture, IMAGE, &[vec![2], vec![], vec![]]).unwrap();
    let mut small = Network::training(&pruning.architecture, IMAGE, BATCH).unwrap();
    let left = pruning.of(whole.graph.parameters());
    small.graph.parameters_mut().copy_from_slice(&left);
    let mut optimizer = Optimizer::new(&settings, &whole).unwrap();
    let mut other = optimizer.pruned(&pruning);
    assert_ne!(
        step(&mut whole, &mut optimizer, 0),
        step(&mut small, &mut other, 0)
    );
}

#[test]
fn slopes_go_with_their_filters() {
    let layers = r#"["conv 4 3x3", "prelu", "global_average_pool", "linear 3"]"#;
    let pruning = Pruning::new(&architecture(layers), IMAGE, &[vec![1]]).unwrap();
    let shapes: Vec<_> = pruning
        .parameters
        .iter()
        .map(|own| &own.shape[..])
        .collect();
    assert_eq!(shapes, [&[3, 3, 1, 3][..], &[3], &[3], &[3, 3], &[3]]);
    let numbers: Vec<usize> = (0..36 + 4 + 4 + 12 + 3).collect();
    let left = pruning.of(&numbers);
    assert_eq!(left[..3], [0, 2, 3]);
    // Biases, slopes, rows of the matrix.
    assert_eq!(left[27..36], [36, 38, 39, 40, 42, 43, 44, 45, 46]);
    assert_eq!(left[36..], [50, 51, 52, 53, 54, 55, 56, 57, 58]);
}

#[test]
fn what_cannot_go_is_refused() {
    let refused = |layers: &str, removed: &[Vec<usize>]| {
        let error = Pruning::new(&architecture(layers), IMAGE, removed).unwrap_err();
        error.to_string()
    };
    let error = refused(BLOCK, &[vec![3], vec![], vec![], vec![]]);
    assert!(
        error.contains("layer 0 ") && error.contains("residual"),
        "{error}"
    );
    let error = refused(BLOCK, &[vec![], vec![], vec![3], vec![]]);
    assert!(
        error.contains("layer 2.2 ") && error.contains("residual"),
        "{error}"
    );
    assert!(refused(CHAIN, &[vec![16], vec![], vec![]]).contains("16 filters"));
    assert!(refused(CHAIN, &[(0..16).collect(), vec![], vec![]]).contains("at least one"));
    assert!(refused(CHAIN, &[vec![0]]).contains("3 layers"));
    let logits = r#"["conv 4 3x3", "relu", "global_average_pool", "linear 3", "relu"]"#;
    assert!(refused(logits, &[vec![], vec![1]]).contains("output"));
}
