//! A tensor of a file, and its numbers.

use std::ops::Range;

use crate::format::Format;

/// A floating-point tensor of a [`Checkpoint`](super::Checkpoint).
#[derive(Clone, Debug)]
pub struct Tensor {
    /// The name in the file, without `module.`, `_orig_mod.` and the like.
    pub name: String,
    /// How its numbers are stored.
    pub format: Format,
    /// Its axes, row-major.
    pub shape: Vec<usize>,
    pub(super) data: Data,
}

/// An integer tensor of a [`Checkpoint`](super::Checkpoint).
#[derive(Clone, Debug)]
pub struct Counter {
    /// The name in the file, without the prefixes that the others lose.
    pub name: String,
    /// How its numbers are stored.
    pub dtype: ::safetensors::Dtype,
    /// Its axes.
    pub shape: Vec<usize>,
    pub(super) data: Data,
}

/// Where a tensor's bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
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

/// A view of numbers: element (i, j, ..) is at `offset` + i strides[0] + .. elements.
pub struct View<'a> {
    pub offset: usize,
    pub shape: &'a [usize],
    pub strides: &'a [usize],
    /// Bytes of an element.
    pub size: usize,
}

impl View<'_> {
    /// Whether its elements lie in the order of their indices, without gaps.
    pub fn is_row_major(&self) -> bool {
        let mut expected = 1;
        for (&axis, &stride) in self.shape.iter().zip(self.strides).rev() {
            if axis != 1 && stride != expected {
                return false;
            }
            expected = expected.saturating_mul(axis);
        }
        true
    }

    /// Its row-major copy; `None` if it leaves `bytes`.
    pub fn gather(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        gather(bytes, self.offset, self.shape, self.strides, self.size)
    }
}

/// Elements and bytes of a shape, or what is wrong with it.
pub fn extent(shape: &[usize], size: usize) -> Option<usize> {
    shape
        .iter()
        .try_fold(size, |total, &axis| total.checked_mul(axis))
}

/// The row-major copy of a strided tensor: element (i, j, ..) is at `offset` + i strides[0] + ..
/// elements of `size` bytes. `None` if it leaves `bytes`.
pub fn gather(
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
