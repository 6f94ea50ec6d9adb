//! What a pickle may call, and what comes of it.

use super::{Machine, SHORT};
use crate::checkpoint::pickle::{Callable, Id, StridedTensor, Value};

impl Machine<'_> {
    /// A persistent id: ('storage', kind, key, location, elements).
    pub(super) fn storage(&mut self) -> Result<(), String> {
        let id = self.pop()?;
        if let Value::Sequence(items) = &self.values[id]
            && let [_, kind, key, ..] = items[..]
            && let (Value::Callable(Callable::StorageKind(kind)), Value::Text(key)) =
                (&self.values[kind], &self.values[key])
        {
            let (kind, key) = (kind.clone(), key.clone());
            self.push(Value::Storage { kind, key });
            return Ok(());
        }
        Err("its pickle refers to something that is no storage".to_owned())
    }

    /// Calls the function below the arguments on the stack.
    pub(super) fn call(&mut self) -> Result<(), String> {
        let (arguments, function) = (self.pop()?, self.pop()?);
        let Value::Sequence(arguments) = self.values[arguments].clone() else {
            return Err(SHORT.to_owned());
        };
        let Value::Callable(function) = &self.values[function] else {
            return Err(SHORT.to_owned());
        };
        match function {
            Callable::Dictionary => {
                let items = arguments.first().map(|&first| &self.values[first]);
                let pairs = match items {
                    Some(Value::Dictionary(pairs)) => pairs.clone(),
                    Some(Value::Sequence(items)) => {
                        let pair = |&item: &Id| match &self.values[item] {
                            Value::Sequence(pair) if pair.len() == 2 => Ok((pair[0], pair[1])),
                            _ => Err(SHORT.to_owned()),
                        };
                        items.iter().map(pair).collect::<Result<_, String>>()?
                    }
                    _ => Vec::new(),
                };
                self.push(Value::Dictionary(pairs));
            }
            Callable::Size | Callable::RebuildParameter => {
                let first = *arguments.first().ok_or(SHORT)?;
                self.stack.push(first);
            }
            Callable::RebuildTensor => {
                let [storage, offset, shape, strides, ..] = arguments[..] else {
                    return Err(SHORT.to_owned());
                };
                if !matches!(self.values[storage], Value::Storage { .. }) {
                    return Err("its pickle has a tensor without a storage".to_owned());
                }
                let tensor = StridedTensor {
                    storage,
                    offset: self.length(offset)?,
                    shape: self.lengths(shape)?,
                    strides: self.lengths(strides)?,
                };
                if tensor.shape.len() != tensor.strides.len() || tensor.shape.len() > 16 {
                    return Err(SHORT.to_owned());
                }
                self.push(Value::Tensor(tensor));
            }
            Callable::StorageKind(_) | Callable::Ignored => self.push(Value::Nothing),
        }
        Ok(())
    }

    fn length(&self, id: Id) -> Result<usize, String> {
        match self.values[id] {
            Value::Integer(value) => usize::try_from(value).map_err(|_| SHORT.to_owned()),
            _ => Err(SHORT.to_owned()),
        }
    }

    fn lengths(&self, id: Id) -> Result<Vec<usize>, String> {
        match &self.values[id] {
            Value::Sequence(items) => items.iter().map(|&item| self.length(item)).collect(),
            _ => Err(SHORT.to_owned()),
        }
    }
}
