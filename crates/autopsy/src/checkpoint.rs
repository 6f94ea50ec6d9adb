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
mod numpy;
mod optimizer;
mod pickle;
mod refused;
mod safetensors;
mod torch;

use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::AutopsyError;
use crate::format::Format;
use refused::{GGUF, HDF5, LEGACY, UNKNOWN, is_named, refuse_by_name};

pub use optimizer::{OptimizerState, ParameterGroup, StateEntry};

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
    /// The whole file.
    buffer: Vec<u8>,
}

/// A floating-point tensor of a [`Checkpoint`].
#[derive(Clone, Debug)]
pub struct Tensor {
    /// The name in the file, without `module.`, `_orig_mod.` and the like.
    pub name: String,
    /// How its numbers are stored.
    pub format: Format,
    /// Its axes, row-major.
    pub shape: Vec<usize>,
    data: Data,
}

/// An integer tensor of a [`Checkpoint`].
#[derive(Clone, Debug)]
pub struct Counter {
    /// The name in the file, without the prefixes that the others lose.
    pub name: String,
    /// How its numbers are stored.
    pub dtype: ::safetensors::Dtype,
    /// Its axes.
    pub shape: Vec<usize>,
    data: Data,
}

/// Where a tensor's bytes are.
#[derive(Clone, Debug)]
enum Data {
    /// In the file's buffer.
    Here(Range<usize>),
    /// Unpacked.
    Unpacked(Vec<u8>),
}

impl Tensor {
    /// Number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Elements and bytes of a shape, or what is wrong with it.
fn extent(shape: &[usize], size: usize) -> Option<usize> {
    shape
        .iter()
        .try_fold(size, |total, &axis| total.checked_mul(axis))
}

/// The row-major copy of a strided tensor: element (i, j, ..) is at `offset` + i strides[0] + ..
/// elements of `size` bytes. `None` if it leaves `bytes`.
fn gather(
    bytes: &[u8],
    offset: usize,
    shape: &[usize],
    strides: &[usize],
    size: usize,
) -> Option<Vec<u8>> {
    let count = extent(shape, 1)?;
    let mut last = offset;
    for (&axis, &stride) in shape.iter().zip(strides) {
        last = last.checked_add(axis.saturating_sub(1).checked_mul(stride)?)?;
    }
    let inside = last.checked_add(1)?.checked_mul(size)? <= bytes.len();
    // Strides of 0 repeat elements: a copy may not be larger than what it is a copy of.
    if count > 0 && (!inside || count.checked_mul(size)? > bytes.len()) {
        return None;
    }
    let mut out = Vec::with_capacity(count * size);
    let mut index = vec![0; shape.len()];
    let mut place = offset;
    for _ in 0..count {
        out.extend_from_slice(&bytes[place * size..(place + 1) * size]);
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            place += strides[axis];
            if index[axis] < shape[axis] {
                break;
            }
            place -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
    }
    Some(out)
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
        let mut file = File::open(path).map_err(AutopsyError::io(path, "read"))?;
        let metadata = file.metadata().map_err(AutopsyError::io(path, "read"))?;
        if !metadata.is_file() {
            return Err(AutopsyError::file(path, "is not a file"));
        }
        // The old bytes are overwritten, not cleared first.
        let length = usize::try_from(metadata.len())
            .map_err(|_| AutopsyError::file(path, "is larger than this system's memory"))?;
        buffer.resize(length, 0);
        file.read_exact(&mut buffer)
            .map_err(AutopsyError::io(path, "read"))?;
        Self::from_bytes(path, buffer)
    }

    /// The tensors of a file's bytes; `path` is for its name and for errors.
    ///
    /// # Errors
    /// As [`Checkpoint::open`].
    pub fn from_bytes(path: &Path, buffer: Vec<u8>) -> Result<Self, AutopsyError> {
        let contents = match &buffer[..] {
            [] => Err(AutopsyError::file(path, "is empty")),
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

    /// Brings the axes of a tensor into another order, `axes[i]` becoming the i-th; its `shape`
    /// stays that of the file.
    pub(crate) fn permute(&mut self, name: &str, axes: &[usize]) {
        let Some(index) = self.tensors.iter().position(|tensor| tensor.name == name) else {
            return;
        };
        let tensor = &self.tensors[index];
        let shape = &tensor.shape;
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

    /// Removes prefixes that wrappers put before all names: `module.` (`DataParallel`),
    /// `_orig_mod.` (`torch.compile`), and the attribute of a Lightning module.
    fn set_prefixes_aside(&mut self) {
        while let Some(prefix) = self.common_prefix() {
            for tensor in &mut self.tensors {
                tensor.name.drain(..prefix.len());
            }
            for counter in &mut self.counters {
                if counter.name.starts_with(prefix) {
                    counter.name.drain(..prefix.len());
                }
            }
        }
    }

    /// A wrapper's prefix that every name has.
    fn common_prefix(&self) -> Option<&'static str> {
        WRAPPERS.into_iter().find(|prefix| {
            !self.tensors.is_empty()
                && self
                    .tensors
                    .iter()
                    .all(|tensor| tensor.name.starts_with(prefix))
        })
    }
}

/// Prefixes of wrappers: PyTorch's, and the usual attributes that hold a Lightning module's
/// network, and Flax's collection.
const WRAPPERS: [&str; 7] = [
    "module.",
    "_orig_mod.",
    "_forward_module.",
    "model.",
    "net.",
    "network.",
    "params.",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strided_tensor_becomes_row_major() {
        let bytes = [0, 1, 2, 3, 4, 5];
        let transposed = gather(&bytes, 0, &[3, 2], &[1, 3], 1);
        assert_eq!(transposed.unwrap(), [0, 3, 1, 4, 2, 5]);
        assert_eq!(gather(&bytes, 1, &[2], &[2], 1).unwrap(), [1, 3]);
        assert!(gather(&bytes, 1, &[3, 2], &[1, 3], 1).is_none());
        assert!(gather(&bytes, 0, &[1000], &[0], 1).is_none());
        assert!(gather(&bytes, 0, &[usize::MAX, 2], &[1, usize::MAX], 1).is_none());
    }
}
