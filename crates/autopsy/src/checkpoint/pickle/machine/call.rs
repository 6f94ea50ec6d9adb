//! What a pickle may call, and what comes of it.

use super::{Machine, SHORT};
use crate::checkpoint::pickle::{
    Array, Callable, Id, Place, Storage, StridedTensor, Value, read_legacy,
};
use crate::checkpoint::tensor::Data;

/// Axes that a tensor may have; PyTorch allows 64, and no weight has more than 6.
const MOST_AXES: usize = 16;

/// Bytes of a storage's key; PyTorch's are numbers.
const LONGEST_KEY: usize = 64;

impl Machine<'_> {
    /// A persistent id: ('storage', kind, key, location, elements, view), or, before PyTorch 1.6,
    /// ('module', class, its source's file, its source).
    pub(super) fn persistent(&mut self) -> Result<(), String> {
        let id = self.pop()?;
        let Value::Sequence(items) = &self.values[id] else {
            self.push(Value::Nothing);
            return Ok(());
        };
        if let [tag, class, _, _] = items[..]
            && matches!(&self.values[tag], Value::Text(tag) if tag == "module")
        {
            self.stack.push(class);
            return Ok(());
        }
        let storage = match items[..] {
            [_, kind, key, ..]
                if matches!(self.values[kind], Value::Callable(Callable::StorageKind(_)))
                    && matches!(&self.values[key], Value::Text(key) if key.len() <= LONGEST_KEY) =>
            {
                let view = items.get(5).map(|&view| &self.values[view]);
                let offset = match view {
                    Some(Value::Sequence(view)) => self.length(*view.get(1).ok_or(SHORT)?)?,
                    _ => 0,
                };
                Value::Storage(Box::new(Storage {
                    kind,
                    place: Place::Key(key),
                    offset,
                }))
            }
            _ => Value::Nothing,
        };
        self.push(storage);
        Ok(())
    }

    /// Calls the function below the arguments on the stack.
    pub(super) fn call(&mut self) -> Result<(), String> {
        let (arguments, function) = (self.pop()?, self.pop()?);
        self.call_with(function, arguments)
    }

    fn call_with(&mut self, function: Id, arguments: Id) -> Result<(), String> {
        let own = match &self.values[function] {
            Value::Callable(own) => own.clone_unless_unknown(),
            _ => None,
        };
        let Some(own) = own else {
            self.inert(function, arguments);
            return Ok(());
        };
        let Value::Sequence(given) = &self.values[arguments] else {
            return Err(SHORT.to_owned());
        };
        let count = given.len();
        // More than any of them takes.
        let mut given: [Option<Id>; 7] = [None; 7];
        if let Value::Sequence(all) = &self.values[arguments] {
            for (place, &id) in given.iter_mut().zip(all) {
                *place = Some(id);
            }
        }
        let argument = |index: usize| given[index].ok_or_else(|| SHORT.to_owned());
        match own {
            Callable::Dictionary => self.dictionary(given[0]),
            Callable::Sequence => {
                let items = match given[0].map(|id| &self.values[id]) {
                    Some(Value::Sequence(items)) => items.clone(),
                    _ => Vec::new(),
                };
                self.spend(items.len())?;
                self.push(Value::Sequence(items));
                Ok(())
            }
            Callable::First => {
                self.stack.push(argument(0)?);
                Ok(())
            }
            Callable::Forward => {
                let (function, arguments) = (argument(0)?, argument(2)?);
                // One level: what a subclass of tensors is made from.
                match self.values[function] {
                    Value::Callable(Callable::Forward) => Err(SHORT.to_owned()),
                    _ => self.call_with(function, arguments),
                }
            }
            Callable::RebuildTensor => self.tensor(&given, count),
            Callable::EmbeddedStorage => self.embedded(argument(0)?),
            Callable::Encode => self.encode(given[0]),
            Callable::Dtype => {
                let name = match &self.values[argument(0)?] {
                    Value::Text(name) => name.clone(),
                    Value::Callable(Callable::Unknown(name)) if name.ends_with("bfloat16") => {
                        "V2".to_owned()
                    }
                    _ => "O".to_owned(),
                };
                self.spend(name.len())?;
                self.push(Value::Dtype(name));
                Ok(())
            }
            Callable::Array => {
                self.push(Value::Array(Box::default()));
                Ok(())
            }
            Callable::ArrayOver => {
                let order = given[3].map(|order| &self.values[order]);
                let array = Array {
                    data: argument(0)?,
                    dtype: argument(1)?,
                    shape: self.lengths(argument(2)?)?,
                    fortran_order: matches!(order, Some(Value::Text(order)) if order == "F"),
                };
                self.push(Value::Array(Box::new(array)));
                Ok(())
            }
            Callable::ArrayOfJax => {
                let state = argument(2)?;
                self.push(Value::Array(Box::default()));
                self.stack.push(state);
                self.build()
            }
            Callable::Scalar => {
                let (dtype, data) = (argument(0)?, argument(1)?);
                let value = match (&self.values[dtype], self.bytes_of(data)) {
                    (Value::Dtype(dtype), Some(bytes)) => Self::scalar(dtype, bytes),
                    _ => None,
                };
                self.push(value.unwrap_or(Value::Nothing));
                Ok(())
            }
            Callable::ObjectOf => {
                let class = argument(0)?;
                self.inert(class, arguments);
                Ok(())
            }
            Callable::StorageKind(_) | Callable::Unknown(_) => {
                self.inert(function, arguments);
                Ok(())
            }
        }
    }

    fn dictionary(&mut self, given: Option<Id>) -> Result<(), String> {
        let pairs = match given.map(|first| &self.values[first]) {
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
        self.spend(pairs.len())?;
        self.push(Value::Dictionary(pairs));
        Ok(())
    }

    /// (storage, offset, shape, strides, gradient?, hooks), and with a storage that has no type
    /// of its own (..., type, metadata).
    fn tensor(&mut self, given: &[Option<Id>; 7], count: usize) -> Result<(), String> {
        let [Some(storage), Some(offset), Some(shape), Some(strides), ..] = given[..] else {
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
            dtype: given[6].filter(|&id| {
                count >= 7 && matches!(self.values[id], Value::Callable(Callable::Unknown(_)))
            }),
        };
        if tensor.shape.len() != tensor.strides.len() {
            return Err(SHORT.to_owned());
        }
        self.push(Value::Tensor(Box::new(tensor)));
        Ok(())
    }

    /// A storage that is a whole file of `torch.save` inside this pickle.
    fn embedded(&mut self, id: Id) -> Result<(), String> {
        let length = self.bytes_of(id).ok_or(SHORT)?.len();
        self.spend(length)?;
        if self.embedded {
            return Err("its pickle has a file inside a file inside it: refused".to_owned());
        }
        let inner = read_legacy(self.bytes_of(id).ok_or(SHORT)?, true)?;
        let Value::Storage(storage) = &inner.pickle.values[inner.pickle.root] else {
            self.push(Value::Nothing);
            return Ok(());
        };
        let key = match storage.place {
            Place::Key(key) => inner.pickle.text(key),
            Place::Embedded { .. } => None,
        };
        let range = key.and_then(|key| inner.storages.get(key)).ok_or(SHORT)?;
        let kind = Callable::StorageKind(inner.pickle.name(storage.kind).to_owned());
        let (range, offset) = (range.clone(), storage.offset);
        self.values.push(Value::Callable(kind));
        let storage = Storage {
            kind: self.values.len() - 1,
            place: Place::Embedded { bytes: id, range },
            offset,
        };
        self.push(Value::Storage(Box::new(storage)));
        Ok(())
    }

    /// Bytes, which protocols 0 to 2 write as a text of the first 256 characters.
    fn encode(&mut self, given: Option<Id>) -> Result<(), String> {
        let bytes = match given.map(|id| &self.values[id]) {
            Some(Value::Text(text)) => {
                let narrow = |char| u8::try_from(u32::from(char));
                text.chars().map(narrow).collect::<Result<Vec<u8>, _>>()
            }
            Some(Value::Bytes(_)) => {
                self.stack.extend(given);
                return Ok(());
            }
            _ => Ok(Vec::new()),
        };
        let bytes = bytes.map_err(|_| SHORT)?;
        self.spend(bytes.len())?;
        self.push(Value::Bytes(Data::Unpacked(bytes)));
        Ok(())
    }

    pub(super) fn length(&self, id: Id) -> Result<usize, String> {
        match self.values[id] {
            Value::Integer(value) => usize::try_from(value).map_err(|_| SHORT.to_owned()),
            _ => Err(SHORT.to_owned()),
        }
    }

    pub(super) fn lengths(&self, id: Id) -> Result<Vec<usize>, String> {
        match &self.values[id] {
            Value::Sequence(items) if items.len() <= MOST_AXES => {
                items.iter().map(|&item| self.length(item)).collect()
            }
            _ => Err(SHORT.to_owned()),
        }
    }
}

impl Callable {
    /// A copy that is cheap: names may be long, and called often.
    fn clone_unless_unknown(&self) -> Option<Self> {
        (!matches!(self, Self::Unknown(_) | Self::StorageKind(_))).then(|| self.clone())
    }
}
