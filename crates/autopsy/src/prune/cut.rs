//! Tensors with places of an axis left out.

use crate::checkpoint::Tensor;
use crate::format::Format;

/// The places of an axis that stay.
pub struct Cut {
    axis: usize,
    keep: Vec<usize>,
}

impl Cut {
    /// Keeps these places of an axis.
    pub fn keep(axis: usize, keep: Vec<usize>) -> Self {
        Self { axis, keep }
    }
}

/// What is left of a tensor.
pub struct Kept {
    pub name: String,
    pub format: Format,
    pub shape: Vec<usize>,
    pub bytes: Vec<u8>,
}

/// Leaves out what the cuts do not keep, one after the other.
pub fn apply(tensor: &Tensor, bytes: &[u8], cuts: &[Cut]) -> Kept {
    let size = tensor.format.size();
    let mut kept = Kept {
        name: tensor.name.clone(),
        format: tensor.format,
        shape: tensor.shape.clone(),
        bytes: bytes.to_vec(),
    };
    for cut in cuts {
        let inner = kept.shape[cut.axis + 1..].iter().product::<usize>() * size;
        let whole = kept.shape[cut.axis] * inner;
        let mut bytes = Vec::with_capacity(kept.bytes.len());
        for block in kept.bytes.chunks(whole.max(1)) {
            for place in &cut.keep {
                bytes.extend_from_slice(&block[place * inner..(place + 1) * inner]);
            }
        }
        kept.shape[cut.axis] = cut.keep.len();
        kept.bytes = bytes;
    }
    kept
}
