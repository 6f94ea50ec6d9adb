//! Removes dead units together with what reads them.
//!
//! A unit is removed if its output is known to be 0 on the training data: if the weights that read
//! it stopped while the rest of their rows learned, so that what they multiply was 0. (A unit
//! that is merely without gradient may put out a constant, which its readers need.) Where the
//! chain of layers is not certain, nothing is removed.

mod cut;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::AutopsyError;
use crate::answer::answer;
use crate::chain::Link;
use crate::checkpoint::{Checkpoint, Tensor};
use crate::history::{History, Options};
use crate::layers::{Kind, Layer, is_statistic_of};
use crate::motion::Readers;
use crate::verdict::{LayerVerdicts, Verdict};

/// What was removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Layers with the number of units before and after.
    pub layers: Vec<(String, usize, usize)>,
    /// Bytes of the checkpoint's tensors before.
    pub bytes_before: usize,
    /// The same after.
    pub bytes_after: usize,
    /// Dead units that stay, and why.
    pub notes: Vec<String>,
}

/// Removes from `checkpoint` the units that `using` shows to be dead, and writes `out`, a
/// safetensors file with the same names.
///
/// # Errors
/// [`AutopsyError`] if a file cannot be read, compared or written, if the chain of layers is not
/// certain, if a layer is wholly dead, or if `checkpoint` is not the last of `using` and its dead
/// units differ from those there.
pub fn prune(
    checkpoint: &Path,
    using: &[PathBuf],
    options: &Options,
    out: &Path,
) -> Result<Pruned, AutopsyError> {
    if out.extension().is_none_or(|ending| ending != "safetensors") {
        return Err(AutopsyError::file(
            out,
            "is written as safetensors: end its name so",
        ));
    }
    let (answer, history) = answer(using, options)?;
    if let Some(doubt) = &history.network.doubt {
        return Err(AutopsyError::file(
            checkpoint,
            format!("cannot be pruned: {doubt}"),
        ));
    }
    let file = Checkpoint::open(checkpoint)?;
    let mut pruned = Pruned::default();
    let dead = removable(&history, &answer.layers, &mut pruned.notes);
    check_same(&file, &history, &dead)?;
    let mut cuts: BTreeMap<String, Vec<cut::Cut>> = BTreeMap::new();
    for (index, dead) in dead.iter().enumerate() {
        let layer = &history.network.layers[index];
        pruned
            .layers
            .push((layer.name.clone(), layer.units, layer.units - dead.len()));
        if dead.is_empty() {
            continue;
        }
        if dead.len() == layer.units {
            return Err(AutopsyError::tensor(
                checkpoint,
                &layer.weight,
                "every unit is dead: nothing would be left, and the network answers the same to \
                 everything",
            ));
        }
        for (name, cut) in cuts_of(&file, &history, index, dead)? {
            cuts.entry(name).or_default().push(cut);
        }
    }
    let tensors = file.tensors.iter().map(|tensor| {
        let cuts = cuts.get(&tensor.name).map_or(&[][..], |cuts| cuts);
        cut::apply(tensor, file.bytes(tensor), cuts)
    });
    let tensors: Vec<cut::Kept> = tensors.collect();
    pruned.bytes_before = file
        .tensors
        .iter()
        .map(|tensor| file.bytes(tensor).len())
        .sum();
    pruned.bytes_after = tensors.iter().map(|tensor| tensor.bytes.len()).sum();
    write::write(out, &tensors, &file)?;
    Ok(pruned)
}

/// By layer, the dead units whose output is known to be 0.
fn removable(
    history: &History,
    verdicts: &[LayerVerdicts],
    notes: &mut Vec<String>,
) -> Vec<Vec<usize>> {
    let network = &history.network;
    let Some(last) = history.intervals.last() else {
        return vec![Vec::new(); verdicts.len()];
    };
    let by_layer = verdicts.iter().enumerate().map(|(index, verdicts)| {
        let dead = verdicts
            .units
            .iter()
            .filter(|unit| unit.verdict == Verdict::Dead);
        let dead: Vec<usize> = dead.map(|unit| unit.unit).collect();
        let name = &verdicts.name;
        let grouped = matches!(network.readers[index], Some((_, Link::Groups { .. })));
        let own_groups = network
            .readers
            .iter()
            .flatten()
            .any(|&(reader, link)| reader == index && matches!(link, Link::Groups { .. }));
        if dead.is_empty() {
            return dead;
        }
        if grouped || own_groups || network.layers[index].kind == Kind::Depthwise {
            notes.push(format!(
                "{} dead units of {name} stay, since its channels are bound in groups",
                dead.len()
            ));
            return Vec::new();
        }
        let zero = |&unit: &usize| last.glimpses[index][unit].readers == Readers::Stopped;
        let (zero, other): (Vec<usize>, Vec<usize>) = dead.into_iter().partition(zero);
        if !other.is_empty() {
            notes.push(format!(
                "{} dead units of {name} stay, since nothing shows that their output is 0",
                other.len()
            ));
        }
        zero
    });
    by_layer.collect()
}

/// Refuses a checkpoint whose dead units are not those of the last file.
fn check_same(
    file: &Checkpoint,
    history: &History,
    dead: &[Vec<usize>],
) -> Result<(), AutopsyError> {
    let Some(last) = history.files.last() else {
        return Ok(());
    };
    let same_path = |a: &Path, b: &Path| match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    };
    if same_path(&file.path, &last.path) {
        return Ok(());
    }
    let last = Checkpoint::open(&last.path)?;
    for (layer, dead) in history.network.layers.iter().zip(dead) {
        let (Some(own), Some(theirs)) = (file.tensor(&layer.weight), last.tensor(&layer.weight))
        else {
            return Err(AutopsyError::tensor(
                &file.path,
                &layer.weight,
                "is missing",
            ));
        };
        let mut same = own.shape == theirs.shape && own.format == theirs.format;
        if same {
            let axis = unit_axis(layer);
            let rows = |checkpoint: &Checkpoint, tensor: &Tensor| {
                let rows = cut::Cut::keep(axis, dead.clone());
                cut::apply(tensor, checkpoint.bytes(tensor), &[rows]).bytes
            };
            same = rows(file, own) == rows(&last, theirs);
        }
        if !same {
            return Err(AutopsyError::tensor(
                &file.path,
                &layer.weight,
                format!(
                    "its dead units are not as in {}, the last of the files that show them dead: \
                     prune that one",
                    last.path.display()
                ),
            ));
        }
    }
    Ok(())
}

fn unit_axis(layer: &Layer) -> usize {
    layer.axes.as_ref().map_or(0, |axes| axes[0])
}

fn input_axis(layer: &Layer) -> usize {
    layer.axes.as_ref().map_or(1, |axes| axes[1])
}

/// What is to be cut from which tensors so that `dead` units of a layer disappear.
fn cuts_of(
    file: &Checkpoint,
    history: &History,
    index: usize,
    dead: &[usize],
) -> Result<Vec<(String, cut::Cut)>, AutopsyError> {
    let network = &history.network;
    let layer = &network.layers[index];
    let units: Vec<usize> = (0..layer.units)
        .filter(|unit| !dead.contains(unit))
        .collect();
    let mut cuts = vec![(
        layer.weight.clone(),
        cut::Cut::keep(unit_axis(layer), units.clone()),
    )];
    for tensor in file.tensors.iter().filter(|tensor| tensor.shape.len() == 1) {
        let name = &tensor.name;
        if layer.companions.contains(name) || is_statistic_of(name, layer) {
            cuts.push((name.clone(), cut::Cut::keep(0, units.clone())));
            continue;
        }
        let others = || network.layers.iter();
        let known = others().any(|own| own.companions.contains(name) || is_statistic_of(name, own));
        if !known && tensor.len() == layer.units {
            return Err(AutopsyError::tensor(
                &file.path,
                name,
                format!(
                    "may belong to the units of `{}`, so that nothing can be removed safely",
                    layer.name
                ),
            ));
        }
    }
    if let Some((reader, link)) = network.readers[index] {
        let reader = &network.layers[reader];
        let count = layer.units;
        let inputs: Vec<usize> = match link {
            Link::FlattenedByChannel { area } => {
                let positions = |&unit: &usize| unit * area..(unit + 1) * area;
                units.iter().flat_map(positions).collect()
            }
            Link::FlattenedByPosition { area } => (0..area)
                .flat_map(|position| units.iter().map(move |unit| position * count + unit))
                .collect(),
            Link::Channels | Link::Groups { .. } => units,
        };
        cuts.push((
            reader.weight.clone(),
            cut::Cut::keep(input_axis(reader), inputs),
        ));
    }
    Ok(cuts)
}

#[cfg(test)]
#[path = "prune/tests.rs"]
mod tests;
