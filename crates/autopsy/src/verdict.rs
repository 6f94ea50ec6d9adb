//! What is said of every unit, and what it rests on.

mod decide;
mod evidence;

use serde::Serialize;

use crate::history::History;
use crate::motion::Motion;

/// What became of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A weight is NaN or infinite.
    Diverged,
    /// No gradient in the last two intervals, and what reads it stopped too.
    Dead,
    /// The same in the last interval only, or nobody knows what reads it.
    PerhapsDead,
    /// No gradient, and nothing that reads it has one: weights cannot tell which of the two.
    CutOffOrDead,
    /// All its inputs are dead.
    Starved,
    /// Its whole layer never moved while others did.
    NotTrained,
    /// It gets a gradient whose updates round away, or looks like it.
    Stalled,
    /// It learns.
    Learning,
}

impl Verdict {
    /// All verdicts, the worst first.
    pub const ALL: [Self; 8] = [
        Self::Diverged,
        Self::Dead,
        Self::PerhapsDead,
        Self::CutOffOrDead,
        Self::Starved,
        Self::NotTrained,
        Self::Stalled,
        Self::Learning,
    ];

    /// The words of the reports.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Diverged => "diverged",
            Self::Dead => "dead",
            Self::PerhapsDead => "perhaps dead",
            Self::CutOffOrDead => "cut off or dead",
            Self::Starved => "starved",
            Self::NotTrained => "not trained",
            Self::Stalled => "stalled",
            Self::Learning => "learning",
        }
    }
}

/// A unit's verdict.
#[derive(Clone, Debug, Serialize)]
pub struct Unit {
    /// Its number in the layer.
    pub unit: usize,
    /// What became of it.
    pub verdict: Verdict,
    /// Since when: after the first number, by the second. The first is `None` if it was so
    /// from the first file on; all is `None` for a unit that learns, or files without numbers.
    pub since: Option<[Option<u64>; 2]>,
    /// What moved it in the last interval.
    pub motion: Motion,
    /// What the verdict rests on; empty for a unit that learns.
    pub evidence: Vec<String>,
    /// Whether it looked dead in some interval and learned in a later one.
    pub revived: bool,
}

/// A layer's verdicts.
#[derive(Clone, Debug, Serialize)]
pub struct LayerVerdicts {
    /// Its name.
    pub name: String,
    /// What it computes.
    pub kind: String,
    /// The layer that reads it, if known.
    pub read_by: Option<String>,
    /// Whether it is the network's last: its units are outputs and not called dead.
    pub is_output: bool,
    /// Its units.
    pub units: Vec<Unit>,
}

impl LayerVerdicts {
    /// How many units have a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.units.iter().filter(|unit| unit.verdict == verdict).count()
    }
}

/// The verdicts on all layers, from the input to the output where that is known.
pub fn judge(history: &History) -> Vec<LayerVerdicts> {
    let network = &history.network;
    let untrained: Vec<bool> = (0..network.layers.len())
        .map(|layer| decide::never_trained(history, layer))
        .collect();
    let mut judged: Vec<LayerVerdicts> = Vec::with_capacity(network.layers.len());
    for (index, layer) in network.layers.iter().enumerate() {
        let reader = network.readers[index];
        let is_output = network.certain && reader.is_none();
        let case = decide::Case {
            history,
            layer: index,
            is_output,
            untrained: untrained[index],
            reader_untrained: reader.is_some_and(|(reader, _)| untrained[reader]),
            paces: decide::paces(history, index),
        };
        let starved = |unit: usize| {
            let input = network.readers.iter().position(|reader| {
                reader.is_some_and(|(reader, _)| reader == index)
            });
            input.is_some_and(|input| {
                input < judged.len() && all_inputs_dead(history, &judged[input], input, unit)
            })
        };
        let units = (0..layer.units).map(|unit| case.judge(unit, starved(unit))).collect();
        judged.push(LayerVerdicts {
            name: layer.name.clone(),
            kind: layer.kind.to_string(),
            read_by: reader.map(|(reader, _)| network.layers[reader].name.clone()),
            is_output,
            units,
        });
    }
    judged
}

/// Whether every unit of `input` that row `row` of its reader reads is dead.
fn all_inputs_dead(history: &History, judged: &LayerVerdicts, input: usize, row: usize) -> bool {
    let network = &history.network;
    let Some((reader, link)) = network.readers[input] else {
        return false;
    };
    let reads = |unit: &&Unit| {
        let units = network.layers[input].units;
        let mut ranges = link.ranges(units, unit.unit, &network.layers[reader], row);
        ranges.next().is_some()
    };
    let mut read = judged.units.iter().filter(reads).peekable();
    read.peek().is_some() && read.all(|unit| unit.verdict == Verdict::Dead)
}
