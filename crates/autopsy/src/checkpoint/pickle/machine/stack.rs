//! What instructions do to the stack, and how they take their arguments from the program.

use super::{Machine, SHORT};
use crate::checkpoint::pickle::{Id, Value};
use crate::checkpoint::tensor::Data;

impl<'a> Machine<'a> {
    pub(in super::super) fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let end = self.place.checked_add(count).ok_or(SHORT)?;
        let taken = self.bytes.get(self.place..end).ok_or(SHORT)?;
        self.place = end;
        Ok(taken)
    }

    pub(in super::super) fn unsigned(&mut self, count: usize) -> Result<usize, String> {
        let bytes = self.take(count)?;
        let value = bytes
            .iter()
            .rev()
            .fold(0u64, |sum, &byte| sum << 8 | u64::from(byte));
        usize::try_from(value).map_err(|_| SHORT.to_owned())
    }

    pub(super) fn line(&mut self) -> Result<&'a str, String> {
        let rest = &self.bytes[self.place..];
        let end = rest.iter().position(|&byte| byte == b'\n').ok_or(SHORT)?;
        let line = self.take(end + 1)?;
        str::from_utf8(&line[..end]).map_err(|_| SHORT.to_owned())
    }

    pub(super) fn push(&mut self, value: Value) {
        self.values.push(value);
        self.stack.push(self.values.len() - 1);
    }

    /// Counts what is about to be copied.
    pub(super) fn spend(&mut self, amount: usize) -> Result<(), String> {
        self.budget = self
            .budget
            .checked_sub(amount)
            .ok_or("its pickle unfolds to many times its own length: refused")?;
        Ok(())
    }

    /// A text, which in Python 2 may also be bytes.
    pub(super) fn text(&mut self, instruction: u8) -> Result<(), String> {
        let length = match instruction {
            b'X' | b'T' => self.unsigned(4)?,
            b'U' | 0x8c => self.unsigned(1)?,
            0x8d => self.unsigned(8)?,
            _ => {
                // Protocol 0: what is escaped in it is left so.
                let line = self.line()?.trim_matches(['\'', '"']);
                self.push(Value::Text(line.to_owned()));
                return Ok(());
            }
        };
        let start = self.place;
        let bytes = self.take(length)?;
        let value = match str::from_utf8(bytes) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) if matches!(instruction, b'T' | b'U') => {
                Value::Bytes(Data::Here(start..self.place))
            }
            // Python writes lone surrogates too.
            Err(_) => Value::Text(String::from_utf8_lossy(bytes).into_owned()),
        };
        self.push(value);
        Ok(())
    }

    pub(super) fn binary(&mut self, instruction: u8) -> Result<(), String> {
        let length = match instruction {
            b'B' => self.unsigned(4)?,
            b'C' => self.unsigned(1)?,
            _ => self.unsigned(8)?,
        };
        let start = self.place;
        self.take(length)?;
        self.push(Value::Bytes(Data::Here(start..self.place)));
        Ok(())
    }

    pub(super) fn pop(&mut self) -> Result<Id, String> {
        self.stack.pop().ok_or_else(|| SHORT.to_owned())
    }

    /// Everything above the last mark.
    pub(super) fn since_mark(&mut self) -> Result<Vec<Id>, String> {
        let height = self.marks.pop().ok_or(SHORT)?;
        if height > self.stack.len() {
            return Err(SHORT.to_owned());
        }
        Ok(self.stack.split_off(height))
    }

    pub(super) fn tuple(&mut self, count: usize) -> Result<(), String> {
        let height = self.stack.len().checked_sub(count).ok_or(SHORT)?;
        let items = self.stack.split_off(height);
        self.push(Value::Sequence(items));
        Ok(())
    }

    /// Adds key and value in turn to the dictionary or object on top of the stack.
    pub(super) fn set(&mut self, items: &[Id]) -> Result<(), String> {
        let &target = self.stack.last().ok_or(SHORT)?;
        let pairs = match &mut self.values[target] {
            Value::Dictionary(pairs) => pairs,
            Value::Object(object) => &mut object.pairs,
            Value::Nothing => return Ok(()),
            _ => return Err(SHORT.to_owned()),
        };
        let items = items.as_chunks::<2>().0.iter();
        pairs.extend(items.map(|&[key, value]| (key, value)));
        Ok(())
    }

    pub(super) fn append(&mut self, items: &[Id]) -> Result<(), String> {
        let &target = self.stack.last().ok_or(SHORT)?;
        let list = match &mut self.values[target] {
            Value::Sequence(list) => list,
            Value::Object(object) => &mut object.items,
            Value::Nothing => return Ok(()),
            _ => return Err(SHORT.to_owned()),
        };
        list.extend_from_slice(items);
        Ok(())
    }

    /// Remembers the top of the stack, or recalls what was remembered.
    pub(super) fn memo(&mut self, instruction: u8) -> Result<(), String> {
        let key = match instruction {
            b'q' | b'h' => self.unsigned(1)?,
            b'r' | b'j' => self.unsigned(4)?,
            0x94 => self.memo.len(),
            _ => self.line()?.parse().map_err(|_| SHORT)?,
        };
        if matches!(instruction, b'h' | b'j' | b'g') {
            let id = self.memo.get(key).copied().flatten().ok_or(SHORT)?;
            self.stack.push(id);
            return Ok(());
        }
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
}
