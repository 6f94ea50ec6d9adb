//! Files of other kinds than PyTorch's and NumPy's, made here.

mod caffe;
mod hdf5;
mod shards;

use std::path::Path;

use autopsy::Checkpoint;
use proptest::prelude::*;

fn values(checkpoint: &Checkpoint, name: &str) -> Vec<f64> {
    let tensor = checkpoint
        .tensor(name)
        .unwrap_or_else(|| panic!("no {name}: {:?}", names(checkpoint)));
    let bytes = checkpoint.bytes(tensor);
    (0..tensor.len())
        .map(|index| tensor.format.get(bytes, index))
        .collect()
}

fn names(checkpoint: &Checkpoint) -> Vec<&str> {
    checkpoint.tensors.iter().map(|own| &own.name[..]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn damaged_files_are_refused_or_read(
        file in 0..4_usize,
        changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..8),
    ) {
        let (name, mut bytes) = match file {
            0 => ("a.h5", hdf5::keras_2()),
            1 => ("a.weights.h5", hdf5::keras_3()),
            2 => ("a.keras", hdf5::archive(br#"{"config": {"layers": []}}"#, &hdf5::keras_3())),
            _ => ("a.caffemodel", caffe::model()),
        };
        let length = bytes.len();
        for (place, value) in changes {
            bytes[place % length] = value;
        }
        if let Ok(checkpoint) = Checkpoint::from_bytes(Path::new(name), bytes) {
            for tensor in &checkpoint.tensors {
                let bytes = checkpoint.bytes(tensor);
                assert_eq!(bytes.len(), tensor.len() * tensor.format.size());
            }
        }
    }
}
