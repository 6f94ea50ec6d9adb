//! Units whose weights are exactly 0, or next to it.

use super::decide::Case;
use crate::history::History;
use crate::interval::Interval;
use crate::motion::{Glimpse, Motion, Readers};

/// Share of its layer's median below which a unit has faded.
const FADED: f32 = 1e-3;

/// The first file in which all weights of a unit were 0.
pub fn zero_in(glimpses: &[&Glimpse]) -> Option<usize> {
    if glimpses.first().is_some_and(|first| first.zero[0]) {
        return Some(0);
    }
    let first = glimpses.iter().position(|own| own.zero[1]);
    first.map(|interval| interval + 1)
}

/// By interval, medians of the units' largest weights and of their norms' gains at its end.
pub fn medians(history: &History, layer: usize) -> Vec<[f32; 2]> {
    let median = |mut values: Vec<f32>| {
        values.sort_by(f32::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(0.0)
    };
    let both = |interval: &Interval| {
        let units = &interval.glimpses[layer];
        let sizes = units.iter().map(|unit| unit.size).collect();
        let gains = units.iter().filter_map(|unit| unit.gain).collect();
        [median(sizes), median(gains)]
    };
    history.intervals.iter().map(both).collect()
}

impl Case<'_> {
    /// Whether it adds less than a thousandth of what the median unit of its layer does, at the end
    /// of an interval.
    pub fn is_faded(&self, glimpses: &[&Glimpse], interval: usize) -> bool {
        let Some((own, [size, gain])) = glimpses.get(interval).zip(self.medians.get(interval))
        else {
            return false;
        };
        let faint = |own: f32, median: f32| own < FADED * median;
        faint(own.size, *size) && own.gain.is_none_or(|own| faint(own, *gain))
    }

    /// Whether it decays and has faded with its norm's gain: its gradient is a product with the gain,
    /// and too small to show.
    pub fn too_faint(&self, glimpses: &[&Glimpse]) -> bool {
        let last = glimpses.last();
        let decays =
            last.is_some_and(|last| last.gain.is_some() && last.motion == Motion::Decaying);
        decays && self.is_faded(glimpses, glimpses.len() - 1)
    }

    /// Whether it was dead and faded while L2 alone moved it through Adam, and then grew within two
    /// intervals, all of its weights falling ever since. Weights of nearly 0 swing up to some
    /// steps' length there, without a gradient; and a gradient may make them.
    pub fn may_swing(&self, glimpses: &[&Glimpse]) -> bool {
        swings(glimpses, |interval| self.is_faded(glimpses, interval))
    }
}

fn swings(glimpses: &[&Glimpse], is_faded: impl Fn(usize) -> bool) -> bool {
    let fell = |own: &&Glimpse| own.motion == Motion::Falling && own.readers == Readers::Stopped;
    let Some(faded) = (0..glimpses.len()).rev().find(|&index| is_faded(index)) else {
        return false;
    };
    let (before, since) = glimpses.split_at(faded + 1);
    let mut grown = since.iter().skip_while(|own| !own.shrinks);
    let growing = since.iter().take_while(|own| !own.shrinks).count();
    (1..=2).contains(&growing) && before.iter().any(fell) && grown.all(|own| own.shrinks)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of intervals, one letter each: A fell by L2 with its readers, F fell and ended faded, G grew,
    /// S shrank.
    fn may_swing(intervals: &str) -> bool {
        let glimpse = |letter: char| Glimpse {
            motion: match letter {
                'A' | 'F' => Motion::Falling,
                _ => Motion::Learning,
            },
            bias_moves: false,
            moved: 1.0,
            distance: 1.0,
            shrinks: letter != 'G',
            zero: [false; 2],
            size: 1.0,
            gain: None,
            fell_before: false,
            readers: Readers::Stopped,
            witnesses: 8,
            chance: 0.0,
            state: None,
        };
        let letters: Vec<char> = intervals.chars().collect();
        let glimpses: Vec<Glimpse> = letters.iter().copied().map(glimpse).collect();
        let glimpses: Vec<&Glimpse> = glimpses.iter().collect();
        swings(&glimpses, |interval| letters[interval] == 'F')
    }

    #[test]
    fn what_faded_may_grow_once_without_a_gradient() {
        for swing in ["AFG", "AAFGS", "AFGGSSS"] {
            assert!(may_swing(swing), "{swing}");
        }
        // Not faded; not grown; for longer than a swing; once more; before it faded.
        for other in ["AAG", "AFSS", "AFGGG", "AFGSG", "GAF"] {
            assert!(!may_swing(other), "{other}");
        }
    }
}
