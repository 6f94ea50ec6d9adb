//! What findings are derived from.

use super::Weights;
use crate::census::TensorCensus;
use crate::history::{FileRead, History};
use crate::moments::Rates;
use crate::steps::{Clock, rates};
use crate::verdict::{LayerVerdicts, Unit, Verdict};

/// All that the files show.
pub struct Facts<'a> {
    /// Files, intervals and tensors.
    pub history: &'a History,
    /// What is said of every unit.
    pub layers: &'a [LayerVerdicts],
    /// What the last interval left as it was, and why.
    pub weights: Weights,
}

impl<'a> Facts<'a> {
    /// The tensors that an optimizer is to train.
    pub fn trained(&self) -> impl Iterator<Item = &'a TensorCensus> + Clone + use<'a> {
        let tensors = self.history.census.tensors.iter();
        tensors.filter(|tensor| tensor.is_trained())
    }

    /// Those of which more than decay moved something.
    pub fn learning(&self) -> impl Iterator<Item = &'a TensorCensus> + Clone + use<'a> {
        self.trained().filter(|tensor| tensor.learns())
    }

    /// Whether no trained tensor changed a bit in any interval.
    pub fn nothing_moves(&self) -> bool {
        self.trained().all(TensorCensus::never_moved)
    }

    /// Whether nothing but decay moves anything.
    pub fn nothing_learns(&self) -> bool {
        self.learning().next().is_none()
    }

    /// The files that were read.
    pub fn files(&self) -> &'a [FileRead] {
        &self.history.read
    }

    /// What the first and the last file say of their time.
    pub fn clocks(&self) -> [Clock; 2] {
        let clock = |file: Option<&FileRead>| file.map(|file| file.clock).unwrap_or_default();
        [clock(self.files().first()), clock(self.files().last())]
    }

    /// The rates at the last two files.
    pub fn rates(&self) -> Rates {
        let clocks: Vec<Clock> = self.files().iter().map(|file| file.clock).collect();
        rates(&clocks)
    }

    /// Steps made between the first and the last file, where optimizer or trainer counted them.
    pub fn steps_made(&self) -> Option<f64> {
        let [first, last] = self.clocks();
        last.made_since(&first)
    }

    /// Whether the last file, or one beside it, has an optimizer's state with any entry.
    pub fn has_state(&self) -> bool {
        self.trained().any(|tensor| tensor.held.is_some())
    }

    /// Share of all trained numbers that moved in the last interval.
    pub fn last_moved(&self) -> f64 {
        share(self.trained())
    }

    /// Share of the weights that stood still in the last interval for no reason known of their
    /// units: without those of dead units, what reads these, and layers that never moved.
    pub fn unexplained(&self) -> f64 {
        let own = &self.weights;
        let known = own.of_dead_units + own.reading_dead_units + own.not_trained;
        let rest = own.unchanged.saturating_sub(known);
        rest as f64 / own.all.saturating_sub(known).max(1) as f64
    }

    /// Whether an adapter is among the tensors.
    pub fn has_adapters(&self) -> bool {
        self.trained().any(TensorCensus::is_adapter)
    }

    /// Layers that are not the network's last.
    pub fn hidden(&self) -> impl Iterator<Item = &'a LayerVerdicts> + Clone + use<'a> {
        self.layers.iter().filter(|layer| !layer.is_output)
    }

    /// Their units with a verdict.
    pub fn with(&self, verdict: Verdict) -> impl Iterator<Item = &'a Unit> + Clone + use<'a> {
        let units = self.hidden().flat_map(|layer| &layer.units);
        units.filter(move |unit| unit.verdict == verdict)
    }

    /// The layer whose weight a tensor is.
    pub fn layer_of(&self, tensor: &TensorCensus) -> Option<&'a LayerVerdicts> {
        self.layers.get(tensor.layer?)
    }
}

/// Share of the numbers of tensors that moved in the last interval.
pub fn share<'a>(tensors: impl Iterator<Item = &'a TensorCensus>) -> f64 {
    let (mut moved, mut all) = (0.0, 0.0);
    for tensor in tensors {
        let size = tensor.size() as f64;
        moved += tensor.last_moved() * size;
        all += size;
    }
    moved / f64::max(all, 1.0)
}

/// The names of tensors.
pub fn named<'a>(tensors: impl Iterator<Item = &'a TensorCensus>) -> Vec<String> {
    tensors.map(|tensor| tensor.name.clone()).collect()
}

/// The module of a tensor: its name without the last part.
pub fn module(name: &str) -> &str {
    name.rsplit_once(['.', '/'])
        .map_or("", |(module, _)| module)
}
