//! Numbers as pickles write them.

use super::{Machine, SHORT};
use crate::checkpoint::pickle::Value;
use crate::checkpoint::tensor::Data;

impl Machine<'_> {
    pub(super) fn number(&mut self, instruction: u8) -> Result<(), String> {
        let value = match instruction {
            b'J' => Value::Integer((self.unsigned(4)? as u32 as i32).into()),
            b'K' => Value::Integer(self.unsigned(1)? as i64),
            b'M' => Value::Integer(self.unsigned(2)? as i64),
            0x8a => {
                let length = self.unsigned(1)?;
                return self.long(length);
            }
            0x8b => {
                let length = self.unsigned(4)?;
                return self.long(length);
            }
            b'G' => {
                let bits = self.take(8)?.try_into().map_err(|_| SHORT)?;
                Value::Float(f64::from_be_bytes(bits))
            }
            b'F' => Value::Float(self.line()?.parse().map_err(|_| SHORT)?),
            // Protocol 0 writes booleans as the integers 00 and 01.
            b'I' => match self.line()? {
                "00" => Value::Boolean(false),
                "01" => Value::Boolean(true),
                digits => digits.parse().map_or(Value::Nothing, Value::Integer),
            },
            _ => {
                let digits = self.line()?.trim_end_matches('L');
                digits.parse().map_or(Value::Nothing, Value::Integer)
            }
        };
        self.push(value);
        Ok(())
    }

    /// An integer of any length; one that does not fit is kept as its bytes.
    fn long(&mut self, length: usize) -> Result<(), String> {
        let start = self.place;
        let bytes = self.take(length)?;
        if length > 8 {
            self.push(Value::Bytes(Data::Here(start..self.place)));
            return Ok(());
        }
        let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        let mut word = [if negative { 0xff } else { 0 }; 8];
        word[..length].copy_from_slice(bytes);
        self.push(Value::Integer(i64::from_le_bytes(word)));
        Ok(())
    }

    /// NumPy's number of a type as `<f4`.
    pub(super) fn scalar(dtype: &str, bytes: &[u8]) -> Option<Value> {
        let word = |signed: bool| {
            let negative = signed && bytes.last().is_some_and(|byte| byte & 0x80 != 0);
            let mut word = [if negative { 0xff } else { 0 }; 8];
            word.get_mut(..bytes.len())?.copy_from_slice(bytes);
            Some(i64::from_le_bytes(word))
        };
        let kind = dtype.trim_start_matches(['<', '|', '=']);
        Some(match (kind, bytes.len()) {
            ("f8", 8) => Value::Float(f64::from_le_bytes(bytes.try_into().ok()?)),
            ("f4", 4) => Value::Float(f32::from_le_bytes(bytes.try_into().ok()?).into()),
            ("f2", 2) => Value::Float(half::f16::from_le_bytes(bytes.try_into().ok()?).into()),
            ("b1", 1) => Value::Boolean(bytes[0] != 0),
            (kind, 1..=8) if kind.starts_with('i') => Value::Integer(word(true)?),
            (kind, 1..=8) if kind.starts_with('u') => Value::Integer(word(false)?),
            _ => return None,
        })
    }
}
