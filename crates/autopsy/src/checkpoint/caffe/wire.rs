//! The wire format of protocol buffers: fields in turn, each a key (its number and its type) and a
//! value. (<https://protobuf.dev/programming-guides/encoding/>.)

use std::ops::Range;

/// A field's value.
pub enum Field {
    /// A whole number.
    Number(u64),
    /// Four or eight bytes, or as many as said: a range of the file.
    Bytes(Range<usize>),
}

/// The fields of a message, which is a range of a file.
pub struct Fields<'a> {
    bytes: &'a [u8],
    place: usize,
    end: usize,
}

pub const SHORT: &str = "is cut short or damaged";

impl<'a> Fields<'a> {
    /// Those of the message in this range of the file.
    pub fn new(bytes: &'a [u8], range: Range<usize>) -> Self {
        Self {
            bytes,
            place: range.start,
            end: range.end.min(bytes.len()),
        }
    }

    /// The next field's number and value.
    pub fn next(&mut self) -> Result<Option<(u64, Field)>, String> {
        if self.place >= self.end {
            return Ok(None);
        }
        let key = self.number()?;
        let field = match key & 7 {
            0 => Field::Number(self.number()?),
            1 => Field::Bytes(self.take(8)?),
            2 => {
                let length = usize::try_from(self.number()?).map_err(|_| SHORT)?;
                Field::Bytes(self.take(length)?)
            }
            5 => Field::Bytes(self.take(4)?),
            _ => return Err(SHORT.to_owned()),
        };
        Ok(Some((key >> 3, field)))
    }

    /// Seven bits in each byte, the lowest first; the eighth says that there are more.
    pub fn number(&mut self) -> Result<u64, String> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.bytes[self.take(1)?][0];
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(SHORT.to_owned())
    }

    /// Whether all was taken.
    pub fn is_done(&self) -> bool {
        self.place >= self.end
    }

    fn take(&mut self, count: usize) -> Result<Range<usize>, String> {
        let end = self.place.checked_add(count).filter(|&end| end <= self.end);
        let range = self.place..end.ok_or(SHORT)?;
        self.place = range.end;
        Ok(range)
    }
}
