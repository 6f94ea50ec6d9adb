//! Removes dead units together with what reads them.
//!
//! A unit is removed if its output is known to be 0 on the training data: if the weights that read
//! it stopped while the rest of their rows learned, so that what they multiply was 0. (A unit
//! that is merely without gradient may put out a constant, which its readers need.) And it is
//! removed only where who reads whom is known, see [`crate::chain`]: where layers may be added to
//! each other nothing is removed, and the dead units are written down for a program that knows the
//! network, see [`Dead`].
//!
//! What stays of an array is [`cnn::prune::Staying`]'s, as where a network of the studies is
//! pruned; here the units are found in files of any framework, and so are the tensors' axes.

mod axes;
mod cut;
mod dead;
mod known;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cnn::prune::Staying;

use crate::AutopsyError;
use crate::answer::answer;
use crate::chain::Link;
use crate::checkpoint::{Checkpoint, Tensor};
use crate::history::{History, Options};
use crate::layers::Kind;
use crate::motion::Readers;
use crate::verdict::{LayerVerdicts, Verdict};
use axes::{cuts_of, unit_axis};
use cut::{Cut, Kept};
use known::unexplained;

pub use dead::{Dead, DeadLayer};

/// Units of a layer.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PrunedLayer {
    /// Its name.
    pub name: String,
    /// Units before.
    pub before: usize,
    /// Units after.
    pub after: usize,
}

/// What was removed.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Pruned {
    /// Every layer that has units to remove.
    pub layers: Vec<PrunedLayer>,
    /// Bytes of the checkpoint's tensors before.
    pub bytes_before: usize,
    /// The same after.
    pub bytes_after: usize,
    /// Dead units that stay, and why.
    pub notes: Vec<String>,
}

/// What is to be pruned.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The file to prune.
    pub checkpoint: &'a Path,
    /// Files that show its units dead.
    pub using: &'a [PathBuf],
    /// Where to write what is left: a safetensors file.
    pub out: &'a Path,
    /// Where to write the dead units by layer. If none is given they are written where nothing can
    /// be removed, to `dead.json` beside `out`.
    pub dead: Option<&'a Path>,
}

/// Removes from a checkpoint the units that other files show to be dead, and writes what is left
/// under the same names, those of wrappers (`module.`, `model.`) too.
///
/// # Errors
/// [`AutopsyError`] if a file cannot be read, compared or written, if who reads whom is not known
/// (then the dead units are written down), if a layer is wholly dead, or if the checkpoint is not
/// the last of those that show its units dead and its dead units differ from those there.
pub fn prune(wanted: &Wanted<'_>, options: &Options) -> Result<Pruned, AutopsyError> {
    let Wanted {
        checkpoint, out, ..
    } = *wanted;
    write::check_name(out)?;
    let (answer, history) = answer(wanted.using, options)?;
    let read = || history.files.iter().map(|file| file.path.as_path());
    for path in [Some(out), wanted.dead].into_iter().flatten() {
        if read().chain([checkpoint]).any(|own| is_same(own, path)) {
            return Err(AutopsyError::file(
                path,
                "is one of the files that are read: give what is written another name",
            ));
        }
    }
    let file = Checkpoint::open(checkpoint)?;
    let unproven = (history.network.unproven.clone()).or_else(|| unexplained(&file, &history));
    let dead = Dead::new(&history, &answer.layers, &file, unproven.as_deref());
    if let Some(path) = wanted.dead {
        dead.write(path)?;
    }
    if let Some(reason) = unproven {
        let path = wanted
            .dead
            .map_or_else(|| out.with_file_name("dead.json"), Path::to_owned);
        if wanted.dead.is_none() {
            dead.write(&path)?;
        }
        return Err(AutopsyError::file(
            checkpoint,
            dead::refusal(&reason, &history.network, &path),
        ));
    }
    let mut pruned = Pruned::default();
    let dead = removable(&history, &answer.layers, &mut pruned.notes);
    check_same(&file, &history, &dead)?;
    let mut staying = Vec::with_capacity(dead.len());
    for (layer, dead) in history.network.layers.iter().zip(&dead) {
        let own = Staying::choose(layer.units, |unit| !dead.contains(&unit));
        if own.is_empty() {
            return Err(AutopsyError::tensor(
                checkpoint,
                &layer.weight,
                "every unit is dead: nothing would be left, and the network answers the same to \
                 everything",
            ));
        }
        pruned.layers.push(PrunedLayer {
            name: layer.name.clone(),
            before: own.before(),
            after: own.len(),
        });
        staying.push(own);
    }
    let mut cuts: BTreeMap<&str, Vec<Cut<'_>>> = BTreeMap::new();
    for (index, staying) in staying.iter().enumerate() {
        for (name, cut) in cuts_of(&file, &history.network, index, staying)? {
            cuts.entry(name).or_default().push(cut);
        }
    }
    let tensors = file.tensors.iter().map(|tensor| {
        let cuts = cuts.get(&tensor.name[..]).map_or(&[][..], |cuts| cuts);
        cut::apply(tensor, file.bytes(tensor), cuts)
    });
    let tensors: Vec<Kept> = tensors.collect();
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
        let norm = network.layers[index].norm.as_ref();
        if let Some(norm) = norm.filter(|norm| norm.over_channels) {
            let norm = norm.vectors.join("`, `");
            notes.push(format!(
                "{} dead units of {name} stay, since `{norm}` seems to be a norm over channels, \
                 which counts them in its mean",
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
    if is_same(&file.path, &last.path) {
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
            let dead = Staying::choose(layer.units, |unit| dead.contains(&unit));
            let rows = |checkpoint: &Checkpoint, tensor: &Tensor| {
                let rows = Cut {
                    axis: unit_axis(layer),
                    each: 1,
                    staying: &dead,
                };
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

/// Whether two paths are one file's.
fn is_same(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}

#[cfg(test)]
#[path = "prune/tests.rs"]
mod tests;

#[cfg(test)]
#[path = "prune/refusal_tests.rs"]
mod refusal_tests;
