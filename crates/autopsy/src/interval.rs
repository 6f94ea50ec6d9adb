//! One interval between two files: what moved every unit, and what its readers did.

mod chance;
mod coasting;
mod falling;
mod readers;
mod rows;

use chance::{IMPOSSIBLE, best_moved, best_pace, network_best, still};
use coasting::Seen;
use falling::Falling;
use readers::{Answer, ReaderView, informative};
pub use rows::Row;

use crate::chain::{Link, Network};
use crate::compare::{Pair, Tally};
use crate::decay::Decay;
use crate::moments::Moments;
use crate::motion::{Glimpse, Motion, Readers};
use crate::sketch::{Extent, Sketches};

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
    let shown = rows::read(layers, pairs, steps);
    let rows = layers.iter().map(|layer| layer.units).sum::<usize>();
    let decay = steps.map_or_else(Decay::default, |steps| {
        let units = pairs.iter().zip(&shown).flat_map(|(pair, shown)| {
            let own = shown.iter().enumerate();
            own.filter_map(move |(unit, row)| Some((pair.unit(unit), row.factors?)))
        });
        Decay::find(units, rows, steps)
    });
    let mut motions: Vec<Vec<Motion>> = Vec::with_capacity(layers.len());
    for (pair, shown) in pairs.iter().zip(&shown) {
        let own = shown.iter().enumerate();
        motions.push(
            own.map(|(unit, row)| motion(pair, unit, row, &decay))
                .collect(),
        );
    }
    let tallies: Vec<Vec<Tally>> = shown
        .iter()
        .map(|rows| rows.iter().map(|row| row.tally).collect())
        .collect();
    let quiet = motions.iter().flatten().filter(|motion| motion.is_quiet());
    let may_fall = steps.is_some() && (quiet.count() as f64) < NEARLY_ABSENT * rows as f64;
    let bias_moves: Vec<Vec<bool>> = (pairs.iter().zip(layers))
        .map(|(pair, layer)| {
            (0..layer.units)
                .map(|unit| bias_moves(pair, unit, &decay))
                .collect()
        })
        .collect();
    let mut seen = Seen {
        motions,
        bias_moves,
    };
    let extent = Extent {
        // Rows that decay repeat their differences too, a little smaller, with or without a small
        // gradient: where there is decay, nothing can be said of coasting.
        steps: steps.filter(|_| !decay.is_active()),
        rows,
    };
    let readers_coast = coasting::mark(network, pairs, &shown, &mut seen, sketches, extent);
    let Seen {
        motions,
        bias_moves,
    } = &seen;
    let scene = Scene {
        network,
        pairs,
        tallies: &tallies,
        motions,
        bias_moves,
        readers_coast: &readers_coast,
        decay: &decay,
        moments,
        may_fall,
        rows,
        best: network_best(&tallies, bias_moves),
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
    /// What is known of momentum in the weights that read a unit which coasts.
    readers_coast: &'a [Vec<Option<bool>>],
    decay: &'a Decay,
    moments: Option<&'a Moments<'a>>,
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
                let proven = || {
                    let (reader, _) = self.network.readers[index]?;
                    Some(view.is_proven(unit, self.moments?, reader))
                };
                let coasts = motions[unit] == Motion::Coasting;
                Some(match view.ask(unit, self.decay) {
                    Answer::Moving if proven() == Some(true) => Answer::Proven,
                    // What moves the unit may move the weights that read it.
                    Answer::Moving => match self.readers_coast[index][unit] {
                        Some(true) => Answer::Proven,
                        None if coasts => Answer::Unknown,
                        _ => Answer::Moving,
                    },
                    answer => answer,
                })
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
        let pace = best_pace(tallies);
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
                    Answer::Proven => chance = IMPOSSIBLE,
                    Answer::Silent | Answer::Unknown | Answer::Moving => {}
                }
            } else if self.may_fall && motion == Motion::Learning {
                let falling = Falling {
                    pair: &self.pairs[index],
                    tallies,
                    pace,
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

/// What moved the weights of one unit, but for falling and coasting.
fn motion(pair: &LayerPair<'_>, unit: usize, row: &Row, decay: &Decay) -> Motion {
    let weights = pair.unit(unit);
    // A difference of finite numbers may be too large for its square; others leave no number.
    let finite = row.tally.squares.is_finite() || weights.is_finite();
    if !finite || !pair.companions_of(unit).all(Pair::is_finite) {
        return Motion::Diverged;
    }
    if row.tally.equal == row.tally.count {
        return Motion::Frozen;
    }
    if decay.is_active() && decay.explains(&std::iter::once(weights)) {
        return Motion::Decaying;
    }
    if row.stalled {
        return Motion::Stalled;
    }
    Motion::Learning
}

fn bias_moves(pair: &LayerPair<'_>, unit: usize, decay: &Decay) -> bool {
    let quiet = |pair: Pair<'_>| pair.is_frozen() || decay.admits(pair);
    !pair.companions_of(unit).all(quiet)
}
