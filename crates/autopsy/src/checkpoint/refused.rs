//! What is not read, and how its arrays are handed over in Python.

use std::path::Path;

use crate::AutopsyError;

/// A kind of file that is not read.
struct Refused {
    /// Endings of its names.
    endings: &'static [&'static str],
    /// What it begins with.
    magic: &'static [u8],
    /// What it is.
    what: &'static str,
    /// The line of Python after which `files` is a list of dictionaries of arrays, `paths` being
    /// the files; empty if there is none.
    python: &'static str,
}

const REFUSED: [Refused; 16] = [
    Refused {
        endings: &[],
        magic: b"(dp",
        what: "is a pickle of protocol 0, as Python 2 wrote them",
        python: "files = [pickle.load(open(p, 'rb'), encoding='latin1') for p in paths]",
    },
    Refused {
        endings: &["msgpack"],
        magic: b"",
        what: "is a msgpack file of Flax",
        python: "files = [flax.traverse_util.flatten_dict(flax.serialization.msgpack_restore(\
                 open(p, 'rb').read()), sep='/') for p in paths]",
    },
    Refused {
        endings: &["index", "data-00000-of-00001"],
        magic: b"",
        what: "is part of a TensorFlow checkpoint",
        python: "files = [{n: r.get_tensor(n) for n in r.get_variable_to_shape_map() if \
                 'optimizer' not in n and 'OBJECT_GRAPH' not in n} for r in \
                 map(tf.train.load_checkpoint, prefixes)]  # such as 'ckpt-0'",
    },
    Refused {
        endings: &["onnx"],
        magic: b"",
        what: "is an ONNX model",
        python: "files = [{t.name: onnx.numpy_helper.to_array(t) for t in \
                 onnx.load(p).graph.initializer} for p in paths]",
    },
    Refused {
        endings: &["gguf"],
        magic: b"GGUF",
        what: "is a GGUF file, whose types are quantised",
        python: "files = [{t.name: gguf.dequantize(t.data, t.tensor_type) for t in \
                 gguf.GGUFReader(p).tensors} for p in paths]",
    },
    Refused {
        endings: &["distcp"],
        magic: b"",
        what: "is part of a distributed checkpoint of PyTorch",
        python: "for p in folders: torch.distributed.checkpoint.format_utils.dcp_to_torch_save(\
                 p, p + '.pt')  # then give these files",
    },
    Refused {
        endings: &["params"],
        magic: b"",
        what: "is a file of MXNet",
        python: "files = [{n: a.asnumpy() for n, a in mx.nd.load(p).items()} for p in paths]",
    },
    Refused {
        endings: &["joblib"],
        magic: b"",
        what: "is a file of joblib",
        python: "files = [joblib.load(p) for p in paths]",
    },
    Refused {
        endings: &["tflite"],
        magic: b"",
        what: "is a model of TensorFlow Lite, made to be run and not trained",
        python: "",
    },
    Refused {
        endings: &["pb", "pbtxt"],
        magic: b"",
        what: "is a graph of TensorFlow",
        python: "files = [{v.name: v.numpy() for v in tf.keras.models.load_model(p).weights} for \
                 p in folders]",
    },
    Refused {
        endings: &["mat"],
        magic: b"MATLAB 5.0",
        what: "is a file of MATLAB",
        python: "files = [{n: a for n, a in scipy.io.loadmat(p).items() if n[0] != '_'} for p in \
                 paths]",
    },
    Refused {
        endings: &["t7"],
        magic: b"",
        what: "is a file of Lua Torch",
        python: "files = [torchfile.load(p) for p in paths]",
    },
    Refused {
        endings: &["gz"],
        magic: b"\x1f\x8b",
        what: "is compressed by gzip: unpack it first, and give what is in it",
        python: "",
    },
    Refused {
        endings: &["xz"],
        magic: b"\xfd7zXZ\0",
        what: "is compressed by xz: unpack it first, and give what is in it",
        python: "",
    },
    Refused {
        endings: &["zst"],
        magic: b"\x28\xb5\x2f\xfd",
        what: "is compressed by zstd: unpack it first, and give what is in it",
        python: "",
    },
    Refused {
        endings: &["bz2"],
        magic: b"BZh",
        what: "is compressed by bzip2: unpack it first, and give what is in it",
        python: "",
    },
];

const TAR: Refused = Refused {
    endings: &[],
    magic: b"ustar",
    what: "is a tar archive, as PyTorch wrote before version 0.1.10",
    python: "files = [{n: t.numpy() for n, t in torch.load(p, weights_only=False).items()} for p \
             in paths]",
};

const TAR_MAGIC: usize = 257;

#[cfg(not(feature = "hdf5"))]
const HDF5: Refused = Refused {
    endings: &["h5", "hdf5", "keras"],
    magic: b"\x89HDF",
    what: "is a file of Keras (HDF5; a program built with `--features hdf5` reads it)",
    python: "files = [{v.path: v.numpy() for v in keras.models.load_model(p).weights} for p in \
             paths]",
};

pub const UNKNOWN: &str = "is of no kind that is read. Whatever loads it in Python can hand its \
     arrays over:\n  files = [{name: array, ...} for each file]\n  mortality.autopsy(files)";

const SHARD: &str = "is part of a checkpoint in several files, and their index \
     (model.safetensors.index.json) is not beside it: give the folder that has all of them";

fn all() -> impl Iterator<Item = &'static Refused> {
    let all = REFUSED.iter();
    #[cfg(not(feature = "hdf5"))]
    let all = all.chain([&HDF5]);
    all
}

impl Refused {
    fn error(&self, path: &Path) -> AutopsyError {
        let Self { what, python, .. } = self;
        if python.is_empty() {
            return AutopsyError::file(path, *what);
        }
        AutopsyError::file(
            path,
            format!(
                "{what}, which is not read. In Python its arrays can be handed over:\n  \
                 {python}\n  mortality.autopsy(files)"
            ),
        )
    }
}

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

/// Refuses what its first bytes give away.
pub fn refuse_by_content(path: &Path, bytes: &[u8]) -> Result<(), AutopsyError> {
    let magic = |kind: &&Refused| !kind.magic.is_empty() && bytes.starts_with(kind.magic);
    if let Some(kind) = all().find(magic) {
        return Err(kind.error(path));
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
    HDF5.error(path)
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
