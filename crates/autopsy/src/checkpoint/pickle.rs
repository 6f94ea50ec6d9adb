//! A pickle read as data: a machine that can build numbers, texts, lists, dictionaries and
//! descriptions of tensors and arrays, and nothing else.
//!
//! A pickle is a program. What makes it dangerous are the functions it may name and call. Here
//! calling one of [`Callable`]'s list builds a value of this module; any other name, and whatever
//! it is called with, becomes an inert [`Object`] that only remembers them. Values live in one
//! list and refer to each other by place, so that neither deep nesting nor a cycle can exhaust
//! the stack, and what is copied is counted against the length of the pickle.

mod legacy;
mod machine;
mod names;

use std::ops::Range;

use super::tensor::Data;

pub use legacy::{Legacy, is_legacy, read_legacy};
pub use machine::read;

/// Place of a value in [`Pickle::values`].
pub type Id = usize;

/// A value of a pickle.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `None`, and what nobody asks for.
    Nothing,
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Text(String),
    /// Bytes; those that are `Here` are a range of the pickle.
    Bytes(Data),
    /// A tuple, list or set.
    Sequence(Vec<Id>),
    /// A dictionary; of equal keys the last counts.
    Dictionary(Vec<(Id, Id)>),
    Callable(Callable),
    Storage(Box<Storage>),
    Tensor(Box<StridedTensor>),
    /// NumPy's type of elements, as `<f4`.
    Dtype(String),
    Array(Box<Array>),
    Object(Box<Object>),
}

/// A storage of PyTorch: the numbers that tensors are views of.
#[derive(Clone, Debug, PartialEq)]
pub struct Storage {
    /// A [`Callable::StorageKind`].
    pub kind: Id,
    pub place: Place,
    /// Elements before its first, where it is a view of another storage.
    pub offset: usize,
}

/// Where the numbers of a storage are.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// Under this text, outside the pickle.
    Key(Id),
    /// In a range of these bytes.
    Embedded { bytes: Id, range: Range<usize> },
}

/// A tensor as PyTorch pickles it: a view of a storage.
#[derive(Clone, Debug, PartialEq)]
pub struct StridedTensor {
    pub storage: Id,
    pub offset: usize,
    pub shape: Vec<usize>,
    pub strides: Vec<usize>,
    /// The type of elements, where the storage has none of its own.
    pub dtype: Option<Id>,
}

/// An array as NumPy pickles it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Array {
    /// A [`Value::Dtype`].
    pub dtype: Id,
    pub shape: Vec<usize>,
    pub fortran_order: bool,
    /// A [`Value::Bytes`], or the text that Python 2 wrote for it.
    pub data: Id,
}

/// What a name that is not known would have built.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// What would have been called.
    pub class: Id,
    /// What it would have been called with, a sequence.
    pub arguments: Id,
    /// What it would have been given as its state, usually a dictionary of its attributes.
    pub state: Option<Id>,
    /// What would have been appended to it.
    pub items: Vec<Id>,
    /// What would have been set in it.
    pub pairs: Vec<(Id, Id)>,
}

/// What a pickle may name.
#[derive(Clone, Debug, PartialEq)]
pub enum Callable {
    /// A dictionary with or without order.
    Dictionary,
    /// A list, tuple or set.
    Sequence,
    /// What returns its first argument: `torch.Size`, `torch.nn.Parameter` and wrappers of data.
    First,
    /// What calls its second argument with its third: subclasses of tensors.
    Forward,
    RebuildTensor,
    /// `torch.storage._load_from_bytes`: a storage in a file of its own, inside the pickle.
    EmbeddedStorage,
    /// A storage's type.
    StorageKind(String),
    /// Bytes written as a text.
    Encode,
    Dtype,
    /// NumPy's array, filled by its state.
    Array,
    /// NumPy's array over a buffer.
    ArrayOver,
    /// JAX's array: NumPy's with its state among the arguments.
    ArrayOfJax,
    /// NumPy's number.
    Scalar,
    /// `copyreg`'s maker of objects: its arguments begin with their class.
    ObjectOf,
    /// Any other name, such as `argparse.Namespace`.
    Unknown(String),
}

/// What was read.
#[derive(Debug)]
pub struct Pickle {
    pub values: Vec<Value>,
    pub root: Id,
}

impl Pickle {
    /// The value of a text key of a dictionary, or of an attribute of an object.
    pub fn get(&self, dictionary: Id, key: &str) -> Option<Id> {
        let named = |&&(name, _): &&(Id, Id)| self.text(name) == Some(key);
        let items = self.entries(dictionary);
        items.iter().rev().find(named).map(|&(_, value)| value)
    }

    /// The entries of a dictionary; of an object what was set in it, else its attributes.
    pub fn entries(&self, id: Id) -> &[(Id, Id)] {
        match &self.values[id] {
            Value::Dictionary(items) => items,
            Value::Object(object) if !object.pairs.is_empty() => &object.pairs,
            Value::Object(object) => {
                let Some(state) = object.state else {
                    return &[];
                };
                // With slots the state is a pair of dictionaries, the second of slots.
                let state = match &self.values[state] {
                    Value::Sequence(two) if two.len() == 2 => two[0],
                    _ => state,
                };
                match &self.values[state] {
                    Value::Dictionary(items) => items,
                    _ => &[],
                }
            }
            _ => &[],
        }
    }

    pub fn text(&self, id: Id) -> Option<&str> {
        match &self.values[id] {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn number(&self, id: Id) -> Option<f64> {
        match self.values[id] {
            Value::Integer(value) => Some(value as f64),
            Value::Float(value) => Some(value),
            _ => None,
        }
    }

    pub fn sequence(&self, id: Id) -> Option<&[Id]> {
        match &self.values[id] {
            Value::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The name of what would have been called, such as `torch.nn.modules.conv.Conv2d`.
    pub fn name(&self, id: Id) -> &str {
        match &self.values[id] {
            Value::Callable(Callable::Unknown(name) | Callable::StorageKind(name)) => name,
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests;
