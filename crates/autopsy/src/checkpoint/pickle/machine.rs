//! The machine that a pickle is a program of.

use super::{Callable, Id, Pickle, StridedTensor, Value, callable};

/// Reads a pickle of protocol 2 to 5.
pub fn read(bytes: &[u8]) -> Result<Pickle, String> {
    let mut machine = Machine {
        bytes,
        place: 0,
        values: vec![Value::Nothing],
        stack: Vec::new(),
        marks: Vec::new(),
        memo: Vec::new(),
    };
    while machine.step()? {}
    let root = machine.pop()?;
    Ok(Pickle {
        values: machine.values,
        root,
    })
}

struct Machine<'a> {
    bytes: &'a [u8],
    place: usize,
    values: Vec<Value>,
    stack: Vec<Id>,
    /// Heights of the stack.
    marks: Vec<usize>,
    memo: Vec<Option<Id>>,
}

const SHORT: &str = "its pickle is cut short or damaged";

impl<'a> Machine<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let end = self.place.checked_add(count).ok_or(SHORT)?;
        let taken = self.bytes.get(self.place..end).ok_or(SHORT)?;
        self.place = end;
        Ok(taken)
    }

    fn unsigned(&mut self, count: usize) -> Result<usize, String> {
        let bytes = self.take(count)?;
        let value = bytes
            .iter()
            .rev()
            .fold(0u64, |sum, &byte| sum << 8 | u64::from(byte));
        usize::try_from(value).map_err(|_| SHORT.to_owned())
    }

    fn line(&mut self) -> Result<&'a str, String> {
        let rest = &self.bytes[self.place..];
        let end = rest.iter().position(|&byte| byte == b'\n').ok_or(SHORT)?;
        let line = self.take(end + 1)?;
        str::from_utf8(&line[..end]).map_err(|_| SHORT.to_owned())
    }

    fn push(&mut self, value: Value) {
        self.values.push(value);
        self.stack.push(self.values.len() - 1);
    }

    fn text(&mut self, length: usize) -> Result<(), String> {
        let bytes = self.take(length)?;
        self.push(Value::Text(String::from_utf8_lossy(bytes).into_owned()));
        Ok(())
    }

    fn pop(&mut self) -> Result<Id, String> {
        self.stack.pop().ok_or_else(|| SHORT.to_owned())
    }

    /// Everything above the last mark.
    fn since_mark(&mut self) -> Result<Vec<Id>, String> {
        let height = self.marks.pop().ok_or(SHORT)?;
        if height > self.stack.len() {
            return Err(SHORT.to_owned());
        }
        Ok(self.stack.split_off(height))
    }

    fn tuple(&mut self, count: usize) -> Result<(), String> {
        let height = self.stack.len().checked_sub(count).ok_or(SHORT)?;
        let items = self.stack.split_off(height);
        self.push(Value::Sequence(items));
        Ok(())
    }

    /// Adds key and value in turn to the dictionary on top of the stack.
    fn set(&mut self, items: &[Id]) -> Result<(), String> {
        let &target = self.stack.last().ok_or(SHORT)?;
        match &mut self.values[target] {
            Value::Dictionary(pairs) => {
                pairs.extend(
                    items
                        .as_chunks::<2>()
                        .0
                        .iter()
                        .map(|&[key, value]| (key, value)),
                );
                Ok(())
            }
            Value::Nothing => Ok(()),
            _ => Err(SHORT.to_owned()),
        }
    }

    fn append(&mut self, items: &[Id]) -> Result<(), String> {
        let &target = self.stack.last().ok_or(SHORT)?;
        match &mut self.values[target] {
            Value::Sequence(list) => {
                list.extend_from_slice(items);
                Ok(())
            }
            _ => Err(SHORT.to_owned()),
        }
    }

    fn remember(&mut self, key: usize) -> Result<(), String> {
        let &top = self.stack.last().ok_or(SHORT)?;
        // A memo has at most an entry for each byte.
        if key > self.bytes.len() {
            return Err(SHORT.to_owned());
        }
        if key >= self.memo.len() {
            self.memo.resize(key + 1, None);
        }
        self.memo[key] = Some(top);
        Ok(())
    }

    fn recall(&mut self, key: usize) -> Result<(), String> {
        let id = self.memo.get(key).copied().flatten().ok_or(SHORT)?;
        self.stack.push(id);
        Ok(())
    }

    /// One instruction; `false` after the last.
    fn step(&mut self) -> Result<bool, String> {
        match self.take(1)?[0] {
            0x80 => drop(self.take(1)?),
            0x95 => drop(self.take(8)?),
            b'.' => return Ok(false),
            b'(' => self.marks.push(self.stack.len()),
            // The state of an object (`b`) is dropped like what is popped: no object has one here.
            b'0' | b'b' => drop(self.pop()?),
            b'1' => drop(self.since_mark()?),
            b'2' => {
                let &top = self.stack.last().ok_or(SHORT)?;
                self.stack.push(top);
            }
            b'N' => self.push(Value::Nothing),
            0x88 => self.push(Value::Boolean(true)),
            0x89 => self.push(Value::Boolean(false)),
            b'J' => {
                let value = self.unsigned(4)? as u32 as i32;
                self.push(Value::Integer(value.into()));
            }
            b'K' => {
                let value = self.unsigned(1)? as i64;
                self.push(Value::Integer(value));
            }
            b'M' => {
                let value = self.unsigned(2)? as i64;
                self.push(Value::Integer(value));
            }
            0x8a => {
                let length = self.unsigned(1)?;
                self.long(length)?;
            }
            0x8b => {
                let length = self.unsigned(4)?;
                self.long(length)?;
            }
            b'G' => {
                let bits = self.take(8)?.try_into().map_err(|_| SHORT)?;
                self.push(Value::Float(f64::from_be_bytes(bits)));
            }
            b'X' | b'T' | b'B' => {
                let length = self.unsigned(4)?;
                self.text(length)?;
            }
            0x8c | b'U' | b'C' => {
                let length = self.unsigned(1)?;
                self.text(length)?;
            }
            0x8d | 0x8e => {
                let length = self.unsigned(8)?;
                self.text(length)?;
            }
            b']' | b')' | 0x8f => self.push(Value::Sequence(Vec::new())),
            b'}' => self.push(Value::Dictionary(Vec::new())),
            b't' | 0x91 => {
                let items = self.since_mark()?;
                self.push(Value::Sequence(items));
            }
            0x85 => self.tuple(1)?,
            0x86 => self.tuple(2)?,
            0x87 => self.tuple(3)?,
            b'a' => {
                let item = self.pop()?;
                self.append(&[item])?;
            }
            b'e' | 0x90 => {
                let items = self.since_mark()?;
                self.append(&items)?;
            }
            b's' => {
                let value = self.pop()?;
                let key = self.pop()?;
                self.set(&[key, value])?;
            }
            b'u' => {
                let items = self.since_mark()?;
                self.set(&items)?;
            }
            b'q' => {
                let key = self.unsigned(1)?;
                self.remember(key)?;
            }
            b'r' => {
                let key = self.unsigned(4)?;
                self.remember(key)?;
            }
            0x94 => self.remember(self.memo.len())?,
            b'h' => {
                let key = self.unsigned(1)?;
                self.recall(key)?;
            }
            b'j' => {
                let key = self.unsigned(4)?;
                self.recall(key)?;
            }
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.push(Value::Callable(callable(module, name)?));
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let (Value::Text(module), Value::Text(name)) =
                    (&self.values[module], &self.values[name])
                else {
                    return Err(SHORT.to_owned());
                };
                let callable = callable(module, name)?;
                self.push(Value::Callable(callable));
            }
            b'Q' => self.storage()?,
            b'R' | 0x81 => self.call()?,
            other => {
                return Err(format!(
                    "its pickle has instruction {other:#04x}, which a saved state does not need"
                ));
            }
        }
        Ok(true)
    }

    fn long(&mut self, length: usize) -> Result<(), String> {
        let bytes = self.take(length)?;
        if length > 8 {
            self.push(Value::Nothing);
            return Ok(());
        }
        let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        let mut word = [if negative { 0xff } else { 0 }; 8];
        word[..length].copy_from_slice(bytes);
        self.push(Value::Integer(i64::from_le_bytes(word)));
        Ok(())
    }

    /// A persistent id: ('storage', kind, key, location, elements).
    fn storage(&mut self) -> Result<(), String> {
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
    fn call(&mut self) -> Result<(), String> {
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
