//! Files of `torch.save` before version 1.6: five pickles, then the numbers.
//!
//! The pickles are a magic number, the version of the protocol, what the machine was, the state,
//! and the keys of its storages. Then each storage in the order of the keys: the number of its
//! elements in eight bytes, and the elements. (`torch/serialization.py`, `_legacy_save`.)

use std::collections::HashMap;
use std::ops::Range;

use super::machine::{Machine, SHORT};
use super::{Callable, Id, Pickle, Place, Value};

/// 0x1950a86a20f9469cfc6c, as a pickle writes it.
const MAGIC: [u8; 10] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/// Pickles before the state.
const BEFORE: usize = 3;

/// A state and where its storages are.
#[derive(Debug)]
pub struct Legacy {
    pub pickle: Pickle,
    /// Places of the storages, by key.
    pub storages: HashMap<String, Range<usize>>,
}

/// Whether a file of pickles begins with the magic number.
pub fn is_legacy(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(32)];
    start.windows(MAGIC.len()).any(|own| own == MAGIC)
}

/// Reads a file; `embedded` says that it is inside another.
pub fn read_legacy(bytes: &[u8], embedded: bool) -> Result<Legacy, String> {
    if !is_legacy(bytes) {
        return Err("its pickle has a storage that torch.save did not write".to_owned());
    }
    let mut machine = Machine::new(bytes);
    machine.embedded = embedded;
    for _ in 0..BEFORE {
        let id = machine.run()?;
        let order = dictionary(&machine.values, id).and_then(|items| {
            let named = |&&(key, _): &&(Id, Id)| {
                matches!(&machine.values[key], Value::Text(key) if key == "little_endian")
            };
            items.iter().find(named)
        });
        if let Some(&(_, little)) = order
            && matches!(machine.values[little], Value::Boolean(false))
        {
            return Err("was written on a big-endian machine".to_owned());
        }
    }
    let root = machine.run()?;
    let keys = machine.run()?;
    let keys = match &machine.values[keys] {
        Value::Sequence(keys) => keys.clone(),
        _ => return Err(SHORT.to_owned()),
    };
    let sizes = sizes(&machine.values);
    let mut storages = HashMap::new();
    for key in keys {
        let elements = machine.unsigned(8)?;
        let Value::Text(key) = &machine.values[key] else {
            return Err(SHORT.to_owned());
        };
        // One that no tensor is a view of has no type, and an end that nobody knows.
        let &size = sizes
            .get(key)
            .ok_or("has a storage of a type that is not read")?;
        let (key, start) = (key.clone(), machine.place);
        machine.take(elements.checked_mul(size).ok_or(SHORT)?)?;
        storages.insert(key, start..machine.place);
    }
    Ok(Legacy {
        pickle: machine.into_pickle(root),
        storages,
    })
}

fn dictionary(values: &[Value], id: Id) -> Option<&[(Id, Id)]> {
    match &values[id] {
        Value::Dictionary(items) => Some(items),
        _ => None,
    }
}

/// Bytes of an element of each storage, by key.
fn sizes(values: &[Value]) -> HashMap<String, usize> {
    let storages = values.iter().filter_map(|value| {
        let Value::Storage(storage) = value else {
            return None;
        };
        let Place::Key(key) = storage.place else {
            return None;
        };
        match (&values[key], &values[storage.kind]) {
            (Value::Text(key), Value::Callable(Callable::StorageKind(kind))) => {
                Some((key.clone(), size(kind)?))
            }
            _ => None,
        }
    });
    storages.collect()
}

/// Bytes of an element of a storage of this type.
fn size(kind: &str) -> Option<usize> {
    Some(match kind {
        "ComplexDoubleStorage" => 16,
        "DoubleStorage" | "LongStorage" | "ComplexFloatStorage" => 8,
        "FloatStorage" | "IntStorage" | "QInt32Storage" => 4,
        "HalfStorage" | "BFloat16Storage" | "ShortStorage" => 2,
        "ByteStorage" | "CharStorage" | "BoolStorage" | "UntypedStorage" | "QInt8Storage"
        | "QUInt8Storage" => 1,
        _ => return None,
    })
}
