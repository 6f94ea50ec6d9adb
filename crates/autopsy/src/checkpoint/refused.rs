//! What is not read, and what to convert it to.

use std::path::Path;

use crate::AutopsyError;

pub const HDF5: &str = "is an HDF5 file (Keras .h5) or an archive of one (.keras), which is not \
     read: save the arrays with numpy.savez(file, **{v.path: v.numpy() for v in model.variables}) \
     and give the .npz";
pub const ONNX: &str = "is an ONNX model, which is not read: give the checkpoints of the framework \
     that exported it, as .safetensors, .npz or .pt";
pub const LEGACY: &str = "is a bare pickle (torch.save before version 1.6, or \
     _use_new_zipfile_serialization=False), which is not read: load it with torch.load and save \
     it again with torch.save or safetensors.torch.save_file";
pub const SHARD: &str = "is part of a checkpoint in several files, which is not read: save the \
     model as one file (save_pretrained with a larger max_shard_size)";
pub const GGUF: &str = "is a GGUF file, whose types are quantised: give the checkpoints it was made \
     from, as .safetensors, .npz or .pt";
pub const UNKNOWN: &str =
    "is no safetensors, .npz, .npy or PyTorch file: convert it to one of these";

pub fn is_named(path: &Path, extension: &str) -> bool {
    path.extension()
        .is_some_and(|own| own.eq_ignore_ascii_case(extension))
}

/// Refuses what its name gives away, before it is read.
pub fn refuse_by_name(path: &Path) -> Result<(), AutopsyError> {
    let kinds = [
        ("h5", HDF5),
        ("hdf5", HDF5),
        ("keras", HDF5),
        ("onnx", ONNX),
        ("gguf", GGUF),
    ];
    let kind = kinds.into_iter().find(|(name, _)| is_named(path, name));
    let kind = kind.map(|(_, problem)| problem);
    match kind.or(is_shard(path).then_some(SHARD)) {
        Some(problem) => Err(AutopsyError::file(path, problem)),
        None => Ok(()),
    }
}

/// Whether a name is like `model-00001-of-00003.safetensors`, or the index of such files.
fn is_shard(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let number = |text: &str| text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    let stem = name.split('.').next().unwrap_or_default();
    let mut parts = stem.rsplit('-');
    let [total, of, own] = [(); 3].map(|()| parts.next().unwrap_or_default());
    name.ends_with(".index.json") || (number(total) && of == "of" && number(own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Checkpoint;

    #[test]
    fn what_is_not_read_is_refused_by_name() {
        for (name, word) in [
            ("a.h5", "Keras"),
            ("a.onnx", "ONNX"),
            ("a.keras", "Keras"),
            ("model.safetensors.index.json", "several files"),
            ("model-00001-of-00002.safetensors", "several files"),
        ] {
            let error = Checkpoint::open(Path::new(name)).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
        for (bytes, word) in [
            (&b"\x89HDF\r\n\x1a\n"[..], "Keras"),
            (b"\x80\x02\x8a\nl\xfc", "torch.load"),
            (b"", "empty"),
            (b"hello", "safetensors"),
        ] {
            let error = Checkpoint::from_bytes(Path::new("a.pt"), bytes.to_vec());
            let error = error.unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
