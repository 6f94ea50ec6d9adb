//! A pickle read as data: a machine that can build numbers, texts, lists, dictionaries and
//! descriptions of tensors, and nothing else.
//!
//! A pickle is a program. What makes it dangerous are the functions it may name and call; here
//! a name outside [`Callable`]'s list is an error that says the name, and calling one of the list
//! builds a value of this module. Values live in one list and refer to each other by place, so
//! that deep nesting cannot exhaust the stack.

mod machine;

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
    /// A tuple or list.
    Sequence(Vec<Id>),
    /// A dictionary; of equal keys the last counts.
    Dictionary(Vec<(Id, Id)>),
    Callable(Callable),
    /// A storage of a PyTorch archive.
    Storage {
        /// Such as `FloatStorage`.
        kind: String,
        /// Name of the member of the archive.
        key: String,
    },
    Tensor(StridedTensor),
}

/// A tensor as PyTorch pickles it: a view of a storage.
#[derive(Clone, Debug, PartialEq)]
pub struct StridedTensor {
    pub storage: Id,
    pub offset: usize,
    pub shape: Vec<usize>,
    pub strides: Vec<usize>,
}

/// What a pickle may name.
#[derive(Clone, Debug, PartialEq)]
pub enum Callable {
    /// A dictionary with or without order.
    Dictionary,
    /// `torch.Size`: its argument, a tuple.
    Size,
    RebuildTensor,
    /// `torch.nn.Parameter`: its first argument.
    RebuildParameter,
    /// A storage's type.
    StorageKind(String),
    /// Devices, types and NumPy's scalars: read over.
    Ignored,
}

/// What was read.
pub struct Pickle {
    pub values: Vec<Value>,
    pub root: Id,
}

impl Pickle {
    /// The value of a text key of a dictionary.
    pub fn get(&self, dictionary: Id, key: &str) -> Option<Id> {
        let Value::Dictionary(items) = &self.values[dictionary] else {
            return None;
        };
        let named = |&&(name, _): &&(Id, Id)| self.text(name) == Some(key);
        items.iter().rev().find(named).map(|&(_, value)| value)
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
}

/// The callable of a name, or why it is refused.
fn callable(module: &str, name: &str) -> Result<Callable, String> {
    Ok(match (module, name) {
        ("collections", "OrderedDict" | "defaultdict" | "Counter") | ("builtins", "dict") => {
            Callable::Dictionary
        }
        ("torch._utils", "_rebuild_tensor_v2" | "_rebuild_tensor") => Callable::RebuildTensor,
        ("torch._utils", "_rebuild_parameter") => Callable::RebuildParameter,
        ("torch", "Size") => Callable::Size,
        ("torch", name) if name.ends_with("Storage") => Callable::StorageKind(name.to_owned()),
        ("torch", "device" | "float16" | "float32" | "float64" | "bfloat16" | "int64")
        | ("numpy", "dtype" | "float64" | "float32" | "int64")
        | ("numpy.core.multiarray" | "numpy._core.multiarray", "scalar")
        | ("_codecs", "encode") => Callable::Ignored,
        ("torch._utils", "_rebuild_qtensor") => {
            return Err(
                "holds quantised tensors, which are not read: give checkpoints in f64, \
                        f32, f16 or bf16"
                    .to_owned(),
            );
        }
        _ => {
            return Err(format!(
                "its pickle names `{module}.{name}`, which is neither a tensor nor a plain \
                 value. Pickles are never executed: save the state alone, \
                 torch.save(model.state_dict(), file)"
            ));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_values_are_read() {
        // pickle.dumps({'step': 1000, 'lr': .5, 'names': ['a', 'a']}, protocol=2)
        let bytes = b"\x80\x02}q\x00(X\x04\x00\x00\x00stepq\x01M\xe8\x03X\x02\x00\x00\x00lrq\x02\
            G?\xe0\x00\x00\x00\x00\x00\x00X\x05\x00\x00\x00namesq\x03]q\x04(X\x01\x00\x00\x00a\
            q\x05h\x05eu.";
        let pickle = read(bytes).unwrap();
        let get = |key| pickle.get(pickle.root, key).unwrap();
        assert_eq!(pickle.number(get("step")), Some(1000.0));
        assert_eq!(pickle.number(get("lr")), Some(0.5));
        let names = pickle.sequence(get("names")).unwrap();
        assert_eq!(names.len(), 2);
        assert_eq!(pickle.text(names[1]), Some("a"));
    }

    #[test]
    fn nothing_is_executed() {
        for (bytes, name) in [
            (
                &b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R."[..],
                "os.system",
            ),
            (
                b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93.",
                "builtins.eval",
            ),
            (
                b"\x80\x02ctorch.storage\n_load_from_bytes\n.",
                "_load_from_bytes",
            ),
        ] {
            let error = read(bytes).map(|_| ()).unwrap_err();
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn damage_is_an_error() {
        for bytes in [
            &b""[..],
            b".",
            b"\x80\x02u.",
            b"\x80\x02}r\xff\xff\xff\xff.",
            b"X\xff\xff\xff\xff",
            b"(0t.",
            b"j\x01\x00\x00\x00.",
            b"\x8d\xff\xff\xff\xff\xff\xff\xff\xff",
        ] {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
        // A hundred thousand lists inside each other neither overflow the stack when read nor
        // when dropped.
        let mut nested = vec![b']'; 100_000];
        nested.extend(vec![b'a'; 99_999]);
        nested.push(b'.');
        assert!(read(&nested).is_ok());
    }
}
