//! Formats that are not read, with the lines of Python that load them.

use std::path::Path;

use crate::AutopsyError;

/// A kind of file that is not read.
pub struct Refused {
    /// Endings of its names.
    pub endings: &'static [&'static str],
    /// What it begins with.
    pub magic: &'static [u8],
    /// What it is.
    pub what: &'static str,
    /// The lines of Python after which `files` is a list of dictionaries of arrays, `paths` being
    /// the files, with the call where it takes more than these; empty if there are none.
    pub python: &'static str,
}

/// All that have an ending or a mark.
const REFUSED: [Refused; 16] = [
    Refused {
        endings: &[],
        magic: b"(dp",
        what: "is a pickle of protocol 0, as Python 2 wrote them",
        python: "files = [pickle.load(open(p, 'rb'), encoding='latin1') for p in paths]",
    },
    Refused {
        endings: &["index", "data-00000-of-00001"],
        magic: b"",
        what: "is part of a TensorFlow checkpoint",
        python: "files = [{n.split('/.')[0]: r.get_tensor(n) for n, s in \
                 r.get_variable_to_shape_map().items() if s and ('optimizer' not in n or '_trainable' \
                 in n)} for r in map(tf.train.load_checkpoint, prefixes)]  # such as 'ckpt-0'\n  \
                 mortality.autopsy(files, layout='tensorflow')",
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
        endings: &["ocdbt"],
        magic: b"",
        what: "is part of a checkpoint of Orbax",
        python: "states = [orbax.checkpoint.PyTreeCheckpointer().restore(p) for p in paths]  # such as \
                 'run/100/default'\n  files = [flax.traverse_util.flatten_dict(s.get('params', s), sep='/') \
                 for s in states]\n  mortality.autopsy(files, steps=[s['step'] for s in states] if 'step' \
                 in states[0] else None)",
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

/// Flax's `save_checkpoint` gives its files no ending, and msgpack has no mark.
pub const FLAX: Refused = Refused {
    endings: &["msgpack"],
    magic: b"",
    what: "is a msgpack file of Flax",
    python: "states = [flax.serialization.msgpack_restore(open(p, 'rb').read()) for p in paths]\n  \
             files = [flax.traverse_util.flatten_dict(s.get('params', s), sep='/') for s in states]\n  \
             mortality.autopsy(files, steps=[s['step'] for s in states] if 'step' in states[0] else \
             None)",
};

pub const TAR: Refused = Refused {
    endings: &[],
    magic: b"ustar",
    what: "is a tar archive, as PyTorch wrote before version 0.1.10",
    python: "files = [{n: t.numpy() for n, t in torch.load(p, weights_only=False).items()} for p \
             in paths]",
};

/// Where its mark is.
pub const TAR_MAGIC: usize = 257;

#[cfg(not(feature = "hdf5"))]
pub const HDF5: Refused = Refused {
    endings: &["h5", "hdf5", "keras"],
    magic: b"\x89HDF",
    what: "is a file of Keras (HDF5; a program built with `--features hdf5` reads it)",
    python: "files = [{v.path: v.numpy() for v in keras.models.load_model(p).weights} for p in \
             paths]",
};

/// All that a name can tell.
pub fn all() -> impl Iterator<Item = &'static Refused> {
    let all = REFUSED.iter().chain([&FLAX]);
    #[cfg(not(feature = "hdf5"))]
    let all = all.chain([&HDF5]);
    all
}

impl Refused {
    /// Says what a file is, and how its arrays are handed over.
    pub fn error(&self, path: &Path) -> AutopsyError {
        let Self { what, python, .. } = self;
        if python.is_empty() {
            return AutopsyError::file(path, *what);
        }
        // Some lines hand over more than the arrays.
        let call = if python.contains("mortality.") {
            ""
        } else {
            "\n  mortality.autopsy(files)"
        };
        AutopsyError::file(
            path,
            format!(
                "{what}, which is not read. In Python its arrays can be handed over:\n  \
                 {python}{call}"
            ),
        )
    }
}
