//! Two files of one run, tensor by tensor.

use crate::checkpoint::{Checkpoint, Tensor};
use crate::compare::Pair;
use crate::interval::LayerPair;
use crate::layers::Layer;
use crate::{AutopsyError, Format};

/// Refuses files that differ in names, shapes or types.
pub fn same_tensors(old: &Checkpoint, new: &Checkpoint) -> Result<(), AutopsyError> {
    for own in &old.tensors {
        let name = &own.name;
        let before = old.path.display();
        let Some(other) = new.tensor(name) else {
            return Err(AutopsyError::tensor(
                &new.path,
                name,
                format!("is missing, but {before} has it: give files of one run"),
            ));
        };
        let same = other.format == own.format && other.len() == own.len();
        if !same || own.shape != other.shape {
            return Err(AutopsyError::tensor(
                &new.path,
                name,
                format!(
                    "is {:?} in {:?}, but in {before} {:?} in {:?}: give files of one run",
                    other.shape, other.format, own.shape, own.format
                ),
            ));
        }
    }
    match new
        .tensors
        .iter()
        .find(|other| old.tensor(&other.name).is_none())
    {
        Some(foreign) => Err(AutopsyError::tensor(
            &new.path,
            &foreign.name,
            format!("is not in {}: give files of one run", old.path.display()),
        )),
        None => Ok(()),
    }
}

/// Two versions of a tensor; empty where a file lacks it.
pub fn pair<'a>(old: &'a Checkpoint, new: &'a Checkpoint, name: &str) -> Pair<'a> {
    let bytes = |checkpoint: &'a Checkpoint| -> (&'a [u8], Format) {
        let tensor: Option<&'a Tensor> = checkpoint.tensor(name);
        tensor.map_or((&[], Format::F32), |tensor| {
            (checkpoint.bytes(tensor), tensor.format)
        })
    };
    let ((old, format), (new, _)) = (bytes(old), bytes(new));
    Pair { format, old, new }
}

/// Two versions of the tensors of every layer.
pub fn pairs<'a>(old: &'a Checkpoint, new: &'a Checkpoint, layers: &[Layer]) -> Vec<LayerPair<'a>> {
    let own = |layer: &Layer| LayerPair {
        weight: pair(old, new, &layer.weight),
        companions: layer
            .companions
            .iter()
            .map(|name| pair(old, new, name))
            .collect(),
        norm: (0..layer.companions.len())
            .filter(|&place| {
                let norm = layer.norm.iter().flat_map(|norm| &norm.vectors);
                norm.into_iter().any(|own| *own == layer.companions[place])
            })
            .collect(),
        row: layer.row(),
    };
    layers.iter().map(own).collect()
}
