//! Studies that learn from the files of a data directory: MNIST's format and CIFAR-10's.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::place::Place;

const STUDY: &str = r#"
name = "files"
question = "Does a study run on files?"
sentence = "x"
source = "x"

[base]
architecture = ["conv 4 3x3", "relu", "max_pool 2", "conv 4 3x3", "relu", "global_average_pool", "linear 10"]
data = { set = "idx", images = 30 }
optimizer = { kind = "sgd", momentum = 0.9 }
schedule = { learning_rate = 0.05, epochs = 2, annealed_epochs = 1 }

[[arms]]
name = "mnist"
replicates = 2

[[arms]]
name = "cifar10"
replicates = 2
[arms.set]
data = { set = "cifar10", images = 20, pixels = "standardized" }

[quick]
replicates = 2
"#;

const ANALYSIS: &str = r#"
grammar = 1

[factors.arm]
words = "Data set."

[tables.cells]
words = "One row a data set and measure."
by = ["arm"]
measures = ["held_out_accuracy", "learned", "dead_filters"]

[figures.accuracy]
title = "Accuracy by data set"
width = 89
caption = "Accuracy."
[[figures.accuracy.panels]]
mark = "forest"
table = "cells"
where = { measure = "held_out_accuracy" }
encoding.x = { field = "value", title = "Accuracy (%)", scale = { percent = true } }
encoding.y = { field = "arm" }
"#;

const RUN: [&str; 4] = ["run", "files", "--data-dir", "data"];

/// A made-up byte of an image.
fn byte(at: usize) -> u8 {
    ((at * 37 + at / 11) % 256) as u8
}

/// Files of 40 made-up images of 6x6 in MNIST's format, their labels from 0 to 9.
fn idx() -> [(&'static str, Vec<u8>); 2] {
    let mut images = vec![0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 6, 0, 0, 0, 6];
    images.extend((0..40 * 36).map(byte));
    let mut labels = vec![0, 0, 8, 1, 0, 0, 0, 40];
    labels.extend((0..40_u8).map(|image| image % 10));
    [
        ("mnist/train-images-idx3-ubyte", images),
        ("mnist/train-labels-idx1-ubyte", labels),
    ]
}

/// So many made-up images in CIFAR-10's format.
fn cifar10(images: usize) -> Vec<u8> {
    let record = |image: usize| {
        let pixels = (0..3072).map(move |at| byte(image * 3072 + at));
        [(image % 10) as u8].into_iter().chain(pixels)
    };
    (0..images).flat_map(record).collect()
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// A place with the study and its data directory.
fn place() -> Place {
    let place = Place::new();
    for (name, text) in [("study.toml", STUDY), ("analysis.toml", ANALYSIS)] {
        write(&place.path("files").join(name), text.as_bytes());
    }
    for (name, bytes) in idx() {
        write(&place.path("data").join(name), &bytes);
    }
    write(&place.path("data/data_batch_1.bin"), &cifar10(15));
    write(&place.path("data/data_batch_3.bin"), &cifar10(15));
    place
}

#[test]
fn a_study_of_files_runs_to_its_figures_which_cite_the_images() {
    let place = place();
    let needs = "Needs data: train-images-idx3-ubyte and train-labels-idx1-ubyte";
    let listed = place.succeed(&["list", "files"]);
    assert!(
        listed.contains("files  (not counted without `--data-dir DIR`)\n  Does a study run"),
        "{listed}"
    );
    assert!(
        listed.contains(needs) && listed.contains("data_batch_1.bin"),
        "{listed}"
    );
    place.succeed(&RUN);
    let listed = place.succeed(&["list", "files", "--data-dir", "data"]);
    assert!(
        listed.contains("files  (4 of 4 trials done)") && listed.contains(needs),
        "{listed}"
    );
    let figures = place.path("files/figures");
    let cells = fs::read_to_string(figures.join("cells.csv")).unwrap();
    for arm in ["mnist", "cifar10"] {
        assert!(
            cells.contains(&format!("{arm},held_out_accuracy")),
            "{cells}"
        );
    }
    // The digest is that of which trials are made.
    let trial = [
        "trial",
        "files",
        "0",
        "--data-dir",
        "data",
        "--out",
        "first",
    ];
    place.succeed(&trial);
    let text = fs::read_to_string(place.path("first/trial.json")).unwrap();
    let text: Value = serde_json::from_str(&text).unwrap();
    let digest = text["data_digest"].as_str().unwrap();
    let caption = fs::read_to_string(figures.join("accuracy.md")).unwrap();
    let cited = format!("images of idx {}, images of cifar10 ", &digest[..16]);
    assert!(caption.contains(&cited), "{caption}");
    let picture = fs::read_to_string(figures.join("accuracy.svg")).unwrap();
    assert!(picture.contains(digest));
    // Other images are other trials, and nothing of them is there yet.
    write(&place.path("data/data_batch_1.bin"), &cifar10(16));
    let other = place.succeed(&["list", "files", "--data-dir", "data"]);
    assert!(other.contains("files  (2 of 4 trials done)"), "{other}");
}

#[test]
fn all_files_that_are_missing_are_told_at_once_and_nothing_is_written() {
    let place = place();
    let refused = |arguments: &[&str], words: &[&str]| {
        let said = place.refuse(arguments);
        for word in words {
            assert!(said.contains(word), "no {word:?} in {said}");
        }
        assert!(!place.path("results").exists() && !place.path("files/figures").exists());
    };
    let undirected = [
        "data.set = idx: no data directory was given; it reads train-images-idx3-ubyte and",
        "data.set = cifar10: no data directory was given; it reads data_batch_1.bin to",
        "https://www.cs.toronto.edu/~kriz/cifar.html",
        "`--data-dir DIR` says where they are",
        "2 mistakes; nothing was run",
    ];
    refused(&RUN[..2], &undirected);
    fs::create_dir(place.path("empty")).unwrap();
    let lacking = [
        "empty lacks train-images-idx3-ubyte and train-labels-idx1-ubyte",
        "its folders mnist and MNIST/raw were looked through, too",
        "empty lacks data_batch_1.bin to data_batch_5.bin and test_batch.bin",
    ];
    refused(&["run", "files", "--data-dir", "empty"], &lacking);

    let [_, (name, labels)] = idx();
    let path = place.path("data").join(name);
    fs::remove_file(&path).unwrap();
    refused(&RUN, &["data lacks train-images-idx3-ubyte and"]);
    write(&path, &labels[..20]);
    refused(&RUN, &["train-labels-idx1-ubyte: cut short"]);
    let mut above = labels.clone();
    above[8] = 10;
    write(&path, &above);
    refused(
        &RUN,
        &["study.toml:", "11 classes (their labels go up to 10)"],
    );
    write(&path, &labels);

    let batch = place.path("data/data_batch_3.bin");
    write(&batch, &cifar10(15)[..40_000]);
    refused(&RUN, &["data_batch_3.bin: cut short, or no batch"]);
    let mut above = cifar10(15);
    above[14 * 3073] = 10;
    write(&batch, &above);
    refused(
        &RUN,
        &["data_batch_3.bin: image 14 (counted from 0) has the label 10"],
    );
    write(&batch, &cifar10(4));
    refused(
        &RUN,
        &["data.images = 20: the batches in data hold only 19 images"],
    );
}
