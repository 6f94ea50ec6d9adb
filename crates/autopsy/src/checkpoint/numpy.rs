//! Reader of NumPy's .npy arrays and .npz archives of them.
//!
//! An array is a magic number, a version, a length and a Python literal such as
//! `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3, 1, 16), }`, then the numbers.

use std::path::Path;

use super::archive::Archive;
use super::kinds::Kind;
use super::{Contents, Data, Reading, Tensor, extent, gather, torch};
use crate::AutopsyError;
use crate::format::Format;

/// Single arrays.
pub const KIND: Kind = Kind {
    is: |_, start| start.starts_with(b"\x93NUMPY"),
    read: |path, buffer, reading| read_array(path, buffer, reading),
};

/// What the header of an array says.
struct Header {
    /// `None` for integers and booleans, which are no weights.
    format: Option<Format>,
    of_objects: bool,
    fortran_order: bool,
    shape: Vec<usize>,
    /// Where the numbers begin.
    start: usize,
}

/// A single array, or the dictionary of arrays that `numpy.save` makes one of.
fn read_array(path: &Path, buffer: &[u8], reading: &Reading) -> Result<Contents, AutopsyError> {
    let header = header(buffer).map_err(|problem| AutopsyError::file(path, problem))?;
    if header.of_objects {
        // What follows is a pickle.
        let pickle = buffer.get(header.start..).unwrap_or_default();
        let mut contents = torch::read_pickle(path, pickle, reading)?;
        contents.shift(header.start);
        return Ok(contents);
    }
    let whole = Data::Here(0..buffer.len());
    let tensor = tensor("array", buffer, &whole);
    let tensor = tensor.map_err(|problem| AutopsyError::file(path, problem))?;
    Ok(Contents {
        tensors: tensor.into_iter().collect(),
        ordered: true,
        ..Contents::default()
    })
}

/// All arrays of an archive, in its order.
pub fn read_archive(mut archive: Archive<'_>) -> Result<Contents, AutopsyError> {
    let mut tensors = Vec::new();
    for index in 0..archive.members.len() {
        let file = archive.members[index].name.clone();
        let Some(name) = file.strip_suffix(".npy") else {
            continue;
        };
        let data = archive.member(index)?;
        let read = tensor(name, archive.bytes(&data), &data);
        let read = read.map_err(|problem| AutopsyError::tensor(archive.path, name, problem))?;
        tensors.extend(read);
    }
    Ok(Contents {
        tensors,
        ordered: true,
        ..Contents::default()
    })
}

/// The array in `bytes`, which is what `data` stands for.
fn tensor(name: &str, bytes: &[u8], data: &Data) -> Result<Option<Tensor>, String> {
    let header = header(bytes)?;
    let Some(format) = header.format else {
        return Ok(None);
    };
    let size = format.size();
    let length = extent(&header.shape, size).ok_or("its shape is too large")?;
    let numbers = bytes
        .get(header.start..)
        .filter(|numbers| numbers.len() >= length)
        .ok_or("is cut short: it has fewer numbers than its shape needs")?;
    let data = if header.fortran_order && header.shape.len() > 1 {
        let mut strides = vec![1; header.shape.len()];
        for axis in 1..strides.len() {
            strides[axis] = strides[axis - 1] * header.shape[axis - 1];
        }
        let copy = gather(numbers, 0, &header.shape, &strides, size);
        Data::Unpacked(copy.ok_or("is cut short")?)
    } else {
        match data {
            Data::Here(range) => {
                let start = range.start + header.start;
                Data::Here(start..start + length)
            }
            Data::Unpacked(_) => Data::Unpacked(numbers[..length].to_vec()),
        }
    };
    Ok(Some(Tensor {
        name: name.to_owned(),
        format,
        shape: header.shape,
        data,
    }))
}

fn header(bytes: &[u8]) -> Result<Header, String> {
    const SHORT: &str = "is cut short: its header is not whole";
    let magic = bytes.starts_with(b"\x93NUMPY");
    let (length, start) = match bytes.get(6) {
        _ if !magic => return Err("is no .npy array".to_owned()),
        Some(1) => {
            let length = bytes.get(8..10).ok_or(SHORT)?;
            (
                usize::from(length[0]) | (usize::from(length[1]) << 8),
                10_usize,
            )
        }
        Some(2 | 3) => {
            let length: [u8; 4] = bytes
                .get(8..12)
                .and_then(|b| b.try_into().ok())
                .ok_or(SHORT)?;
            (u32::from_le_bytes(length) as usize, 12)
        }
        Some(version) => return Err(format!("has .npy version {version}; 1 to 3 are read")),
        None => return Err(SHORT.to_owned()),
    };
    let text = start
        .checked_add(length)
        .and_then(|end| bytes.get(start..end))
        .ok_or(SHORT)?;
    let text = str::from_utf8(text).map_err(|_| "its header is not text")?;
    let after = |key: &str| {
        let place = text.find(key).ok_or(format!("its header has no {key}"))?;
        let rest = text[place + key.len()..].trim_start();
        rest.strip_prefix(':')
            .map(str::trim_start)
            .ok_or(format!("its header is damaged after {key}"))
    };
    let shape = after("'shape'")?
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .ok_or("the shape in its header is damaged")?
        .0;
    let shape = shape
        .split(',')
        .map(str::trim)
        .filter(|axis| !axis.is_empty())
        .map(|axis| {
            axis.parse()
                .map_err(|_| format!("`{axis}` is no length of an axis"))
        })
        .collect::<Result<Vec<usize>, String>>()?;
    Ok(Header {
        format: number_type(after("'descr'")?)?,
        of_objects: after("'descr'")?.starts_with("'|O'"),
        fortran_order: after("'fortran_order'")?.starts_with("True"),
        shape,
        start: start + length,
    })
}

/// The type in `'<f4'` and what follows.
fn number_type(text: &str) -> Result<Option<Format>, String> {
    let name = text
        .strip_prefix('\'')
        .and_then(|rest| rest.split_once('\''))
        .ok_or("holds records, which are not read: save plain arrays")?
        .0;
    format_of(name)
}

/// How NumPy's type of this name is stored; `None` for what holds no weights: integers,
/// booleans, texts, objects.
pub fn format_of(name: &str) -> Result<Option<Format>, String> {
    match name {
        "<f8" | "f8" => Ok(Some(Format::F64)),
        "<f4" | "f4" => Ok(Some(Format::F32)),
        "<f2" | "f2" => Ok(Some(Format::F16)),
        // ml_dtypes' bfloat16 has no name of its own in .npy.
        "<V2" | "|V2" | "V2" => Ok(Some(Format::Bf16)),
        _ if name.starts_with(['>']) => Err(format!(
            "has type {name}, big-endian: convert it with array.astype('<f4')"
        )),
        _ if name.contains(['i', 'u', 'b', 'S', 'U', 'O', 'M', 'm']) => Ok(None),
        _ => Err(format!(
            "has type {name}, which is not read: give f8, f4, f2 or bfloat16"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(header: &str, numbers: &[f32]) -> Vec<u8> {
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend_from_slice(&(header.len() as u16).to_le_bytes());
        bytes.extend_from_slice(header.as_bytes());
        bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        bytes
    }

    fn read(header: &str, numbers: &[f32]) -> Result<Option<Tensor>, String> {
        let bytes = array(header, numbers);
        tensor("w", &bytes, &Data::Here(0..bytes.len()))
    }

    #[test]
    fn both_orders_are_read() {
        let header = "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }\n";
        let tensor = read(header, &[0., 3., 1., 4., 2., 5.]).unwrap().unwrap();
        assert_eq!(tensor.shape, [2, 3]);
        let Data::Unpacked(bytes) = tensor.data else {
            panic!("a copy")
        };
        let values: Vec<f64> = (0..6).map(|i| Format::F32.get(&bytes, i)).collect();
        assert_eq!(values, [0., 1., 2., 3., 4., 5.]);
        let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
        assert_eq!(read(header, &[1., 2.]).unwrap().unwrap().shape, [2]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
        let problem = |header: &str| read(header, &[0.; 5]).unwrap_err();
        assert!(problem(good).contains("cut short"));
        assert!(problem(&good.replace("<f4", ">f4")).contains("big-endian"));
        assert!(problem(&good.replace("<f4", "<c8")).contains("not read"));
        assert!(problem(&good.replace("(2, 3)", "(-2, 3)")).contains("`-2`"));
        let huge = good.replace("(2, 3)", "(9999999999999, 9999999999999)");
        assert!(problem(&huge).contains("too large"));
        assert!(read(&good.replace("<f4", "<i8"), &[]).unwrap().is_none());
        assert!(header(b"\x93NUMPY\x01\x00\xff\xff{").is_err());
    }
}
