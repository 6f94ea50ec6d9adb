//! What instructions do to the stack, and how they take their arguments from the program.

use super::{Machine, SHORT};
use crate::checkpoint::pickle::{Id, Value};

impl<'a> Machine<'a> {
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let end = self.place.checked_add(count).ok_or(SHORT)?;
        let taken = self.bytes.get(self.place..end).ok_or(SHORT)?;
        self.place = end;
        Ok(taken)
    }

    pub(super) fn unsigned(&mut self, count: usize) -> Result<usize, String> {
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

    pub(super) fn text(&mut self, length: usize) -> Result<(), String> {
        let bytes = self.take(length)?;
        self.push(Value::Text(String::from_utf8_lossy(bytes).into_owned()));
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

    /// Adds key and value in turn to the dictionary on top of the stack.
    pub(super) fn set(&mut self, items: &[Id]) -> Result<(), String> {
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

    pub(super) fn append(&mut self, items: &[Id]) -> Result<(), String> {
        let &target = self.stack.last().ok_or(SHORT)?;
        match &mut self.values[target] {
            Value::Sequence(list) => {
                list.extend_from_slice(items);
                Ok(())
            }
            _ => Err(SHORT.to_owned()),
        }
    }

    pub(super) fn remember(&mut self, key: usize) -> Result<(), String> {
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

    pub(super) fn recall(&mut self, key: usize) -> Result<(), String> {
        let id = self.memo.get(key).copied().flatten().ok_or(SHORT)?;
        self.stack.push(id);
        Ok(())
    }
}
