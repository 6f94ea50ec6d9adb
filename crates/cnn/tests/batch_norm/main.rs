//! Networks with batch norms: what trains, what is kept, and what their censuses say.

mod censuses;

use cnn::architecture::Architecture;
use cnn::checkpoint;
use cnn::data::{DataSettings, Images, Pixels, Split, Subset};
use cnn::initialization::Initialization;
use cnn::network::Network;
use cnn::optimizer::{Optimizer, OptimizerSettings};
use cnn::prune::Pruning;
use cnn::random::{StreamOffsets, Streams};
use cnn::settings::TrialSettings;
use cnn::trial;

const IMAGE: [usize; 3] = [8, 8, 1];
const BEFORE: &[&str] = &[
    "conv 8 3x3",
    "batch_norm",
    "relu",
    "max_pool 2",
    "conv 6 3x3",
    "batch_norm",
    "relu",
    "global_average_pool",
    "linear 10",
];
const AFTER: &[&str] = &[
    "batch_norm",
    "conv 8 3x3",
    "relu",
    "batch_norm",
    "conv 6 3x3",
    "relu",
    "global_average_pool",
    "batch_norm",
    "linear 10",
];

fn architecture(layers: &[&str]) -> Architecture {
    Architecture(layers.iter().map(|text| text.parse().unwrap()).collect())
}

/// The first digits, as they are and split.
fn digits(count: usize) -> (Images, Subset) {
    let all = DataSettings::default().load(None).unwrap();
    let pixels = all.pixels[..count * 64].to_vec();
    let labels = all.labels[..count].to_vec();
    let images = Images::new(all.shape, all.classes, pixels, labels).unwrap();
    let split = Split::draw(&images, Streams::new(0, StreamOffsets::default()));
    let [training, _] = split.subsets(&images, Pixels::Raw);
    (images, training)
}

fn settings(layers: &[&str], optimizer: &str, batch_size: usize) -> TrialSettings {
    let text = format!(
        r#"{{"data": {{"set": "digits", "pixels": "raw"}}, "architecture": {}, "optimizer": {optimizer},
            "schedule": {{"learning_rate": 0.1, "epochs": 3, "annealed_epochs": 1,
            "batch_size": {batch_size}}}}}"#,
        serde_json::to_string(layers).unwrap()
    );
    serde_json::from_str(&text).unwrap()
}

const SGD: &str = r#"{"kind": "sgd", "momentum": 0.9}"#;

/// A network at its beginning, and one after some epochs.
fn network(layers: &[&str], batch: usize) -> Network {
    let mut network = Network::training(&architecture(layers), IMAGE, batch).unwrap();
    let streams = Streams::new(2, StreamOffsets::default());
    Initialization::default()
        .apply(&mut network, streams)
        .unwrap();
    network
}

fn step(
    network: &mut Network,
    optimizer: &mut Optimizer,
    set: &Subset,
    start: usize,
    batch: usize,
) {
    network.load(set, start..start + batch).unwrap();
    network.graph.forward();
    network.graph.update_buffers();
    network.graph.backward(network.loss);
    optimizer.step(&mut network.graph, 0.1);
}

fn trained(layers: &[&str], optimizer: &str, set: &Subset) -> Network {
    let mut network = network(layers, 20);
    let settings: OptimizerSettings = serde_json::from_str(optimizer).unwrap();
    let mut optimizer = Optimizer::new(&settings, &network).unwrap();
    for number in 0..30 {
        step(&mut network, &mut optimizer, set, number * 20 % 140, 20);
    }
    network
}

#[test]
fn names_are_pytorchs_and_a_checkpoint_holds_all_that_is_kept() {
    let (_, set) = digits(200);
    let network = trained(AFTER, SGD, &set);
    let names: Vec<&str> = network
        .parameters
        .iter()
        .map(|own| own.name.as_str())
        .collect();
    let norm = [
        "weight",
        "bias",
        "running_mean",
        "running_var",
        "num_batches_tracked",
    ];
    let expected: Vec<String> = [
        norm.map(|name| format!("0.{name}")).to_vec(),
        vec!["1.weight".into(), "1.bias".into()],
        norm.map(|name| format!("3.{name}")).to_vec(),
    ]
    .concat();
    assert_eq!(names[..12], expected);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("step-30.safetensors");
    checkpoint::write(&path, &network.parameters, network.graph.parameters()).unwrap();
    let read = checkpoint::read(&path, &network.parameters).unwrap();
    assert_eq!(read, network.graph.parameters());
    let bytes = std::fs::read(&path).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let count = file.tensor("3.num_batches_tracked").unwrap();
    assert_eq!(
        (count.shape(), count.data()),
        (&[][..], &30_i64.to_le_bytes()[..])
    );
}

/// Neither momentum, decay nor Adam with an epsilon of 0 (0 / 0 of a gradient of 0) moves them.
#[test]
fn an_optimizer_leaves_what_is_kept() {
    let (_, set) = digits(200);
    for text in [
        r#"{"kind": "sgd", "momentum": 0.9, "weight_decay": 0.1}"#,
        r#"{"kind": "adamw", "epsilon": 0.0, "weight_decay": 0.1, "decay_biases": false}"#,
    ] {
        let mut network = network(BEFORE, 20);
        let settings: OptimizerSettings = serde_json::from_str(text).unwrap();
        let mut optimizer = Optimizer::new(&settings, &network).unwrap();
        network.load(&set, 0..20).unwrap();
        network.graph.forward();
        network.graph.update_buffers();
        network.graph.backward(network.loss);
        let before = network.graph.parameters().to_vec();
        optimizer.step(&mut network.graph, 0.1);
        let mut kept = 0;
        for tensor in &network.parameters {
            let same =
                network.graph.parameters()[tensor.range.clone()] == before[tensor.range.clone()];
            assert_eq!(same, !tensor.role.is_trained(), "{}", tensor.name);
            kept += usize::from(same);
        }
        assert_eq!(kept, 6);
    }
}

/// The pre-activation is what leaves the batch norm before an activation.
#[test]
fn layers_know_their_batch_norm() {
    let before = network(BEFORE, 4);
    let norms: Vec<usize> = before
        .layers
        .iter()
        .filter_map(|l| l.norm.clone())
        .map(|n| n[1].len())
        .collect();
    assert_eq!(norms, [8, 6]);
    assert!(
        before
            .layers
            .iter()
            .all(|layer| layer.pre_activation.is_some())
    );
    let after = network(AFTER, 4);
    assert!(after.layers.iter().all(|layer| layer.norm.is_none()));
}

#[test]
fn a_probe_that_takes_a_change_apart_refuses_batch_norms() {
    let (images, _) = digits(200);
    let mut settings = settings(BEFORE, SGD, 32);
    settings.probes = serde_json::from_str(r#"{"deaths": {"deaths": 2, "steps": 3}}"#).unwrap();
    let problem = trial::run(&settings, 0, &images, &mut ())
        .unwrap_err()
        .to_string();
    assert!(problem.contains("probes = batch_norm"), "{problem}");
    settings.probes =
        serde_json::from_str(r#"{"stopped": {"every": 5, "intervals": [1]}}"#).unwrap();
    let record = trial::run(&settings, 0, &images, &mut ()).unwrap();
    let weights = record
        .probes
        .iter()
        .filter(|row| row.quantity == "weights")
        .map(|row| row.value);
    // conv, gamma and beta; all, the output layer with them; nothing that is kept.
    assert_eq!(
        weights.collect::<Vec<_>>(),
        [96.0, 450.0, 96.0 + 450.0 + 70.0]
    );
}

/// Behind its own batch norm a dead filter puts out 0 and can go; behind its activation it cannot.
#[test]
fn pruning_takes_a_batch_norm_along_or_refuses() {
    let (_, set) = digits(200);
    let mut whole = trained(BEFORE, SGD, &set);
    let [_, beta] = whole.layers[0].norm.clone().unwrap();
    for filter in [1, 6] {
        whole.graph.parameters_mut()[beta.start + filter] = -1e3;
    }
    let pruning = Pruning::new(&architecture(BEFORE), IMAGE, &[vec![1, 6], vec![]]).unwrap();
    assert_eq!(pruning.architecture.0[0].to_string(), "conv 6 3x3");
    let mut small = Network::training(&pruning.architecture, IMAGE, 20).unwrap();
    small
        .graph
        .parameters_mut()
        .copy_from_slice(&pruning.of(whole.graph.parameters()));
    let settings: OptimizerSettings = serde_json::from_str(SGD).unwrap();
    let mut optimizer = Optimizer::new(&settings, &whole).unwrap();
    let mut other = optimizer.pruned(&pruning);
    for start in [0, 20, 40] {
        step(&mut whole, &mut optimizer, &set, start, 20);
        step(&mut small, &mut other, &set, start, 20);
        assert_eq!(
            small.graph.values(small.logits),
            whole.graph.values(whole.logits)
        );
        assert_eq!(
            small.graph.parameters(),
            pruning.of(whole.graph.parameters())
        );
    }
    let refused = Pruning::new(&architecture(AFTER), IMAGE, &[vec![1], vec![]]);
    let problem = refused.unwrap_err().to_string();
    assert!(
        problem.contains("layer 1 (conv 8 3x3): a batch norm"),
        "{problem}"
    );
}
