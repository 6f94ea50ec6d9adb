//! Errors as Python raises them.

use std::path::Path;

use autopsy::AutopsyError;
use pyo3::prelude::*;

/// A `mortality.ReadError` with the file and the tensor that are wrong.
pub fn raised(py: Python<'_>, error: &AutopsyError) -> PyErr {
    let (file, tensor): (Option<&Path>, Option<&str>) = match error {
        AutopsyError::Io { path, .. } | AutopsyError::File { path, .. } => (Some(path), None),
        AutopsyError::Tensor { path, tensor, .. } => (Some(path), Some(tensor)),
        _ => (None, None),
    };
    let file = file.map(|path| path.display().to_string());
    let made = py
        .import("mortality._errors")
        .and_then(|module| module.getattr("ReadError"))
        .and_then(|class| class.call1((error.to_string(), file, tensor)));
    match made {
        Ok(exception) => PyErr::from_value(exception),
        Err(other) => other,
    }
}
