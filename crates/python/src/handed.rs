//! Checkpoints that Python hands over, one at a time.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use autopsy::AutopsyError;
use autopsy::checkpoint::{Array, Checkpoint, OptimizerState, ParameterGroup, StateEntry};
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use safetensors::Dtype;

/// A Python iterator of checkpoints, and what went wrong in it.
pub struct Handed {
    iterator: Py<PyAny>,
    problem: Mutex<Option<PyErr>>,
}

impl Handed {
    /// Of an iterator of `mortality._arrays.Parts`.
    pub fn new(iterator: Py<PyAny>) -> Self {
        Self {
            iterator,
            problem: Mutex::new(None),
        }
    }

    /// What went wrong on Python's side.
    pub fn problem(&self) -> PyResult<()> {
        let mut problem = self.problem.lock().unwrap_or_else(PoisonError::into_inner);
        problem.take().map_or(Ok(()), Err)
    }

    /// The next checkpoint; Python is attached to only while it is fetched.
    ///
    /// # Errors
    /// What is wrong with its arrays; any error if Python raised one, which is kept.
    pub fn next(&self, label: &Path) -> Result<Checkpoint, AutopsyError> {
        let fetched = Python::attach(|py| {
            let next = self.iterator.bind(py).call_method0("__next__")?;
            next.extract::<Parts>()
        });
        match fetched {
            Ok(parts) => parts.checkpoint(label),
            Err(error) => {
                let mut problem = self.problem.lock().unwrap_or_else(PoisonError::into_inner);
                *problem = Some(error);
                let words = "Python raised an exception";
                Err(AutopsyError::Request(words.to_owned()))
            }
        }
    }
}

/// An array: name, type, shape, numbers.
type Plain = (String, PyBackedStr, Vec<usize>, PyBackedBytes);

/// What Python hands over for one checkpoint: `mortality._arrays.Parts`.
#[derive(FromPyObject)]
struct Parts {
    arrays: Vec<Plain>,
    optimizer: Option<Optimizer>,
}

#[derive(FromPyObject)]
struct Optimizer {
    groups: Vec<Group>,
    entries: Vec<Entry>,
}

/// The state of one parameter.
#[derive(FromPyObject)]
struct Entry {
    index: i64,
    first_moment: Option<Plain>,
    second_moment: Option<Plain>,
    step: Option<f64>,
    shape: Vec<usize>,
}

#[derive(FromPyObject)]
struct Group {
    parameters: Vec<i64>,
    names: Option<Vec<String>>,
    rate: Option<f64>,
    initial_rate: Option<f64>,
    momentum: Option<f64>,
    dampening: f64,
    beta1: Option<f64>,
    weight_decay: f64,
    decoupled: bool,
}

impl Parts {
    fn checkpoint(self, label: &Path) -> Result<Checkpoint, AutopsyError> {
        let arrays = self.arrays.into_iter().map(|plain| array(plain, label));
        let arrays: Vec<Array> = arrays.collect::<Result<_, _>>()?;
        let optimizer = self.optimizer.map(|own| own.state(label)).transpose()?;
        Checkpoint::from_arrays(label, arrays, optimizer)
    }
}

impl Optimizer {
    fn state(self, label: &Path) -> Result<OptimizerState, AutopsyError> {
        let groups = self.groups.into_iter().map(|group| ParameterGroup {
            parameters: group.parameters,
            names: group.names,
            rate: group.rate,
            initial_rate: group.initial_rate,
            momentum: group.momentum,
            dampening: group.dampening,
            beta1: group.beta1,
            weight_decay: group.weight_decay,
            decoupled: group.decoupled,
        });
        let tensor = |plain: Option<Plain>| {
            plain
                .map(|plain| array(plain, label)?.into_tensor(label))
                .transpose()
        };
        let entries = self.entries.into_iter().map(|entry| {
            let mut state = StateEntry::stepped(entry.step);
            state.first_moment = tensor(entry.first_moment)?;
            state.second_moment = tensor(entry.second_moment)?;
            state.shape = entry.shape;
            Ok((entry.index, state))
        });
        Ok(OptimizerState {
            groups: groups.collect(),
            entries: entries.collect::<Result<_, _>>()?,
            scaler: None,
        })
    }
}

fn array(plain: Plain, label: &Path) -> Result<Array, AutopsyError> {
    let (name, dtype, shape, bytes) = plain;
    let dtype = match &dtype[..] {
        "float64" => Dtype::F64,
        "float32" => Dtype::F32,
        "float16" => Dtype::F16,
        "bfloat16" => Dtype::BF16,
        "int64" => Dtype::I64,
        "int32" => Dtype::I32,
        "int16" => Dtype::I16,
        "int8" => Dtype::I8,
        "uint64" => Dtype::U64,
        "uint32" => Dtype::U32,
        "uint16" => Dtype::U16,
        "uint8" => Dtype::U8,
        "bool" => Dtype::BOOL,
        other => {
            return Err(AutopsyError::Tensor {
                path: label.to_owned(),
                tensor: name,
                problem: format!("has type {other}: give float64, float32, float16 or bfloat16"),
            });
        }
    };
    Ok(Array {
        name,
        dtype,
        shape,
        bytes: bytes.to_vec(),
    })
}
