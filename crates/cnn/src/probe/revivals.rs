//! Which dead filters come back, and what woke them.
//!
//! At the end of each epoch (and at step 0) a census of the probe's own finds the dead; it enters
//! no count of the trial's grid. A filter that is dead at one and alive at the next is revived. It
//! woke at the first step whose training batch made it active, or else at the census that found it
//! alive; its own weights and bias are compared, bit by bit, with those it had when it was dead.
//!
//! Rows of a layer (`step` is that of the census that found the filters dead):
//!
//! | quantity | value |
//! |---|---|
//! | `dead` | filters dead at this census, the network working |
//! | `revived` | of these, alive one epoch later |
//! | `revived_unchanged` | of these, own parameters the same bits when it woke |
//! | `changed` | dead at both, own parameters not the same bits |
//! | `dead_in_collapse` | filters dead at this census in a collapsed network |
//! | `filters_dead`, `filters_revived`, `filters_changed` | at the end: filters to which it happened at least once, in whatever network |
//!
//! Rows of a filter that was revived with own parameters changed, `step` when it woke, for the
//! first few of a layer: the largest pre-activation `before` (when dead), `after` (awake),
//! `own_alone` (own parameters as awake, inputs as dead) and `inputs_alone` (the reverse), and
//! `own` and `inputs`, the parts of its change.

mod rows;

pub use crate::settings::probes::Revivals;

use super::examiner::Examiner;
use super::own;
use super::split::Corners;
use crate::CnnError;
use crate::census::Observatory;
use crate::network::Network;
use crate::record::{Outcome, ProbeRow};
use crate::settings::TrialSettings;
use crate::step::Step;
use rows::{row, split_rows};

/// The probe.
#[derive(Debug)]
pub(super) struct RevivalProbe {
    asked: Revivals,
    batch_size: usize,
    observatory: Observatory,
    layers: Vec<Layer>,
    /// Step and outcome of the last census.
    last: Option<(u32, Outcome)>,
    /// Parameters at the last census.
    then: Vec<f32>,
    /// Parameters before the last update: those that its batch met.
    before: Vec<f32>,
}

#[derive(Debug)]
struct Layer {
    examiner: Examiner,
    filters: Vec<Filter>,
    splits: usize,
}

/// What is known of one filter.
#[derive(Clone, Copy, Debug, Default)]
struct Filter {
    /// Dead at the last census.
    dead: bool,
    /// Since then active in a batch.
    woken: Option<Woken>,
    ever: Ever,
}

/// What happened to a filter at least once.
#[derive(Clone, Copy, Debug, Default)]
struct Ever {
    dead: bool,
    revived: bool,
    changed: bool,
}

/// How a filter woke.
#[derive(Clone, Copy, Debug)]
struct Woken {
    step: u32,
    unchanged: bool,
    split: Option<(Corners, f64)>,
}

impl RevivalProbe {
    /// A probe for trials with these settings on images of (height, width, channels).
    ///
    /// # Errors
    /// [`CnnError::Setting`] if the network cannot be followed.
    pub fn new(
        asked: Revivals,
        settings: &TrialSettings,
        input: [usize; 3],
    ) -> Result<Self, CnnError> {
        let network = Network::training(&settings.architecture, input, 1)?;
        let layer = |index: usize| {
            Ok(Layer {
                examiner: Examiner::new(&settings.architecture, input, index, 2)?,
                filters: vec![Filter::default(); network.layers[index].filters],
                splits: 0,
            })
        };
        Ok(Self {
            asked,
            batch_size: settings.schedule.batch_size,
            observatory: Observatory::new(&settings.architecture, input)?,
            layers: (0..network.layers.len())
                .map(layer)
                .collect::<Result<_, CnnError>>()?,
            last: None,
            then: Vec::new(),
            before: Vec::new(),
        })
    }

    /// Looks at one filter that was dead at the last census and is awake with `now`.
    fn wake(
        &mut self,
        layer: usize,
        filter: usize,
        now: &[f32],
        at: u32,
        step: &Step<'_>,
    ) -> Result<Woken, CnnError> {
        let place = &step.network.layers[layer];
        let unchanged = own::unchanged(place, filter, &self.then, now);
        let followed = &mut self.layers[layer];
        let mut split = None;
        if !unchanged && followed.splits < self.asked.splits {
            followed.splits += 1;
            let own = [(filter, &self.then[..]), (filter, now)];
            let mut largest = |below: &[f32]| -> Result<[f64; 2], CnnError> {
                let found = followed.examiner.largest(below, &own, step.training)?;
                Ok([found[0], found[1]].map(f64::from))
            };
            let [before, own_alone] = largest(&self.then)?;
            let [inputs_alone, after] = largest(now)?;
            let corners = Corners {
                before,
                own_alone,
                inputs_alone,
                after,
            };
            let bias = own::bias(place, filter, now) - own::bias(place, filter, &self.then);
            split = Some((corners, bias));
        }
        Ok(Woken {
            step: at,
            unchanged,
            split,
        })
    }

    /// Notes which dead filters the batch just used made active.
    fn batch(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
        for index in 0..self.layers.len() {
            let node = step.network.layers[index].activation;
            let activity = step.network.graph.activity(node).unwrap_or_default();
            for (filter, &largest) in activity.iter().enumerate() {
                let known = self.layers[index].filters[filter];
                if known.dead && known.woken.is_none() && largest > 0.0 {
                    let now = std::mem::take(&mut self.before);
                    let woken = self.wake(index, filter, &now, step.step - 1, step);
                    self.before = now;
                    self.layers[index].filters[filter].woken = Some(woken?);
                }
            }
        }
        Ok(())
    }

    /// The census at the end of an epoch.
    fn census(&mut self, step: &Step<'_>, rows: &mut Vec<ProbeRow>) -> Result<(), CnnError> {
        let now = step.network.graph.parameters();
        let census = self.observatory.take(now, step.training, step.step)?;
        if !census.is_finite() {
            self.last = None;
            return Ok(());
        }
        let outcome = census.outcome;
        let dead: Vec<Vec<bool>> = census
            .layers
            .iter()
            .map(|layer| (0..layer.filters()).map(|f| layer.is_dead(f)).collect())
            .collect();
        for (index, dead) in dead.iter().enumerate() {
            if let Some((then, outcome)) = self.last {
                self.compare(index, dead, (then, outcome), step, rows)?;
            }
            for (filter, &dead) in self.layers[index].filters.iter_mut().zip(dead) {
                filter.dead = dead;
                filter.ever.dead |= dead;
                filter.woken = None;
            }
        }
        self.last = Some((step.step, outcome));
        self.then.clear();
        self.then.extend_from_slice(now);
        Ok(())
    }

    /// Counts one layer's filters from the last census (`then`) to this one.
    fn compare(
        &mut self,
        index: usize,
        dead: &[bool],
        then: (u32, Outcome),
        step: &Step<'_>,
        rows: &mut Vec<ProbeRow>,
    ) -> Result<(), CnnError> {
        let now = step.network.graph.parameters();
        let place = &step.network.layers[index];
        let [
            mut were_dead,
            mut revived,
            mut revived_unchanged,
            mut changed,
        ] = [0.0; 4];
        for (filter, &is_dead) in dead.iter().enumerate() {
            let known = self.layers[index].filters[filter];
            if !known.dead {
                continue;
            }
            were_dead += 1.0;
            if is_dead {
                let same = own::unchanged(place, filter, &self.then, now);
                changed += f64::from(u8::from(!same));
                self.layers[index].filters[filter].ever.changed |= !same;
                continue;
            }
            let woken = match known.woken {
                Some(woken) => woken,
                None => self.wake(index, filter, now, step.step, step)?,
            };
            revived += 1.0;
            revived_unchanged += f64::from(u8::from(woken.unchanged));
            self.layers[index].filters[filter].ever.revived = true;
            if let Some((corners, bias)) = woken.split {
                split_rows(index, filter, woken.step, corners, bias, rows);
            }
        }
        let mut push = |quantity, value| rows.push(row(then.0, index, None, quantity, value));
        if then.1 == Outcome::Collapsed {
            push("dead_in_collapse", were_dead);
        } else {
            push("dead", were_dead);
            push("revived", revived);
            push("revived_unchanged", revived_unchanged);
            push("changed", changed);
        }
        Ok(())
    }
}

impl super::Probe for RevivalProbe {
    fn step(&mut self, step: &Step<'_>, rows: &mut Vec<ProbeRow>) -> Result<(), CnnError> {
        if step.step > 0 {
            self.batch(step)?;
        }
        let epoch = step.training.len().div_ceil(self.batch_size.max(1)) as u32;
        if step.step.is_multiple_of(epoch) {
            self.census(step, rows)?;
        }
        self.before.clear();
        self.before
            .extend_from_slice(step.network.graph.parameters());
        Ok(())
    }

    fn end(&mut self, step: &Step<'_>, rows: &mut Vec<ProbeRow>) -> Result<(), CnnError> {
        for (index, layer) in self.layers.iter().enumerate() {
            let count = |happened: fn(&Filter) -> bool| {
                layer.filters.iter().filter(|f| happened(f)).count() as f64
            };
            for (quantity, value) in [
                ("filters_dead", count(|filter| filter.ever.dead)),
                ("filters_revived", count(|filter| filter.ever.revived)),
                ("filters_changed", count(|filter| filter.ever.changed)),
            ] {
                rows.push(row(step.step, index, None, quantity, value));
            }
        }
        Ok(())
    }
}
