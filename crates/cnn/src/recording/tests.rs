use safetensors::tensor::SafeTensors;

use super::*;
use crate::trial::tests::{digits, settings};

#[test]
fn a_folder_holds_all_that_a_replay_needs() {
    let images = digits(300);
    let mut settings = settings(0.1, 2);
    settings.optimizer = serde_json::from_str(r#"{"kind": "sgd", "momentum": 0.5}"#).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut recording = Recording::begin(folder.path(), 7, &settings, 1, &images).unwrap();
    let record = trial::run(&settings, 1, &images, &mut recording).unwrap();
    recording.finish(&record).unwrap();
    assert_eq!(record, trial::run(&settings, 1, &images, &mut ()).unwrap());

    let names = |part: &str| {
        let files = fs::read_dir(folder.path().join(part)).unwrap();
        let mut names: Vec<_> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .map(|name| name.replace(".safetensors", ""))
            .collect();
        names.sort();
        names
    };
    // 240 training images: 8 steps an epoch.
    assert_eq!(
        names("checkpoints"),
        ["step-0", "step-14", "step-16", "step-7"]
    );
    assert_eq!(names("gradients"), ["step-0", "step-14", "step-7"]);
    assert_eq!(names("moments")[0], "step-0.first");

    // One update from a saved step, by hand.
    let network = crate::network::Network::training(&settings.architecture, [8, 8, 1], 1).unwrap();
    let read =
        |name: &str| checkpoint::read(&folder.path().join(name), &network.parameters).unwrap();
    let before = read("checkpoints/step-14.safetensors");
    assert_ne!(before, read("checkpoints/step-7.safetensors"));
    let (gradient, buffer) = (
        read("gradients/step-7.safetensors"),
        read("moments/step-7.first.safetensors"),
    );
    assert!(gradient.iter().any(|&g| g != 0.0) && buffer.iter().any(|&v| v != 0.0));

    let bytes = fs::read(folder.path().join("data.safetensors")).unwrap();
    let data = SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(
        data.tensor("training.images").unwrap().shape(),
        [240, 1, 8, 8]
    );
    assert_eq!(data.tensor("held_out.labels").unwrap().shape(), [60]);

    let batches = fs::read_to_string(folder.path().join("batches.csv")).unwrap();
    let lines: Vec<_> = batches.lines().collect();
    assert_eq!(
        (lines.len(), lines[0]),
        (17, "step,learning_rate,loss,images")
    );
    let mut seen: Vec<u32> = lines[1..=8]
        .iter()
        .flat_map(|line| line.rsplit(',').next().unwrap().split(' '))
        .map(|index| index.parse().unwrap())
        .collect();
    seen.sort_unstable();
    assert!(
        seen.into_iter().eq(0..240),
        "an epoch visits every image once"
    );

    let json = fs::read_to_string(folder.path().join("record.json")).unwrap();
    let read: TrialRecord = serde_json::from_str(&json).unwrap();
    assert_eq!(read, record);
    let about = fs::read_to_string(folder.path().join("trial.json")).unwrap();
    assert!(about.contains(&trial::id(&settings, 1, &images)));
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let images = digits(100);
    let refused = Recording::begin(file.path(), 1, &settings(0.1, 1), 0, &images);
    let problem = refused.unwrap_err().to_string();
    assert!(problem.contains("checkpoints: cannot create"), "{problem}");
    let refused = Recording::begin(file.path(), 0, &settings(0.1, 1), 0, &images);
    assert!(refused.unwrap_err().to_string().contains("save-every = 0"));
}

/// Copies in bf16 are among the checkpoints, and what they are rounded from beside them.
#[test]
fn masters_of_rounded_weights_are_kept() {
    let images = digits(200);
    let mut settings = settings(0.1, 1);
    settings.weights = serde_json::from_str(r#"{"precision": "bf16", "masters": true}"#).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut recording = Recording::begin(folder.path(), 3, &settings, 1, &images).unwrap();
    let record = trial::run(&settings, 1, &images, &mut recording).unwrap();
    recording.finish(&record).unwrap();
    let tensors = settings.architecture.parameters([8, 8, 1]).unwrap();
    let read = |part: &str| {
        let path = folder.path().join(part).join("step-5.safetensors");
        checkpoint::read(&path, &tensors).unwrap()
    };
    let (copies, masters) = (read("checkpoints"), read("masters"));
    assert_ne!(copies, masters);
    let rounded: Vec<f32> = masters.into_iter().map(checkpoint::round_bf16).collect();
    assert_eq!(copies, rounded);
}
