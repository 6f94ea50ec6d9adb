//! The index of a checkpoint in several files, and one of these files, in a folder.
#![no_main]

use std::fs;

use autopsy::Checkpoint;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // What is before the first zero is the index, the rest the file that it may name.
    let (index, part) = match bytes.iter().position(|&byte| byte == 0) {
        Some(place) => (&bytes[..place], &bytes[place + 1..]),
        None => (bytes, &[][..]),
    };
    let folder = std::env::temp_dir().join(format!("autopsy-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("a"), part).expect("a file");
    let path = folder.join("model.safetensors.index.json");
    fs::write(&path, index).expect("a file");
    if let Ok(checkpoint) = Checkpoint::open(&path) {
        for tensor in &checkpoint.tensors {
            let bytes = checkpoint.bytes(tensor);
            assert_eq!(bytes.len(), tensor.len() * tensor.format.size());
        }
    }
});
