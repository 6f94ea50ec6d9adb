//! What is said of every unit, and what it rests on.

mod decide;
mod evidence;
mod faded;

use serde::Serialize;

use crate::chain::{Link, Network};
use crate::history::History;
use crate::motion::Motion;

/// What became of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(into = "&'static str")]
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

impl From<Verdict> for &'static str {
    fn from(verdict: Verdict) -> Self {
        verdict.words()
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
    /// Whether it looked dead in some interval and learned in a later one: some of its weights
    /// moved away from 0 then, as no decay moves them.
    pub revived: bool,
    /// The first file, counted from 0, in which all of its weights were exactly 0.
    pub zero_in: Option<usize>,
    /// Whether its largest weight and the gain of its norm, if it has one, are less than a
    /// thousandth of its layer's medians in the last file.
    pub faded: bool,
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
        self.units
            .iter()
            .filter(|unit| unit.verdict == verdict)
            .count()
    }
}

/// The verdicts on all layers, from the input to the output where that is known.
pub fn judge(history: &History) -> Vec<LayerVerdicts> {
    let network = &history.network;
    let untrained: Vec<bool> = (0..network.layers.len())
        .map(|layer| decide::never_trained(history, layer))
        .collect();
    let count = network.layers.len();
    let mut judged: Vec<Option<Vec<Unit>>> = vec![None; count];
    // From the output to the input: what is said of a unit may rest on its readers' verdicts.
    for index in readers_first(network) {
        let reader = network.readers[index].map(|(reader, _)| reader);
        let stalls = |units: &Vec<Unit>| units.iter().any(|own| own.verdict == Verdict::Stalled);
        let case = decide::Case {
            history,
            layer: index,
            untrained: untrained[index],
            reader: match reader {
                None if network.outputs[index] => decide::Reader::None,
                None => decide::Reader::Unknown,
                Some(reader) if untrained[reader] => decide::Reader::Untrained,
                Some(reader) if judged[reader].as_ref().is_some_and(stalls) => {
                    decide::Reader::Stalled
                }
                Some(_) => decide::Reader::Trained,
            },
            paces: decide::paces(history, index),
            medians: faded::medians(history, index),
        };
        judged[index] = Some(
            (0..network.layers[index].units)
                .map(|unit| case.judge(unit))
                .collect(),
        );
    }
    let layers = network.layers.iter().zip(judged).enumerate();
    let mut layers: Vec<LayerVerdicts> = layers
        .map(|(index, (layer, units))| LayerVerdicts {
            name: layer.name.clone(),
            kind: layer.kind.to_string(),
            read_by: network.readers[index].map(|(reader, _)| network.layers[reader].name.clone()),
            is_output: network.outputs[index],
            units: units.unwrap_or_default(),
        })
        .collect();
    mark_starved(history, &mut layers);
    layers
}

/// The layers so that every one comes after the one that reads it.
fn readers_first(network: &Network) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    while order.len() < network.readers.len() {
        let ready = |index: &usize| {
            let reader = network.readers[*index].map(|(reader, _)| reader);
            !order.contains(index) && reader.is_none_or(|reader| order.contains(&reader))
        };
        // A circle cannot be; if it were, any would do.
        let next = (0..network.readers.len()).find(ready);
        order.push(
            next.or_else(|| (0..network.readers.len()).find(|own| !order.contains(own)))
                .unwrap_or(0),
        );
    }
    order
}

/// Units whose inputs are all dead: no gradient reaches their weights, whatever they put out.
fn mark_starved(history: &History, layers: &mut [LayerVerdicts]) {
    let last = history.intervals.last();
    for index in 0..layers.len() {
        let reads = |reader: &Option<(usize, Link)>| reader.is_some_and(|(own, _)| own == index);
        let Some(input) = history.network.readers.iter().position(reads) else {
            continue;
        };
        for unit in 0..layers[index].units.len() {
            let glimpse = last.map(|interval| interval.glimpses[index][unit]);
            let starves = glimpse.is_some_and(|own| {
                own.motion.is_quiet()
                    && !own.readers.show_silence()
                    && own.motion != Motion::Diverged
            });
            let verdict = layers[index].units[unit].verdict;
            let open = !matches!(verdict, Verdict::Diverged | Verdict::NotTrained);
            if starves && open && all_inputs_dead(history, &layers[input], input, unit) {
                let own = &mut layers[index].units[unit];
                own.verdict = Verdict::Starved;
                own.evidence = vec!["every unit that it reads is dead".to_owned()];
            }
        }
    }
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
