//! One interval between two files: what moved every unit, and what its readers did.

mod chance;
mod coasting;
mod descent;
mod falling;
mod norms;
mod readers;
mod rows;
mod scene;

use chance::{IMPOSSIBLE, best_pace, network_best};
use coasting::Seen;
use descent::FAR_BELOW;
use norms::Column;
use scene::Scene;

use crate::chain::Network;
use crate::compare::{Moved, Pair, Tally};
use crate::decay::Decay;
use crate::glance::Counted;
use crate::moments::Moments;
use crate::motion::{Glimpse, Motion};
use crate::row::Row;
use crate::sketch::{Extent, Sketches};

/// Two versions of a layer's tensors, units along the first axis.
pub struct LayerPair<'a> {
    /// The weight.
    pub weight: Pair<'a>,
    /// Bias and norm, one number a unit.
    pub companions: Vec<Pair<'a>>,
    /// Which of these are the norm's.
    pub norm: Vec<usize>,
    /// Weights of one unit.
    pub row: usize,
}

impl<'a> LayerPair<'a> {
    /// The weights of one unit.
    pub fn unit(&self, unit: usize) -> Pair<'a> {
        self.weight.slice(unit * self.row, (unit + 1) * self.row)
    }

    /// Whether bias and norm of a unit came nearer to 0, or stayed.
    fn companions_shrink(&self, unit: usize) -> bool {
        self.companions_of(unit).all(Pair::shrinks)
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

/// Compares two files. `counted` is what was counted of each layer while the later one was read,
/// where it was; `steps` is the number of optimizer steps between them, if known;
/// `sketches` remembers what the interval before showed, and `before` is that interval: of some
/// units only two intervals together show that no gradient came. Returns besides, by layer, which
/// places of its rows moved in any.
pub fn compare(
    network: &Network,
    pairs: &[LayerPair<'_>],
    counted: Vec<Option<Counted>>,
    steps: Option<f64>,
    moments: Option<&Moments<'_>>,
    sketches: &mut Sketches,
    before: Option<&mut Interval>,
) -> (Interval, Vec<Moved>) {
    let layers = &network.layers;
    let (shown, moved) = rows::read(layers, pairs, counted, steps);
    let rows = layers.iter().map(|layer| layer.units).sum::<usize>();
    let columns = steps.map_or_else(Vec::new, |steps| norms::columns(network, pairs, steps));
    let decay = steps.map_or_else(Decay::default, |steps| {
        let units = pairs.iter().zip(&shown).flat_map(|(pair, shown)| {
            let own = shown.iter().enumerate();
            own.filter_map(move |(unit, row)| Some((pair.unit(unit), row.factors?)))
        });
        let columns = columns.iter().map(Column::pair);
        let columns = columns.filter_map(|own| Some((own, own.factors(steps)?)));
        Decay::find(units.chain(columns), rows, steps)
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
    let may_fall = steps.filter(|&steps| may_fall(&motions, &tallies, steps));
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
    // Rows that decay repeat their differences too, a little smaller, with or without a small
    // gradient: where there is decay, nothing can be said of coasting.
    let extent = Extent::new(steps.filter(|_| !decay.is_active()), rows);
    let every = Extent::new(steps, rows);
    coasting::mark_from_zero(pairs, &shown, &mut seen.motions, sketches, every);
    let readers_coast = coasting::mark(network, pairs, &shown, &mut seen, sketches, extent);
    let Seen {
        motions,
        bias_moves,
    } = &seen;
    let scene = Scene {
        network,
        pairs,
        tallies: &tallies,
        shown: &shown,
        moved: &moved,
        motions,
        bias_moves,
        readers_coast: &readers_coast,
        decay: &decay,
        moments,
        may_fall,
        first: before.is_none(),
        rows,
        best: network_best(&tallies, bias_moves),
    };
    // Share of the inputs of a layer that are not known to be 0.
    let mut live = vec![1.0; layers.len()];
    let mut glimpses = Vec::with_capacity(layers.len());
    for (index, layer) in layers.iter().enumerate() {
        let state = |unit| moments.and_then(|moments| moments.no_gradient(index, unit));
        let states: Vec<Option<bool>> = (0..layer.units).map(state).collect();
        glimpses.push(scene.layer(index, &states, &mut live, &mut sketches.falls[index]));
    }
    if let Some(before) = before {
        before.settle(&glimpses);
    }
    let interval = Interval {
        glimpses,
        factors: decay.factors().collect(),
    };
    (interval, moved)
}

/// Whether rows can be those of Adam with L2: of the layers that are trained hardly any row stands
/// still, or decays by one factor, but for rows that are 0 or have come so near that nothing is known
/// of them.
fn may_fall(motions: &[Vec<Motion>], tallies: &[Vec<Tally>], steps: f64) -> bool {
    let (mut rows, mut quiet) = (0_usize, 0_usize);
    for (motions, tallies) in motions.iter().zip(tallies) {
        if motions.iter().all(|&motion| motion == Motion::Frozen) {
            continue;
        }
        rows += motions.len();
        let near = FAR_BELOW * best_pace(tallies) / steps;
        let own = motions.iter().zip(tallies);
        let own = own.filter(|(motion, tally)| motion.is_quiet() && tally.largest[1] > near);
        quiet += own.count();
    }
    (quiet as f64) < NEARLY_ABSENT * rows as f64
}

impl Interval {
    /// Learns from the interval after it which units were falling already, and which that had been
    /// 0 kept their direction.
    fn settle(&mut self, after: &[Vec<Glimpse>]) {
        let after = after.iter().flatten();
        for (own, after) in self.glimpses.iter_mut().flatten().zip(after) {
            let keeps = matches!(after.motion, Motion::Coasting | Motion::Decaying);
            if own.zero == [true, false] && keeps {
                own.motion = Motion::Coasting;
            }
            let learned = matches!(own.motion, Motion::Learning | Motion::Stalled);
            if after.fell_before && learned {
                own.motion = Motion::Falling;
                own.bias_moves = false;
            }
            if after.fell_before && own.motion == Motion::Falling {
                own.readers = after.readers;
                own.chance = IMPOSSIBLE as f32;
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_next_to_nothing_do_not_hide_what_falls() {
        let tally = |size: f64| Tally {
            count: 9,
            squares: 9.0 * size * size,
            largest: [2.0 * size, size],
            ..Tally::default()
        };
        let gate = |size: f64| {
            let (mut motions, mut tallies) = (vec![Motion::Learning; 20], vec![tally(0.1); 20]);
            motions.extend([Motion::Decaying; 5]);
            tallies.extend([tally(size); 5]);
            may_fall(&[motions], &[tallies], 250.0)
        };
        assert!(gate(1e-20) && gate(0.0));
        // Decay that shows is no Adam's.
        assert!(!gate(1e-3));
    }
}
