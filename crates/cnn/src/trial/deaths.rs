//! Each death and revival, and what had changed in between.

use super::tracker::{LayerTracker, Woken};
use crate::census::{Census, LayerCensus};
use crate::network::{FilterLayer, Network};
use crate::probe::own;
use crate::record::{Event, EventRow};

/// The deaths and revivals so far.
#[derive(Debug, Default)]
pub(super) struct Deaths {
    /// The parameters at the last census.
    then: Vec<f32>,
    pub rows: Vec<EventRow>,
}

impl Deaths {
    /// Takes note of the filters that a batch has just woken, with the parameters that it met.
    pub fn wake(
        &self,
        step: u32,
        layer: &FilterLayer,
        tracker: &mut LayerTracker,
        parameters: &[f32],
    ) {
        for filter in tracker.waking.drain(..) {
            tracker.woken[filter] = Some(Woken {
                step,
                own_changed: !own::unchanged(layer, filter, &self.then, parameters),
                below_changed: self.below_changed(layer, parameters),
            });
        }
    }

    /// Takes note of a census, before the trackers do.
    pub fn census(&mut self, census: &Census, trackers: &mut [LayerTracker], network: &Network) {
        let parameters = network.graph.parameters();
        if self.then.len() == parameters.len() {
            let layers = network.layers.iter().zip(&census.layers).zip(trackers);
            for (index, ((layer, counts), tracker)) in layers.enumerate() {
                let place = (index, layer);
                self.layer(census.step, place, counts, tracker, parameters);
            }
        }
        self.then.clear();
        self.then.extend_from_slice(parameters);
    }

    fn layer(
        &mut self,
        step: u32,
        (index, layer): (usize, &FilterLayer),
        counts: &LayerCensus,
        tracker: &mut LayerTracker,
        parameters: &[f32],
    ) {
        for filter in 0..layer.filters {
            let woken = tracker.woken[filter].take();
            let Some(before) = tracker.sightings[filter].last().copied() else {
                continue;
            };
            let dead = counts.is_dead(filter);
            if before.dead == dead && woken.is_none() {
                continue;
            }
            let now = Woken {
                step,
                own_changed: !own::unchanged(layer, filter, &self.then, parameters),
                below_changed: self.below_changed(layer, parameters),
            };
            let mut push = |event, after_step, change: Woken, images_active| {
                self.rows.push(EventRow {
                    layer: index as u32,
                    filter: filter as u32,
                    event,
                    after_step,
                    by_step: change.step,
                    own_changed: change.own_changed,
                    below_changed: change.below_changed,
                    images_active,
                });
            };
            if before.dead {
                let images = (!dead).then_some(counts.active_images[filter] as u32);
                push(Event::Revival, before.step, woken.unwrap_or(now), images);
            }
            if dead {
                let alive = tracker.last_alive(filter);
                let after = alive.map_or(before.step, |alive| alive.max(before.step));
                push(Event::Death, after, now, None);
            }
        }
    }

    /// Whether any bit of what a layer rests on differs from the last census: the parameters are
    /// in the order of the layers.
    fn below_changed(&self, layer: &FilterLayer, parameters: &[f32]) -> bool {
        let below = ..layer.weight.start;
        let both = self.then[below].iter().zip(&parameters[below]);
        both.fold(false, |changed, (then, now)| {
            changed | (then.to_bits() != now.to_bits())
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::record::{Event, EventRow, FilterRow, TrialRecord};
    use crate::trial::tests::{digits, settings};

    fn record(momentum: f64, rate: f64, seed: u64) -> TrialRecord {
        let mut settings = settings(rate, 8);
        let optimizer = serde_json::json!({"kind": "sgd", "momentum": momentum});
        settings.optimizer = serde_json::from_value(optimizer).unwrap();
        crate::trial::run(&settings, seed, &digits(300), &mut ()).unwrap()
    }

    fn of<'a>(record: &'a TrialRecord, own: &FilterRow) -> Vec<&'a EventRow> {
        let rows = record.events.iter();
        rows.filter(|row| (row.layer, row.filter) == (own.layer, own.filter))
            .collect()
    }

    #[test]
    fn events_are_the_filters_lives() {
        let (mut deaths, mut revivals, mut moved) = (0, 0, 0);
        for (momentum, rate, seed) in [(0.0, 1.0, 0), (0.0, 2.0, 1), (0.9, 0.3, 2), (0.9, 0.5, 3)] {
            let record = record(momentum, rate, seed);
            for filter in &record.filters {
                let own = of(&record, filter);
                let ended = |row: &&EventRow| (row.after_step, row.by_step);
                let died: Vec<_> = own.iter().filter(|e| e.event == Event::Death).collect();
                let first = died.first().map(|row| ended(row));
                assert_eq!(first, filter.first_death_after.zip(filter.first_death_by));
                let last = own.last().filter(|row| row.event == Event::Death);
                let last = last.map(ended);
                assert_eq!(last, filter.final_death_after.zip(filter.final_death_by));
                let back = own.iter().filter(|row| row.images_active.is_some());
                assert_eq!(back.clone().count(), filter.revivals as usize);
                assert!(back.clone().all(|row| row.event == Event::Revival));
                let mut dead = filter.born_dead;
                for row in &own {
                    assert_eq!(dead, row.event == Event::Revival, "{own:?}");
                    assert!(row.after_step < row.by_step);
                    dead = !dead;
                }
                assert_eq!(dead, filter.dead_at_end);
                assert!(own.iter().all(|row| row.layer > 0 || !row.below_changed));
                for row in own.iter().filter(|row| row.event == Event::Revival) {
                    // A dead filter has no gradient, and plain SGD leaves it as it is.
                    if momentum == 0.0 {
                        assert!(row.below_changed && !row.own_changed, "{row:?}");
                    }
                    moved += usize::from(row.own_changed);
                    revivals += 1;
                }
                deaths += died.len();
            }
        }
        assert!(
            deaths > 20 && revivals > 10 && moved > 0,
            "{deaths} {revivals} {moved}"
        );
    }
}
