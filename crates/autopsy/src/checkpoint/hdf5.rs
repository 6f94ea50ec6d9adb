//! HDF5: what Keras saves as `.h5`, `.weights.h5`, and inside `.keras`.
//!
//! | file | groups |
//! |---|---|
//! | `.h5` of Keras 1 to 3 | `model_weights/LAYER/NAME OF THE VARIABLE`, or without `model_weights` |
//! | `.weights.h5` of Keras 3 | `layers/CLASS_N/vars/INDEX` |
//! | `.keras` | a zip archive of `model.weights.h5` and `config.json`, which names the layers |
//! | any other | every array by its path |
//!
//! Of two readers in Rust alone that equalled `h5py` on six files and stood 3,000 damaged ones,
//! `hdf5-pure` is used: it brings one package of its own where `hdf5-reader` brings nine. Its size
//! is why it is a feature of this crate. What it may unpack is counted here before it is asked.

mod keras;

use std::path::Path;

use hdf5_pure::{Dataset, Datatype, DatatypeByteOrder, File, Group};

use super::archive::Archive;
use super::budget::Budget;
use super::kinds::Kind;
use super::{Contents, Data, Progress, Tensor};
use crate::AutopsyError;
use crate::format::Format;

/// HDF5 files.
pub const KIND: Kind = Kind {
    is: |_, start| start.starts_with(b"\x89HDF\r\n\x1a\n"),
    // The file is read whole and kept no longer: its numbers may be in pieces.
    read: |path, buffer, _| read(path, std::mem::take(buffer), None),
};

/// How deep groups may lie in each other.
const DEEPEST: usize = 16;

/// Groups and arrays that are looked at: links may lead back.
const MOST: usize = 1 << 16;

/// An array, and the names of the groups that it is in and its own.
pub struct Found {
    pub path: Vec<String>,
    pub dataset: Dataset,
}

/// A file being read.
pub struct Reader<'a> {
    path: &'a Path,
    budget: Budget,
    left: usize,
}

/// Reads the weights in an archive of Keras.
pub fn read_archive(mut archive: Archive<'_>) -> Result<Contents, AutopsyError> {
    let mut member = |name: &str| -> Result<Option<Vec<u8>>, AutopsyError> {
        let Some(index) = archive.find(name) else {
            return Ok(None);
        };
        let data = archive.member(index)?;
        Ok(Some(archive.bytes(&data).to_vec()))
    };
    let weights = member("model.weights.h5")?;
    let config = member("config.json")?;
    let path = archive.path;
    let weights = weights.ok_or_else(|| {
        AutopsyError::file(path, "is an archive of HDF5 files without model.weights.h5")
    })?;
    read(path, weights, config.as_deref())
}

fn read(path: &Path, bytes: Vec<u8>, config: Option<&[u8]>) -> Result<Contents, AutopsyError> {
    let mut reader = Reader {
        path,
        budget: Budget::of(bytes.len()),
        left: MOST,
    };
    let file = File::from_bytes(bytes).map_err(|error| reader.refuse(&error))?;
    let root = file.root();
    let named = if let Some((base, layers)) = keras::layers_by_name(&root) {
        reader.by_name(&base, layers)?
    } else {
        let mut found = Vec::new();
        reader.below(&root, &mut Vec::new(), &mut found)?;
        keras::by_index(found, config)
    };
    let mut tensors = Vec::with_capacity(named.arrays.len());
    for (name, dataset) in named.arrays {
        tensors.extend(reader.tensor(name, &dataset)?);
    }
    Ok(Contents {
        tensors,
        ordered: named.ordered,
        progress: Progress {
            step: keras::iterations(&mut reader, &root),
            epoch: None,
        },
        ..Contents::default()
    })
}

/// Arrays with their names.
#[derive(Default)]
pub struct Named {
    arrays: Vec<(String, Dataset)>,
    /// Whether they are in the order of the network's layers.
    ordered: bool,
}

impl Reader<'_> {
    fn refuse(&self, error: &hdf5_pure::Error) -> AutopsyError {
        AutopsyError::file(
            self.path,
            format!("is cut short or damaged, so leave it out ({error})"),
        )
    }

    /// The arrays below a group.
    pub fn below(
        &mut self,
        group: &Group,
        path: &mut Vec<String>,
        found: &mut Vec<Found>,
    ) -> Result<(), AutopsyError> {
        if path.len() > DEEPEST || self.left == 0 {
            return Err(AutopsyError::file(
                self.path,
                format!(
                    "has groups more than {DEEPEST} deep or more than {MOST} of them: it is damaged"
                ),
            ));
        }
        self.left -= 1;
        let datasets = group.iter_datasets().map_err(|error| self.refuse(&error))?;
        for (name, dataset) in datasets {
            self.left = self.left.saturating_sub(1);
            let mut path = path.clone();
            path.push(name);
            found.push(Found { path, dataset });
        }
        let groups = group.iter_groups().map_err(|error| self.refuse(&error))?;
        for (name, group) in groups {
            path.push(name);
            self.below(&group, path, found)?;
            path.pop();
        }
        Ok(())
    }

    /// The variables of layers, each under its name.
    fn by_name(&mut self, base: &Group, layers: Vec<String>) -> Result<Named, AutopsyError> {
        let mut arrays = Vec::new();
        for layer in layers {
            let group = base.group(&layer).map_err(|error| self.refuse(&error))?;
            for name in keras::list(&group, "weight_names").unwrap_or_default() {
                let dataset = group.dataset(&name).map_err(|error| self.refuse(&error))?;
                let name = name.strip_suffix(":0").unwrap_or(&name);
                let full = if name.contains('/') || name.starts_with(&layer) {
                    name.to_owned()
                } else {
                    format!("{layer}/{name}")
                };
                arrays.push((full, dataset));
            }
        }
        Ok(Named {
            arrays,
            ordered: true,
        })
    }

    /// An array's numbers; `None` for what is not floating-point.
    fn tensor(&mut self, name: String, dataset: &Dataset) -> Result<Option<Tensor>, AutopsyError> {
        let refuse = |problem: String| AutopsyError::tensor(self.path, &name, problem);
        let damaged = |error: hdf5_pure::Error| refuse(format!("is damaged ({error})"));
        let kind = dataset.datatype().map_err(damaged)?;
        let Some(format) = format_of(&kind).map_err(refuse)? else {
            return Ok(None);
        };
        let shape = dataset.shape().map_err(damaged)?;
        let length = shape
            .iter()
            .try_fold(format.size() as u64, |all, &axis| all.checked_mul(axis))
            .and_then(|length| usize::try_from(length).ok())
            .ok_or_else(|| refuse("its shape is too large".to_owned()))?;
        self.budget.spend(length, &name).map_err(refuse)?;
        let bytes = dataset.read_raw().map_err(damaged)?;
        if bytes.len() != length {
            return Err(refuse("has fewer numbers than its shape needs".to_owned()));
        }
        Ok(Some(Tensor {
            shape: shape.into_iter().map(|axis| axis as usize).collect(),
            name,
            format,
            data: Data::Unpacked(bytes),
        }))
    }
}

/// How a type's numbers are stored; `None` for what is not floating-point.
fn format_of(kind: &Datatype) -> Result<Option<Format>, String> {
    let Datatype::FloatingPoint {
        size,
        byte_order,
        layout,
    } = kind
    else {
        return Ok(None);
    };
    if *byte_order != DatatypeByteOrder::LittleEndian {
        return Err("is big-endian: save it again on this machine".to_owned());
    }
    match (size, layout.exponent_size) {
        (8, 11) => Ok(Some(Format::F64)),
        (4, 8) => Ok(Some(Format::F32)),
        (2, 5) => Ok(Some(Format::F16)),
        (2, 8) => Ok(Some(Format::Bf16)),
        _ => Err(format!(
            "has numbers of {size} bytes of a kind that is not read: give f64, f32, f16 or bf16"
        )),
    }
}
