//! HDF5, as Keras saves it.

use std::io::{Cursor, Write};
use std::path::Path;

use autopsy::Checkpoint;
use hdf5_pure::{AttrValue, FileBuilder};

use super::{names, values};

/// As Keras 1 and 2 save it.
pub fn keras_2() -> Vec<u8> {
    let strings = |names: &[&str]| {
        AttrValue::AsciiStringArray(names.iter().map(|&name| name.to_owned()).collect())
    };
    let mut file = FileBuilder::new();
    let mut weights = file.create_group("model_weights");
    // Not the order of the alphabet.
    weights.set_attr("layer_names", strings(&["z", "flatten", "a"]));
    for (layer, kernel) in [("a", [1.0_f32, 2.0]), ("z", [3.0, 4.0])] {
        let mut group = weights.create_group(layer);
        let own = format!("{layer}/kernel:0");
        group.set_attr("weight_names", strings(&[&own]));
        let mut inner = group.create_group(layer);
        inner
            .create_dataset("kernel:0")
            .with_f32_data(&kernel)
            .with_shape(&[2, 1]);
        group.add_group(inner.finish());
        weights.add_group(group.finish());
    }
    let flatten = weights.create_group("flatten").finish();
    weights.add_group(flatten);
    file.add_group(weights.finish());
    let mut optimizer = file.create_group("optimizer_weights");
    optimizer
        .create_dataset("iter:0")
        .with_i64_data(&[30])
        .with_shape(&[1]);
    file.add_group(optimizer.finish());
    file.finish().unwrap()
}

/// As Keras 3 saves it: variables have numbers.
pub fn keras_3() -> Vec<u8> {
    let mut file = FileBuilder::new();
    let mut layers = file.create_group("layers");
    for (layer, units) in [("dense", 3), ("dense_1", 2)] {
        let mut group = layers.create_group(layer);
        let mut variables = group.create_group("vars");
        let kernel = vec![units as f32; 2 * units];
        variables
            .create_dataset("0")
            .with_f32_data(&kernel)
            .with_shape(&[2, units as u64]);
        variables
            .create_dataset("1")
            .with_f32_data(&vec![0.5; units])
            .with_shape(&[units as u64]);
        group.add_group(variables.finish());
        layers.add_group(group.finish());
    }
    file.add_group(layers.finish());
    let mut optimizer = file.create_group("optimizer");
    let mut variables = optimizer.create_group("vars");
    variables
        .create_dataset("0")
        .with_i64_data(&[40])
        .with_shape(&[1]);
    variables
        .create_dataset("1")
        .with_f32_data(&[1.0, 1.0])
        .with_shape(&[2]);
    optimizer.add_group(variables.finish());
    file.add_group(optimizer.finish());
    file.finish().unwrap()
}

#[test]
fn variables_of_keras_by_name() {
    let file = Checkpoint::from_bytes(Path::new("a.h5"), keras_2()).unwrap();
    assert_eq!(names(&file), ["z/kernel", "a/kernel"]);
    assert_eq!(values(&file, "z/kernel"), [3.0, 4.0]);
    assert!(file.ordered);
    assert_eq!(file.progress.step, Some(30));
}

#[test]
fn variables_of_keras_by_number() {
    let file = Checkpoint::from_bytes(Path::new("a.weights.h5"), keras_3()).unwrap();
    let mut own = names(&file);
    own.sort_unstable();
    let all = [
        "dense/bias",
        "dense/kernel",
        "dense_1/bias",
        "dense_1/kernel",
    ];
    assert_eq!(own, all);
    assert_eq!(file.tensor("dense_1/kernel").unwrap().shape, [2, 2]);
    assert!(!file.ordered);
    assert_eq!(file.progress.step, Some(40));
    // An archive has the user's names of the layers, in their order.
    let config = r#"{"config": {"layers": [
        {"class_name": "InputLayer", "config": {"name": "input"}},
        {"class_name": "Dense", "config": {"name": "wide"}},
        {"class_name": "ReLU", "config": {"name": "relu"}},
        {"class_name": "Dense", "config": {"name": "after"}}]}}"#;
    let bytes = archive(config.as_bytes(), &keras_3());
    let file = Checkpoint::from_bytes(Path::new("a.keras"), bytes).unwrap();
    assert_eq!(
        names(&file),
        ["wide/kernel", "wide/bias", "after/kernel", "after/bias"]
    );
    assert!(file.ordered);
}

pub fn archive(config: &[u8], weights: &[u8]) -> Vec<u8> {
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("config.json", config), ("model.weights.h5", weights)] {
        archive.start_file(name, stored).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn hdf5_cut_short_is_an_error_or_whole() {
    let whole = keras_3();
    for end in (9..whole.len()).step_by(61) {
        let cut = Checkpoint::from_bytes(Path::new("a.h5"), whole[..end].to_vec());
        if let Err(error) = cut {
            assert!(error.to_string().contains("a.h5"), "{error}");
        }
    }
}
