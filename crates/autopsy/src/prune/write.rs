//! Writes a safetensors file.

use std::path::Path;

use safetensors::tensor::{Dtype, TensorView};

use super::cut::Kept;
use crate::AutopsyError;
use crate::checkpoint::Checkpoint;
use crate::format::Format;

/// Refuses a name that does not end in `.safetensors`, with the line of Python that makes of what is
/// written a file of the kind asked for.
pub fn check_name(path: &Path) -> Result<(), AutopsyError> {
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    let right = if path.is_dir() {
        path.join("small.safetensors")
    } else {
        path.with_extension("safetensors")
    };
    let (wanted, written) = (path.display(), right.display());
    let convert = match ending.to_str() {
        Some("safetensors") => return Ok(()),
        Some("pt" | "pth" | "ckpt" | "bin" | "tar") => {
            format!("torch.save(safetensors.torch.load_file(\"{written}\"), \"{wanted}\")")
        }
        Some("npz") => {
            format!("numpy.savez(\"{wanted}\", **safetensors.numpy.load_file(\"{written}\"))")
        }
        _ => String::new(),
    };
    let python = match &convert[..] {
        "" => String::new(),
        line => format!("; in Python, {line} makes the other of it"),
    };
    let problem =
        format!("what is left is written as safetensors only: say --out {written}{python}");
    Err(AutopsyError::file(path, problem))
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_ending_is_refused_with_the_way_to_it() {
        let problem = |name: &str| check_name(Path::new(name)).unwrap_err().to_string();
        assert!(check_name(Path::new("a/b.safetensors")).is_ok());
        let torch = problem("a/small.pt");
        assert!(torch.contains("say --out a/small.safetensors"), "{torch}");
        assert!(
            torch.contains(r#"load_file("a/small.safetensors"), "a/small.pt")"#),
            "{torch}"
        );
        assert!(problem("small.NPZ").contains("numpy.savez"));
        for other in ["small", "small.h5"] {
            assert!(
                problem(other).contains("--out small.safetensors"),
                "{other}"
            );
        }
    }
}
