//! What `torch.save`, `torch.jit.save` and `pickle.dump` wrote.
//!
//! | file | holds |
//! |---|---|
//! | a zip archive | `data.pkl`, and each storage as a member (PyTorch 1.6 and later, `TorchScript`) |
//! | five pickles in a row | [`read_legacy`](super::pickle::read_legacy) |
//! | one pickle | arrays of NumPy, or tensors with their storages inside |
//!
//! Which of the tensors in it are the model's is chosen by [`choose`]; a module is walked for its
//! parameters and buffers by [`walk`].

mod below;
mod choose;
mod numbers;
mod progress;
mod walk;

use std::collections::HashMap;
use std::path::Path;

use super::archive::Archive;
use super::budget::Budget;
use super::kinds::Kind;
use super::optimizer::is_state;
use super::pickle::{self, Id, Legacy, Pickle, StridedTensor, Value};
use super::tensor::{Data, View};
use super::{Contents, Counter, Reading, Tensor, safetensors};
use crate::AutopsyError;
use choose::{Choice, choose};

pub use choose::is_average;
use numbers::{Element, Numbers, Storages};

/// Files of pickles that are in no archive.
pub const KIND: Kind = Kind {
    // A header of safetensors whose length ends in 0x80 begins like a pickle.
    is: |_, start| matches!(start, [0x80, 0..=5, ..]) && !safetensors::begins(start),
    read: |path, buffer, reading| read_pickle(path, buffer, reading),
};

/// Reads an archive.
pub fn read_archive(mut archive: Archive<'_>, reading: &Reading) -> Result<Contents, AutopsyError> {
    let path = archive.path;
    let refuse = |problem: String| AutopsyError::file(path, problem);
    let index = archive
        .members
        .iter()
        .position(|member| member.name.ends_with("data.pkl"))
        .ok_or_else(|| refuse("has no data.pkl".to_owned()))?;
    let folder = archive.members[index].name.clone();
    let folder = folder.trim_end_matches("data.pkl").to_owned();
    if let Some(order) = archive.find(&format!("{folder}byteorder")) {
        let order = archive.member(order)?;
        if archive.bytes(&order) != b"little" {
            return Err(refuse("was written on a big-endian machine".to_owned()));
        }
    }
    let data = archive.member(index)?;
    let buffer = archive.buffer();
    let (program, place) = match &data {
        Data::Here(range) => (&buffer[range.clone()], Some(range.start)),
        Data::Unpacked(bytes) => (&bytes[..], None),
    };
    let pickle = pickle::read(program).map_err(refuse)?;
    let storages = Storages::Archive { archive, folder };
    let numbers = Numbers {
        program,
        place,
        storages,
    };
    Reader::new(path, &pickle, numbers).contents(reading)
}

/// Reads a file that is one pickle, or several in a row.
pub fn read_pickle(
    path: &Path,
    buffer: &[u8],
    reading: &Reading,
) -> Result<Contents, AutopsyError> {
    let read = if pickle::is_legacy(buffer) {
        pickle::read_legacy(buffer, false)
    } else {
        pickle::read(buffer).map(|pickle| Legacy {
            pickle,
            storages: HashMap::new(),
        })
    };
    let Legacy { pickle, storages } = read.map_err(|problem| AutopsyError::file(path, problem))?;
    let numbers = Numbers {
        program: buffer,
        place: Some(0),
        storages: Storages::File {
            ranges: storages,
            budget: Budget::of(buffer.len()),
        },
    };
    Reader::new(path, &pickle, numbers).contents(reading)
}

/// Reads the tensors of a pickle.
pub struct Reader<'a> {
    path: &'a Path,
    pub pickle: &'a Pickle,
    numbers: Numbers<'a>,
    /// Integer tensors met on the way.
    counters: Vec<Counter>,
    /// Names of tensors that are not read.
    unread: Vec<String>,
}

impl<'a> Reader<'a> {
    fn new(path: &'a Path, pickle: &'a Pickle, numbers: Numbers<'a>) -> Self {
        Self {
            path,
            pickle,
            numbers,
            counters: Vec::new(),
            unread: Vec::new(),
        }
    }

    fn contents(mut self, reading: &Reading) -> Result<Contents, AutopsyError> {
        let choice = match choose(self.pickle, reading.key.as_deref()) {
            Ok(choice) => choice,
            // What lies beside the weights holds no tensor of the model.
            Err(_) if is_state(self.pickle, self.pickle.root) => Choice::default(),
            Err(problem) => return Err(AutopsyError::file(self.path, problem)),
        };
        let mut tensors: Vec<Tensor> = Vec::with_capacity(choice.tensors.len());
        let mut places = HashMap::new();
        for (name, id) in &choice.tensors {
            // A file may be one tensor, or one array, whose layout is not known.
            let name = match (&name[..], &self.pickle.values[*id]) {
                ("", Value::Array(_)) => "array",
                ("", _) => "weight",
                (name, _) => name,
            };
            let Some(tensor) = self.value(name, *id)? else {
                continue;
            };
            // Of equal keys of a dictionary the last counts.
            if let Some(&place) = places.get(name) {
                tensors[place] = tensor;
            } else {
                places.insert(name, tensors.len());
                tensors.push(tensor);
            }
        }
        let counters = std::mem::take(&mut self.counters);
        let unread = std::mem::take(&mut self.unread);
        let progress = self.progress();
        let optimizer = self.optimizer()?;
        Ok(Contents {
            tensors,
            counters,
            ordered: true,
            optimizer,
            progress,
            unread,
            key: choice.key,
            other_keys: choice.others,
        })
    }

    /// The tensor of a value; `None` for integers, which are no weights.
    fn value(&mut self, name: &str, id: Id) -> Result<Option<Tensor>, AutopsyError> {
        match &self.pickle.values[id] {
            Value::Tensor(tensor) => self.tensor(name, tensor),
            Value::Array(array) => {
                let read = self.numbers.array(self.pickle, name, array);
                read.map_err(|problem| AutopsyError::tensor(self.path, name, problem))
            }
            Value::Object(object) if walk::is_sparse(self.pickle, object) => {
                self.unread.push(name.to_owned());
                Ok(None)
            }
            Value::Object(object) => {
                let class = self.pickle.name(object.class);
                Err(AutopsyError::tensor(
                    self.path,
                    name,
                    format!(
                        "is made by `{class}`, a quantised or distributed tensor, which is \
                         not read: give checkpoints of plain tensors in f64, f32, f16 or bf16"
                    ),
                ))
            }
            _ => Ok(None),
        }
    }

    /// A tensor; `None` for integers, which are no weights.
    pub fn tensor(
        &mut self,
        name: &str,
        tensor: &StridedTensor,
    ) -> Result<Option<Tensor>, AutopsyError> {
        let path = self.path;
        let refuse = |problem: String| AutopsyError::tensor(path, name, problem);
        let format = match numbers::element(self.pickle, tensor) {
            Element::Float(format) => format,
            Element::Integer => {
                self.counter(name, tensor);
                return Ok(None);
            }
            Element::Complex => {
                self.unread.push(name.to_owned());
                return Ok(None);
            }
            Element::Other(_) if tensor.shape.len() < 2 => return Ok(None),
            Element::Other(kind) => {
                return Err(refuse(format!(
                    "is a {kind}, which is not read: give checkpoints in f64, f32, f16 or bf16"
                )));
            }
        };
        let storage = self.numbers.storage(self.pickle, tensor.storage);
        let (data, first) = storage.map_err(refuse)?;
        let raw = View {
            offset: first.saturating_add(tensor.offset),
            shape: &tensor.shape,
            strides: &tensor.strides,
            size: format.size(),
        };
        let data = self.numbers.view(name, data, &raw).map_err(refuse)?;
        Ok(Some(Tensor {
            name: name.to_owned(),
            format,
            shape: tensor.shape.clone(),
            data,
        }))
    }

    /// Keeps a single 64-bit integer, which is what PyTorch's norms have.
    fn counter(&mut self, name: &str, tensor: &StridedTensor) {
        if let Some(number) = self.integer(tensor) {
            self.counters.push(Counter {
                name: name.to_owned(),
                dtype: ::safetensors::Dtype::I64,
                shape: Vec::new(),
                data: Data::Unpacked(number.to_le_bytes().to_vec()),
            });
        }
    }

    /// The number of a tensor of no axes of 64-bit integers.
    fn integer(&mut self, tensor: &StridedTensor) -> Option<i64> {
        let is_long = numbers::kind(self.pickle, tensor) == "LongStorage";
        if !is_long || !tensor.shape.is_empty() {
            return None;
        }
        let (data, first) = self.numbers.storage(self.pickle, tensor.storage).ok()?;
        let start = first.checked_add(tensor.offset)?.checked_mul(8)?;
        let bytes = self.numbers.bytes(&data).get(start..)?;
        bytes.first_chunk().map(|word| i64::from_le_bytes(*word))
    }
}
