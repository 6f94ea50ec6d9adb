//! What carried filters to their death: the steps before it, each split into own weights, own
//! bias and inputs from below.
//!
//! Followed are filters that are dead at the end and were active in some training batch, in each
//! layer from the second on (in the first the inputs never change). Their death is the first step
//! after their last activity in a training batch at which they are dead on the whole training
//! set. Beside each a control: a filter of the same layer that is alive at the end and was active
//! in a batch after that death. Which ones is drawn by the trial's seed.
//!
//! Rows carry the index of the dead filter, also those of its control (their quantities begin
//! with `control_`):
//!
//! | quantity | step | value |
//! |---|---|---|
//! | `candidates` | end | filters of the layer that could be followed |
//! | `last_active` | of death | last step whose batch made it active |
//! | `control` | of death | index of the control |
//! | `largest` | s | largest pre-activation M over the training set after s updates |
//! | `weights`, `bias`, `inputs` | s | parts of the change of M by update s |
//! | `update` | s | Euclidean length of update s of its own weights and bias |

pub use crate::settings::probes::Deaths;

use super::examiner::Examiner;
use super::own;
use super::split::Corners;
use crate::CnnError;
use crate::census::Census;
use crate::data::Subset;
use crate::network::{FilterLayer, Network};
use crate::random::{self, Generator, Stream, Streams};
use crate::record::ProbeRow;
use crate::settings::TrialSettings;
use crate::step::Step;

/// Numbers of all parameters of all steps that fit in 1 GiB.
const MOST: u64 = 1 << 28;

/// The probe. It keeps the parameters of every step, and looks back from the end.
#[derive(Debug)]
pub(super) struct DeathProbe {
    asked: Deaths,
    generator: Generator,
    /// Parameters after each update, one after the other.
    history: Vec<f32>,
    /// Examiners of the layers, for three versions each of two filters.
    examiners: Vec<Examiner>,
    /// Per layer and filter the last step whose batch made it active.
    last_active: Vec<Vec<Option<u32>>>,
    /// Per layer and filter whether it was dead at the last census.
    dead: Vec<Vec<bool>>,
    /// Step of that census.
    census: Option<u32>,
}

impl DeathProbe {
    /// A probe for trials with these settings on images of (height, width, channels).
    ///
    /// # Errors
    /// [`CnnError::Setting`] if the network cannot be followed, or not for so long.
    pub fn new(
        asked: Deaths,
        settings: &TrialSettings,
        streams: Streams,
        input: [usize; 3],
    ) -> Result<Self, CnnError> {
        let network = Network::training(&settings.architecture, input, 1)?;
        let examiner = |layer| Examiner::new(&settings.architecture, input, layer, 6);
        let each_layer = || network.layers.iter();
        Ok(Self {
            asked,
            generator: streams.generator(Stream::Probes),
            history: Vec::new(),
            examiners: (0..network.layers.len())
                .map(examiner)
                .collect::<Result<_, _>>()?,
            last_active: each_layer().map(|l| vec![None; l.filters]).collect(),
            dead: each_layer().map(|l| vec![false; l.filters]).collect(),
            census: None,
        })
    }

    /// All deaths that are followed, layer by layer.
    fn follow(&mut self, step: &Step<'_>, rows: &mut Vec<ProbeRow>) -> Result<(), CnnError> {
        let layers = &step.network.layers;
        let parameters = step.network.graph.parameters().len();
        for (index, layer) in layers.iter().enumerate().skip(1) {
            let (dead, last_active) = (&self.dead[index], &self.last_active[index]);
            let mut candidates: Vec<(usize, u32)> = last_active
                .iter()
                .enumerate()
                .filter_map(|(filter, last)| last.filter(|_| dead[filter]).map(|l| (filter, l)))
                .collect();
            let number = |step, quantity, value| row(step, index, None, quantity, value);
            rows.push(number(step.step, "candidates", candidates.len() as f64));
            random::shuffle(&mut candidates, &mut self.generator);
            let mut past = Past {
                history: &self.history,
                parameters,
                layer,
                index,
                examiner: &mut self.examiners[index],
                set: step.training,
            };
            let mut followed = 0;
            for (filter, last) in candidates {
                if followed == self.asked.deaths {
                    break;
                }
                let Some(death) = past.death(filter, last, step.step)? else {
                    continue;
                };
                followed += 1;
                let mut survivors: Vec<usize> = (0..layer.filters)
                    .filter(|&other| !dead[other] && last_active[other] >= Some(death))
                    .collect();
                random::shuffle(&mut survivors, &mut self.generator);
                let control = survivors.first().copied();
                let of_death = |quantity, value| row(death, index, Some(filter), quantity, value);
                rows.push(of_death("last_active", f64::from(last)));
                if let Some(control) = control {
                    rows.push(of_death("control", control as f64));
                }
                let first = death.saturating_sub(self.asked.steps);
                past.window(first..=death, filter, control, rows)?;
            }
        }
        Ok(())
    }
}

impl super::Probe for DeathProbe {
    fn step(&mut self, step: &Step<'_>, _: &mut Vec<ProbeRow>) -> Result<(), CnnError> {
        let parameters = step.network.graph.parameters();
        if step.step == 0 {
            let needed = (u64::from(step.planned) + 1) * parameters.len() as u64;
            if needed > MOST {
                let expected = "keeps the parameters of every step, at most 2^28 numbers in all; \
                                make the network or the trial smaller";
                return Err(CnnError::setting("probes.deaths", needed, expected));
            }
            self.history.reserve_exact(needed as usize);
        } else {
            // The activations are of the batch just used, with the weights before its update.
            let layers = step.network.layers.iter();
            for (layer, last_active) in layers.zip(&mut self.last_active) {
                let activity = step.network.graph.activity(layer.activation);
                for (last, &largest) in last_active.iter_mut().zip(activity.unwrap_or_default()) {
                    if largest > 0.0 {
                        *last = Some(step.step - 1);
                    }
                }
            }
        }
        self.history.extend_from_slice(parameters);
        Ok(())
    }

    fn census(
        &mut self,
        census: &Census,
        _: &Step<'_>,
        _: &mut Vec<ProbeRow>,
    ) -> Result<(), CnnError> {
        self.census = Some(census.step);
        for (dead, layer) in self.dead.iter_mut().zip(&census.layers) {
            for (filter, dead) in dead.iter_mut().enumerate() {
                *dead = layer.is_dead(filter);
            }
        }
        Ok(())
    }

    fn end(&mut self, step: &Step<'_>, rows: &mut Vec<ProbeRow>) -> Result<(), CnnError> {
        // A network that diverged has no last census, and no deaths that last to its end.
        if self.census == Some(step.planned) {
            self.follow(step, rows)?;
        }
        Ok(())
    }
}

/// One layer over all steps of a trial.
struct Past<'a> {
    history: &'a [f32],
    /// Number of parameters.
    parameters: usize,
    layer: &'a FilterLayer,
    index: usize,
    examiner: &'a mut Examiner,
    set: &'a Subset,
}

impl<'a> Past<'a> {
    /// The parameters after a number of updates.
    fn at(&self, step: u32) -> &'a [f32] {
        &self.history[step as usize * self.parameters..][..self.parameters]
    }

    /// The first step after `last` at which a filter is dead on the whole set; none up to `end`.
    fn death(&mut self, filter: usize, last: u32, end: u32) -> Result<Option<u32>, CnnError> {
        let limit = self.layer.function.zero_derivative_up_to();
        for step in last + 1..=end {
            let now = self.at(step);
            let largest = self.examiner.largest(now, &[(filter, now)], self.set)?[0];
            if limit.is_some_and(|limit| largest <= limit) {
                return Ok(Some(step));
            }
        }
        Ok(None)
    }

    /// Rows of the steps of a window, for a filter and its control.
    fn window(
        &mut self,
        steps: std::ops::RangeInclusive<u32>,
        filter: usize,
        control: Option<usize>,
        rows: &mut Vec<ProbeRow>,
    ) -> Result<(), CnnError> {
        let (first, death) = (*steps.start(), *steps.end());
        let pair: Vec<usize> = [Some(filter), control].into_iter().flatten().collect();
        // Per filter: M of its parameters one step earlier, now, and one step later, on the
        // inputs of each step.
        let mut corners: Vec<[[f64; 3]; 2]> = Vec::new();
        for step in steps.clone() {
            let versions = [
                step.saturating_sub(1).max(first),
                step,
                (step + 1).min(death),
            ];
            let own: Vec<_> = pair
                .iter()
                .flat_map(|&filter| versions.map(|version| (filter, self.at(version))))
                .collect();
            let below = self.at(step);
            let largest = self.examiner.largest(below, &own, self.set)?;
            let mut both = [[0.0; 3]; 2];
            for (value, &largest) in both.iter_mut().flatten().zip(largest) {
                *value = f64::from(largest);
            }
            corners.push(both);
        }
        for (which, &member) in pair.iter().enumerate() {
            let prefix = ["", "control_"][which];
            let mut push = |step, quantity: &str, value| {
                let quantity = format!("{prefix}{quantity}");
                rows.push(row(step, self.index, Some(filter), &quantity, value));
            };
            for (step, now) in steps.clone().zip(&corners) {
                push(step, "largest", now[which][1]);
            }
            for (step, pair) in (first + 1..=death).zip(corners.windows(2)) {
                let (before, after) = (pair[0][which], pair[1][which]);
                let parameters = [self.at(step - 1), self.at(step)];
                let [bias, bias_after] =
                    parameters.map(|buffer| own::bias(self.layer, member, buffer));
                let parts = Corners {
                    before: before[1],
                    own_alone: before[2],
                    inputs_alone: after[0],
                    after: after[1],
                }
                .split(bias_after - bias);
                push(step, "weights", parts.weights);
                push(step, "bias", parts.bias);
                push(step, "inputs", parts.inputs);
                let [before, after] = parameters;
                push(
                    step,
                    "update",
                    own::distance(self.layer, member, before, after),
                );
            }
        }
        Ok(())
    }
}

fn row(step: u32, layer: usize, filter: Option<usize>, quantity: &str, value: f64) -> ProbeRow {
    ProbeRow {
        probe: "deaths".into(),
        step,
        layer: Some(layer as u32),
        filter: filter.map(|filter| filter as u32),
        quantity: quantity.into(),
        value,
    }
}
