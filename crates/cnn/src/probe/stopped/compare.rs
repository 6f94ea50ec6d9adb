//! One comparison of two snapshots: which weights are stopped, and why.

use super::NAME;
use super::cause::{Cause, Evidence};
use super::history::History;
use super::overlap::Kept;
use super::places::Places;
use crate::census::Census;
use crate::checkpoint::to_bf16;
use crate::record::ProbeRow;

/// Number of causes.
const CAUSES: usize = Cause::ALL.len();

/// What is known at the end of an interval.
#[derive(Clone, Copy)]
pub(super) struct Moment<'a> {
    /// Updates done.
    pub step: u32,
    /// Updates of one epoch.
    pub epoch: u32,
    pub parameters: &'a [f32],
    pub census: &'a Census,
    pub places: &'a Places,
    pub history: &'a History,
}

impl Moment<'_> {
    /// Of each output the last update with a gradient on any of its weights or its bias.
    fn last_gradients(&self) -> Vec<u32> {
        let mut outputs = vec![0; self.places.outputs];
        for (place, &last) in self.places.all.iter().zip(&self.history.last_gradient) {
            outputs[place.output] = last.max(outputs[place.output]);
        }
        outputs
    }
}

/// Filters over an interval, by layer.
struct Filters {
    dead: Vec<Vec<bool>>,
    inactive: Vec<Vec<bool>>,
    active_at_end: Vec<Vec<bool>>,
}

/// Numbers of weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    causes: [u32; CAUSES],
    /// Not stopped, and the same as bfloat16.
    rounding: u32,
    /// Not stopped, of a filter that was dead.
    moving_dead: u32,
}

/// The comparisons with one interval, the last one at hand.
#[derive(Debug)]
pub(super) struct Comparison {
    /// Steps between the two snapshots.
    pub interval: u32,
    /// Of each weight whether it is stopped.
    pub stopped: Vec<bool>,
    /// Step at the end of the last comparison.
    pub step: u32,
    /// Of each weight whether its filter was dead over the interval.
    dead: Vec<bool>,
    /// One a layer with an activation, one for all other weights.
    parts: Vec<Tally>,
    /// Of each layer's filters.
    filters: Vec<Vec<[u32; CAUSES]>>,
    /// Not stopped, but equal to `numpy.allclose`, or to four decimals.
    close: u32,
    same_digits: u32,
    /// Relative changes of the weights that are not stopped.
    changes: Vec<f32>,
    /// Against the comparison before; none at the first.
    kept: Option<[Kept; 2]>,
}

impl Comparison {
    pub fn new(interval: u32, weights: usize) -> Self {
        Self {
            interval,
            stopped: vec![false; weights],
            step: 0,
            dead: vec![false; weights],
            parts: Vec::new(),
            filters: Vec::new(),
            close: 0,
            same_digits: 0,
            changes: Vec::with_capacity(weights),
            kept: None,
        }
    }

    /// Compares the weights of `moment` with `before`, those at the beginning of the interval.
    pub fn compare(&mut self, moment: &Moment<'_>, before: &[f32]) {
        let places = moment.places;
        let filters = self.filters_over(moment);
        let first = self.step == 0;
        let (old_stopped, old_dead) = (self.stopped.clone(), self.dead.clone());
        self.step = moment.step;
        self.parts = vec![Tally::default(); places.layers() + 1];
        self.filters = places
            .filters
            .iter()
            .map(|&filters| vec![[0; CAUSES]; filters])
            .collect();
        (self.close, self.same_digits) = (0, 0);
        self.changes.clear();
        let since = moment.step - self.interval;
        let last_gradient = moment.last_gradients();
        let long = self.interval.max(moment.epoch);
        for (index, place) in places.all.iter().enumerate() {
            if place.kept {
                continue;
            }
            let (was, is) = (before[index], moment.parameters[index]);
            let tally = &mut self.parts[places.part(index)];
            let holds = |of: &[Vec<bool>]| place.filter.is_some_and(|(l, f)| of[l][f]);
            self.dead[index] = holds(&filters.dead);
            self.stopped[index] = was.to_bits() == is.to_bits();
            if !self.stopped[index] {
                tally.rounding += u32::from(to_bf16(was) == to_bf16(is));
                tally.moving_dead += u32::from(self.dead[index]);
                self.close += u32::from(is_close(was, is));
                self.same_digits += u32::from(four_decimals(was) == four_decimals(is));
                self.changes.push(((is - was) / was).abs());
                continue;
            }
            let cause = Cause::of(Evidence {
                changed: moment.history.last_change[index] > since,
                dead: self.dead[index],
                starved: place.reads.is_some_and(|(l, f)| filters.dead[l][f]),
                blank: place.blank,
                cut_off: holds(&filters.active_at_end)
                    && moment.step >= long
                    && last_gradient[place.output] <= moment.step - long,
                inactive: holds(&filters.inactive),
                quiet_input: place.reads.is_some_and(|(l, f)| filters.inactive[l][f]),
                reached: last_gradient[place.output] > since,
                gradient: moment.history.last_gradient[index] > since,
            });
            tally.causes[cause as usize] += 1;
            if let Some((layer, filter)) = place.filter {
                self.filters[layer][filter][cause as usize] += 1;
            }
        }
        self.kept = (!first).then(|| {
            let part = |index: usize| places.part(index);
            let parts = places.layers() + 1;
            let weight = |index: usize| !places.all[index].kept;
            let all = Kept::count(parts, part, &old_stopped, &self.stopped, weight);
            let awake = |index: usize| weight(index) && !old_dead[index] && !self.dead[index];
            [
                all,
                Kept::count(parts, part, &old_stopped, &self.stopped, awake),
            ]
        });
    }

    fn filters_over(&self, moment: &Moment<'_>) -> Filters {
        let since = moment.step - self.interval;
        let by_filter = |holds: &dyn Fn(usize, usize) -> bool| -> Vec<Vec<bool>> {
            let layers = moment.places.filters.iter().enumerate();
            layers
                .map(|(layer, &filters)| (0..filters).map(|f| holds(layer, f)).collect())
                .collect()
        };
        let silent = |layer: usize, f: usize| moment.history.last_active[layer][f] <= since;
        Filters {
            dead: by_filter(&|layer, f| moment.census.layers[layer].is_dead(f) && silent(layer, f)),
            inactive: by_filter(&silent),
            active_at_end: by_filter(&|layer, f| moment.census.layers[layer].largest[f] > 0.0),
        }
    }

    /// Writes the comparison.
    pub fn rows(&mut self, moment: &Moment<'_>, filters: bool, rows: &mut Vec<ProbeRow>) {
        let layers = moment.places.layers();
        let interval = self.interval;
        let mut push = |layer: Option<usize>, filter: Option<usize>, what: &str, value: f64| {
            rows.push(ProbeRow {
                probe: NAME.into(),
                step: moment.step,
                layer: layer.map(|layer| layer as u32),
                filter: filter.map(|filter| filter as u32),
                quantity: format!("{interval} {what}"),
                value,
            });
        };
        let some = |count: u32| (count > 0).then_some(f64::from(count));
        let scopes = (0..layers).map(Some).chain([None]);
        for scope in scopes {
            let own = |tally: fn(&Tally, usize) -> u32, cause: usize| match scope {
                Some(layer) => some(tally(&self.parts[layer], cause)),
                None => some(self.parts.iter().map(|part| tally(part, cause)).sum()),
            };
            for cause in Cause::ALL {
                if let Some(count) = own(|tally, cause| tally.causes[cause], cause as usize) {
                    push(scope, None, cause.name(), count);
                }
            }
            if let Some(count) = own(|tally, _| tally.rounding, 0) {
                push(scope, None, "rounding", count);
            }
            if let Some(count) = own(|tally, _| tally.moving_dead, 0) {
                push(scope, None, "moving dead", count);
            }
        }
        push(None, None, "close", f64::from(self.close));
        push(None, None, "same digits", f64::from(self.same_digits));
        push(None, None, "median change", median(&mut self.changes));
        if let Some(both) = &self.kept {
            for (kept, of) in both.iter().zip(["", "awake "]) {
                push(None, None, &format!("{of}kept"), kept.both);
                push(None, None, &format!("{of}kept by chance"), kept.by_chance);
                push(None, None, &format!("{of}kept at most"), kept.at_most);
            }
        }
        if filters {
            for (layer, filters) in self.filters.iter().enumerate() {
                for (filter, causes) in filters.iter().enumerate() {
                    for cause in Cause::ALL {
                        if let Some(count) = some(causes[cause as usize]) {
                            push(Some(layer), Some(filter), cause.name(), count);
                        }
                    }
                }
            }
        }
    }
}

/// What `numpy.allclose` calls equal: abs(is - was) <= 1e-8 + 1e-5 abs(was).
fn is_close(was: f32, is: f32) -> bool {
    let (was, is) = (f64::from(was), f64::from(is));
    (is - was).abs() <= 1e-8 + 1e-5 * was.abs()
}

/// A number as PyTorch prints it: to four decimals.
fn four_decimals(value: f32) -> i64 {
    libm::round(f64::from(value) * 1e4) as i64
}

/// The lower median; NaN of nothing.
fn median(values: &mut [f32]) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    let middle = (values.len() - 1) / 2;
    f64::from(*values.select_nth_unstable_by(middle, f32::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_equal_is_not_what_is_equal() {
        assert!(is_close(1.0, 1.0 + 0.9e-5) && !is_close(1.0, 1.0 + 1.2e-5));
        assert!(is_close(0.0, 0.9e-8) && !is_close(0.0, -1.1e-8));
        assert_eq!(four_decimals(0.123_44), four_decimals(0.123_36));
        assert_ne!(four_decimals(0.123_44), four_decimals(0.123_56));
    }

    #[test]
    fn the_median_is_the_lower_one() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0, 10.0]), 2.0);
        assert_eq!(median(&mut [f32::INFINITY, 1.0, 2.0]), 2.0);
        assert!(median(&mut []).is_nan());
    }
}
