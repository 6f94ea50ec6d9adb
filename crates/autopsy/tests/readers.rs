//! Files as frameworks write them. `tests/data/make.py` wrote them.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use autopsy::{Checkpoint, Format};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name)
}

fn values(checkpoint: &Checkpoint, name: &str) -> Vec<f64> {
    let tensor = checkpoint
        .tensor(name)
        .unwrap_or_else(|| panic!("no {name}"));
    let bytes = checkpoint.bytes(tensor);
    (0..tensor.len())
        .map(|i| tensor.format.get(bytes, i))
        .collect()
}

#[test]
fn a_training_state_of_pytorch() {
    let checkpoint = Checkpoint::open(&data("adam.pt")).unwrap();
    let names: Vec<_> = checkpoint
        .tensors
        .iter()
        .map(|tensor| &tensor.name[..])
        .collect();
    assert_eq!(
        names,
        [
            "0.weight",
            "0.bias",
            "1.weight",
            "1.bias",
            "1.running_mean",
            "1.running_var",
            "4.weight",
            "4.bias"
        ]
    );
    assert_eq!(values(&checkpoint, "0.weight"), [0.25; 18]);
    let optimizer = checkpoint.optimizer.as_ref().unwrap();
    assert_eq!(optimizer.groups[0].beta1, Some(0.9));
    assert_eq!(optimizer.groups[0].parameters, [0, 1, 2, 3, 4, 5]);
    let moment = optimizer.entries[&4].first_moment.as_ref().unwrap();
    assert_eq!(
        (moment.format, &moment.shape[..]),
        (Format::F32, &[3, 8][..])
    );
    assert!(checkpoint.bytes(moment).iter().any(|&byte| byte != 0));
}

#[test]
fn a_state_dict_of_pytorch() {
    let checkpoint = Checkpoint::open(&data("bare.pth")).unwrap();
    assert_eq!(checkpoint.tensors.len(), 8);
    assert!(checkpoint.optimizer.is_none());
}

#[test]
fn a_compressed_archive_of_numpy() {
    let checkpoint = Checkpoint::open(&data("compressed.npz")).unwrap();
    let kernel = values(&checkpoint, "conv/kernel");
    assert_eq!(kernel, (0..18).map(f64::from).collect::<Vec<_>>());
    assert_eq!(values(&checkpoint, "t"), [0., 3., 1., 4., 2., 5.]);
}

#[test]
fn every_file_cut_short_is_an_error_or_whole() {
    for name in ["adam.pt", "bare.pth", "compressed.npz"] {
        let whole = std::fs::read(data(name)).unwrap();
        for end in (0..whole.len()).step_by(97) {
            let cut = Checkpoint::from_bytes(Path::new(name), whole[..end].to_vec());
            assert!(cut.is_err(), "{name} up to {end}");
        }
    }
}

#[test]
fn pickles_are_never_executed() {
    for (name, word) in [("module.pt", "Sequential"), ("legacy.pt", "torch.save")] {
        let error = Checkpoint::open(&data(name)).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(word), "{error}");
    }
}

#[test]
fn a_zip_bomb_is_refused() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    zip.start_file("w.npy", options).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..80 {
        zip.write_all(&zeros).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    let error = Checkpoint::from_bytes(Path::new("bomb.npz"), bytes).unwrap_err();
    assert!(error.to_string().contains("zip bomb"), "{error}");
}
