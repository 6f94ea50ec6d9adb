//! One saved file: its tensors, whatever framework wrote them.
//!
//! | file | written by | read by |
//! |---|---|---|
//! | `.safetensors` | every framework | `safetensors` |
//! | `.npz`, `.npy` | `numpy.savez` | `numpy` |
//! | `.pt`, `.pth`, `.ckpt`, `.bin` | `torch.save`, Lightning | `torch` |
//!
//! What a file is is decided by its first bytes, not by its name. A file is held as the bytes it
//! has on the disk; a tensor is a range of them, copied only where it is compressed or strided.

mod archive;
mod bytes;
mod numpy;
mod optimizer;
mod pickle;
mod prefixes;
mod refused;
mod safetensors;
mod tensor;
mod torch;

use std::path::{Path, PathBuf};

use crate::AutopsyError;
use refused::{GGUF, HDF5, LEGACY, UNKNOWN, is_named};
use tensor::{Data, extent, gather};

pub(crate) use refused::refuse_by_name;

pub use optimizer::{OptimizerState, ParameterGroup, StateEntry};
pub use tensor::{Counter, Tensor};

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
    /// The whole file.
    buffer: Vec<u8>,
}

/// What a reader returns.
struct Contents {
    tensors: Vec<Tensor>,
    counters: Vec<Counter>,
    ordered: bool,
    optimizer: Option<OptimizerState>,
}

impl Checkpoint {
    /// Reads a file.
    ///
    /// # Errors
    /// [`AutopsyError`] if it cannot be read, is cut short, or is of a kind that is not read,
    /// with what to convert it to.
    pub fn open(path: &Path) -> Result<Self, AutopsyError> {
        Self::open_into(path, Vec::new())
    }

    /// Like [`Checkpoint::open`], into memory that an earlier file no longer needs.
    ///
    /// # Errors
    /// As [`Checkpoint::open`].
    pub fn open_into(path: &Path, mut buffer: Vec<u8>) -> Result<Self, AutopsyError> {
        refuse_by_name(path)?;
        bytes::read(path, &mut buffer)?;
        Self::from_bytes(path, buffer)
    }

    /// The tensors of a file's bytes; `path` is for its name and for errors.
    ///
    /// # Errors
    /// As [`Checkpoint::open`].
    pub fn from_bytes(path: &Path, buffer: Vec<u8>) -> Result<Self, AutopsyError> {
        let contents = match &buffer[..] {
            [] => Err(AutopsyError::file(path, "is empty: leave it out")),
            [b'P', b'K', ..] => archive::read(path, &buffer),
            [0x93, b'N', b'U', b'M', b'P', b'Y', ..] => numpy::read_array(path, &buffer),
            [0x89, b'H', b'D', b'F', ..] => Err(AutopsyError::file(path, HDF5)),
            [_, _, _, _, _, _, _, _, b'{', ..] => safetensors::read(path, &buffer),
            [0x80, 2..=5, ..] => Err(AutopsyError::file(path, LEGACY)),
            [b'G', b'G', b'U', b'F', ..] => Err(AutopsyError::file(path, GGUF)),
            _ if is_named(path, "safetensors") => safetensors::read(path, &buffer),
            _ => Err(AutopsyError::file(path, UNKNOWN)),
        }?;
        let mut checkpoint = Self {
            path: path.to_owned(),
            tensors: contents.tensors,
            counters: contents.counters,
            ordered: contents.ordered,
            optimizer: contents.optimizer,
            prefix: String::new(),
            prefixed: Vec::new(),
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
