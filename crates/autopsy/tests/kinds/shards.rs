//! Several files with an index.

use std::fs;
use std::path::PathBuf;

use autopsy::Checkpoint;
use autopsy::checkpoint::Beside;
use safetensors::tensor::{Dtype, TensorView, serialize};

use super::values;

fn part(name: &str, values: &[f32]) -> Vec<u8> {
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let view = TensorView::new(Dtype::F32, vec![values.len() / 2, 2], &bytes).unwrap();
    serialize([(name, view)], None).unwrap()
}

fn sharded(index: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("checkpoint-10");
    fs::create_dir(&own).unwrap();
    for (number, name) in [(1, "a.weight"), (2, "b.weight")] {
        let file = own.join(format!("model-0000{number}-of-00002.safetensors"));
        fs::write(file, part(name, &[number as f32; 4])).unwrap();
    }
    let path = own.join("model.safetensors.index.json");
    fs::write(&path, index).unwrap();
    (folder, path)
}

const INDEX: &str = r#"{"metadata": {}, "weight_map": {
    "a.weight": "model-00001-of-00002.safetensors",
    "b.weight": "model-00002-of-00002.safetensors"}}"#;

#[test]
fn several_files_are_one_checkpoint() {
    let (folder, path) = sharded(INDEX);
    let file = Checkpoint::open(&path).unwrap();
    assert_eq!(values(&file, "a.weight"), [1.0; 4]);
    assert_eq!(values(&file, "b.weight"), [2.0; 4]);
    fs::write(
        path.with_file_name("trainer_state.json"),
        r#"{"epoch": 0.5, "global_step": 10, "log_history": []}"#,
    )
    .unwrap();
    assert_eq!(Beside::find(&[&path])[0].global_step(), Some(10.0));
    // In a folder the index is the checkpoint, and its parts are none.
    let other = folder.path().join("checkpoint-20");
    fs::create_dir(&other).unwrap();
    for file in fs::read_dir(path.parent().unwrap()).unwrap() {
        let file = file.unwrap().path();
        fs::copy(&file, other.join(file.file_name().unwrap())).unwrap();
    }
    let found = autopsy::order::files(&[folder.path().to_owned()], false).unwrap();
    let numbers: Vec<_> = found.saved.iter().map(|saved| saved.number).collect();
    assert_eq!(numbers, [Some(10), Some(20)]);
}

#[test]
fn a_wrong_index_is_an_error() {
    let error = |index: &str| {
        let (_folder, path) = sharded(index);
        Checkpoint::open(&path).unwrap_err().to_string()
    };
    assert!(error("{}").contains("weight_map"));
    let outside = error(r#"{"weight_map": {"a": "../model.safetensors"}}"#);
    assert!(outside.contains("no file beside"), "{outside}");
    let absent = error(r#"{"weight_map": {"a": "model-00003-of-00002.safetensors"}}"#);
    assert!(absent.contains("model-00003"), "{absent}");
    let missing = error(&INDEX.replace("a.weight", "c.weight"));
    assert!(missing.contains("`c.weight`"), "{missing}");
    let itself = error(r#"{"weight_map": {"a": "model.safetensors.index.json"}}"#);
    assert!(itself.contains("no file beside"), "{itself}");
}
