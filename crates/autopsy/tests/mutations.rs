//! Damaged files of every kind: a reader may refuse them or read them, and never panics or asks
//! for memory without limit.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use autopsy::Checkpoint;
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const CORPUS: [(&str, &[u8]); 13] = [
    ("adam.pt", include_bytes!("data/adam.pt")),
    ("bare.pth", include_bytes!("data/bare.pth")),
    ("module.pt", include_bytes!("data/module.pt")),
    ("legacy.pt", include_bytes!("data/legacy.pt")),
    ("trainer.pt", include_bytes!("data/trainer.pt")),
    ("scripted.pt", include_bytes!("data/scripted.pt")),
    ("embedded.p", include_bytes!("data/embedded.p")),
    ("arrays-2.pkl", include_bytes!("data/arrays-2.pkl")),
    ("arrays-5.pkl", include_bytes!("data/arrays-5.pkl")),
    ("list.pt", include_bytes!("data/list.pt")),
    ("objects.npy", include_bytes!("data/objects.npy")),
    ("compressed.npz", include_bytes!("data/compressed.npz")),
    (
        "small.safetensors",
        include_bytes!("data/small.safetensors"),
    ),
];

/// One change of a file.
#[derive(Clone, Debug)]
enum Change {
    Flip(usize, u8),
    Set(usize, u8),
    Remove(usize, usize),
    Repeat(usize, usize),
    Cut(usize),
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let length = bytes.len().max(1);
        match *self {
            _ if bytes.is_empty() => {}
            Self::Flip(place, bits) => bytes[place % length] ^= bits,
            Self::Set(place, value) => bytes[place % length] = value,
            Self::Remove(place, count) => {
                let start = place % length;
                bytes.drain(start..(start + count).min(length));
            }
            Self::Repeat(place, count) => {
                let start = place % length;
                let copy = bytes[start..(start + count).min(length)].to_vec();
                bytes.splice(start..start, copy);
            }
            Self::Cut(place) => bytes.truncate(place % length),
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    // Values that lengths and counts break at come more often.
    let value = prop_oneof![any::<u8>(), Just(0), Just(0xff), Just(0x7f), Just(0x80)];
    prop_oneof![
        4 => (any::<usize>(), any::<u8>()).prop_map(|(place, bits)| Change::Flip(place, bits)),
        4 => (any::<usize>(), value).prop_map(|(place, value)| Change::Set(place, value)),
        1 => (any::<usize>(), 1..40_usize).prop_map(|(place, count)| Change::Remove(place, count)),
        1 => (any::<usize>(), 1..40_usize).prop_map(|(place, count)| Change::Repeat(place, count)),
        1 => any::<usize>().prop_map(Change::Cut),
    ]
}

/// Reads a file if it can be read; what is read is as long as its shape says.
fn read(name: &Path, bytes: Vec<u8>) {
    if let Ok(checkpoint) = Checkpoint::from_bytes(name, bytes) {
        for tensor in &checkpoint.tensors {
            let bytes = checkpoint.bytes(tensor);
            assert_eq!(bytes.len(), tensor.len() * tensor.format.size());
        }
    }
}

/// What the fuzzer found worth keeping: `fuzz/README.md`.
#[test]
fn the_fuzzers_corpus_is_refused_or_read() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut files = 0;
    for target in fs::read_dir(corpus).unwrap() {
        let target = target.unwrap().path();
        let kind = target.file_name().unwrap().to_str().unwrap();
        // Under the name that the target gives them.
        let name = match kind {
            "caffe" => Path::new("a.caffemodel"),
            "shards" => Path::new("a.index.json"),
            _ => Path::new("a"),
        };
        for file in fs::read_dir(&target).unwrap() {
            let bytes = fs::read(file.unwrap().path()).unwrap();
            let bytes = if kind == "pickle" {
                archive(&bytes)
            } else {
                bytes
            };
            read(name, bytes);
            files += 1;
        }
    }
    assert!(files > 50);
}

/// A file of PyTorch with this pickle, as the fuzz target `pickle` makes it.
fn archive(pickle: &[u8]) -> Vec<u8> {
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("a/data.pkl", pickle), ("a/data/0", &[7; 64])] {
        archive.start_file(name, stored).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

proptest! {
    // `PROPTEST_CASES=2000000 cargo test --release -p autopsy --test mutations` fuzzes for longer.
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_damaged_file_is_refused_or_read(
        file in 0..CORPUS.len(),
        changes in proptest::collection::vec(change(), 1..8),
    ) {
        let (name, bytes) = CORPUS[file];
        let mut bytes = bytes.to_vec();
        for change in &changes {
            change.apply(&mut bytes);
        }
        read(Path::new(name), bytes);
    }
}
