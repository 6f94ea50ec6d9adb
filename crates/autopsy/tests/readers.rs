//! Files as frameworks write them. `tests/data/make.py` wrote them.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use autopsy::checkpoint::Reading;
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
    for name in [
        "adam.pt",
        "bare.pth",
        "compressed.npz",
        "legacy.pt",
        "embedded.p",
        "arrays-5.pkl",
        "trainer.pt",
    ] {
        let whole = std::fs::read(data(name)).unwrap();
        for end in (0..whole.len()).step_by(97) {
            let cut = Checkpoint::from_bytes(Path::new(name), whole[..end].to_vec());
            assert!(cut.is_err(), "{name} up to {end}");
        }
    }
}

#[test]
fn a_whole_module_is_walked() {
    let module = Checkpoint::open(&data("module.pt")).unwrap();
    let state = Checkpoint::open(&data("bare.pth")).unwrap();
    let names = |file: &Checkpoint| -> Vec<String> {
        file.tensors.iter().map(|own| own.name.clone()).collect()
    };
    assert_eq!(names(&module), names(&state));
    assert_eq!(module.counters.len(), state.counters.len());
    for name in names(&state) {
        assert_eq!(values(&module, &name), values(&state, &name));
    }
}

#[test]
fn what_a_trainer_adds_is_inert() {
    // An argparse.Namespace with a Path, a cycle of objects, a subclass of a dictionary.
    let file = Checkpoint::open(&data("trainer.pt")).unwrap();
    assert_eq!(file.key.as_deref(), Some("model"));
    assert_eq!(file.other_keys, ["ema"]);
    assert_eq!(file.progress.step, Some(70));
    assert_eq!(values(&file, "0.weight"), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(file.tensor("0.weight").unwrap().format, Format::F16);
    let open = |key: &str| {
        let reading = Reading {
            key: Some(key.to_owned()),
        };
        Checkpoint::open_with(&data("trainer.pt"), &reading, Vec::new())
    };
    let average = open("ema").unwrap();
    assert_eq!(average.key.as_deref(), Some("ema"));
    assert_eq!(average.tensor("0.weight").unwrap().format, Format::F32);
    assert!(open("ema.0").unwrap_err().to_string().contains("ema.0"));
    let error = open("teacher").unwrap_err().to_string();
    assert!(
        error.contains("trainer.pt") && error.contains("ema"),
        "{error}"
    );
}

#[test]
fn a_key_of_a_flat_file_is_a_prefix() {
    let reading = Reading {
        key: Some("0".to_owned()),
    };
    let path = data("bare.pth");
    let of_pickle = Checkpoint::open_with(&path, &reading, Vec::new());
    assert!(of_pickle.is_err());
    let reading = Reading {
        key: Some("conv".to_owned()),
    };
    let file = Checkpoint::open_with(&data("compressed.npz"), &reading, Vec::new()).unwrap();
    assert_eq!(file.tensors.len(), 2);
    assert_eq!(values(&file, "bias"), [0.0, 0.0]);
}

#[test]
fn files_before_the_archive_are_read() {
    let expected = [0.0, 2.0, 1.0, 3.0];
    let legacy = Checkpoint::open(&data("legacy.pt")).unwrap();
    assert_eq!(values(&legacy, "fc.weight"), expected);
    assert_eq!(values(&legacy, "fc.bias"), [1.0, 1.0]);
    assert_eq!(legacy.tensor("fc.bias").unwrap().format, Format::Bf16);
    // The same tensors in a plain pickle: each storage is such a file inside it.
    let embedded = Checkpoint::open(&data("embedded.p")).unwrap();
    assert_eq!(embedded.key.as_deref(), Some("net_dict"));
    assert_eq!(embedded.progress.step, Some(40));
    assert_eq!(values(&embedded, "fc.weight"), expected);
    assert_eq!(values(&embedded, "fc.bias"), [1.0, 1.0]);
}

#[test]
fn pickles_of_numpy_are_read() {
    // The last is what `numpy.save` makes of a dictionary.
    for (name, step) in [
        ("arrays-2.pkl", Some(9)),
        ("arrays-5.pkl", Some(9)),
        ("objects.npy", None),
    ] {
        let file = Checkpoint::open(&data(name)).unwrap();
        assert_eq!(
            values(&file, "conv.w"),
            [0.0, 3.0, 1.0, 4.0, 2.0, 5.0],
            "{name}"
        );
        assert_eq!(values(&file, "conv.b"), [1.0; 3]);
        assert_eq!(file.progress.step, step);
    }
}

#[test]
fn lists_and_scripts_are_walked() {
    let list = Checkpoint::open(&data("list.pt")).unwrap();
    assert_eq!(values(&list, "0.weight"), [1.0; 18]);
    assert_eq!(values(&list, "0.bias"), [0.0; 2]);
    let script = Checkpoint::open(&data("scripted.pt")).unwrap();
    assert_eq!(values(&script, "0.weight").len(), 2);
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

#[test]
fn an_archive_of_files_of_pytorch_is_read() {
    // As Stable-Baselines3 saves a policy.
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (member, file) in [
        ("policy.pth", "bare.pth"),
        ("policy.optimizer.pth", "adam.pt"),
        ("pytorch_variables.pth", "legacy.pt"),
    ] {
        zip.start_file(member, options).unwrap();
        zip.write_all(&std::fs::read(data(file)).unwrap()).unwrap();
    }
    zip.start_file("data", options).unwrap();
    zip.write_all(b"{}").unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    let policy = Checkpoint::from_bytes(Path::new("model.zip"), bytes.clone()).unwrap();
    let [bare, adam] = ["bare.pth", "adam.pt"].map(|own| Checkpoint::open(&data(own)).unwrap());
    assert_eq!(policy.tensors.len(), bare.tensors.len());
    for tensor in &bare.tensors {
        assert_eq!(values(&policy, &tensor.name), values(&bare, &tensor.name));
    }
    let moment = |file: &Checkpoint| {
        let state = file.optimizer.as_ref().unwrap();
        let first = state.entries[&4].first_moment.as_ref().unwrap();
        (file.bytes(first).to_vec(), file.step_of(&state.entries[&4]))
    };
    assert_eq!(moment(&policy), moment(&adam));
    for end in (0..bytes.len()).step_by(97) {
        let cut = Checkpoint::from_bytes(Path::new("model.zip"), bytes[..end].to_vec());
        assert!(cut.is_err(), "up to {end}");
    }
}
