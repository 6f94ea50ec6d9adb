//! The numbers of tensors and arrays: where they are, and how they are stored.

use std::collections::HashMap;
use std::ops::Range;

use crate::checkpoint::archive::Archive;
use crate::checkpoint::budget::Budget;
use crate::checkpoint::numpy::format_of;
use crate::checkpoint::pickle::{Array, Id, Pickle, Place, StridedTensor, Value};
use crate::checkpoint::tensor::{Data, Tensor, View, extent};
use crate::format::Format;

/// A pickle's bytes and its storages.
pub struct Numbers<'a> {
    /// The bytes of the pickle.
    pub program: &'a [u8],
    /// Where it is in the file, if it is not compressed.
    pub place: Option<usize>,
    pub storages: Storages<'a>,
}

/// Where storages are that are not in the pickle.
pub enum Storages<'a> {
    /// Members of an archive.
    Archive {
        archive: Archive<'a>,
        folder: String,
    },
    /// Ranges of the file that the pickle is at the beginning of.
    File {
        ranges: HashMap<String, Range<usize>>,
        budget: Budget,
    },
}

/// What the elements of a tensor are.
pub enum Element<'a> {
    Float(Format),
    Integer,
    /// Tables of rotations, and other things that are no weights of a layer.
    Complex,
    /// Something else, by its name.
    Other(&'a str),
}

/// The type of a tensor's storage.
pub fn kind<'a>(pickle: &'a Pickle, tensor: &StridedTensor) -> &'a str {
    match &pickle.values[tensor.storage] {
        Value::Storage(storage) => pickle.name(storage.kind),
        _ => "",
    }
}

/// What the elements of a tensor are.
pub fn element<'a>(pickle: &'a Pickle, tensor: &StridedTensor) -> Element<'a> {
    let own = tensor.dtype.map(|id| pickle.name(id));
    let kind = own.unwrap_or_else(|| kind(pickle, tensor));
    match kind {
        "DoubleStorage" | "torch.float64" => Element::Float(Format::F64),
        "FloatStorage" | "torch.float32" => Element::Float(Format::F32),
        "HalfStorage" | "torch.float16" => Element::Float(Format::F16),
        "BFloat16Storage" | "torch.bfloat16" => Element::Float(Format::Bf16),
        "LongStorage" | "IntStorage" | "ShortStorage" | "BoolStorage" | "ByteStorage"
        | "CharStorage" => Element::Integer,
        "ComplexFloatStorage" | "ComplexDoubleStorage" | "ComplexHalfStorage" => Element::Complex,
        other if other.starts_with("torch.uint") || other.starts_with("torch.int") => {
            Element::Integer
        }
        other => Element::Other(other),
    }
}

/// What the elements of an array are; an error for those that are not read.
pub fn array_format(pickle: &Pickle, array: &Array) -> Result<Option<Format>, String> {
    match &pickle.values[array.dtype] {
        Value::Dtype(name) => format_of(name),
        _ => Ok(None),
    }
}

impl Numbers<'_> {
    /// The bytes of a storage, and how many elements before the first are not its own.
    pub fn storage(&mut self, pickle: &Pickle, id: Id) -> Result<(Data, usize), String> {
        let Value::Storage(storage) = &pickle.values[id] else {
            return Err("has no storage".to_owned());
        };
        let data = match &storage.place {
            Place::Key(key) => {
                let key = pickle.text(*key).unwrap_or_default();
                let missing = || format!("its storage `{key}` is missing from the file");
                match &mut self.storages {
                    Storages::Archive { archive, folder } => {
                        let member = archive.find(&format!("{folder}data/{key}"));
                        let member = member.ok_or_else(missing)?;
                        archive.member(member).map_err(|error| error.to_string())?
                    }
                    Storages::File { ranges, .. } => {
                        Data::Here(ranges.get(key).ok_or_else(missing)?.clone())
                    }
                }
            }
            Place::Embedded { bytes, range } => self.part(pickle, *bytes, Some(range))?,
        };
        Ok((data, storage.offset))
    }

    /// A part of a value's bytes, as a range of the file where they are in it.
    fn part(
        &mut self,
        pickle: &Pickle,
        id: Id,
        range: Option<&Range<usize>>,
    ) -> Result<Data, String> {
        const SHORT: &str = "is cut short: it has fewer numbers than its shape needs";
        let (bytes, place) = match &pickle.values[id] {
            Value::Bytes(Data::Here(own)) => {
                let bytes = self.program.get(own.clone()).ok_or(SHORT)?;
                (bytes, self.place.map(|place| place + own.start))
            }
            Value::Bytes(Data::Unpacked(bytes)) => (&bytes[..], None),
            Value::Text(text) => (text.as_bytes(), None),
            _ => return Err("has no numbers".to_owned()),
        };
        let all = 0..bytes.len();
        let range = range.unwrap_or(&all);
        let part = bytes.get(range.clone()).ok_or(SHORT)?;
        if let Some(place) = place {
            return Ok(Data::Here(place + range.start..place + range.end));
        }
        let part = part.to_vec();
        self.spend(part.len(), "a storage")?;
        Ok(Data::Unpacked(part))
    }

    fn spend(&mut self, size: usize, name: &str) -> Result<(), String> {
        match &mut self.storages {
            Storages::Archive { archive, .. } => {
                archive.spend(size, name).map_err(|error| error.to_string())
            }
            Storages::File { budget, .. } => budget.spend(size, name),
        }
    }

    /// The bytes that `data` stands for.
    pub fn bytes<'b>(&'b self, data: &'b Data) -> &'b [u8] {
        match (data, &self.storages) {
            (Data::Unpacked(bytes), _) => bytes,
            (Data::Here(_), Storages::Archive { archive, .. }) => archive.bytes(data),
            (Data::Here(range), Storages::File { .. }) => {
                self.program.get(range.clone()).unwrap_or_default()
            }
        }
    }

    /// The numbers of a view of a storage.
    pub fn view(&mut self, name: &str, data: Data, raw: &View<'_>) -> Result<Data, String> {
        let short = || "is cut short: it reaches beyond its storage".to_owned();
        let length = extent(raw.shape, raw.size).ok_or_else(short)?;
        match data {
            Data::Here(range) if raw.is_row_major() => {
                let start = raw.offset.checked_mul(raw.size).ok_or_else(short)?;
                let end = start.checked_add(length).ok_or_else(short)?;
                if end > range.len() {
                    return Err(short());
                }
                Ok(Data::Here(range.start + start..range.start + end))
            }
            data => {
                self.spend(length, name)?;
                let copy = raw.gather(self.bytes(&data));
                Ok(Data::Unpacked(copy.ok_or_else(short)?))
            }
        }
    }

    /// An array of NumPy; `None` for integers, which are no weights.
    pub fn array(
        &mut self,
        pickle: &Pickle,
        name: &str,
        array: &Array,
    ) -> Result<Option<Tensor>, String> {
        let Some(format) = array_format(pickle, array)? else {
            return Ok(None);
        };
        let mut strides = vec![1; array.shape.len()];
        let overflow = "its shape is too large";
        if array.fortran_order {
            for axis in 1..strides.len() {
                let next = usize::checked_mul(strides[axis - 1], array.shape[axis - 1]);
                strides[axis] = next.ok_or(overflow)?;
            }
        } else {
            for axis in (1..strides.len()).rev() {
                let next = usize::checked_mul(strides[axis], array.shape[axis]);
                strides[axis - 1] = next.ok_or(overflow)?;
            }
        }
        let data = self.part(pickle, array.data, None)?;
        let raw = View {
            offset: 0,
            shape: &array.shape,
            strides: &strides,
            size: format.size(),
        };
        Ok(Some(Tensor {
            name: name.to_owned(),
            format,
            shape: array.shape.clone(),
            data: self.view(name, data, &raw)?,
        }))
    }
}
