//! A checkpoint made of arrays that a program holds, whatever it loaded them with.

use std::collections::BTreeSet;
use std::path::Path;

use ::safetensors::Dtype;

use super::{Checkpoint, Counter, Data, OptimizerState, Tensor, extent};
use crate::AutopsyError;
use crate::format::Format;

/// An array that a program holds.
#[derive(Clone, Debug)]
pub struct Array {
    /// Its name, as a file would have it.
    pub name: String,
    /// How its numbers are stored.
    pub dtype: Dtype,
    /// Its axes.
    pub shape: Vec<usize>,
    /// Its numbers, little-endian and row-major.
    pub bytes: Vec<u8>,
}

/// A tensor that is read, or one that is kept.
enum Kept {
    Tensor(Tensor),
    Counter(Counter),
}

impl Array {
    /// The array as a floating-point tensor; `label` is for errors.
    ///
    /// # Errors
    /// [`AutopsyError::Tensor`] if it has more or fewer bytes than its shape needs, or no
    /// floating-point numbers.
    pub fn into_tensor(self, label: &Path) -> Result<Tensor, AutopsyError> {
        let (name, dtype) = (self.name.clone(), self.dtype);
        match self.kept(label)? {
            Kept::Tensor(tensor) => Ok(tensor),
            Kept::Counter(_) => Err(AutopsyError::tensor(
                label,
                &name,
                format!("has type {dtype:?}: give f64, f32, f16 or bf16"),
            )),
        }
    }

    fn kept(self, label: &Path) -> Result<Kept, AutopsyError> {
        use Dtype::{BF16, BOOL, F16, F32, F64, I8, I16, I32, I64, U8, U16, U32, U64};
        let Self {
            name,
            dtype,
            shape,
            bytes,
        } = self;
        let needed = extent(&shape, dtype.bitsize()).map(|bits| bits / 8);
        if needed != Some(bytes.len()) {
            let problem = format!(
                "has {} bytes, which do not fit {shape:?} in {dtype:?}",
                bytes.len()
            );
            return Err(AutopsyError::tensor(label, &name, problem));
        }
        let data = Data::Unpacked(bytes);
        let format = match dtype {
            F64 => Format::F64,
            F32 => Format::F32,
            F16 => Format::F16,
            BF16 => Format::Bf16,
            BOOL | I8 | I16 | I32 | I64 | U8 | U16 | U32 | U64 => {
                return Ok(Kept::Counter(Counter {
                    name,
                    dtype,
                    shape,
                    data,
                }));
            }
            _ => {
                let problem =
                    format!("has type {dtype:?}, which is not read: give f64, f32, f16 or bf16");
                return Err(AutopsyError::tensor(label, &name, problem));
            }
        };
        Ok(Kept::Tensor(Tensor {
            name,
            format,
            shape,
            data,
        }))
    }
}

impl Checkpoint {
    /// A checkpoint of arrays in the order in which the network was built; `label` stands for a
    /// file's path in answers and errors.
    ///
    /// # Errors
    /// [`AutopsyError`] if none of them has floating-point numbers, if two have one name, or if
    /// one's bytes do not fit its shape and type.
    pub fn from_arrays(
        label: &Path,
        arrays: Vec<Array>,
        optimizer: Option<OptimizerState>,
    ) -> Result<Self, AutopsyError> {
        let mut names = BTreeSet::new();
        let mut checkpoint = Self {
            path: label.to_owned(),
            ordered: true,
            optimizer,
            ..Self::default()
        };
        for array in arrays {
            if !names.insert(array.name.clone()) {
                let problem = "is there twice: give every array a name of its own";
                return Err(AutopsyError::tensor(label, &array.name, problem));
            }
            match array.kept(label)? {
                Kept::Tensor(tensor) => checkpoint.tensors.push(tensor),
                Kept::Counter(counter) => checkpoint.counters.push(counter),
            }
        }
        if checkpoint.tensors.is_empty() {
            let problem = "holds no array of floating-point numbers: give the network's weights";
            return Err(AutopsyError::file(label, problem));
        }
        checkpoint.set_prefixes_aside();
        Ok(checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(name: &str, dtype: Dtype, shape: &[usize], bytes: usize) -> Array {
        Array {
            name: name.to_owned(),
            dtype,
            shape: shape.to_vec(),
            bytes: vec![0; bytes],
        }
    }

    fn read(arrays: Vec<Array>) -> Result<Checkpoint, String> {
        let read = Checkpoint::from_arrays(Path::new("checkpoint 3"), arrays, None);
        read.map_err(|error| error.to_string())
    }

    #[test]
    fn arrays_become_tensors_and_counters() {
        let arrays = vec![
            array("params.b.kernel", Dtype::BF16, &[2, 3], 12),
            array("params.a.bias", Dtype::F64, &[], 8),
            array("seen", Dtype::I64, &[1], 8),
        ];
        let read = read(arrays).unwrap();
        let names: Vec<&str> = read.tensors.iter().map(|own| &own.name[..]).collect();
        assert_eq!(names, ["b.kernel", "a.bias"]);
        assert_eq!(read.tensors[0].format, Format::Bf16);
        assert_eq!(read.bytes(&read.tensors[1]), [0; 8]);
        assert_eq!(read.counters[0].name, "seen");
        assert!(read.ordered);
    }

    #[test]
    fn what_is_wrong_names_the_array() {
        let problem = |arrays| read(arrays).unwrap_err();
        let short = problem(vec![array("w", Dtype::F32, &[2, 3], 20)]);
        assert!(short.starts_with("checkpoint 3: tensor `w`: has 20 bytes"));
        let huge = problem(vec![array("w", Dtype::F32, &[usize::MAX, 3], 20)]);
        assert!(huge.contains("do not fit"), "{huge}");
        let twice = vec![
            array("w", Dtype::F32, &[1], 4),
            array("w", Dtype::F32, &[1], 4),
        ];
        assert!(problem(twice).contains("twice"));
        let quantised = problem(vec![array("w", Dtype::F8_E4M3, &[2], 2)]);
        assert!(quantised.contains("not read"), "{quantised}");
        let none = problem(vec![array("seen", Dtype::I64, &[1], 8)]);
        assert!(none.contains("floating-point"), "{none}");
    }
}
