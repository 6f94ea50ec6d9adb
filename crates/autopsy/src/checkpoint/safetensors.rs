//! Reader of safetensors: eight bytes of length, a JSON header, the numbers.
//!
//! The package checks that the header's ranges cover the file without gap or overlap and agree
//! with shapes and types; we say in words what is wrong.

use std::path::Path;

use safetensors::tensor::{Dtype, Metadata, SafeTensorError, SafeTensors};

use super::kinds::Kind;
use super::refused::is_named;
use super::{Contents, Counter, Data, Tensor};
use crate::AutopsyError;
use crate::format::Format;

/// Files that begin as safetensors, or are called so.
pub const KIND: Kind = Kind {
    is: |path, start| begins(start) || is_named(path, "safetensors"),
    read: |path, buffer, _| read(path, buffer),
};

/// Whether these are the length of a header, below 4 GB, and its first sign.
pub fn begins(start: &[u8]) -> bool {
    start.get(8) == Some(&b'{') && start.get(4..8) == Some(&[0; 4])
}

/// Reads the header of `buffer`.
pub fn read(path: &Path, buffer: &[u8]) -> Result<Contents, AutopsyError> {
    let (header, metadata) = metadata(path, buffer)?;
    let mut stored: Vec<_> = metadata.tensors().into_iter().collect();
    stored.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let mut tensors = Vec::with_capacity(stored.len());
    let mut counters = Vec::new();
    for (name, info) in stored {
        let (start, end) = info.data_offsets;
        let data = Data::Here(header + 8 + start..header + 8 + end);
        let format = match info.dtype {
            Dtype::F64 => Format::F64,
            Dtype::F32 => Format::F32,
            Dtype::F16 => Format::F16,
            Dtype::BF16 => Format::Bf16,
            dtype if is_counter(dtype) || info.shape.len() < 2 => {
                let shape = info.shape.clone();
                counters.push(Counter {
                    name,
                    dtype,
                    shape,
                    data,
                });
                continue;
            }
            other => {
                return Err(AutopsyError::tensor(
                    path,
                    &name,
                    format!(
                        "has type {other:?}, a quantised type, which is not read: give \
                         checkpoints in f64, f32, f16 or bf16"
                    ),
                ));
            }
        };
        tensors.push(Tensor {
            name,
            format,
            shape: info.shape.clone(),
            data,
        });
    }
    Ok(Contents {
        tensors,
        counters,
        // Names come sorted by alphabet, whatever the order of the layers.
        ordered: false,
        ..Contents::default()
    })
}

/// Types of counters, masks and indices.
fn is_counter(dtype: Dtype) -> bool {
    use Dtype::{BOOL, I16, I32, I64, U16, U32, U64};
    matches!(dtype, BOOL | I16 | I32 | I64 | U16 | U32 | U64)
}

/// Length of the header and what it says.
fn metadata(path: &Path, buffer: &[u8]) -> Result<(usize, Metadata), AutopsyError> {
    SafeTensors::read_metadata(buffer).map_err(|error| {
        let declared = buffer
            .first_chunk()
            .map_or(0, |length| u64::from_le_bytes(*length));
        let problem = match error {
            SafeTensorError::HeaderTooSmall => "is cut short, so leave it out: a safetensors file \
                 begins with eight bytes of length"
                .to_owned(),
            SafeTensorError::HeaderTooLarge => format!(
                "declares a header of {declared} bytes, more than the 100 MB that a safetensors \
                 file may have: it is damaged or no safetensors file"
            ),
            SafeTensorError::InvalidHeaderLength => format!(
                "is cut short, so leave it out: its header is {declared} bytes long, but the file \
                 has only {}",
                buffer.len()
            ),
            SafeTensorError::MetadataIncompleteBuffer => {
                "is cut short or damaged, so leave it out: its header does not describe as many bytes \
                 as it has"
                    .to_owned()
            }
            SafeTensorError::InvalidOffset(name) => {
                return AutopsyError::tensor(
                    path,
                    &name,
                    "its range overlaps another or leaves a gap: the file is damaged",
                );
            }
            error => format!("is no whole safetensors file ({error})"),
        };
        AutopsyError::file(path, problem)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(header: &str, data: usize) -> Vec<u8> {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(header.as_bytes());
        bytes.resize(bytes.len() + data, 1);
        bytes
    }

    fn problem(bytes: &[u8]) -> String {
        match read(Path::new("a.safetensors"), bytes) {
            Ok(_) => "none".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    const HEADER: &str = r#"{"w":{"dtype":"BF16","shape":[2,2],"data_offsets":[0,8]},
        "n":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}"#;

    #[test]
    fn a_header_is_told_from_a_pickle_whatever_its_length() {
        for length in [128, 384, 640, 896, 1152, 1408, 70_784] {
            let bytes = file(
                &format!("{HEADER}{}", " ".repeat(length - HEADER.len())),
                16,
            );
            assert_eq!(bytes[0], 0x80);
            assert!(begins(&bytes));
        }
        assert!(!begins(b"\x80\x02}q\x00X\x01\x00{"));
    }

    #[test]
    fn floating_point_tensors_are_read_and_counters_passed_over() {
        let bytes = file(HEADER, 16);
        let contents = read(Path::new("a"), &bytes).unwrap();
        assert_eq!(contents.tensors.len(), 1);
        assert_eq!(contents.tensors[0].shape, [2, 2]);
        assert_eq!(contents.tensors[0].format, Format::Bf16);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let whole = file(HEADER, 16);
        assert!(problem(&whole[..5]).contains("cut short"));
        assert!(problem(&whole[..40]).contains("its header is"));
        assert!(problem(&whole[..whole.len() - 1]).contains("cut short or damaged"));
        let mut enormous = whole.clone();
        enormous[..8].fill(0x7f);
        assert!(problem(&enormous).contains("100 MB"));
        let quantised = HEADER.replace("BF16", "F8_E4M3").replace("[2,2]", "[2,4]");
        let quantised = problem(&file(&quantised, 16));
        assert!(
            quantised.contains("`w`") && quantised.contains("quantised"),
            "{quantised}"
        );
        let overlapping = HEADER.replace("[8,16]", "[0,8]");
        assert!(problem(&file(&overlapping, 16)).contains("damaged"));
    }
}
