//! Reads the files one after the other and keeps what every interval shows of every unit.

mod assumed;
mod copies;
mod named;
mod optimizer;
mod pairs;
mod proven;
mod repeats;
mod taken;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use crate::AutopsyError;
use crate::ahead::{Ahead, Arrived, Open};
use crate::census::{Census, View};
use crate::chain::{Network, connect, connect_as_told};
use crate::checkpoint::{self, Beside, Checkpoint, Memory};
use crate::glance::Counted;
use crate::interval::{Interval, compare};
use crate::layers::{Layout, attention, layers, trained};
use crate::moments::{Moments, Movement, Parameters};
use crate::order::{Files, Saved, files, follows};
use crate::sketch::Sketches;
use crate::steps::{self, Clock, Source, Steps, rates};
use assumed::{assumed, unknown_steps};
use optimizer::{hold, mark_stateless};
use pairs::{pair, pairs, same_tensors};
use proven::proven_silent;
use repeats::{fingerprint, repeats};
use taken::taken;

/// What the user knows and the files do not say.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which of the models in a file is read.
    pub reading: checkpoint::Reading,
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
    /// The files in order, but for those that repeat the one before.
    pub files: Vec<Saved>,
    /// Its layers and who reads whom.
    pub network: Network,
    /// One for each pair of neighbouring files.
    pub intervals: Vec<Interval>,
    /// Steps of each interval, and what says so.
    pub steps: Vec<Steps>,
    /// Layers that the optimizer has no state of, while it has of others.
    pub stateless: Vec<bool>,
    /// Units of the first layer that no input in the given range can make positive, at the end.
    pub proven_silent: Vec<bool>,
    /// Every tensor, interval by interval.
    pub census: Census,
    /// All files that were read, with what each says of its time and which earlier one it repeats.
    pub read: Vec<FileRead>,
    /// What could not be used, and why.
    pub notes: Vec<String>,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct FileRead {
    /// The file.
    pub saved: Saved,
    /// What it says of its time.
    pub clock: Clock,
    /// The first of the earlier files that holds the same trained weights, by its place.
    pub repeats: Option<usize>,
}

/// Reads all files.
///
/// # Errors
/// [`AutopsyError`] naming file and tensor, if one cannot be read or differs from the first in
/// names, shapes or types.
pub fn read(given: &[PathBuf], options: &Options) -> Result<History, AutopsyError> {
    let files = files(given, options.keep_order)?;
    let open = |file: &Saved, memory: Memory<'_>| {
        Checkpoint::open_with(&file.path, &options.reading, memory)
    };
    read_with(files, &open, options)
}

/// Reads checkpoints through `open`, which is called once for each, in their order, the next
/// one's on another thread.
///
/// # Errors
/// As [`read`], or that of `open`; [`AutopsyError::Request`] if there are fewer than two.
pub fn read_with(
    order: Files,
    open: &Open<'_>,
    options: &Options,
) -> Result<History, AutopsyError> {
    let order_notes = order.notes();
    let files = order.saved;
    if files.len() < 2 {
        let problem = "two or more checkpoints are needed to see what changes";
        return Err(AutopsyError::Request(problem.to_owned()));
    }
    let paths: Vec<&Path> = files.iter().map(|file| &*file.path).collect();
    let beside = Beside::find(&paths);
    let first = open(&files[0], Memory::default())?;
    let layers = layers(&first, options.layout)?;
    let network = if options.chain.is_empty() {
        connect(layers, first.ordered, attention(&first).as_deref())
    } else {
        connect_as_told(&layers, &options.chain)?
    };
    let mut notes: Vec<String> = network.doubt.iter().cloned().collect();
    notes.extend(order_notes);
    notes.extend(taken(&first));
    let first = Arrived::new(first, &beside[0], &network.layers);
    notes.extend(first.problem.as_ref().map(not_used));
    let mut old = first.checkpoint;
    let layers = network.layers.clone();
    let mut reading = Reading {
        clocks: vec![Clock::read(&old, &beside[0])],
        fingerprints: vec![fingerprint(&old)],
        census: Census::new(&old, &layers),
        sketches: Sketches::new(&layers),
        stateless: vec![false; layers.len()],
        network,
        intervals: Vec::new(),
        steps: Vec::new(),
        still: Vec::new(),
        parameters: None,
        notes,
    };
    let by_name = named::may_count_steps(&files);
    let old = thread::scope(|scope| {
        let after = files.iter().zip(&beside).skip(1);
        let mut ahead = Ahead::new(scope, after, Arc::clone(&old), &layers, open);
        for (pair, beside) in files.windows(2).zip(&beside[1..]) {
            let Some(arrived) = ahead.next() else { break };
            let arrived = arrived?;
            let new = arrived.checkpoint;
            same_tensors(&old, &new)?;
            reading.notes.extend(arrived.problem.as_ref().map(not_used));
            let progress = [old.progress, new.progress];
            if !options.keep_order {
                follows(&pair[0].path, &pair[1].path, progress)?;
            }
            let named = named::steps(pair, progress).filter(|_| by_name);
            let clock = Clock::read(&new, beside);
            reading.interval(&old, &new, arrived.counted, clock, named, options);
            ahead.reuse(std::mem::replace(&mut old, new));
        }
        Ok(old)
    })?;
    reading.finish(files, &old, options)
}

/// All that is kept from file to file.
struct Reading {
    network: Network,
    clocks: Vec<Clock>,
    fingerprints: Vec<u64>,
    census: Census,
    sketches: Sketches,
    stateless: Vec<bool>,
    intervals: Vec<Interval>,
    steps: Vec<Steps>,
    /// Intervals in which no trained tensor changed a bit.
    still: Vec<bool>,
    parameters: Option<Parameters>,
    notes: Vec<String>,
}

impl Reading {
    fn interval(
        &mut self,
        old: &Checkpoint,
        new: &Checkpoint,
        counted: Vec<Option<Counted>>,
        clock: Clock,
        named: Option<f64>,
        options: &Options,
    ) {
        let layers = &self.network.layers;
        let pairs = pairs(old, new, layers);
        let before = self.clocks.last().copied().unwrap_or_default();
        let mut steps = steps::between(options.steps_between, named, &before, &clock);
        let known = steps;
        if steps.source == Source::Unknown || steps.count == Some(1.0) {
            steps = assumed(&pairs, steps);
        }
        let movement = |name: &str| {
            let pair = pair(old, new, name);
            if pair.old == pair.new {
                Movement::Still
            } else {
                Movement::Moves
            }
        };
        let still = trained(new).all(|own| movement(&own.name) == Movement::Still);
        let filled = |file: &Checkpoint| {
            let state = file.state();
            state.is_some_and(|(state, _)| !state.entries.is_empty())
        };
        let unsure = |own: &Parameters| own.doubt.is_some();
        if self.parameters.as_ref().is_none_or(unsure) && filled(new) && !still {
            self.parameters = Parameters::find(new, movement);
        }
        if let Some(parameters) = self.parameters.as_ref().filter(|_| filled(new)) {
            mark_stateless(new, parameters, layers, &mut self.stateless);
        }
        let moments = self
            .parameters
            .as_ref()
            .zip(known.count)
            .and_then(|(own, steps)| Moments::new(old, new, own, layers, steps));
        let (interval, moved) = compare(
            &self.network,
            &pairs,
            counted,
            steps.count,
            moments.as_ref(),
            &mut self.sketches,
            self.intervals.last_mut(),
        );
        self.census.look(&View {
            old,
            new,
            layers,
            glimpses: &interval.glimpses,
            moved: &moved,
            steps: steps.count,
        });
        self.intervals.push(interval);
        self.steps.push(steps);
        self.still.push(still);
        self.clocks.push(clock);
        self.fingerprints.push(fingerprint(new));
    }

    fn finish(
        mut self,
        mut files: Vec<Saved>,
        last: &Checkpoint,
        options: &Options,
    ) -> Result<History, AutopsyError> {
        let repeats = repeats(&files, &self.fingerprints, &self.still)?;
        let read = files.iter().zip(&self.clocks).zip(repeats);
        let read: Vec<FileRead> = read
            .map(|((saved, &clock), repeats)| FileRead {
                saved: saved.clone(),
                clock,
                repeats,
            })
            .collect();
        if !self.still.iter().all(|&still| still) {
            self.leave_out_copies(&mut files);
        }
        self.census.finish(last, &self.network.layers);
        let rates = rates(&self.clocks);
        self.notes.extend(hold(&mut self.census, last, rates));
        let proven_silent = options
            .input_range
            .map(|range| proven_silent(last, &self.network, range))
            .unwrap_or_default();
        self.notes.extend(unknown_steps(&self.steps));
        Ok(History {
            files,
            network: self.network,
            intervals: self.intervals,
            steps: self.steps,
            stateless: self.stateless,
            proven_silent,
            census: self.census,
            read,
            notes: self.notes,
        })
    }
}

/// Says of a file beside another that it cannot be read.
fn not_used(problem: &AutopsyError) -> String {
    format!("not used: {problem}")
}
