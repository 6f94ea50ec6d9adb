//! One saved file: its tensors, whatever framework wrote them.
//!
//! | file | written by | read by |
//! |---|---|---|
//! | `.safetensors` | every framework | `safetensors` |
//! | `.npz`, `.npy` | `numpy.savez` | `numpy` |
//! | `.pt`, `.pth`, `.ckpt`, `.bin`, `.pth.tar` | `torch.save`, Lightning | `torch` |
//! | `.pkl`, `.p` | `pickle.dump` of arrays or tensors | `torch` |
//! | `.h5`, `.keras` | Keras | `hdf5` |
//! | `.index.json` | `save_pretrained`, with the files that it names | `shards` |
//! | `.caffemodel`, `.solverstate` | Caffe | `caffe` |
//!
//! Whatever else a program can load it hands over as arrays: [`Checkpoint::from_arrays`].
//!
//! What a file is is decided by its first bytes, not by its name. A file is held as the bytes it
//! has on the disk; a tensor is a range of them, copied only where it is compressed or strided.

mod archive;
mod arrays;
mod beside;
mod budget;
mod bytes;
mod caffe;
#[cfg(feature = "hdf5")]
mod hdf5;
mod keys;
mod kinds;
mod numpy;
mod optimizer;
mod pickle;
mod prefixes;
mod refused;
mod safetensors;
mod shards;
mod skim;
mod tensor;
mod torch;
mod trainer_state;

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::AutopsyError;
use tensor::{Data, extent, gather};

pub(crate) use kinds::is_checkpoint;
pub(crate) use refused::{refuse, refuse_by_name};
pub(crate) use torch::is_average;

pub use arrays::Array;
pub use beside::Beside;
pub use bytes::Memory;
pub(crate) use bytes::Onlooker;
pub use optimizer::{OptimizerState, ParameterGroup, Scaler, StateEntry};
pub use tensor::{Counter, Tensor};

/// What to read of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The dotted key below which the model's tensors are, where a file holds several models;
    /// `None` takes the most natural.
    pub key: Option<String>,
}

/// How far the training was, as the file says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Optimizer steps.
    pub step: Option<u64>,
    /// Epochs.
    pub epoch: Option<u64>,
}

/// The tensors of one file.
#[derive(Debug, Default)]
pub struct Checkpoint {
    /// The file.
    pub path: PathBuf,
    /// Floating-point tensors in the order of the file (safetensors: of the names).
    pub tensors: Vec<Tensor>,
    /// Integer tensors, such as the number of batches that a norm has seen: kept to be written
    /// again, not read.
    pub counters: Vec<Counter>,
    /// Whether the order of `tensors` is the order in which the network was built.
    pub ordered: bool,
    /// The optimizer's state, where a PyTorch file has it.
    pub optimizer: Option<OptimizerState>,
    /// The prefix that a wrapper put before all names of tensors, see `prefixes`.
    pub(crate) prefix: String,
    /// Counters whose names had it too.
    pub(crate) prefixed: Vec<String>,
    /// A file of the optimizer's state that lies beside it.
    pub beside: Option<Box<Checkpoint>>,
    /// How far the training was.
    pub progress: Progress,
    /// The dotted key below which the tensors are; `None` if they are the whole file's.
    pub key: Option<String>,
    /// Keys of what else in the file holds tensors of a model, such as `ema`.
    pub other_keys: Vec<String>,
    /// Names of tensors that are passed over: complex and sparse ones, which no layer's weights
    /// are.
    pub unread: Vec<String>,
    /// The whole file, and those that belong to it.
    buffer: Vec<u8>,
}

/// What a reader returns.
#[derive(Default)]
struct Contents {
    tensors: Vec<Tensor>,
    counters: Vec<Counter>,
    ordered: bool,
    optimizer: Option<OptimizerState>,
    progress: Progress,
    key: Option<String>,
    other_keys: Vec<String>,
    unread: Vec<String>,
}

impl Contents {
    /// Moves what is in the file by as many bytes as lie before it in memory.
    fn shift(&mut self, by: usize) {
        let moments = self
            .optimizer
            .iter_mut()
            .flat_map(OptimizerState::tensors_mut);
        let tensors = self.tensors.iter_mut().chain(moments);
        let tensors = tensors.map(|tensor| &mut tensor.data);
        let counters = self.counters.iter_mut().map(|counter| &mut counter.data);
        for data in tensors.chain(counters) {
            if let Data::Here(range) = data {
                *range = range.start + by..range.end + by;
            }
        }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let tensors = self.tensors.iter().map(|tensor| &tensor.name[..]);
        tensors.chain(self.counters.iter().map(|counter| &counter.name[..]))
    }
}

impl Checkpoint {
    /// Reads a file, taking the most natural of its models.
    ///
    /// # Errors
    /// As [`Checkpoint::open_with`].
    pub fn open(path: &Path) -> Result<Self, AutopsyError> {
        Self::open_into(path, Vec::new())
    }

    /// Like [`Checkpoint::open`], into memory that an earlier file no longer needs.
    ///
    /// # Errors
    /// As [`Checkpoint::open_with`].
    pub fn open_into<'a>(path: &Path, memory: impl Into<Memory<'a>>) -> Result<Self, AutopsyError> {
        Self::open_with(path, &Reading::default(), memory)
    }

    /// Reads what is asked for of a file, into memory that an earlier one no longer needs.
    ///
    /// # Errors
    /// [`AutopsyError`] if it cannot be read, is cut short, is of a kind that is not read, with
    /// what to convert it to, or has nothing under the key asked for.
    pub fn open_with<'a>(
        path: &Path,
        reading: &Reading,
        memory: impl Into<Memory<'a>>,
    ) -> Result<Self, AutopsyError> {
        refuse_by_name(path)?;
        let Memory {
            mut bytes,
            onlooker,
        } = memory.into();
        bytes::read(path, &mut bytes, 0, onlooker)?;
        Self::of_bytes(path, reading, bytes)
    }

    /// The tensors of a file's bytes; `path` is for its name, for files that belong to it, and for
    /// errors.
    ///
    /// # Errors
    /// As [`Checkpoint::open_with`].
    pub fn from_bytes(path: &Path, buffer: Vec<u8>) -> Result<Self, AutopsyError> {
        Self::of_bytes(path, &Reading::default(), buffer)
    }

    /// What is asked for of a file's bytes.
    fn of_bytes(path: &Path, reading: &Reading, mut buffer: Vec<u8>) -> Result<Self, AutopsyError> {
        let mut contents = kinds::read(path, &mut buffer, reading)?;
        keys::select(path, reading, &mut contents)?;
        let mut checkpoint = Self {
            path: path.to_owned(),
            tensors: contents.tensors,
            counters: contents.counters,
            ordered: contents.ordered,
            optimizer: contents.optimizer,
            prefix: String::new(),
            prefixed: Vec::new(),
            beside: None,
            progress: contents.progress,
            key: contents.key,
            other_keys: contents.other_keys,
            unread: contents.unread,
            buffer,
        };
        checkpoint.set_prefixes_aside();
        Ok(checkpoint)
    }

    /// The numbers of one of its tensors, little-endian and row-major.
    pub fn bytes<'a>(&'a self, tensor: &'a Tensor) -> &'a [u8] {
        self.data(&tensor.data)
    }

    /// The numbers of one of its counters.
    pub fn counter_bytes<'a>(&'a self, counter: &'a Counter) -> &'a [u8] {
        self.data(&counter.data)
    }

    fn data<'a>(&'a self, data: &'a Data) -> &'a [u8] {
        match data {
            Data::Here(range) => &self.buffer[range.clone()],
            Data::Unpacked(bytes) => bytes,
        }
    }

    /// The tensor of this name.
    pub fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.tensors.iter().find(|tensor| tensor.name == name)
    }

    /// Where the numbers of a tensor lie in the file, if they do as they are.
    pub(crate) fn place(&self, name: &str) -> Option<Range<usize>> {
        match &self.tensor(name)?.data {
            Data::Here(range) => Some(range.clone()),
            Data::Unpacked(_) => None,
        }
    }

    /// The whole file, as long as nothing belongs to it that lies elsewhere.
    pub(crate) fn buffer(&self) -> &[u8] {
        &self.buffer
    }

    /// Brings the axes of a tensor, taken to have this shape, into another order, `axes[i]`
    /// becoming the i-th; its own `shape` stays that of the file.
    pub(crate) fn permute(&mut self, name: &str, shape: &[usize], axes: &[usize]) {
        let Some(index) = self.tensors.iter().position(|tensor| tensor.name == name) else {
            return;
        };
        let tensor = &self.tensors[index];
        if shape.iter().product::<usize>() != tensor.len() {
            return;
        }
        let mut strides = vec![1; shape.len()];
        for axis in (1..shape.len()).rev() {
            strides[axis - 1] = strides[axis] * shape[axis];
        }
        let pick = |of: &[usize]| axes.iter().map(|&axis| of[axis]).collect::<Vec<_>>();
        let (shape, strides) = (pick(shape), pick(&strides));
        let size = tensor.format.size();
        if let Some(copy) = gather(self.bytes(tensor), 0, &shape, &strides, size) {
            self.tensors[index].data = Data::Unpacked(copy);
        }
    }

    /// Gives the memory back, for [`Checkpoint::open_into`].
    pub fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }
}
