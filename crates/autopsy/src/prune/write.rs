//! Writes a safetensors file.

use std::path::Path;

use safetensors::tensor::{Dtype, TensorView};

use super::cut::Kept;
use crate::AutopsyError;
use crate::checkpoint::Checkpoint;
use crate::format::Format;

/// Writes tensors under the names that they have in `file`, and its counters as they are.
pub fn write(path: &Path, tensors: &[Kept], file: &Checkpoint) -> Result<(), AutopsyError> {
    let dtype = |format| match format {
        Format::F64 => Dtype::F64,
        Format::F32 => Dtype::F32,
        Format::F16 => Dtype::F16,
        Format::Bf16 => Dtype::BF16,
    };
    let kept = tensors.iter().map(|tensor| {
        let view = TensorView::new(dtype(tensor.format), tensor.shape.clone(), &tensor.bytes);
        (file.stored_name(&tensor.name), view)
    });
    let counters = file.counters.iter().map(|counter| {
        let bytes = file.counter_bytes(counter);
        let view = TensorView::new(counter.dtype, counter.shape.clone(), bytes);
        (file.stored_counter(&counter.name), view)
    });
    let refused = |error: safetensors::SafeTensorError| AutopsyError::file(path, error.to_string());
    let views: Vec<_> = kept
        .chain(counters)
        .map(|(name, view)| Ok((name, view?)))
        .collect::<Result<_, _>>()
        .map_err(refused)?;
    let bytes = safetensors::serialize(views, None).map_err(refused)?;
    cnn::checkpoint::replace(path, &bytes).map_err(AutopsyError::io(path, "write"))
}
