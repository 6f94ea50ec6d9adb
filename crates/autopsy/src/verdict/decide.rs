//! The rules, and why each of them holds.
//!
//! - Weights can only show that no gradient came. A dead unit gets none, and neither do the
//!   weights that read it: their gradient is a product with its output, which is 0. A unit that is
//!   merely cut off has an output, so its readers, if they learn at all, move.
//! - One interval is not enough: a unit can be without gradient for some hundred steps and alive.
//!   Two in a row are, or one right after an interval in which the unit moved at least as far as
//!   half of its layer: a unit that falls asleep for a while slows down first.
//! - The weights that read a unit show its output only where the units that they belong to get a
//!   gradient. Behind a ReLU one of these gets it on about half of the inputs; a kernel of t taps
//!   looks at every position from t places. Of k such units none looks on 2^-(k t): too many if
//!   that is above 0.01 (fewer than seven units of a linear layer), and what they read may be alive
//!   there.
//! - What stood still may have stood still by rounding. The chance of that, had the unit learned
//!   like the best quarter of its layer and its readers like the rest of their rows, must be so
//!   small that among all units of the layer 0.01 would look like it.

use super::faded::zero_in;
use super::{Unit, Verdict, evidence};
use crate::decay::COINCIDENCE;
use crate::history::History;
use crate::motion::{Glimpse, Motion, Readers};

/// The layer that reads a layer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// There is none: the layer is the network's last.
    None,
    /// It is not known.
    Unknown,
    /// It was never trained.
    Untrained,
    /// A unit of it stood still, perhaps by rounding.
    Stalled,
    /// Its units' verdicts are no surprise.
    Trained,
}

/// A layer to be judged.
pub struct Case<'a> {
    pub history: &'a History,
    pub layer: usize,
    /// The layer was never trained.
    pub untrained: bool,
    pub reader: Reader,
    /// By interval, the median distance that learning units moved.
    pub paces: Vec<f32>,
    /// By interval, medians of the units' largest weights and of their norms' gains at its end.
    pub medians: Vec<[f32; 2]>,
}

/// Whether a layer never moved while others did.
pub fn never_trained(history: &History, layer: usize) -> bool {
    if history.stateless[layer] {
        return true;
    }
    let still = |layer: usize| {
        history.intervals.iter().all(|interval| {
            let mut units = interval.glimpses[layer].iter();
            units.all(|unit| unit.motion == Motion::Frozen && !unit.bias_moves)
        })
    };
    let others = (0..history.network.layers.len()).any(|other| other != layer && !still(other));
    // A layer that is wholly dead stands still too; then its readers stop although their biases
    // learn.
    let silent = history.intervals.last().is_some_and(|interval| {
        let mut units = interval.glimpses[layer].iter();
        units.all(|unit| unit.readers == Readers::Stopped)
    });
    others && !silent && still(layer)
}

/// By interval, the median distance that the learning units of a layer moved, or more if they
/// moved farther before.
pub fn paces(history: &History, layer: usize) -> Vec<f32> {
    let median = |glimpses: &[Glimpse]| {
        let learning = glimpses
            .iter()
            .filter(|unit| unit.motion == Motion::Learning);
        let mut distances: Vec<f32> = learning.map(|unit| unit.distance).collect();
        distances.sort_by(f32::total_cmp);
        distances
            .get(distances.len() / 2)
            .copied()
            .unwrap_or(f32::INFINITY)
    };
    let intervals = history.intervals.iter();
    let own: Vec<f32> = intervals
        .map(|interval| median(&interval.glimpses[layer]))
        .collect();
    // A whole layer that has come to rest is at no pace: the median of all so far, if that is more.
    let so_far = |index: usize| {
        let mut sorted = own[..=index].to_vec();
        sorted.sort_by(f32::total_cmp);
        own[index].max(sorted[index / 2])
    };
    (0..own.len()).map(so_far).collect()
}

impl Case<'_> {
    /// The verdict on a unit, but for starving.
    pub fn judge(&self, unit: usize) -> Unit {
        let glimpses: Vec<&Glimpse> = self
            .history
            .intervals
            .iter()
            .map(|interval| &interval.glimpses[self.layer][unit])
            .collect();
        let (verdict, start) = self.decide(unit, &glimpses);
        let last = glimpses.last().map_or(Motion::Learning, |last| last.motion);
        Unit {
            unit,
            verdict,
            since: start.and_then(|start| self.since(start)),
            motion: last,
            evidence: evidence::of(self, verdict, &glimpses, start),
            revived: self.revived(&glimpses),
            zero_in: zero_in(&glimpses),
            faded: self.is_faded(&glimpses, glimpses.len().saturating_sub(1)),
        }
    }

    /// The verdict, and the first of the intervals at the end that it holds for.
    fn decide(&self, unit: usize, glimpses: &[&Glimpse]) -> (Verdict, Option<usize>) {
        let since = |holds: &dyn Fn(&Glimpse) -> bool| {
            let held = glimpses
                .iter()
                .rev()
                .take_while(|glimpse| holds(glimpse))
                .count();
            Some(glimpses.len() - held)
        };
        let diverged = |glimpse: &&&Glimpse| glimpse.motion == Motion::Diverged;
        if glimpses.iter().any(|glimpse| diverged(&glimpse)) {
            let first = glimpses.iter().position(|glimpse| diverged(&glimpse));
            // It shows in the file that ends the interval.
            return (Verdict::Diverged, first.map(|first| first + 1));
        }
        if self.untrained {
            return (Verdict::NotTrained, Some(0));
        }
        let Some((last, earlier)) = glimpses.split_last() else {
            return (Verdict::Learning, None);
        };
        if !last.is_quiet() {
            return match last.motion {
                _ if last.shrinks && self.may_swing(glimpses) => (Verdict::PerhapsDead, None),
                Motion::Stalled => (Verdict::Stalled, since(&|own| own.motion == last.motion)),
                _ => (Verdict::Learning, None),
            };
        }
        let start = since(&|own| own.is_quiet());
        let by_chance = last.state.is_none() && self.may_be_chance(last);
        let verdict = match last.readers {
            // Of an output nobody knows more than that its updates are too small.
            _ if self.reader == Reader::None => Verdict::Stalled,
            // Where no reader has a gradient, none comes through them: no chance about it, unless
            // they themselves stood still by chance.
            Readers::Silent if self.is_proven_silent(unit) => Verdict::Dead,
            Readers::Silent => match self.reader {
                Reader::Stalled if by_chance => Verdict::Stalled,
                Reader::Untrained => Verdict::PerhapsDead,
                _ => Verdict::CutOffOrDead,
            },
            _ if by_chance => Verdict::Stalled,
            _ if self.too_faint(glimpses) => Verdict::PerhapsDead,
            // Its output is not 0, so it is not dead; and yet no gradient reaches it.
            Readers::Moving => Verdict::CutOffOrDead,
            // Who sets a unit to 0 may hold its gradient back too.
            Readers::Anyway if zero_in(glimpses).is_some() => Verdict::CutOffOrDead,
            Readers::Stopped if self.is_proven_silent(unit) => Verdict::Dead,
            Readers::Stopped | Readers::Anyway if !self.is_seen(glimpses, start) => {
                Verdict::CutOffOrDead
            }
            Readers::Stopped | Readers::Anyway if self.lasts(earlier) => Verdict::Dead,
            Readers::Stopped | Readers::Anyway | Readers::Unknown => Verdict::PerhapsDead,
        };
        (verdict, start)
    }

    /// Whether enough units read it that got a gradient, at any time since it has none itself, or
    /// the network's last layer does.
    fn is_seen(&self, glimpses: &[&Glimpse], start: Option<usize>) -> bool {
        let network = &self.history.network;
        let reader = network.readers[self.layer].map(|(reader, _)| reader);
        let is_last = reader.is_some_and(|reader| network.readers[reader].is_none());
        let taps = reader.map_or(1, |reader| network.layers[reader].taps);
        let mut quiet = glimpses.iter().skip(start.unwrap_or(glimpses.len()));
        is_last
            || quiet.any(|own| {
                let unseen = libm::exp2(-((own.witnesses * taps) as f64));
                own.readers.show_silence() && unseen < COINCIDENCE
            })
    }

    /// Whether what precedes the last interval makes it more than a pause: no gradient then
    /// either, or full pace.
    fn lasts(&self, earlier: &[&Glimpse]) -> bool {
        let Some(before) = earlier.last() else {
            return false;
        };
        if before.is_quiet() {
            return before.state.is_some()
                || before.readers.show_silence()
                || before.readers == Readers::Silent;
        }
        // The last of a momentum that runs out looks like a stall; look past it.
        let running = earlier.len() - 1;
        let running = match before.motion {
            Motion::Stalled => running.checked_sub(1),
            _ => Some(running),
        };
        running.is_some_and(|index| {
            earlier[index].motion == Motion::Learning
                && earlier[index].distance >= self.paces[index]
        })
    }

    /// Whether standing still could be rounding.
    fn may_be_chance(&self, last: &Glimpse) -> bool {
        let units = self.history.network.layers[self.layer].units;
        f64::from(last.chance) > libm::log(COINCIDENCE / units.max(1) as f64)
    }

    fn is_proven_silent(&self, unit: usize) -> bool {
        let proven = &self.history.proven_silent;
        self.layer == 0 && proven.get(unit).copied().unwrap_or(false)
    }

    /// The numbers of the files between which the state of interval `start` began.
    fn since(&self, start: usize) -> Option<[Option<u64>; 2]> {
        let number = |file: usize| self.history.files[file].number;
        let by = number(start)?;
        Some([start.checked_sub(1).and_then(number), Some(by)])
    }

    /// Whether it looked dead in an interval and learned in a later one.
    fn revived(&self, glimpses: &[&Glimpse]) -> bool {
        let dead = |own: &&Glimpse| {
            own.is_quiet() && own.readers.show_silence() && !self.may_be_chance(own)
        };
        let first = glimpses.iter().position(dead);
        first
            .filter(|_| !self.may_swing(glimpses))
            .is_some_and(|first| {
                glimpses[first..]
                    .iter()
                    .any(|own| own.motion == Motion::Learning && !own.shrinks)
            })
    }
}
