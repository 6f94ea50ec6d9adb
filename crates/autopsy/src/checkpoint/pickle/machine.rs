//! The machine that a pickle is a program of.

mod call;
mod stack;

use super::{Id, Pickle, Value, callable};

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

impl Machine<'_> {
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
}
