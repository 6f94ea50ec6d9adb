//! What is not read, and how its arrays are handed over in Python.

mod formats;

use std::path::Path;

use super::kinds;
use crate::AutopsyError;
use formats::{FLAX, Refused, TAR, TAR_MAGIC, all};

pub const UNKNOWN: &str = "is of no kind that is read. Whatever loads it in Python can hand its \
     arrays over:\n  files = [{name: array, ...} for each file]\n  mortality.autopsy(files)";

const SHARD: &str = "is part of a checkpoint in several files, and their index \
     (model.safetensors.index.json) is not beside it: give the folder that has all of them";

pub fn is_named(path: &Path, extension: &str) -> bool {
    path.extension()
        .is_some_and(|own| own.eq_ignore_ascii_case(extension))
}

/// Refuses what its name gives away, before it is read.
pub fn refuse_by_name(path: &Path) -> Result<(), AutopsyError> {
    let named = |kind: &&Refused| kind.endings.iter().any(|ending| is_named(path, ending));
    match all().find(named) {
        Some(kind) => Err(kind.error(path)),
        None if is_shard(path) && index_of(path).is_none() => Err(AutopsyError::file(path, SHARD)),
        None => Ok(()),
    }
}

/// Refuses what its name or its first bytes give away.
pub fn refuse(path: &Path) -> Result<(), AutopsyError> {
    refuse_by_name(path)?;
    match kinds::start(path) {
        Ok(start) => refuse_by_content(path, &start),
        Err(_) => Ok(()),
    }
}

/// Whether bytes begin like a map of msgpack whose first key is a text.
fn is_msgpack(bytes: &[u8]) -> bool {
    let ([0x81..=0x8f, key @ ..] | [0xde, _, _, key @ ..]) = bytes else {
        return false;
    };
    // A short text: 101 and five bits of its length.
    let [head @ 0xa1..=0xbf, text @ ..] = key else {
        return false;
    };
    let text = text.get(..usize::from(head & 0x1f));
    text.is_some_and(|text| text.iter().all(u8::is_ascii_graphic))
}

/// Refuses what its first bytes give away.
pub fn refuse_by_content(path: &Path, bytes: &[u8]) -> Result<(), AutopsyError> {
    let magic = |kind: &&Refused| !kind.magic.is_empty() && bytes.starts_with(kind.magic);
    if let Some(kind) = all().find(magic) {
        return Err(kind.error(path));
    }
    if is_msgpack(bytes) {
        return Err(FLAX.error(path));
    }
    if bytes
        .get(TAR_MAGIC..)
        .is_some_and(|rest| rest.starts_with(TAR.magic))
    {
        return Err(TAR.error(path));
    }
    Ok(())
}

/// Beginnings of the names of what trainers save beside the weights.
const BESIDE: [&str; 9] = [
    "optimizer",
    "optim_",
    "scheduler",
    "rng_state",
    "random_states",
    "training_args",
    "scaler",
    "zero_pp_rank",
    "bf16_zero_pp_rank",
];

/// Says that a file is one of Keras.
#[cfg(not(feature = "hdf5"))]
pub fn hdf5(path: &Path) -> AutopsyError {
    formats::HDF5.error(path)
}

/// Whether a file lies beside the weights: an optimizer's state and the like, by its name, and
/// the parts of a checkpoint whose index is there.
pub fn is_beside(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    let name = name.to_string_lossy().to_lowercase();
    BESIDE.iter().any(|word| name.starts_with(word))
        || is_named(path, "solverstate")
        || (is_shard(path) && index_of(path).is_some())
}

/// Whether a name is like `model-00001-of-00003.safetensors`.
fn is_shard(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let number = |text: &str| text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    let stem = name.split('.').next().unwrap_or_default();
    let mut parts = stem.rsplit('-');
    let [total, of, own] = [(); 3].map(|()| parts.next().unwrap_or_default());
    number(total) && of == "of" && number(own)
}

/// The index that lies beside a part: `model.safetensors.index.json` for
/// `model-00001-of-00003.safetensors`.
fn index_of(path: &Path) -> Option<std::path::PathBuf> {
    let name = path.file_name()?.to_str()?;
    let (stem, ending) = name.rsplit_once('.')?;
    // `-00001-of-00003` is fifteen bytes long.
    let base = stem.get(..stem.len().checked_sub(15)?)?;
    let index = path.with_file_name(format!("{base}.{ending}.index.json"));
    index.is_file().then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Checkpoint;

    #[test]
    fn what_is_not_read_is_refused_by_name() {
        for (name, word) in [
            ("a.onnx", "onnx.load"),
            ("a.msgpack", "msgpack_restore"),
            ("ckpt-0.index", "load_checkpoint"),
            ("ckpt-0.data-00000-of-00001", "load_checkpoint"),
            ("manifest.ocdbt", "orbax"),
            ("model-00001-of-00002.safetensors", "several files"),
        ] {
            let error = Checkpoint::open(Path::new(name)).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
        let mut tar = vec![0; 512];
        tar[257..262].copy_from_slice(b"ustar");
        for (bytes, word) in [
            (&b"GGUF\x03"[..], "GGUFReader"),
            (b"\x1f\x8b\x08", "unpack"),
            (b"\x83\xa4step\x07\xa6params\x80", "Flax"),
            (b"\x81\xa3\xff\xffa", "of no kind"),
            (b"", "empty"),
            (b"hello", "mortality.autopsy"),
            (&tar, "0.1.10"),
        ] {
            let error = Checkpoint::from_bytes(Path::new("a.pt"), bytes.to_vec());
            let error = error.unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn what_lies_beside_the_weights_is_told_by_its_name() {
        for name in ["optimizer.pt", "rng_state_0.pth", "a_iter_5.solverstate"] {
            assert!(is_beside(Path::new(name)), "{name}");
        }
        assert!(!is_beside(Path::new("model_optimized.pt")));
    }
}
