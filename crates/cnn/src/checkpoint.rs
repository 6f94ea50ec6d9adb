//! Parameters as safetensors, with the names and layouts of PyTorch's `nn.Sequential`.
//!
//! A kernel (Kh, Kw, Cin, Cout) is stored as (Cout, Cin, Kh, Kw), a matrix (in, out) as
//! (out, in). The matrix that reads a flattened image is permuted too, since we flatten in the
//! order height, width, channel and PyTorch in the order channel, height, width. The kernels of a
//! locally connected layer are stored position by position, each as a kernel: (H', W', Cout, Cin,
//! Kh, Kw).
//! `load_state_dict` of a `Sequential` of the same layers takes the file as it is. The number of
//! batches that a batch norm has seen is one of type I64 without axes, as in PyTorch.

mod bf16;

pub use bf16::{from_bf16, round_bf16, to_bf16};

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use ndarray::{ArrayView, ArrayViewMut, Ix5};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::CnnError;
use crate::parameters::{ParameterTensor, Role};

/// From (positions, Kh, Kw, Cin, Cout) to (positions, Cout, Cin, Kh, Kw).
const TO_PYTORCH: [usize; 5] = [0, 4, 3, 1, 2];

/// Writes parameters with the layout of `tensors` to a file that is whole or not there.
///
/// # Errors
/// [`CnnError::Io`] if the file cannot be written.
pub fn write(path: &Path, tensors: &[ParameterTensor], values: &[f32]) -> Result<(), CnnError> {
    let bytes = bytes(path, tensors, values)?;
    replace(path, &bytes).map_err(|source| CnnError::Io {
        path: path.to_owned(),
        action: "write",
        source,
    })
}

/// What [`write()`] writes to a file.
pub(crate) fn bytes(
    path: &Path,
    tensors: &[ParameterTensor],
    values: &[f32],
) -> Result<Vec<u8>, CnnError> {
    to_bytes(tensors, values).map_err(|error| CnnError::File {
        path: path.to_owned(),
        problem: error.to_string(),
    })
}

/// Writes a file so that it is whole or not there: into a temporary one beside it, flushed to the
/// disk and renamed.
///
/// # Errors
/// What the system says; the temporary file is removed.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let partial = partial(path);
    let written = File::create(&partial).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written
        .and_then(|()| fs::rename(&partial, path))
        .inspect_err(|_| {
            // The error to report is the first one, whether or not the remains can be removed.
            let _ = fs::remove_file(&partial);
        })
}

/// The temporary file beside `path`.
fn partial(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    path.with_file_name(name)
}

/// The bytes of a safetensors file.
///
/// # Errors
/// What the safetensors package refuses.
fn to_bytes(
    tensors: &[ParameterTensor],
    values: &[f32],
) -> Result<Vec<u8>, safetensors::SafeTensorError> {
    let stored: Vec<_> = tensors
        .iter()
        .map(|tensor| {
            let own = &values[tensor.range.clone()];
            if tensor.role == Role::Batches {
                let whole = own.iter().flat_map(|&count| (count as i64).to_le_bytes());
                return (tensor, stored_shape(tensor), whole.collect());
            }
            let bytes: Vec<u8> = match ArrayView::from_shape(axes(tensor), own) {
                Ok(own) => {
                    let own = own.permuted_axes(TO_PYTORCH);
                    own.iter().flat_map(|value| value.to_le_bytes()).collect()
                }
                Err(_) => Vec::new(),
            };
            (tensor, stored_shape(tensor), bytes)
        })
        .collect();
    let views = stored
        .iter()
        .map(|(tensor, shape, bytes)| {
            let view = TensorView::new(stored_type(tensor), shape.clone(), bytes)?;
            Ok((tensor.name.as_str(), view))
        })
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>()?;
    safetensors::serialize(views, None)
}

/// Our axes as (positions, height, width, channels, filters), so that one permutation serves all.
fn axes(tensor: &ParameterTensor) -> (usize, usize, usize, usize, usize) {
    let filters = tensor.channels();
    match (tensor.role, &tensor.shape[..]) {
        (
            Role::Matrix {
                flattened: Some([height, width, channels]),
            },
            _,
        ) => (1, height, width, channels, filters),
        (Role::Local, &[height, width, rows, columns, channels, filters]) => {
            (height * width, rows, columns, channels, filters)
        }
        (Role::Bias, &[height, width, filters]) => (height * width, 1, 1, 1, filters),
        (_, &[rows, columns, channels, filters]) => (1, rows, columns, channels, filters),
        _ => (1, 1, 1, tensor.range.len() / filters.max(1), filters),
    }
}

/// The type in the file.
fn stored_type(tensor: &ParameterTensor) -> Dtype {
    match tensor.role {
        Role::Batches => Dtype::I64,
        _ => Dtype::F32,
    }
}

/// The shape in the file.
fn stored_shape(tensor: &ParameterTensor) -> Vec<usize> {
    match tensor.shape[..] {
        _ if tensor.role == Role::Batches => Vec::new(),
        [rows, columns, channels, filters] => vec![filters, channels, rows, columns],
        [height, width, rows, columns, channels, filters] => {
            vec![height, width, filters, channels, rows, columns]
        }
        [inputs, outputs] => vec![outputs, inputs],
        _ => tensor.shape.clone(),
    }
}

/// Reads the parameters with the layout of `tensors` from a file.
///
/// # Errors
/// [`CnnError::Io`] if the file cannot be read; [`CnnError::File`] if it is no safetensors file
/// or its tensors are not exactly these, in their types, with these shapes.
pub fn read(path: &Path, tensors: &[ParameterTensor]) -> Result<Vec<f32>, CnnError> {
    let bytes = fs::read(path).map_err(|source| CnnError::Io {
        path: path.to_owned(),
        action: "read",
        source,
    })?;
    from_bytes(&bytes, tensors).map_err(|problem| CnnError::File {
        path: path.to_owned(),
        problem,
    })
}

fn from_bytes(bytes: &[u8], tensors: &[ParameterTensor]) -> Result<Vec<f32>, String> {
    let file = SafeTensors::deserialize(bytes)
        .map_err(|error| format!("not a whole safetensors file ({error})"))?;
    let mut names = file.names();
    names.sort_unstable();
    let known = |name: &&str| tensors.iter().any(|tensor| tensor.name == **name);
    if let Some(foreign) = names.iter().find(|name| !known(name)) {
        return Err(format!(
            "holds `{foreign}`, which the network does not have"
        ));
    }
    let mut values = vec![0.0; tensors.last().map_or(0, |tensor| tensor.range.end)];
    for tensor in tensors {
        let name = &tensor.name;
        let stored = file
            .tensor(name)
            .map_err(|_| format!("has no `{name}`, which the network needs"))?;
        let (dtype, shape) = (stored_type(tensor), stored_shape(tensor));
        if stored.dtype() != dtype || stored.shape() != shape {
            return Err(format!(
                "`{name}` has type {:?} and shape {:?}, but the network needs {dtype:?} and {shape:?}",
                stored.dtype(),
                stored.shape(),
            ));
        }
        let own = &mut values[tensor.range.clone()];
        if tensor.role == Role::Batches {
            let (counts, _) = stored.data().as_chunks::<8>();
            for (value, count) in own.iter_mut().zip(counts) {
                *value = i64::from_le_bytes(*count) as f32;
            }
            continue;
        }
        let own = ArrayViewMut::<f32, Ix5>::from_shape(axes(tensor), own)
            .map_err(|error| format!("`{name}`: {error}"))?;
        let (words, _) = stored.data().as_chunks::<4>();
        for (value, word) in own.permuted_axes(TO_PYTORCH).iter_mut().zip(words) {
            *value = f32::from_le_bytes(*word);
        }
    }
    Ok(values)
}
