//! Units by time, for the figure.

use crate::history::History;
use crate::motion::{Glimpse, Motion};
use crate::verdict::{LayerVerdicts, Verdict};

/// What a unit did in one interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// A gradient moved it.
    Learning,
    /// A gradient whose updates round away.
    Stalled,
    /// No gradient, and its readers moved, had none either or are not known.
    NoGradient,
    /// No gradient, and its readers stopped.
    Dead,
    /// Its layer never moved.
    NotTrained,
    /// NaN or infinite.
    Diverged,
}

/// Units of one layer by time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerRaster {
    /// The layer's name.
    pub name: String,
    /// Units, those that are worst off first, each with its state in every interval.
    pub units: Vec<(usize, Vec<State>)>,
}

/// Units by time, the layers with the largest dead share first; without the output layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raster {
    /// Numbers of the files: the ends of the intervals.
    pub numbers: Vec<Option<u64>>,
    /// The layers.
    pub layers: Vec<LayerRaster>,
}

/// The raster of a history.
pub fn raster(history: &History, verdicts: &[LayerVerdicts]) -> Raster {
    let mut order: Vec<usize> = (0..verdicts.len())
        .filter(|&own| !verdicts[own].is_output)
        .collect();
    order.sort_by(|&a, &b| crate::report::worse(&verdicts[a], &verdicts[b]));
    let layer = |index: usize| {
        let mut units: Vec<&crate::verdict::Unit> = verdicts[index].units.iter().collect();
        units.sort_by_key(|unit| (unit.verdict, unit.since, unit.unit));
        let states = |unit: usize, verdict: Verdict| -> Vec<State> {
            let intervals = history.intervals.iter();
            intervals
                .map(|interval| state(&interval.glimpses[index][unit], verdict))
                .collect()
        };
        LayerRaster {
            name: verdicts[index].name.clone(),
            units: units
                .iter()
                .map(|own| (own.unit, states(own.unit, own.verdict)))
                .collect(),
        }
    };
    Raster {
        numbers: history.files.iter().map(|file| file.number).collect(),
        layers: order.into_iter().map(layer).collect(),
    }
}

fn state(glimpse: &Glimpse, verdict: Verdict) -> State {
    match glimpse.motion {
        Motion::Diverged => State::Diverged,
        _ if verdict == Verdict::NotTrained => State::NotTrained,
        _ if glimpse.is_quiet() && glimpse.readers.show_silence() => State::Dead,
        _ if glimpse.is_quiet() => State::NoGradient,
        Motion::Stalled => State::Stalled,
        _ => State::Learning,
    }
}
