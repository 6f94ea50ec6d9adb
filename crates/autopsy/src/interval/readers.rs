//! The weights that read a unit, in one interval.

use super::LayerPair;
use super::chance::{GUESSED_SHARE, still};
use crate::chain::Link;
use crate::compare::{Moved, Pair, Tally};
use crate::decay::Decay;
use crate::layers::Layer;
use crate::moments::Moments;
use crate::motion::{Motion, Readers};

/// The rows of a layer whose weights can tell of what they read.
pub fn informative(motions: &[Motion], bias_moves: &[bool]) -> Vec<(usize, f64)> {
    let tells = |&row: &usize| match motions[row] {
        Motion::Learning | Motion::Stalled => true,
        motion => motion.is_quiet() && bias_moves[row],
    };
    (0..motions.len())
        .filter(tells)
        .map(|row| (row, 0.0))
        .collect()
}

/// What the readers of a unit did.
#[derive(Clone, Copy, PartialEq)]
pub enum Answer {
    /// None of them can tell.
    Silent,
    /// They stood still.
    Frozen,
    /// Decay, momentum or the optimizer's state shows that no gradient came.
    Proven,
    /// They moved, perhaps by stored momentum alone.
    Unknown,
    Moving,
}

impl Answer {
    pub fn readers(self) -> Readers {
        match self {
            Self::Silent => Readers::Silent,
            Self::Frozen | Self::Proven => Readers::Stopped,
            Self::Unknown => Readers::Unknown,
            Self::Moving => Readers::Moving,
        }
    }
}

/// The layer that reads a layer, in one interval.
pub struct ReaderView<'a> {
    pub pair: &'a LayerPair<'a>,
    /// Which places of its rows moved in any.
    pub moved: &'a Moved,
    pub layer: &'a Layer,
    /// Informative rows, each with ln of the chance that one of its weights stands still.
    pub rows: Vec<(usize, f64)>,
    pub link: Link,
    pub units: usize,
}

impl<'a> ReaderView<'a> {
    /// Fills in the chances, once it is known which share of the inputs is not 0.
    pub fn expect(&mut self, tallies: &[Tally], live: f64) {
        for (row, chance) in &mut self.rows {
            let tally = tallies[*row];
            let moved = 1.0 - tally.equal as f64 / tally.count.max(1) as f64;
            let moved = if tally.equal == tally.count {
                GUESSED_SHARE * live
            } else {
                moved
            };
            *chance = still(moved, live, tally.count);
        }
    }

    /// The parts of informative rows that multiply a unit, with ln of the chance that one of
    /// their weights stands still, and the row.
    pub fn parts(&self, unit: usize) -> impl Iterator<Item = (Pair<'a>, f64, usize)> + Clone {
        self.rows.iter().flat_map(move |&(row, chance)| {
            let weights = self.pair.unit(row);
            let ranges = self.link.ranges(self.units, unit, self.layer, row);
            ranges.map(move |range| (weights.slice(range.start, range.end), chance, row))
        })
    }

    /// The parts of one row that multiply a unit, whether it can tell or not.
    pub fn part(&self, unit: usize, row: usize) -> impl Iterator<Item = Pair<'a>> + use<'a> {
        let weights = self.pair.unit(row);
        let ranges = self.link.ranges(self.units, unit, self.layer, row);
        ranges.map(move |range| weights.slice(range.start, range.end))
    }

    /// Whether everything that reads a unit stood still.
    pub fn stood_still(&self, unit: usize) -> bool {
        // All rows that read it do so in the same places.
        let mut rows = self.rows.iter();
        let places = rows.find_map(|&(row, _)| {
            let places = self.link.ranges(self.units, unit, self.layer, row);
            Some(places).filter(|own| own.clone().next().is_some())
        });
        let nowhere = places.is_none_or(|mut own| own.all(|places| !self.moved.any(places)));
        // What moved may have done so in rows that do not count.
        nowhere || self.parts(unit).all(|(part, ..)| part.is_frozen())
    }

    /// What the readers of a unit did.
    pub fn ask(&self, unit: usize, decay: &Decay) -> Answer {
        let parts = self.parts(unit).map(|(part, ..)| part);
        if parts.clone().next().is_none() {
            Answer::Silent
        } else if self.stood_still(unit) {
            Answer::Frozen
        } else if decay.is_active() && decay.explains(&parts) {
            Answer::Proven
        } else {
            Answer::Moving
        }
    }

    /// Whether the optimizer's state shows that no gradient reached them, although they moved:
    /// a momentum of before still moves weights that read a unit which is dead by now.
    pub fn is_proven(&self, unit: usize, moments: &Moments<'_>, reader: usize) -> bool {
        let ranges = |row| self.link.ranges(self.units, unit, self.layer, row);
        self.rows.iter().all(|&(row, _)| {
            ranges(row).all(|range| moments.no_gradient_in(reader, row, &range) == Some(true))
        })
    }

    /// ln of the chance that all readers of a unit stand still while they learn.
    pub fn chance(&self, unit: usize) -> f64 {
        self.parts(unit)
            .map(|(part, still, _)| part.len() as f64 * still)
            .sum()
    }
}
