//! Blobs: Caffe's arrays.

use std::ops::Range;

use super::wire::{Field, Fields, SHORT};
use crate::checkpoint::tensor::{Data, Tensor, View, extent};
use crate::format::Format;

/// Axes that a blob may have.
const MOST_AXES: usize = 32;

/// `BlobProto`.
#[derive(Default)]
pub struct Blob {
    pub shape: Vec<usize>,
    /// Whether the shape is one of the four fields of old files, which are always all there.
    legacy: bool,
    doubles: bool,
    /// Pieces of the numbers: one where they are packed, one for each number where they are not.
    pieces: Vec<Range<usize>>,
}

impl Blob {
    /// Reads the message in a range of the file.
    pub fn read(bytes: &[u8], range: Range<usize>) -> Result<Self, String> {
        let mut blob = Self::default();
        let mut fields = Fields::new(bytes, range);
        let mut old = [1; 4];
        while let Some((number, field)) = fields.next()? {
            match (number, field) {
                // num, channels, height, width
                (1..=4, Field::Number(length)) => {
                    old[number as usize - 1] = usize::try_from(length).map_err(|_| SHORT)?;
                    blob.legacy = true;
                }
                (5 | 8, Field::Bytes(range)) => {
                    blob.doubles = number == 8;
                    match blob.pieces.last_mut() {
                        Some(last) if last.end == range.start => last.end = range.end,
                        _ => blob.pieces.push(range),
                    }
                }
                (7, Field::Bytes(range)) => blob.shape = shape(bytes, range)?,
                _ => {}
            }
        }
        if blob.legacy && blob.shape.is_empty() {
            blob.shape = old.to_vec();
        }
        Ok(blob)
    }

    /// Its numbers as a tensor; `transposed` exchanges the two axes of a matrix.
    pub fn tensor(self, bytes: &[u8], name: String, transposed: bool) -> Result<Tensor, String> {
        let format = if self.doubles {
            Format::F64
        } else {
            Format::F32
        };
        let mut shape = self.shape;
        let length = extent(&shape, format.size()).ok_or("its shape is too large")?;
        let stored = self.pieces.iter().map(Range::len).sum::<usize>();
        if stored != length {
            return Err(format!(
                "has the shape {shape:?}, but {} numbers: the file is damaged",
                stored / format.size()
            ));
        }
        let mut data = match &self.pieces[..] {
            [] => Data::Here(0..0),
            [whole] => Data::Here(whole.clone()),
            pieces => {
                let pieces = pieces.iter().flat_map(|piece| &bytes[piece.clone()]);
                Data::Unpacked(pieces.copied().collect())
            }
        };
        if let ([rows, columns], true) = (&shape[..], transposed) {
            let (rows, columns) = (*rows, *columns);
            let stored = match &data {
                Data::Here(range) => &bytes[range.clone()],
                Data::Unpacked(bytes) => bytes,
            };
            let view = View {
                offset: 0,
                shape: &[columns, rows],
                strides: &[1, columns],
                size: format.size(),
            };
            data = Data::Unpacked(view.gather(stored).ok_or(SHORT)?);
            shape = vec![columns, rows];
        }
        Ok(Tensor {
            name,
            format,
            shape,
            data,
        })
    }

    /// Takes leading axes of length 1 away, which old files have, until `axes` are left.
    pub fn squeeze(&mut self, axes: usize) {
        if self.legacy {
            let spare = self.shape.len().saturating_sub(axes);
            let ones = self.shape.iter().take_while(|&&length| length == 1).count();
            self.shape.drain(..ones.min(spare));
        }
    }
}

/// `BlobShape`: its one field, packed or not.
fn shape(bytes: &[u8], range: Range<usize>) -> Result<Vec<usize>, String> {
    let mut shape = Vec::new();
    let mut fields = Fields::new(bytes, range);
    let mut push = |length: u64| {
        if shape.len() >= MOST_AXES {
            return Err(SHORT.to_owned());
        }
        shape.push(usize::try_from(length).map_err(|_| SHORT)?);
        Ok::<(), String>(())
    };
    while let Some((number, field)) = fields.next()? {
        match (number, field) {
            (1, Field::Number(length)) => push(length)?,
            (1, Field::Bytes(range)) => {
                let mut packed = Fields::new(bytes, range);
                while !packed.is_done() {
                    push(packed.number()?)?;
                }
            }
            _ => {}
        }
    }
    Ok(shape)
}
