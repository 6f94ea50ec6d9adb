//! What `torch.save` wrote: a `state_dict`, or a dictionary that holds one.

use super::archive::Archive;
use super::pickle::{self, Id, Pickle, StridedTensor, Value};
use super::{Contents, Counter, Data, Tensor, extent, gather};
use crate::AutopsyError;
use crate::format::Format;

/// The largest pickle that is read: descriptions of tensors take about 100 bytes each.
const LARGEST_PICKLE: usize = 8 << 20;

/// Keys under which a `state_dict` is looked for, the most explicit first.
const MODEL_KEYS: [&str; 9] = [
    "model_state_dict",
    "state_dict",
    "model",
    "model_state",
    "net",
    "network",
    "module",
    "weights",
    "params",
];

/// Reads the archive.
pub fn read(mut archive: Archive<'_>) -> Result<Contents, AutopsyError> {
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
    let program = archive.bytes(&data);
    if program.len() > LARGEST_PICKLE {
        return Err(refuse(format!(
            "has a pickle of {} bytes, more than a state needs: save the state_dict alone",
            program.len()
        )));
    }
    let pickle = pickle::read(program).map_err(refuse)?;
    let state = match state_dict(&pickle) {
        Ok(state) => Some(state),
        // What lies beside the weights holds no tensor of the model.
        Err(_) if super::optimizer::is_state(&pickle, pickle.root) => None,
        Err(problem) => return Err(refuse(problem)),
    };
    let mut reader = Reader {
        archive,
        folder,
        pickle: &pickle,
        counters: Vec::new(),
    };
    let mut tensors = Vec::new();
    if let Some(Value::Dictionary(items)) = state.map(|state| &pickle.values[state]) {
        for &(name, value) in items {
            if let (Some(name), Value::Tensor(tensor)) = (pickle.text(name), &pickle.values[value])
            {
                tensors.extend(reader.tensor(name, tensor)?);
            }
        }
    }
    let optimizer = reader.optimizer()?;
    Ok(Contents {
        tensors,
        counters: reader.counters,
        ordered: true,
        optimizer,
    })
}

/// The dictionary that holds tensors by name.
fn state_dict(pickle: &Pickle) -> Result<Id, String> {
    let holds_tensors = |id: Id| match &pickle.values[id] {
        Value::Dictionary(items) => items
            .iter()
            .any(|&(_, value)| matches!(pickle.values[value], Value::Tensor(_))),
        _ => false,
    };
    let keyed = MODEL_KEYS
        .iter()
        .filter_map(|key| pickle.get(pickle.root, key))
        .find(|&id| holds_tensors(id));
    if let Some(state) = keyed {
        return Ok(state);
    }
    if holds_tensors(pickle.root) {
        return Ok(pickle.root);
    }
    let Value::Dictionary(items) = &pickle.values[pickle.root] else {
        return Err("holds no dictionary of tensors: save model.state_dict()".to_owned());
    };
    let keys: Vec<_> = items
        .iter()
        .filter_map(|&(key, _)| pickle.text(key))
        .collect();
    Err(format!(
        "holds a dictionary with the keys {keys:?}, none of which is a `state_dict`: put \
         model.state_dict() under `model_state_dict`"
    ))
}

pub struct Reader<'a> {
    archive: Archive<'a>,
    folder: String,
    pub pickle: &'a Pickle,
    /// Integer tensors met on the way.
    counters: Vec<Counter>,
}

impl Reader<'_> {
    /// A tensor; `None` for integers, which are no weights.
    pub fn tensor(
        &mut self,
        name: &str,
        tensor: &StridedTensor,
    ) -> Result<Option<Tensor>, AutopsyError> {
        let path = self.archive.path;
        let refuse = |problem: String| AutopsyError::tensor(path, name, problem);
        let Value::Storage { kind, key } = &self.pickle.values[tensor.storage] else {
            return Err(refuse("has no storage".to_owned()));
        };
        let format = match &kind[..] {
            "DoubleStorage" => Format::F64,
            "FloatStorage" => Format::F32,
            "HalfStorage" => Format::F16,
            "BFloat16Storage" => Format::Bf16,
            "LongStorage" | "IntStorage" | "ShortStorage" | "BoolStorage" => {
                self.counter(name, tensor);
                return Ok(None);
            }
            _ if tensor.shape.len() < 2 => return Ok(None),
            other => {
                return Err(refuse(format!(
                    "is a {other}, which is not read: give checkpoints in f64, f32, f16 or bf16"
                )));
            }
        };
        let member = self
            .archive
            .find(&format!("{}data/{key}", self.folder))
            .ok_or_else(|| refuse(format!("its storage `{key}` is missing from the archive")))?;
        let data = self.archive.member(member)?;
        let size = format.size();
        let short = || refuse("is cut short: it reaches beyond its storage".to_owned());
        let length = extent(&tensor.shape, size).ok_or_else(short)?;
        let data = match data {
            Data::Here(range) if is_row_major(tensor) => {
                let start = tensor.offset.checked_mul(size).ok_or_else(short)?;
                let end = start.checked_add(length).ok_or_else(short)?;
                if end > range.len() {
                    return Err(short());
                }
                Data::Here(range.start + start..range.start + end)
            }
            data => {
                self.archive.spend(length, name)?;
                let bytes = self.archive.bytes(&data);
                let copy = gather(bytes, tensor.offset, &tensor.shape, &tensor.strides, size);
                Data::Unpacked(copy.ok_or_else(short)?)
            }
        };
        Ok(Some(Tensor {
            name: name.to_owned(),
            format,
            shape: tensor.shape.clone(),
            data,
        }))
    }
}

impl Reader<'_> {
    /// Keeps a single 64-bit integer, which is what PyTorch's norms have.
    fn counter(&mut self, name: &str, tensor: &StridedTensor) {
        let Value::Storage { kind, key } = &self.pickle.values[tensor.storage] else {
            return;
        };
        let member = self.archive.find(&format!("{}data/{key}", self.folder));
        if kind != "LongStorage" || !tensor.shape.is_empty() {
            return;
        }
        let data = member.and_then(|member| self.archive.member(member).ok());
        let start = tensor.offset.checked_mul(8);
        let number = data.as_ref().and_then(|data| {
            let bytes = self.archive.bytes(data);
            let start = start?;
            bytes.get(start..start.checked_add(8)?)
        });
        if let Some(number) = number {
            self.counters.push(Counter {
                name: name.to_owned(),
                dtype: ::safetensors::Dtype::I64,
                shape: Vec::new(),
                data: Data::Unpacked(number.to_vec()),
            });
        }
    }
}

fn is_row_major(tensor: &StridedTensor) -> bool {
    let mut expected = 1;
    for (&axis, &stride) in tensor.shape.iter().zip(&tensor.strides).rev() {
        if axis != 1 && stride != expected {
            return false;
        }
        expected = expected.saturating_mul(axis);
    }
    true
}
