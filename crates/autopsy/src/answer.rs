//! The answer to "why did these weights stop changing?", as data.

mod code;
mod facts;
mod finding;
mod findings;
mod reference;

use std::path::PathBuf;

use serde::Serialize;

use crate::AutopsyError;
use crate::history::{self, History, Options};
use crate::motion::Motion;
use crate::steps::Steps;
use crate::verdict::{LayerVerdicts, Verdict, judge};

pub use code::Code;
pub use facts::Facts;
pub use finding::{Finding, percent};

/// Version of the JSON that `mortality autopsy --json` writes.
pub const SCHEMA: u32 = 2;

/// The command that prunes, as answers call it.
pub const PRUNE: &str = "mortality prune";

/// What a folder of checkpoints tells.
///
/// As JSON: `{"schema": 2, "answer": {"code", "sentence", "evidence": [..], "tensors": [..],
/// "rows": {tensor: [..]}, "units": {layer: [..]}, "inputs": {layer: [..]}, "count", "of", "do",
/// "also": [codes]}, "further": [findings in the same form], "no_reference", "files": [{"path",
/// "number", "repeats"}], "steps": [{"count", "source"}], "layers": [{"name", "kind", "read_by",
/// "is_output", "units": [{"unit", "verdict", "since": [a, b], "motion", "evidence": [..],
/// "revived", "zero_in", "faded"}]}], "summary": {"units", "dead", ..}, "weights": {..}, "tensors":
/// [{"name", "shape", "state"}], "decay": [..], "notes": [..]}`. A code is one of [`Code::ALL`],
/// which `ANSWERS.md` describes; a verdict is one of the words of [`Verdict::words`], a motion one
/// of [`Motion::word`]; `since` is `null` for a unit that learns, and `a` is `null` where it was so
/// from the first file on.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// Version of this form.
    pub schema: u32,
    /// What happened.
    pub answer: Given,
    /// What else the files show.
    pub further: Vec<Finding>,
    /// Why the studies have nothing to compare this with; `None` if they have.
    pub no_reference: Option<String>,
    /// The files in order.
    pub files: Vec<FileRead>,
    /// Steps between neighbouring files, and what says so.
    pub steps: Vec<Steps>,
    /// Layers from the input to the output, where that is known.
    pub layers: Vec<LayerVerdicts>,
    /// Counts over all layers but the output's.
    pub summary: Summary,
    /// What the last interval left as it was.
    pub weights: Weights,
    /// Every tensor.
    pub tensors: Vec<TensorState>,
    /// Factor of weight decay in the last interval, of each parameter group where it shows.
    pub decay: Vec<f64>,
    /// What could not be used or known, and why.
    pub notes: Vec<String>,
}

impl Answer {
    /// Calls the command that prunes by another name than [`PRUNE`].
    pub(crate) fn call_prune(&mut self, name: &str) {
        for finding in std::iter::once(&mut self.answer.finding).chain(&mut self.further) {
            finding.act = finding.act.replace(PRUNE, name);
        }
    }
}

/// What happened, and the codes of what else the files show.
#[derive(Clone, Debug, Serialize)]
pub struct Given {
    /// The first finding.
    #[serde(flatten)]
    pub finding: Finding,
    /// The codes of the further ones.
    pub also: Vec<Code>,
}

/// A tensor over all files.
#[derive(Clone, Debug, Serialize)]
pub struct TensorState {
    /// Its name.
    pub name: String,
    /// Its axes.
    pub shape: Vec<usize>,
    /// `learns`, `decays` (nothing but weight decay ever moved it) or `still` (nothing did).
    pub state: &'static str,
}

/// A file that was read.
#[derive(Clone, Debug, Serialize)]
pub struct FileRead {
    /// The file.
    pub path: PathBuf,
    /// The number in its name.
    pub number: Option<u64>,
    /// The first of the earlier files with the same trained weights.
    pub repeats: Option<PathBuf>,
}

/// Units of all layers but the output's, by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// All of them.
    pub units: usize,
    /// See [`Verdict::Dead`].
    pub dead: usize,
    /// See [`Verdict::PerhapsDead`].
    pub perhaps_dead: usize,
    /// See [`Verdict::CutOffOrDead`].
    pub cut_off_or_dead: usize,
    /// See [`Verdict::Starved`].
    pub starved: usize,
    /// See [`Verdict::NotTrained`].
    pub not_trained: usize,
    /// See [`Verdict::Stalled`].
    pub stalled: usize,
    /// See [`Verdict::Diverged`].
    pub diverged: usize,
    /// See [`Verdict::Learning`].
    pub learning: usize,
    /// Those that looked dead once and learned later, whatever their verdict.
    pub revived: usize,
}

impl Summary {
    /// Share of the units that are dead.
    pub fn dead_share(&self) -> f64 {
        self.dead as f64 / self.units.max(1) as f64
    }
}

/// Weights of convolutions and linear layers in the last interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Weights {
    /// All of them.
    pub all: usize,
    /// Those with the same bits in the last two files.
    pub unchanged: usize,
    /// Of these, weights of dead units.
    pub of_dead_units: usize,
    /// Of these, weights of other units that read a dead unit.
    pub reading_dead_units: usize,
    /// Of these, weights of layers that are not trained.
    pub not_trained: usize,
}

/// Reads the files and judges every unit.
///
/// # Errors
/// As [`history::read`].
pub fn answer(files: &[PathBuf], options: &Options) -> Result<(Answer, History), AutopsyError> {
    let history = history::read(files, options)?;
    Ok((answer_of(&history), history))
}

/// Judges every unit of what was read.
pub fn answer_of(history: &History) -> Answer {
    let layers = judge(history);
    let facts = Facts {
        history,
        layers: &layers,
        weights: weights(history, &layers),
    };
    let mut findings = findings::findings(&facts);
    let finding = findings.remove(0);
    let no_reference = reference::missing(&facts, finding.code);
    let also = findings.iter().map(|own| own.code).collect();
    let file = |read: &history::FileRead| FileRead {
        path: read.saved.path.clone(),
        number: read.saved.number,
        repeats: read.repeats.map(|own| history.read[own].saved.path.clone()),
    };
    Answer {
        schema: SCHEMA,
        answer: Given { finding, also },
        further: findings,
        no_reference,
        files: history.read.iter().map(file).collect(),
        steps: history.steps.clone(),
        summary: summary(&layers),
        weights: facts.weights,
        tensors: tensors(history),
        decay: history
            .intervals
            .last()
            .map(|last| last.factors.clone())
            .unwrap_or_default(),
        notes: history.notes.clone(),
        layers,
    }
}

fn tensors(history: &History) -> Vec<TensorState> {
    let tensors = history.census.tensors.iter();
    tensors
        .map(|own| TensorState {
            name: own.name.clone(),
            shape: own.shape.clone(),
            state: if own.never_moved() {
                "still"
            } else if own.only_decays() {
                "decays"
            } else {
                "learns"
            },
        })
        .collect()
}

fn summary(layers: &[LayerVerdicts]) -> Summary {
    let mut summary = Summary::default();
    for unit in layers
        .iter()
        .filter(|layer| !layer.is_output)
        .flat_map(|layer| &layer.units)
    {
        summary.units += 1;
        summary.revived += usize::from(unit.revived);
        *match unit.verdict {
            Verdict::Diverged => &mut summary.diverged,
            Verdict::Dead => &mut summary.dead,
            Verdict::PerhapsDead => &mut summary.perhaps_dead,
            Verdict::CutOffOrDead => &mut summary.cut_off_or_dead,
            Verdict::Starved => &mut summary.starved,
            Verdict::NotTrained => &mut summary.not_trained,
            Verdict::Stalled => &mut summary.stalled,
            Verdict::Learning => &mut summary.learning,
        } += 1;
    }
    summary
}

fn weights(history: &History, layers: &[LayerVerdicts]) -> Weights {
    let mut weights = Weights::default();
    let Some(last) = history.intervals.last() else {
        return weights;
    };
    let network = &history.network;
    for (index, (layer, verdicts)) in network.layers.iter().zip(layers).enumerate() {
        let row = layer.row();
        for (unit, glimpse) in verdicts.units.iter().zip(&last.glimpses[index]) {
            let unchanged = (f64::from(1.0 - glimpse.moved) * row as f64).round() as usize;
            weights.all += row;
            weights.unchanged += unchanged;
            match unit.verdict {
                Verdict::Dead => weights.of_dead_units += unchanged,
                Verdict::NotTrained => weights.not_trained += unchanged,
                _ => {}
            }
        }
        let Some((reader, link)) = network.readers[index] else {
            continue;
        };
        let dead = verdicts
            .units
            .iter()
            .filter(|unit| unit.verdict == Verdict::Dead && unit.motion == Motion::Frozen);
        let rows = layers[reader]
            .units
            .iter()
            .filter(|row| !matches!(row.verdict, Verdict::Dead | Verdict::NotTrained));
        for unit in dead {
            for row in rows.clone() {
                let reader = &network.layers[reader];
                let ranges = link.ranges(layer.units, unit.unit, reader, row.unit);
                weights.reading_dead_units += ranges.map(|range| range.len()).sum::<usize>();
            }
        }
    }
    weights
}
