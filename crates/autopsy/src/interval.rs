//! One interval between two files: what moved every unit, and what its readers did.

use crate::chain::{Link, Network};
use crate::compare::{Pair, Tally};
use crate::decay::{COINCIDENCE, Decay};
use crate::layers::Layer;
use crate::moments::Moments;
use crate::motion::{Glimpse, Motion, Readers};
use crate::sketch::Sketches;

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

/// How many of a number of weights that stopped would have moved, where the rest of their row
/// shows no motion either and only its bias says that it learns: half, as a guess.
const GUESSED_SHARE: f64 = 0.5;

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

/// ln of a chance of which no more need be known.
const IMPOSSIBLE: f64 = -1e6;

/// ln of the chance that one weight stands still in a row of `count` weights of which the share
/// `moved` moved and the share `live` reads something else than 0.
fn still(moved: f64, live: f64, count: usize) -> f64 {
    let read = count as f64 * live;
    if read < 1.0 {
        return libm::log(1.0 - GUESSED_SHARE);
    }
    // Of n weights that all moved, the next one moves with n / (n + 1).
    let moved = (moved / live).min(read / (read + 1.0));
    libm::log(1.0 - moved)
}

/// Tallies of all rows.
fn tally(layers: &[Layer], pairs: &[LayerPair<'_>]) -> Vec<Vec<Tally>> {
    let own = |index: usize| -> Vec<Tally> {
        let units = 0..layers[index].units;
        units.map(|unit| pairs[index].unit(unit).tally()).collect()
    };
    (0..layers.len()).map(own).collect()
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

/// The share of weights that moved in the quarter of a layer's learning rows that moved most.
fn best_moved(tallies: &[Tally], motions: &[Motion]) -> Option<f64> {
    let moved = |(tally, motion): (&Tally, &Motion)| {
        let learns = matches!(motion, Motion::Learning | Motion::Stalled);
        learns.then(|| 1.0 - tally.equal as f64 / tally.count.max(1) as f64)
    };
    let mut shares: Vec<f64> = tallies.iter().zip(motions).filter_map(moved).collect();
    shares.sort_by(|a, b| b.total_cmp(a));
    shares.truncate(shares.len().div_ceil(4));
    if shares.is_empty() {
        return None;
    }
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    // Below one, so that its logarithm is finite.
    Some(mean.min(1.0 - f64::EPSILON))
}

/// The same of all rows of the network that moved, for layers that have none; where only biases
/// move, what would have moved is a guess.
fn network_best(tallies: &[Vec<Tally>], bias_moves: &[Vec<bool>]) -> f64 {
    let all = tallies.iter().flatten().copied();
    let moved: Vec<Tally> = all.filter(|tally| tally.equal < tally.count).collect();
    let biases = bias_moves.iter().flatten().any(|&moves| moves);
    best_moved(&moved, &vec![Motion::Learning; moved.len()]).unwrap_or(if biases {
        GUESSED_SHARE
    } else {
        0.0
    })
}

/// Root of the mean squared difference of a weight in the quarter of a layer's rows that moved
/// farthest.
fn best_pace(tallies: &[Tally]) -> f64 {
    let mut squares: Vec<f64> = tallies
        .iter()
        .map(|tally| tally.squares / tally.count.max(1) as f64)
        .collect();
    squares.sort_by(|a, b| b.total_cmp(a));
    squares.truncate(squares.len().div_ceil(4));
    (squares.iter().sum::<f64>() / squares.len().max(1) as f64).sqrt()
}

/// The rows of a layer whose weights can tell of what they read.
fn informative(motions: &[Motion], bias_moves: &[bool]) -> Vec<(usize, f64)> {
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
enum Answer {
    Silent,
    Frozen,
    Decaying,
    Moving,
}

impl Answer {
    fn readers(self) -> Readers {
        match self {
            Self::Silent => Readers::Silent,
            Self::Frozen | Self::Decaying => Readers::Stopped,
            Self::Moving => Readers::Moving,
        }
    }
}

/// The layer that reads a layer, in one interval.
struct ReaderView<'a> {
    pair: &'a LayerPair<'a>,
    layer: &'a Layer,
    /// Informative rows, each with ln of the chance that one of its weights stands still.
    rows: Vec<(usize, f64)>,
    link: Link,
    units: usize,
}

impl<'a> ReaderView<'a> {
    /// Fills in the chances, once it is known which share of the inputs is not 0.
    fn expect(&mut self, tallies: &[Tally], live: f64) {
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
    fn parts(&self, unit: usize) -> impl Iterator<Item = (Pair<'a>, f64, usize)> + Clone {
        self.rows.iter().flat_map(move |&(row, chance)| {
            let weights = self.pair.unit(row);
            let ranges = self.link.ranges(self.units, unit, self.layer, row);
            ranges.map(move |range| (weights.slice(range.start, range.end), chance, row))
        })
    }

    /// What the readers of a unit did.
    fn ask(&self, unit: usize, decay: &Decay) -> Answer {
        let parts = self.parts(unit).map(|(part, ..)| part);
        if parts.clone().next().is_none() {
            Answer::Silent
        } else if parts.clone().all(Pair::is_frozen) {
            Answer::Frozen
        } else if decay.is_active() && decay.explains(&parts) {
            Answer::Decaying
        } else {
            Answer::Moving
        }
    }

    /// ln of the chance that all readers of a unit stand still while they learn.
    fn chance(&self, unit: usize) -> f64 {
        self.parts(unit)
            .map(|(part, still, _)| part.len() as f64 * still)
            .sum()
    }
}

/// Whether a unit and its readers fall towards 0 each weight by itself, as L2 through Adam
/// makes them.
struct Falling<'a> {
    pair: &'a LayerPair<'a>,
    /// How far a weight of the layer moves.
    pace: f64,
    view: Option<&'a ReaderView<'a>>,
    rows: usize,
}

impl Falling<'_> {
    /// What is known of the readers, if it falls.
    fn judge(&self, unit: usize) -> Option<Readers> {
        let row = self.pair.unit(unit);
        let mut chance = fall(std::iter::once(row), |_| self.pace)?;
        // Its bias does not grow either.
        if !self
            .pair
            .companions_of(unit)
            .all(|bias| bias.newest() <= bias.largest())
        {
            return None;
        }
        let mut readers = Readers::Unknown;
        if let Some(view) = self.view {
            let parts = view.parts(unit);
            readers = Readers::Silent;
            if parts.clone().next().is_some() {
                let rows: Vec<usize> = parts.clone().map(|(.., row)| row).collect();
                let pace = |part: usize| {
                    let tally = view.pair.unit(rows[part]).tally();
                    (tally.squares / tally.count.max(1) as f64).sqrt()
                };
                chance += fall(parts.map(|(part, ..)| part), pace)?;
                readers = Readers::Stopped;
            }
        }
        let needed = libm::log(COINCIDENCE / self.rows.max(1) as f64);
        (chance < needed).then_some(readers)
    }
}

/// Whether parts fall together, and ln of the chance that they do while they learn: either every
/// large weight happens to move towards 0, or every weight of a part, which moves by about
/// `pace`, happens to stay within the largest.
fn fall<'a>(
    parts: impl Iterator<Item = Pair<'a>> + Clone,
    pace: impl Fn(usize) -> f64,
) -> Option<f64> {
    let largest = parts.clone().map(Pair::largest).fold(0.0, f64::max);
    let (mut towards, mut within) = (0.0, 0.0);
    for (index, part) in parts.enumerate() {
        towards += part.falls(largest)? as f64 * libm::log(0.5);
        let share = (largest / pace(index)).clamp(f64::MIN_POSITIVE, 1.0);
        within += part.len() as f64 * libm::log(share);
    }
    Some(towards.min(within))
}
