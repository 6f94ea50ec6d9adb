//! Reads the files one after the other and keeps what every interval shows of every unit.

use std::path::PathBuf;
use std::thread;

use crate::ahead::Ahead;
use crate::chain::{Network, connect, connect_as_told};
use crate::checkpoint::{Checkpoint, Tensor};
use crate::compare::Pair;
use crate::interval::{Interval, LayerPair, compare};
use crate::layers::{Layer, Layout, attention, is_trained, layers};
use crate::moments::{Moments, Parameters};
use crate::order::{Counted, Saved, files};
use crate::sketch::Sketches;
use crate::{AutopsyError, Format};

/// What the user knows and the files do not say.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which axis counts the units, where names and shapes leave doubt.
    pub layout: Option<Layout>,
    /// The files are in order as given.
    pub keep_order: bool,
    /// Optimizer steps between two files, where the numbers in the names count something else.
    pub steps_between: Option<f64>,
    /// Smallest and largest value of the network's input.
    pub input_range: Option<[f64; 2]>,
    /// Layers of which each is read by the next alone; empty where the files are to tell.
    pub chain: Vec<String>,
}

/// What all files show.
pub struct History {
    /// The files in order.
    pub files: Vec<Saved>,
    /// Its layers and who reads whom.
    pub network: Network,
    /// One for each pair of neighbouring files.
    pub intervals: Vec<Interval>,
    /// Steps of each interval, if known.
    pub steps: Vec<Option<f64>>,
    /// Layers that the optimizer has no state of, while it has of others.
    pub stateless: Vec<bool>,
    /// Units of the first layer that no input in the given range can make positive, at the end.
    pub proven_silent: Vec<bool>,
    /// Names of running statistics.
    pub statistics: Vec<String>,
    /// What could not be used, and why.
    pub notes: Vec<String>,
}

/// Reads all files.
///
/// # Errors
/// [`AutopsyError`] naming file and tensor, if one cannot be read or differs from the first in
/// names, shapes or types.
pub fn read(given: &[PathBuf], options: &Options) -> Result<History, AutopsyError> {
    let order = files(given, options.keep_order)?;
    let order_notes = order.notes();
    let files = order.saved;
    let mut old = Checkpoint::open(&files[0].path)?;
    let layers = layers(&old, options.layout)?;
    let network = if options.chain.is_empty() {
        connect(layers, old.ordered, attention(&old).as_deref())
    } else {
        connect_as_told(&layers, &options.chain)?
    };
    arrange(&mut old, &network.layers);
    let mut notes: Vec<String> = network.doubt.iter().cloned().collect();
    notes.extend(order_notes);
    let steps = steps(&files, options.steps_between, &mut notes);
    let mut sketches = Sketches::new(&network.layers);
    let mut intervals = Vec::with_capacity(steps.len());
    let mut stateless = vec![false; network.layers.len()];
    let old = thread::scope(|scope| {
        let mut ahead = Ahead::new(scope, &files[1..]);
        for &steps in &steps {
            let Some(new) = ahead.next() else { break };
            let mut new = new?;
            same_tensors(&old, &new)?;
            arrange(&mut new, &network.layers);
            let parameters = parameters(&new, &mut notes);
            if let Some(parameters) = &parameters {
                mark_stateless(&new, parameters, &network.layers, &mut stateless);
            }
            let moments = parameters
                .as_ref()
                .zip(steps)
                .and_then(|(parameters, steps)| {
                    Moments::new(&old, &new, parameters, &network.layers, steps)
                });
            let pairs = pairs(&old, &new, &network.layers);
            let interval = compare(&network, &pairs, steps, moments.as_ref(), &mut sketches);
            intervals.push(interval);
            ahead.reuse(std::mem::replace(&mut old, new));
        }
        Ok(old)
    })?;
    let proven_silent = options
        .input_range
        .map(|range| proven_silent(&old, &network, range))
        .unwrap_or_default();
    Ok(History {
        files,
        network,
        intervals,
        steps,
        stateless,
        proven_silent,
        statistics: statistics(&old),
        notes,
    })
}

/// Steps between neighbouring files.
fn steps(files: &[Saved], told: Option<f64>, notes: &mut Vec<String>) -> Vec<Option<f64>> {
    let between = files.windows(2).map(|pair| {
        let difference = pair[1].number?.checked_sub(pair[0].number?)?;
        Some(difference as f64)
    });
    let steps: Vec<Option<f64>> = between.map(|own| told.or(own)).collect();
    if steps.iter().any(Option::is_none) {
        notes.push(
            "how many steps lie between the files is not known, so movement by weight decay, L2 or \
             momentum alone is not recognized and counts as learning: say --steps-between N"
                .to_owned(),
        );
    } else if told.is_none() && files.iter().all(|file| file.counted == Counted::Epochs) {
        notes.push(
            "the files' numbers count epochs, so one step is assumed to lie in an epoch: say \
             --steps-between N, or movement by weight decay alone counts as learning"
                .to_owned(),
        );
    } else if told.is_none() && steps.iter().all(|&own| own == Some(1.0)) {
        notes.push(
            "the files' numbers differ by 1: if they count epochs, say --steps-between N (steps \
             in an epoch), or movement by weight decay alone counts as learning"
                .to_owned(),
        );
    }
    steps
}

/// Names of running statistics.
fn statistics(checkpoint: &Checkpoint) -> Vec<String> {
    let names = checkpoint.tensors.iter().map(|tensor| &tensor.name);
    names.filter(|name| !is_trained(name)).cloned().collect()
}

/// Brings units to the first axis wherever they are not.
fn arrange(checkpoint: &mut Checkpoint, layers: &[Layer]) {
    for layer in layers {
        if let Some(axes) = &layer.axes {
            checkpoint.permute(&layer.weight, &layer.shape, axes);
        }
    }
}

/// Refuses files that differ in names, shapes or types.
fn same_tensors(old: &Checkpoint, new: &Checkpoint) -> Result<(), AutopsyError> {
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

fn pair<'a>(old: &'a Checkpoint, new: &'a Checkpoint, name: &str) -> Pair<'a> {
    let bytes = |checkpoint: &'a Checkpoint| -> (&'a [u8], Format) {
        let tensor: Option<&'a Tensor> = checkpoint.tensor(name);
        tensor.map_or((&[], Format::F32), |tensor| {
            (checkpoint.bytes(tensor), tensor.format)
        })
    };
    let ((old, format), (new, _)) = (bytes(old), bytes(new));
    Pair { format, old, new }
}

fn pairs<'a>(old: &'a Checkpoint, new: &'a Checkpoint, layers: &[Layer]) -> Vec<LayerPair<'a>> {
    let own = |layer: &Layer| LayerPair {
        weight: pair(old, new, &layer.weight),
        companions: layer
            .companions
            .iter()
            .map(|name| pair(old, new, name))
            .collect(),
        row: layer.row(),
    };
    layers.iter().map(own).collect()
}

/// Which parameter is which tensor, if the file has a state that says so.
fn parameters(checkpoint: &Checkpoint, notes: &mut Vec<String>) -> Option<Parameters> {
    let optimizer = checkpoint.optimizer.as_ref()?;
    if optimizer.entries.is_empty() {
        return None;
    }
    match Parameters::find(checkpoint, optimizer) {
        Ok(parameters) => Some(parameters),
        Err(problem) => {
            let note = format!("the optimizer's state is not used: {problem}");
            if !notes.contains(&note) {
                notes.push(note);
            }
            None
        }
    }
}

fn mark_stateless(
    checkpoint: &Checkpoint,
    parameters: &Parameters,
    layers: &[Layer],
    stateless: &mut [bool],
) {
    let has_state = |name: &String| {
        let entries = checkpoint.optimizer.as_ref().map(|state| &state.entries);
        let index = parameters.index(name);
        index.is_some_and(|index| entries.is_some_and(|entries| entries.contains_key(&index)))
    };
    for (layer, stateless) in layers.iter().zip(stateless) {
        *stateless = !has_state(&layer.weight) && !layer.companions.iter().any(has_state);
    }
}

/// Units of the first layer whose sum of positive parts is at most 0: no input in the range (and
/// no padding, which is 0) makes them positive.
fn proven_silent(last: &Checkpoint, network: &Network, [low, high]: [f64; 2]) -> Vec<bool> {
    let Some(layer) = network.layers.first() else {
        return Vec::new();
    };
    let only_bias = layer
        .companions
        .iter()
        .all(|name| Some(name) == layer.bias.as_ref());
    if !network.certain || !only_bias {
        return Vec::new();
    }
    let (low, high) = (low.min(0.0), high.max(0.0));
    let weights = pair(last, last, &layer.weight);
    let bias = layer.bias.as_ref().map(|name| pair(last, last, name));
    let row = layer.row();
    let silent = |unit: usize| {
        let mut largest = bias.map_or(0.0, |bias| bias.format.get(bias.new, unit));
        weights
            .slice(unit * row, (unit + 1) * row)
            .all(|_, weight| {
                largest += (weight * low).max(weight * high);
                true
            });
        largest <= 0.0
    };
    (0..layer.units).map(silent).collect()
}
