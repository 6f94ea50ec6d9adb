//! One interval between two files: what moved every unit, and what its readers did.

use crate::chain::Network;
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
        self.companions.iter().map(move |pair| pair.slice(unit, unit + 1))
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
        let coasting = sketches.coasting(layer, pair, &tallies[layer], steps, rows);
        for (motion, coasting) in motions[layer].iter_mut().zip(coasting) {
            if coasting && matches!(motion, Motion::Learning | Motion::Stalled) {
                *motion = Motion::Coasting;
            }
        }
    }
    let bias_moves: Vec<Vec<bool>> = (pairs.iter().zip(layers))
        .map(|(pair, layer)| (0..layer.units).map(|unit| bias_moves(pair, unit, &decay)).collect())
        .collect();
    let best = network_best(&tallies);
    let mut glimpses = Vec::with_capacity(layers.len());
    for (index, layer) in layers.iter().enumerate() {
        let moved = best_moved(&tallies[index], &motions[index]).unwrap_or(best);
        let view = network.readers[index].map(|(reader, link)| ReaderView {
            pair: &pairs[reader],
            layer: &layers[reader],
            rows: informative(&motions[reader], &bias_moves[reader], &tallies[reader]),
            link,
            units: layer.units,
        });
        let own = (0..layer.units).map(|unit| {
            let tally = tallies[index][unit];
            let mut motion = motions[index][unit];
            let mut bias_moves = bias_moves[index][unit];
            let mut chance = match motion {
                Motion::Frozen => tally.count as f64 * libm::log(1.0 - moved),
                _ => f64::from(f32::MIN),
            };
            let mut readers = Readers::Unknown;
            let state = moments.and_then(|moments| moments.no_gradient(index, unit));
            if (motion.is_quiet() || state == Some(true))
                && let Some(view) = &view
            {
                let (found, own) = view.ask(unit, &decay);
                readers = found;
                chance += own;
            } else if may_fall && motion == Motion::Learning {
                let pair = &pairs[index];
                if let Some(found) = falls(pair, unit, view.as_ref(), rows) {
                    (motion, readers, bias_moves) = (Motion::Falling, found, false);
                }
            }
            Glimpse {
                motion,
                bias_moves,
                moved: 1.0 - tally.equal as f32 / tally.count.max(1) as f32,
                distance: tally.squares.sqrt() as f32,
                readers,
                chance: chance as f32,
                state,
            }
        });
        glimpses.push(own.collect());
    }
    Interval {
        glimpses,
        factors: decay.factors().collect(),
    }
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
    if decay.is_active() && decay.explains(std::iter::once(row)) {
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

/// The same of all rows of the network that moved, for layers that have none.
fn network_best(tallies: &[Vec<Tally>]) -> f64 {
    let all: Vec<Tally> = tallies.iter().flatten().copied().collect();
    let moved: Vec<Tally> = all.into_iter().filter(|tally| tally.equal < tally.count).collect();
    best_moved(&moved, &vec![Motion::Learning; moved.len()]).unwrap_or(0.0)
}

/// The rows of a layer whose weights can tell of what they read, each with ln of the chance that
/// one of its weights stands still while it learns.
fn informative(motions: &[Motion], bias_moves: &[bool], tallies: &[Tally]) -> Vec<(usize, f64)> {
    let mut rows = Vec::new();
    for (row, motion) in motions.iter().enumerate() {
        let moved = match motion {
            Motion::Learning | Motion::Stalled => {
                1.0 - tallies[row].equal as f64 / tallies[row].count.max(1) as f64
            }
            motion if motion.is_quiet() && bias_moves[row] => GUESSED_SHARE,
            _ => continue,
        };
        rows.push((row, libm::log(1.0 - moved.min(1.0 - f64::EPSILON))));
    }
    rows
}

/// The layer that reads a layer, in one interval.
struct ReaderView<'a> {
    pair: &'a LayerPair<'a>,
    layer: &'a Layer,
    rows: Vec<(usize, f64)>,
    link: crate::chain::Link,
    units: usize,
}

impl<'a> ReaderView<'a> {
    /// The parts of informative rows that multiply a unit, with ln of the chance that one of
    /// their weights stands still.
    fn parts(&self, unit: usize) -> impl Iterator<Item = (Pair<'a>, f64)> + Clone {
        self.rows.iter().flat_map(move |&(row, chance)| {
            let weights = self.pair.unit(row);
            let ranges = self.link.ranges(self.units, unit, self.layer, row);
            ranges.map(move |range| (weights.slice(range.start, range.end), chance))
        })
    }

    /// What the readers of a unit did, and ln of the chance that they would have if they learned.
    fn ask(&self, unit: usize, decay: &Decay) -> (Readers, f64) {
        let parts = self.parts(unit);
        if parts.clone().next().is_none() {
            return (Readers::Silent, 0.0);
        }
        let mut chance = 0.0;
        let frozen = parts.clone().all(|(part, still)| {
            chance += part.len() as f64 * still;
            part.is_frozen()
        });
        if frozen {
            return (Readers::Stopped, chance);
        }
        let parts = parts.map(|(part, _)| part);
        if decay.is_active() && decay.explains(parts) {
            return (Readers::Stopped, f64::from(f32::MIN));
        }
        (Readers::Moving, 0.0)
    }
}

/// Whether a unit and its readers fall together, each weight by itself towards 0; with what is
/// known of the readers then.
fn falls(
    pair: &LayerPair<'_>,
    unit: usize,
    view: Option<&ReaderView<'_>>,
    rows: usize,
) -> Option<Readers> {
    let row = pair.unit(unit);
    let largest = row.largest();
    let mut large = row.falls(largest)?;
    // Its bias goes the same way.
    let bias = pair.companions_of(unit).all(|bias| bias.largest() >= bias.newest());
    if !bias {
        return None;
    }
    let mut readers = Readers::Unknown;
    if let Some(view) = view {
        let parts = view.parts(unit).map(|(part, _)| part);
        let largest = parts.clone().map(Pair::largest).fold(0.0, f64::max);
        readers = Readers::Silent;
        for part in parts {
            large += part.falls(largest)?;
            readers = Readers::Stopped;
        }
    }
    let needed = libm::log2(rows.max(1) as f64 / COINCIDENCE);
    (large as f64 >= needed).then_some(readers)
}
