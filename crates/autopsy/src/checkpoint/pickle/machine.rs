//! The machine that a pickle is a program of.

mod build;
mod call;
mod numbers;
mod stack;

use super::names::callable;
use super::{Id, Object, Pickle, Value};
use crate::checkpoint::tensor::Data;

/// How many values a pickle may have: each takes 32 bytes and more.
const MOST_VALUES: usize = 4 << 20;

/// Reads a pickle of protocol 0 to 5 that is all of `bytes`.
pub fn read(bytes: &[u8]) -> Result<Pickle, String> {
    let mut machine = Machine::new(bytes);
    let root = machine.run()?;
    Ok(machine.into_pickle(root))
}

/// Reads one pickle after another into one list of values.
pub struct Machine<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) place: usize,
    pub(super) values: Vec<Value>,
    stack: Vec<Id>,
    /// Heights of the stack.
    marks: Vec<usize>,
    memo: Vec<Option<Id>>,
    /// What may still be copied: bytes, and items of lists.
    budget: usize,
    /// Whether this pickle is itself inside one.
    pub(super) embedded: bool,
}

pub const SHORT: &str = "its pickle is cut short or damaged";

impl<'a> Machine<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            place: 0,
            values: vec![Value::Nothing],
            stack: Vec::new(),
            marks: Vec::new(),
            memo: Vec::new(),
            budget: bytes.len().saturating_mul(4),
            embedded: false,
        }
    }

    /// The pickle at the current place, up to its end.
    pub fn run(&mut self) -> Result<Id, String> {
        self.stack.clear();
        self.marks.clear();
        self.memo.clear();
        while self.step()? {
            if self.values.len() > MOST_VALUES {
                return Err(format!(
                    "its pickle has more than {MOST_VALUES} values, more than a state needs: save \
                     the state_dict alone"
                ));
            }
        }
        self.pop()
    }

    pub fn into_pickle(self, root: Id) -> Pickle {
        Pickle {
            values: self.values,
            root,
        }
    }

    /// One instruction; `false` after the last.
    fn step(&mut self) -> Result<bool, String> {
        match self.take(1)?[0] {
            0x80 => drop(self.take(1)?),
            0x95 => drop(self.take(8)?),
            b'.' => return Ok(false),
            b'(' => self.marks.push(self.stack.len()),
            b'0' => drop(self.pop()?),
            b'1' => drop(self.since_mark()?),
            b'2' => {
                let &top = self.stack.last().ok_or(SHORT)?;
                self.stack.push(top);
            }
            b'b' => self.build()?,
            b'N' => self.push(Value::Nothing),
            0x88 => self.push(Value::Boolean(true)),
            0x89 => self.push(Value::Boolean(false)),
            number @ (b'J' | b'K' | b'M' | b'I' | b'L' | b'G' | b'F' | 0x8a | 0x8b) => {
                self.number(number)?;
            }
            text @ (b'X' | b'T' | b'U' | 0x8c | 0x8d | b'S' | b'V') => self.text(text)?,
            bytes @ (b'B' | b'C' | 0x8e | 0x96) => self.binary(bytes)?,
            b']' | b')' | 0x8f => self.push(Value::Sequence(Vec::new())),
            b'}' => self.push(Value::Dictionary(Vec::new())),
            b't' | b'l' | 0x91 => {
                let items = self.since_mark()?;
                self.push(Value::Sequence(items));
            }
            b'd' => {
                let items = self.since_mark()?;
                self.push(Value::Dictionary(Vec::new()));
                self.set(&items)?;
            }
            count @ 0x85..=0x87 => self.tuple(usize::from(count - 0x84))?,
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
            memo @ (b'q' | b'r' | b'p' | 0x94 | b'h' | b'j' | b'g') => self.memo(memo)?,
            b'P' => {
                self.line()?;
                self.push(Value::Nothing);
            }
            b'Q' => self.persistent()?,
            other => return self.name_or_call(other),
        }
        Ok(true)
    }

    /// Instructions that name something or call it.
    fn name_or_call(&mut self, instruction: u8) -> Result<bool, String> {
        match instruction {
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.push(Value::Callable(callable(module, name)));
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let (Value::Text(module), Value::Text(name)) =
                    (&self.values[module], &self.values[name])
                else {
                    return Err(SHORT.to_owned());
                };
                // A long name may be named again and again by two short instructions.
                let (length, callable) = (module.len() + name.len(), callable(module, name));
                self.spend(length)?;
                self.push(Value::Callable(callable));
            }
            // Extensions and buffers outside the pickle: what they stand for is not in the file.
            0x82 => self.outside(1)?,
            0x83 => self.outside(2)?,
            0x84 => self.outside(4)?,
            0x97 => self.outside(0)?,
            0x98 => {}
            b'R' | 0x81 => self.call()?,
            0x92 => {
                // The last of three are named arguments.
                self.pop()?;
                self.call()?;
            }
            b'i' => {
                let (module, name) = (self.line()?, self.line()?);
                let arguments = self.since_mark()?;
                self.push(Value::Callable(callable(module, name)));
                self.push(Value::Sequence(arguments));
                self.call()?;
            }
            b'o' => {
                let mut arguments = self.since_mark()?;
                if arguments.is_empty() {
                    return Err(SHORT.to_owned());
                }
                let class = arguments.remove(0);
                self.stack.push(class);
                self.push(Value::Sequence(arguments));
                self.call()?;
            }
            other => {
                return Err(format!(
                    "its pickle has instruction {other:#04x}, which no pickle of Python has"
                ));
            }
        }
        Ok(true)
    }

    fn outside(&mut self, code: usize) -> Result<(), String> {
        self.take(code)?;
        self.push(Value::Nothing);
        Ok(())
    }

    /// An object that is never made.
    fn inert(&mut self, class: Id, arguments: Id) {
        self.push(Value::Object(Box::new(Object {
            class,
            arguments,
            state: None,
            items: Vec::new(),
            pairs: Vec::new(),
        })));
    }

    /// Bytes of a value: of bytes, or of the text that Python 2 wrote for them.
    fn bytes_of(&self, id: Id) -> Option<&[u8]> {
        match &self.values[id] {
            Value::Bytes(Data::Here(range)) => self.bytes.get(range.clone()),
            Value::Bytes(Data::Unpacked(bytes)) => Some(bytes),
            Value::Text(text) => Some(text.as_bytes()),
            _ => None,
        }
    }
}
