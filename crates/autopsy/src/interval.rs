//! One interval between two files: what moved every unit, and what its readers did.

use std::thread;

mod chance;
mod falling;
mod readers;

use chance::{IMPOSSIBLE, best_moved, best_pace, network_best, still};
use falling::Falling;
use readers::{Answer, ReaderView, informative};

use crate::chain::{Link, Network};
use crate::compare::{Pair, Tally};
use crate::decay::Decay;
use crate::layers::Layer;
use crate::moments::Moments;
use crate::motion::{Glimpse, Motion, Readers};
use crate::sketch::Sketches;
use crate::threads::{MANY_BYTES, threads};

/// Two versions of a layer's tensors, units along the first axis.
pub struct LayerPair<'a> {
    /// The weight.
    pub weight: Pair<'a>,
    /// Bias and norm, one number a unit.
    pub companions: Vec<Pair<'a>>,
    /// Weights of one unit.
    pub row: usize,
}

impl<'a> LayerPair<'a> {
    /// The weights of one unit.
    pub fn unit(&self, unit: usize) -> Pair<'a> {
        self.weight.slice(unit * self.row, (unit + 1) * self.row)
    }

    fn companions_of(&self, unit: usize) -> impl Iterator<Item = Pair<'a>> {
        self.companions
            .iter()
            .map(move |pair| pair.slice(unit, unit + 1))
    }
}

/// What an interval shows.
pub struct Interval {
    /// By layer and unit.
    pub glimpses: Vec<Vec<Glimpse>>,
    /// The factors of weight decay.
    pub factors: Vec<f64>,
}

/// The larger of the shares of rows that must be frozen or decaying before rows are asked
/// whether they fall: where Adam carries L2, no row is either, but for what is not trained.
const NEARLY_ABSENT: f64 = 0.02;

/// Compares two files. `steps` is the number of optimizer steps between them, if known;
/// `sketches` remembers what the interval before showed.
pub fn compare(
    network: &Network,
    pairs: &[LayerPair<'_>],
    steps: Option<f64>,
    moments: Option<&Moments<'_>>,
    sketches: &mut Sketches,
) -> Interval {
    let layers = &network.layers;
    let tallies = tally(layers, pairs);
    let rows = layers.iter().map(|layer| layer.units).sum::<usize>();
    let decay = steps.map_or_else(Decay::default, |steps| {
        let moving = moving_rows(&tallies);
        let candidates = moving.map(|(layer, unit)| pairs[layer].unit(unit));
        Decay::find(candidates, rows, steps)
    });
    let mut motions: Vec<Vec<Motion>> = Vec::with_capacity(layers.len());
    for (layer, pair) in pairs.iter().enumerate() {
        let mut own = Vec::with_capacity(layers[layer].units);
        for (unit, tally) in tallies[layer].iter().enumerate() {
            own.push(motion(pair, unit, tally, &decay));
        }
        motions.push(own);
    }
    let quiet = motions.iter().flatten().filter(|motion| motion.is_quiet());
    let may_fall = steps.is_some() && (quiet.count() as f64) < NEARLY_ABSENT * rows as f64;
    for (layer, pair) in pairs.iter().enumerate() {
        // Rows that decay repeat their differences too, a little smaller, with or without a small
        // gradient: where there is decay, nothing can be said of coasting.
        let steps = steps.filter(|_| !decay.is_active());
        let coasting = sketches.coasting(layer, pair, &tallies[layer], steps, rows);
        for (motion, coasting) in motions[layer].iter_mut().zip(coasting) {
            if coasting && matches!(motion, Motion::Learning | Motion::Stalled) {
                *motion = Motion::Coasting;
            }
        }
    }
    let bias_moves: Vec<Vec<bool>> = (pairs.iter().zip(layers))
        .map(|(pair, layer)| {
            (0..layer.units)
                .map(|unit| bias_moves(pair, unit, &decay))
                .collect()
        })
        .collect();
    let scene = Scene {
        network,
        pairs,
        tallies: &tallies,
        motions: &motions,
        bias_moves: &bias_moves,
        decay: &decay,
        may_fall,
        rows,
        best: network_best(&tallies, &bias_moves),
    };
    // Share of the inputs of a layer that are not known to be 0.
    let mut live = vec![1.0; layers.len()];
    let mut glimpses = Vec::with_capacity(layers.len());
    for (index, layer) in layers.iter().enumerate() {
        let state = |unit| moments.and_then(|moments| moments.no_gradient(index, unit));
        let states: Vec<Option<bool>> = (0..layer.units).map(state).collect();
        glimpses.push(scene.layer(index, &states, &mut live));
    }
    Interval {
        glimpses,
        factors: decay.factors().collect(),
    }
}

/// All that is known of an interval when readers are asked.
struct Scene<'a> {
    network: &'a Network,
    pairs: &'a [LayerPair<'a>],
    tallies: &'a [Vec<Tally>],
    motions: &'a [Vec<Motion>],
    bias_moves: &'a [Vec<bool>],
    decay: &'a Decay,
    may_fall: bool,
    rows: usize,
    /// Share of weights that moved in the best rows of the network.
    best: f64,
}

impl Scene<'_> {
    /// The units of a layer; `live` learns which share of its reader's inputs is not 0.
    fn layer(&self, index: usize, states: &[Option<bool>], live: &mut [f64]) -> Vec<Glimpse> {
        let layer = &self.network.layers[index];
        let (tallies, motions) = (&self.tallies[index], &self.motions[index]);
        let mut view = self.network.readers[index].map(|(reader, link)| ReaderView {
            pair: &self.pairs[reader],
            layer: &self.network.layers[reader],
            rows: informative(&self.motions[reader], &self.bias_moves[reader]),
            link,
            units: layer.units,
        });
        let asked: Vec<Option<Answer>> = (0..layer.units)
            .map(|unit| {
                let asks = motions[unit].is_quiet() || states[unit] == Some(true);
                let view = view.as_ref().filter(|_| asks)?;
                Some(view.ask(unit, self.decay))
            })
            .collect();
        if let (Some(view), Some((reader, link))) = (&mut view, self.network.readers[index]) {
            let stopped = asked.iter().flatten();
            let stopped = stopped
                .filter(|own| own.readers() == Readers::Stopped)
                .count();
            if !matches!(link, Link::Groups { .. }) {
                live[reader] = 1.0 - stopped as f64 / layer.units as f64;
            }
            view.expect(&self.tallies[reader], live[reader]);
        }
        let moved = best_moved(tallies, motions).unwrap_or(self.best);
        let units = (0..layer.units).map(|unit| {
            let tally = tallies[unit];
            let mut motion = motions[unit];
            let mut bias_moves = self.bias_moves[index][unit];
            let mut chance = match motion {
                Motion::Frozen => {
                    let count = tally.count as f64 * live[index];
                    count * still(moved, live[index], tally.count)
                }
                _ => IMPOSSIBLE,
            };
            let mut readers = Readers::Unknown;
            if let (Some(answer), Some(view)) = (asked[unit], &view) {
                readers = answer.readers();
                match answer {
                    Answer::Frozen => chance += view.chance(unit),
                    Answer::Decaying => chance = IMPOSSIBLE,
                    Answer::Silent | Answer::Moving => {}
                }
            } else if self.may_fall && motion == Motion::Learning {
                let falling = Falling {
                    pair: &self.pairs[index],
                    pace: best_pace(tallies),
                    view: view.as_ref(),
                    rows: self.rows,
                };
                if let Some(found) = falling.judge(unit) {
                    (motion, readers, bias_moves) = (Motion::Falling, found, false);
                }
            }
            Glimpse {
                motion,
                bias_moves,
                moved: 1.0 - tally.equal as f32 / tally.count.max(1) as f32,
                distance: tally.squares.sqrt() as f32,
                readers,
                chance: chance.max(IMPOSSIBLE) as f32,
                state: states[unit],
            }
        });
        units.collect()
    }
}

/// Tallies of all rows, on a few threads: this is where the time goes.
fn tally(layers: &[Layer], pairs: &[LayerPair<'_>]) -> Vec<Vec<Tally>> {
    let mut all: Vec<Vec<Tally>> = Vec::with_capacity(layers.len());
    for (layer, pair) in layers.iter().zip(pairs) {
        let mut own = vec![Tally::default(); layer.units];
        let bytes = layer.units * layer.row() * layer.format.size();
        let share = layer.units.div_ceil(threads(bytes, MANY_BYTES)).max(1);
        thread::scope(|scope| {
            let mut parts = own.chunks_mut(share).enumerate();
            let first = parts.next();
            for (index, part) in parts {
                scope.spawn(move || tally_part(pair, index * share, part));
            }
            if let Some((index, part)) = first {
                tally_part(pair, index * share, part);
            }
        });
        all.push(own);
    }
    all
}

fn tally_part(pair: &LayerPair<'_>, start: usize, part: &mut [Tally]) {
    for (unit, tally) in (start..).zip(part) {
        *tally = pair.unit(unit).tally();
    }
}

fn moving_rows(tallies: &[Vec<Tally>]) -> impl Iterator<Item = (usize, usize)> {
    tallies.iter().enumerate().flat_map(|(layer, units)| {
        let moved = |&(_, tally): &(usize, &Tally)| tally.equal < tally.count;
        let moved = units.iter().enumerate().filter(moved);
        moved.map(move |(unit, _)| (layer, unit))
    })
}

/// What moved the weights of one unit, but for falling and coasting.
fn motion(pair: &LayerPair<'_>, unit: usize, tally: &Tally, decay: &Decay) -> Motion {
    let row = pair.unit(unit);
    let finite = || row.is_finite() && pair.companions_of(unit).all(Pair::is_finite);
    if !tally.squares.is_finite() || tally.equal == tally.count {
        if !finite() {
            return Motion::Diverged;
        }
        if tally.equal == tally.count {
            return Motion::Frozen;
        }
    }
    if pair.companions_of(unit).any(|pair| !pair.is_finite()) {
        return Motion::Diverged;
    }
    if decay.is_active() && decay.explains(&std::iter::once(row)) {
        return Motion::Decaying;
    }
    if tally.equal > 0 && row.is_stalled() {
        return Motion::Stalled;
    }
    Motion::Learning
}

fn bias_moves(pair: &LayerPair<'_>, unit: usize, decay: &Decay) -> bool {
    let quiet = |pair: Pair<'_>| pair.is_frozen() || decay.admits(pair);
    !pair.companions_of(unit).all(quiet)
}
