//! All that is known of an interval, and what it shows of the units of a layer.

use super::LayerPair;
use super::chance::{IMPOSSIBLE, best_moved, best_pace, still};
use super::falling::{Fall, Falling};
use super::readers::{Answer, ReaderView, informative};
use crate::chain::{Link, Network};
use crate::compare::{Moved, Tally};
use crate::decay::Decay;
use crate::moments::Moments;
use crate::motion::{Glimpse, Motion, Readers};
use crate::row::Row;
use crate::sketch::Before;

/// All that is known of an interval when readers are asked.
pub struct Scene<'a> {
    pub network: &'a Network,
    pub pairs: &'a [LayerPair<'a>],
    pub tallies: &'a [Vec<Tally>],
    pub shown: &'a [Vec<Row>],
    /// By layer which places of its rows moved in any.
    pub moved: &'a [Moved],
    pub motions: &'a [Vec<Motion>],
    pub bias_moves: &'a [Vec<bool>],
    /// What is known of momentum in the weights that read a unit which coasts.
    pub readers_coast: &'a [Vec<Option<bool>>],
    pub decay: &'a Decay,
    pub moments: Option<&'a Moments<'a>>,
    /// Steps, where rows can fall by L2 through Adam.
    pub may_fall: Option<f64>,
    /// Whether no interval comes before.
    pub first: bool,
    pub rows: usize,
    /// Share of weights that moved in the best rows of the network.
    pub best: f64,
}

impl Scene<'_> {
    /// The units of a layer; `live` learns which share of its reader's inputs is not 0.
    pub fn layer(
        &self,
        index: usize,
        states: &[Option<bool>],
        live: &mut [f64],
        falls: &mut [Option<Before>],
    ) -> Vec<Glimpse> {
        let layer = &self.network.layers[index];
        let (tallies, motions) = (&self.tallies[index], &self.motions[index]);
        let mut view = self.network.readers[index].map(|(reader, link)| ReaderView {
            pair: &self.pairs[reader],
            moved: &self.moved[reader],
            layer: &self.network.layers[reader],
            rows: informative(&self.motions[reader], &self.bias_moves[reader]),
            link,
            units: layer.units,
        });
        let carried: Vec<bool> = (0..layer.units)
            .map(|unit| self.is_carried(index, unit))
            .collect();
        let asks =
            |&unit: &usize| motions[unit].is_quiet() || states[unit] == Some(true) || carried[unit];
        let asked: Vec<Option<Answer>> = (0..layer.units)
            .map(|unit| {
                let view = view.as_ref().filter(|_| asks(&unit))?;
                let proven = || {
                    let (reader, _) = self.network.readers[index]?;
                    Some(view.is_proven(unit, self.moments?, reader))
                };
                let coasts = motions[unit] == Motion::Coasting;
                let answer = match view.ask(unit, self.decay) {
                    Answer::Moving if proven() == Some(true) => Answer::Proven,
                    // What moves the unit may move the weights that read it.
                    Answer::Moving => match self.readers_coast[index][unit] {
                        Some(true) => Answer::Proven,
                        None if coasts => Answer::Unknown,
                        _ => Answer::Moving,
                    },
                    answer => answer,
                };
                // A unit that moves is asked no more than whether it is read.
                let open = !carried[unit] || answer.readers() == Readers::Stopped;
                open.then_some(answer)
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
        let gain = layer.companions.iter().position(|name| is_gain(name));
        let gain = gain.map(|place| self.pairs[index].companions[place]);
        let pace = best_pace(tallies);
        let reader = self.network.readers[index].map(|(reader, _)| reader);
        let reader_pace = reader.map_or(pace, |reader| best_pace(&self.tallies[reader]));
        let units = (0..layer.units).map(|unit| {
            let tally = tallies[unit];
            let mut motion = motions[unit];
            let mut bias_moves = self.bias_moves[index][unit];
            let mut fell_before = false;
            let mut memory = falls[unit].take();
            let mut state = states[unit];
            if carried[unit] && asked[unit].is_some() {
                (motion, bias_moves, state) = (Motion::Carried, false, None);
            }
            let fades = self.may_fall.is_some() && motion == Motion::Frozen;
            if fades && tally.largest == [0.0; 2] && self.pairs[index].companions_shrink(unit) {
                bias_moves = false;
            }
            let mut chance = match motion {
                Motion::Carried => 0.0,
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
                let constant = self.is_constant(index, unit);
                if constant {
                    (bias_moves, state) = (false, None);
                }
                if readers == Readers::Moving && (constant || view.layer.is_normed) {
                    readers = Readers::Anyway;
                }
            } else if let (Motion::Learning, Some(steps)) = (motion, self.may_fall) {
                let falling = Falling {
                    pair: &self.pairs[index],
                    tallies,
                    pace,
                    view: view.as_ref(),
                    reader_pace,
                    rows: self.rows,
                    steps,
                    first: self.first,
                };
                let fall = falling.judge(unit, &mut memory);
                if let Some(Fall::Proven(found) | Fall::Likely(found)) = fall {
                    (motion, readers, bias_moves) = (Motion::Falling, found, false);
                    fell_before = matches!(fall, Some(Fall::Proven(_)));
                }
                falls[unit] = memory;
            }
            Glimpse {
                motion,
                bias_moves,
                moved: 1.0 - tally.equal as f32 / tally.count.max(1) as f32,
                distance: tally.squares.sqrt() as f32,
                shrinks: self.shown[index][unit].shrinks,
                zero: tally.largest.map(|size| size == 0.0),
                size: tally.largest[1] as f32,
                gain: gain.map(|gain| gain.format.get(gain.new, unit).abs() as f32),
                fell_before,
                readers,
                witnesses: witnesses(view.as_ref(), motion, unit),
                chance: chance.max(IMPOSSIBLE) as f32,
                state,
            }
        });
        units.collect()
    }
}

/// How many units with a gradient read one that has none.
fn witnesses(view: Option<&ReaderView<'_>>, motion: Motion, unit: usize) -> usize {
    let view = view.filter(|_| motion.is_quiet());
    view.map_or(0, |view| view.parts(unit).count())
}

/// Whether a vector beside a layer is the gain of its norm.
fn is_gain(name: &str) -> bool {
    let last = name.rsplit(['.', '/']).next();
    last.is_some_and(|last| ["weight", "gamma", "scale"].contains(&last))
}
