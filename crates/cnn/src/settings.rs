//! What a trial is: everything, apart from seed and data, that its numbers depend on.

use serde::{Deserialize, Serialize};

use crate::CnnError;
use crate::architecture::Architecture;
use crate::data::{DataSettings, Images, Split};
use crate::initialization::Initialization;
use crate::optimizer::OptimizerSettings;
use crate::probe::born_dead::BornDead;
use crate::probe::deaths::Deaths;
use crate::probe::revivals::Revivals;
use crate::probe::stopped::StoppedSettings;
use crate::random::StreamOffsets;

/// Settings of one trial. A trial is a pure function of these, a seed and the data's digest.
///
/// The canonical form is [`TrialSettings::canonical`]; every field appears in it, also where it
/// has its default, so that two spellings of the same trial are the same trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialSettings {
    /// Which images, and how their pixels are scaled.
    pub data: DataSettings,
    /// The layers of the network.
    pub architecture: Architecture,
    /// How the weights and biases start.
    #[serde(default)]
    pub initialization: Initialization,
    /// The optimizer and its constants (the learning rate stands in [`Schedule`]).
    pub optimizer: OptimizerSettings,
    /// Learning rate, batch size and length.
    pub schedule: Schedule,
    /// Offsets of the random streams, to vary one and keep the others.
    #[serde(default)]
    pub streams: StreamOffsets,
    /// Measurements beyond the ones every trial records.
    #[serde(default)]
    pub probes: Probes,
}

/// Learning rate, batch size and number of epochs, piecewise constant.
///
/// Epochs `0 .. epochs - annealed_epochs` run at `learning_rate`, the rest at
/// `learning_rate * annealing_factor`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Step size of the optimizer; positive and finite.
    pub learning_rate: f64,
    /// Images a step. The last batch of an epoch is smaller where the set does not divide.
    #[serde(default = "defaults::batch_size")]
    pub batch_size: usize,
    /// Passes over the training set; 0 for a trial that only looks at the network as it begins.
    #[serde(default = "defaults::epochs")]
    pub epochs: usize,
    /// How many of the last epochs run at the annealed rate.
    #[serde(default = "defaults::annealed_epochs")]
    pub annealed_epochs: usize,
    /// The annealed rate as a share of the learning rate.
    #[serde(default = "defaults::annealing_factor")]
    pub annealing_factor: f64,
    /// Epochs of a phase; 0 if all is one phase. At the beginning of each phase but the first the
    /// positions of the pixels are put in a new random order, the same for all images, training
    /// and held out (the permuted tasks of continual learning, Goodfellow et al. 2013,
    /// arXiv 1312.6211). Orders come from [`Stream::Permutations`](crate::random::Stream), one
    /// substream a phase.
    #[serde(default)]
    pub permuted_every: usize,
}

impl TrialSettings {
    /// Whether every value is in its range and the network fits the images.
    ///
    /// # Errors
    /// [`CnnError::Setting`] or [`CnnError::Layer`] with the key or layer and what would be right.
    pub fn check(&self, images: &Images) -> Result<(), CnnError> {
        self.data.check()?;
        self.initialization.check()?;
        self.optimizer.check()?;
        self.schedule.check()?;
        self.probes.check()?;
        let shapes = self.architecture.check(images.shape)?;
        let answers = shapes.last().map_or(0, |last| last.output.filters());
        if answers != images.classes {
            let index = shapes.len().saturating_sub(1);
            return Err(CnnError::Layer {
                index: index.to_string(),
                layer: self.architecture.0[index].to_string(),
                problem: format!(
                    "the network ends in {answers} outputs, and the images have {} classes; end \
                     it with `linear {0}`",
                    images.classes
                ),
            });
        }
        if self.steps(images) > u64::from(u32::MAX) {
            let expected = "makes more than 2^32 updates; use fewer epochs or larger batches";
            return Err(CnnError::setting(
                "schedule.epochs",
                self.schedule.epochs,
                expected,
            ));
        }
        Ok(())
    }

    /// Compact JSON of every setting, also those at their defaults, in the order of the fields:
    /// what a trial's id is made of. Numbers have the shortest form that reads back the same.
    pub fn canonical(&self) -> String {
        // Plain structs, texts and numbers always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Updates planned: epochs x [`TrialSettings::steps_per_epoch`].
    pub fn steps(&self, images: &Images) -> u64 {
        (self.schedule.epochs as u64).saturating_mul(self.steps_per_epoch(images))
    }

    /// Updates of one epoch: training images / batch size, rounded up.
    pub fn steps_per_epoch(&self, images: &Images) -> u64 {
        let batch_size = self.schedule.batch_size.max(1);
        Split::training_len(images).div_ceil(batch_size) as u64
    }

    /// Updates done when annealing begins; all of them if no epoch is annealed.
    pub fn annealing_step(&self, images: &Images) -> u64 {
        let schedule = &self.schedule;
        let epochs = schedule.epochs.saturating_sub(schedule.annealed_epochs);
        (epochs as u64).saturating_mul(self.steps_per_epoch(images))
    }
}

impl Schedule {
    /// Whether all values are in their range.
    ///
    /// # Errors
    /// [`CnnError::Setting`] with the key, its value and what would be right.
    pub fn check(&self) -> Result<(), CnnError> {
        let wrong = |key: &str, value: String, expected: &str| {
            Err(CnnError::setting(
                &format!("schedule.{key}"),
                value,
                expected,
            ))
        };
        let positive = f64::MIN_POSITIVE..=f64::from(f32::MAX);
        if !positive.contains(&self.learning_rate) {
            let expected = "a learning rate is a finite number above 0";
            return wrong("learning_rate", self.learning_rate.to_string(), expected);
        }
        if !(1..=1 << 16).contains(&self.batch_size) {
            let expected = "must be from 1 to 65536";
            return wrong("batch_size", self.batch_size.to_string(), expected);
        }
        if self.epochs > 1 << 24 {
            let expected = "must be from 0 to 2^24";
            return wrong("epochs", self.epochs.to_string(), expected);
        }
        if self.annealed_epochs >= self.epochs.max(1) {
            let expected = format!(
                "must be below schedule.epochs = {}, so that some epoch runs at the full rate",
                self.epochs
            );
            return wrong(
                "annealed_epochs",
                self.annealed_epochs.to_string(),
                &expected,
            );
        }
        if self.permuted_every > 1 << 24 {
            let expected = "must be from 0 to 2^24";
            return wrong("permuted_every", self.permuted_every.to_string(), expected);
        }
        if !(0.0..=1.0).contains(&self.annealing_factor) {
            let expected = "must be from 0 to 1";
            return wrong(
                "annealing_factor",
                self.annealing_factor.to_string(),
                expected,
            );
        }
        Ok(())
    }

    /// The phase that begins with an epoch, both counted from 0; none if the epoch begins no phase
    /// or the first one.
    pub fn phase_from(&self, epoch: usize) -> Option<u64> {
        let begins = epoch > 0 && epoch.checked_rem(self.permuted_every) == Some(0);
        begins.then(|| (epoch / self.permuted_every) as u64)
    }

    /// The learning rate of an epoch, counted from 0.
    pub fn rate(&self, epoch: usize) -> f64 {
        if epoch + self.annealed_epochs < self.epochs {
            self.learning_rate
        } else {
            self.learning_rate * self.annealing_factor
        }
    }
}

/// Measurements that only some studies need, off by default.
///
/// A probe that is off does not stand in the canonical form: a new probe leaves the ids of all
/// other trials as they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Probes {
    /// What carried filters to their death.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deaths: Option<Deaths>,
    /// Which dead filters come back, and what woke them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revivals: Option<Revivals>,
    /// Which weights stop, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped: Option<StoppedSettings>,
    /// How many networks or filters are dead before training.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub born_dead: Option<BornDead>,
    /// How far dead filters travel on what their optimizer remembers.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub coasting: bool,
}

impl Probes {
    fn check(&self) -> Result<(), CnnError> {
        let stopped = self.stopped.as_ref();
        stopped.map_or(Ok(()), StoppedSettings::check)?;
        self.born_dead.as_ref().map_or(Ok(()), BornDead::check)
    }
}

mod defaults {
    pub fn batch_size() -> usize {
        32
    }
    pub fn epochs() -> usize {
        20
    }
    pub fn annealed_epochs() -> usize {
        3
    }
    pub fn annealing_factor() -> f64 {
        1.0 / 30.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::optimizer::{OptimizerSettings, Sgd};

    type Change = fn(&mut TrialSettings);

    fn settings() -> TrialSettings {
        let schedule = r#"{"learning_rate": 0.1}"#;
        TrialSettings {
            data: DataSettings::default(),
            architecture: Architecture::digits_cnn(),
            initialization: Initialization::default(),
            optimizer: OptimizerSettings::Sgd(Sgd::default()),
            schedule: serde_json::from_str(schedule).unwrap(),
            streams: StreamOffsets::default(),
            probes: Probes::default(),
        }
    }

    #[test]
    fn a_default_trial_has_45_steps_an_epoch_and_anneals_from_765() {
        let images = DataSettings::default().load(None).unwrap();
        let settings = settings();
        settings.check(&images).unwrap();
        assert_eq!(settings.steps_per_epoch(&images), 45);
        assert_eq!(settings.annealing_step(&images), 765);
        assert_eq!(settings.steps(&images), 900);
        assert_eq!(settings.schedule.rate(16), 0.1);
        assert_eq!(settings.schedule.rate(17), 0.1 / 30.0);
        assert!((0..20).all(|epoch| settings.schedule.phase_from(epoch).is_none()));
    }

    #[test]
    fn phases_begin_every_so_many_epochs() {
        let mut schedule = settings().schedule;
        schedule.permuted_every = 3;
        let begun: Vec<_> = (0..8).map(|epoch| schedule.phase_from(epoch)).collect();
        let none = None;
        assert_eq!(
            begun,
            [none, none, none, Some(1), none, none, Some(2), none]
        );
    }

    #[test]
    fn the_canonical_form_holds_every_default_and_reads_back() {
        let settings = settings();
        let canonical = settings.canonical();
        for part in [
            r#""data":{"set":"digits","pixels":"raw"}"#,
            r#""momentum":0.0"#,
            r#""annealed_epochs":3"#,
            r#""streams":{"split":0"#,
        ] {
            assert!(canonical.contains(part), "{canonical}");
        }
        let again: TrialSettings = serde_json::from_str(&canonical).unwrap();
        assert_eq!(again, settings);
        assert_eq!(again.canonical(), canonical);
    }

    #[test]
    fn values_out_of_range_are_refused_by_name() {
        let images = DataSettings::default().load(None).unwrap();
        let cases: [(Change, &str); 9] = [
            (
                |s| s.schedule.permuted_every = usize::MAX,
                "schedule.permuted_every",
            ),
            (
                |s| s.schedule.learning_rate = f64::NAN,
                "schedule.learning_rate = NaN",
            ),
            (
                |s| s.schedule.learning_rate = 0.0,
                "schedule.learning_rate = 0",
            ),
            (|s| s.schedule.batch_size = 0, "schedule.batch_size = 0"),
            (|s| s.schedule.epochs = 3, "schedule.annealed_epochs = 3"),
            (
                |s| s.schedule.annealing_factor = -1.0,
                "schedule.annealing_factor = -1",
            ),
            (
                |s| s.initialization.gain = f64::INFINITY,
                "initialization.gain",
            ),
            (|s| s.architecture.0.truncate(2), "ends in images"),
            (
                |s| s.architecture.0[8] = "linear 9".parse().unwrap(),
                "ends in 9 outputs, and the images have 10 classes",
            ),
        ];
        for (change, expected) in cases {
            let mut settings = settings();
            change(&mut settings);
            let problem = settings.check(&images).unwrap_err().to_string();
            assert!(problem.contains(expected), "{problem}");
        }
    }
}
