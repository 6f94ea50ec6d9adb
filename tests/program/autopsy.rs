//! `mortality autopsy` and `mortality prune` on checkpoints of a trial, and on files that they
//! have to refuse.

use std::fs;

use cnn::network::Network;
use cnn::prune::Pruning;
use cnn::settings::TrialSettings;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::Value;

use crate::place::Place;

/// A network of which a third dies, saved at every tenth of 100 steps.
fn trial(place: &Place) {
    place.succeed(&[
        "trial",
        "learning-rate",
        "0",
        "--set",
        r#"architecture=["conv 16 3x3", "relu", "max_pool 2", "conv 16 3x3", "relu", "flatten", "linear 24", "relu", "linear 10"]"#,
        "--set",
        "schedule.learning_rate=0.5",
        "--set",
        "schedule.epochs=4",
        "--set",
        "schedule.annealed_epochs=1",
        "--set",
        "optimizer.momentum=0.0",
        "--save-every",
        "30",
        "--out",
        "run",
    ]);
}

fn asked(place: &Place) -> Value {
    let answer = place.succeed(&["autopsy", "run", "--json"]);
    let of_checkpoints = place.succeed(&["autopsy", "run/checkpoints", "--json"]);
    assert_eq!(
        answer, of_checkpoints,
        "what else a trial writes is no matter"
    );
    serde_json::from_str(&answer).unwrap()
}

/// The dead filters of each layer that has an activation.
fn dead(answer: &Value) -> Vec<Vec<usize>> {
    let hidden = answer["layers"].as_array().unwrap().iter();
    let hidden = hidden.filter(|layer| layer["is_output"] == false);
    hidden
        .map(|layer| {
            let units = layer["units"].as_array().unwrap().iter();
            let dead = units.filter(|unit| unit["verdict"] == "dead");
            dead.map(|unit| unit["unit"].as_u64().unwrap() as usize)
                .collect()
        })
        .collect()
}

/// What the two ways to prune leave is the same file, and the same network: the program's, which
/// knows only files, and the crate's, which knows the architecture.
#[test]
fn a_pruned_trial_answers_as_before() {
    let place = Place::new();
    trial(&place);
    let dead = dead(&asked(&place));
    let count: usize = dead.iter().map(Vec::len).sum();
    assert!(count >= 3, "{dead:?}");
    let last = "run/checkpoints/step-180.safetensors";
    let said = place.succeed(&[
        "prune",
        last,
        "--using",
        "run/checkpoints",
        "--out",
        "small.safetensors",
    ]);
    assert!(said.contains("bytes of weights before"), "{said}");
    let (before, after) = (
        fs::read(place.path(last)).unwrap(),
        fs::read(place.path("small.safetensors")).unwrap(),
    );
    assert!(after.len() < before.len());

    let trial: Value =
        serde_json::from_slice(&fs::read(place.path("run/trial.json")).unwrap()).unwrap();
    let settings: TrialSettings = serde_json::from_value(trial["settings"].clone()).unwrap();
    let pruning = Pruning::new(&settings.architecture, [8, 8, 1], &dead).unwrap();
    let whole = settings.architecture.parameters([8, 8, 1]).unwrap();
    let values = cnn::checkpoint::read(&place.path(last), &whole).unwrap();
    let small =
        cnn::checkpoint::read(&place.path("small.safetensors"), &pruning.parameters).unwrap();
    assert_eq!(small, pruning.of(&values));

    // Logits of the training images, to the bit.
    let images = fs::read(place.path("run/data.safetensors")).unwrap();
    let images = safetensors::SafeTensors::deserialize(&images).unwrap();
    let images = images.tensor("training.images").unwrap();
    let pixels: Vec<f32> = images
        .data()
        .as_chunks::<4>()
        .0
        .iter()
        .map(|word| f32::from_le_bytes(*word))
        .collect();
    let logits = |architecture, parameters: &[f32]| {
        let batch = images.shape()[0];
        let mut network = Network::observing(architecture, [8, 8, 1], batch).unwrap();
        network.graph.parameters_mut().copy_from_slice(parameters);
        network
            .graph
            .values_mut(network.images)
            .copy_from_slice(&pixels);
        network.graph.forward();
        network.graph.values(network.logits).to_vec()
    };
    assert_eq!(
        logits(&settings.architecture, &values),
        logits(&pruning.architecture, &small)
    );
}

/// Four files of a chain of linear layers whose unit 1 is dead, with these names; eight units read
/// it, so that its silence is seen.
pub fn save(place: &Place, folder: &str, [first, second, third]: [&str; 3]) {
    fs::create_dir(place.path(folder)).unwrap();
    for step in 0..4_u8 {
        let value = |index: usize, still: bool| {
            let time = if still { 0.0 } else { f32::from(step) };
            (0.1 + 0.01 * (index as f32 + time * (1.0 + index as f32 % 3.0))).to_le_bytes()
        };
        let bytes = |count: usize, still: &dyn Fn(usize) -> bool| -> Vec<u8> {
            (0..count)
                .flat_map(|index| value(index, still(index)))
                .collect()
        };
        let tensors = [
            (
                format!("{first}.weight"),
                [8, 3],
                bytes(24, &|index| index / 3 == 1),
            ),
            (
                format!("{second}.weight"),
                [8, 8],
                bytes(64, &|index| index % 8 == 1),
            ),
            (format!("{third}.weight"), [2, 8], bytes(16, &|_| false)),
        ];
        let views = tensors.iter().map(|(name, shape, bytes)| {
            (
                name,
                TensorView::new(Dtype::F32, shape.to_vec(), bytes).unwrap(),
            )
        });
        let path = place.path(folder).join(format!("step-{step}.safetensors"));
        fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
    }
}

pub fn refused(place: &Place, arguments: &[&str], words: &[&str]) {
    let said = place.refuse(arguments);
    for word in words {
        assert!(
            said.contains(word),
            "{arguments:?} says nothing of {word:?}: {said}"
        );
    }
}

#[test]
fn what_cannot_be_pruned_safely_is_refused() {
    let place = Place::new();
    save(&place, "chain", ["0", "2", "4"]);
    save(
        &place,
        "branch",
        ["layer1.0.conv1", "layer1.0.shortcut", "head"],
    );
    let prune = |checkpoint, using, out| ["prune", checkpoint, "--using", using, "--out", out];
    let last = "chain/step-3.safetensors";
    refused(
        &place,
        &prune("branch/step-3.safetensors", "branch", "o.safetensors"),
        &["branch/step-3", "residual"],
    );
    refused(
        &place,
        &prune("absent.safetensors", "chain", "o.safetensors"),
        &["absent.safetensors", "No such file"],
    );
    refused(
        &place,
        &prune(last, last, "o.safetensors"),
        &[last, "two or more"],
    );
    refused(
        &place,
        &prune(last, "chain", "o.pt"),
        &["o.pt", "safetensors"],
    );
    refused(
        &place,
        &prune(last, "chain", "chain/step-0.safetensors"),
        &["step-0", "another name"],
    );
    refused(
        &place,
        &prune(last, "chain", "none/o.safetensors"),
        &["none/o.safetensors", "write"],
    );
    refused(
        &place,
        &prune("branch/step-3.safetensors", "chain", "o.safetensors"),
        &["branch/step-3", "`0.weight`"],
    );
    assert!(!place.path("o.safetensors").exists());
    let said = place.succeed(&prune(last, "chain", "o.safetensors"));
    assert!(
        said.contains("0: 8 units before, 7 after")
            && said.contains("416 bytes of weights before, 372 after"),
        "{said}"
    );
}

#[test]
fn files_that_cannot_be_read_are_refused() {
    let place = Place::new();
    save(&place, "chain", ["0", "2", "4"]);
    save(&place, "other", ["0", "2", "5"]);
    let good = "chain/step-3.safetensors";
    let whole = fs::read(place.path(good)).unwrap();
    let write = |name: &'static str, bytes: &[u8]| {
        fs::write(place.path(name), bytes).unwrap();
        name
    };
    let executes = b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R.";
    let cases = [
        (
            write("cut-5.safetensors", &whole[..whole.len() - 5]),
            "cut short",
        ),
        (write("head-5.safetensors", &whole[..30]), "cut short"),
        (
            write(
                "vast-5.safetensors",
                &[&[0x7f; 8], b"{".as_slice()].concat(),
            ),
            "100 MB",
        ),
        (write("pickle-5.pt", executes), "no tensors"),
        (write("epoch-5.h5", b"\x89HDF\r\n\x1a\n"), "cut short"),
        (write("epoch-5.onnx", b"\x08"), "ONNX"),
        (
            write("model-00005-of-00009.safetensors", &whole),
            "several files",
        ),
        (write("empty-5.pt", b""), "empty"),
        ("absent-5.pt", "No such file"),
        ("other/step-3.safetensors", "--keep-order"),
    ];
    for (name, word) in cases {
        refused(&place, &["autopsy", good, name], &[name, word]);
    }
    let other = ["autopsy", good, "other/step-2.safetensors", "--keep-order"];
    refused(&place, &other, &["other/step-2", "`4.weight`", "one run"]);
    fs::create_dir(place.path("nothing")).unwrap();
    refused(
        &place,
        &["autopsy", "nothing"],
        &["nothing", "no checkpoint"],
    );
    refused(&place, &["autopsy", good], &[good, "two or more"]);
    unreadable(&place, good);
}

/// Root reads everything, so that nothing can be refused to it.
#[cfg(unix)]
fn unreadable(place: &Place, good: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = place.path("locked-5.safetensors");
    fs::write(&path, "").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::File::open(&path).is_err() {
        refused(
            place,
            &["autopsy", good, "locked-5.safetensors"],
            &["locked-5", "Permission denied"],
        );
    }
}

#[cfg(not(unix))]
fn unreadable(_: &Place, _: &str) {}
