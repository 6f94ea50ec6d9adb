//! Tensors without the units that go.

use cnn::prune::Staying;

use crate::checkpoint::Tensor;
use crate::format::Format;

/// The units that stay along an axis.
pub struct Cut<'a> {
    pub axis: usize,
    /// Neighbours along the axis that are one unit's: the positions of a flattened image.
    pub each: usize,
    pub staying: &'a Staying,
}

/// What is left of a tensor.
pub struct Kept {
    pub name: String,
    pub format: Format,
    pub shape: Vec<usize>,
    pub bytes: Vec<u8>,
}

/// Makes the cuts one after the other.
pub fn apply(tensor: &Tensor, bytes: &[u8], cuts: &[Cut<'_>]) -> Kept {
    let mut kept = Kept {
        name: tensor.name.clone(),
        format: tensor.format,
        shape: tensor.shape.clone(),
        bytes: bytes.to_vec(),
    };
    for cut in cuts {
        let after: usize = kept.shape[cut.axis + 1..].iter().product();
        let inner = cut.each * after * tensor.format.size();
        kept.bytes = cut.staying.of(&kept.bytes, inner);
        kept.shape[cut.axis] = kept.shape[cut.axis] / cut.staying.before() * cut.staying.len();
    }
    kept
}
