//! Units beside norms, on small constructed runs: what their weights, their norm and their readers
//! do together.

use std::path::Path;

use autopsy::Motion;
use autopsy::history::{self, Options};
use autopsy::verdict::{Unit, Verdict, judge};
use safetensors::tensor::{Dtype, TensorView, serialize_to_file};

const UNITS: usize = 16;
const INPUTS: usize = 12;
const OUTPUTS: usize = 10;

/// The unit that is silent, or seems so.
const OWN: usize = 3;

/// What of a run does not learn.
#[derive(Clone, Copy, PartialEq)]
enum Still {
    /// The weights of the unit.
    Row,
    /// The gain of its norm.
    Gain,
    /// The shift of its norm.
    Shift,
    /// The weights that read it.
    Column,
    /// All weights of its layer.
    Layer,
}

/// A run of four files.
struct Run {
    /// Whether the norm keeps statistics, as batch norm does.
    statistics: bool,
    /// Whether the reader's weight is normed.
    weight_norm: bool,
    still: &'static [Still],
    /// What weight decay makes of those in an interval.
    decay: f32,
    /// Whether the unit's weights are 0.
    masked: bool,
}

const RUN: Run = Run {
    statistics: false,
    weight_norm: false,
    still: &[],
    decay: 1.0,
    masked: false,
};

impl Run {
    fn is_still(&self, name: &str, index: usize) -> bool {
        let has = |still: Still| self.still.contains(&still);
        match name {
            "fc1.weight" => has(Still::Layer) || (has(Still::Row) && index / INPUTS == OWN),
            "norm1.weight" => has(Still::Gain) && index == OWN,
            "norm1.bias" => has(Still::Shift) && index == OWN,
            _ => name.starts_with("fc2") && has(Still::Column) && index % UNITS == OWN,
        }
    }

    fn tensors(&self) -> Vec<(&'static str, Vec<usize>)> {
        let reader = if self.weight_norm {
            "fc2.weight_v"
        } else {
            "fc2.weight"
        };
        let mut all = vec![
            ("fc1.weight", vec![UNITS, INPUTS]),
            ("norm1.weight", vec![UNITS]),
            ("norm1.bias", vec![UNITS]),
            (reader, vec![OUTPUTS, UNITS]),
        ];
        if self.weight_norm {
            all.push(("fc2.weight_g", vec![OUTPUTS, 1]));
        }
        if self.statistics {
            all.push(("norm1.running_mean", vec![UNITS]));
        }
        all
    }

    fn save(&self, folder: &Path) {
        let mut state = 1_u64;
        let mut noise = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 40) as f32 / (1 << 24) as f32 - 0.5
        };
        let mut tensors: Vec<(&str, Vec<usize>, Vec<f32>)> = Vec::new();
        for (name, shape) in self.tensors() {
            let count = shape.iter().product();
            tensors.push((name, shape, (0..count).map(|_| noise()).collect()));
        }
        for file in 0..4 {
            for (name, _, values) in &mut tensors {
                for (index, value) in values.iter_mut().enumerate() {
                    let own = self.masked && *name == "fc1.weight" && index / INPUTS == OWN;
                    *value = match () {
                        () if own => 0.0,
                        () if file == 0 => *value,
                        () if self.is_still(name, index) => *value * self.decay,
                        () => *value + 0.1 * noise(),
                    };
                }
            }
            let stored: Vec<(&str, &Vec<usize>, Vec<u8>)> = tensors
                .iter()
                .map(|(name, shape, values)| {
                    let bytes = values.iter().flat_map(|value| value.to_le_bytes());
                    (*name, shape, bytes.collect())
                })
                .collect();
            let views = stored.iter().map(|(name, shape, bytes)| {
                let view = TensorView::new(Dtype::F32, (*shape).clone(), bytes);
                (*name, view.unwrap())
            });
            let path = folder.join(format!("step-{}.safetensors", 100 * file));
            serialize_to_file(views, None, &path).unwrap();
        }
    }

    /// What is said of the unit; no other is called dead.
    fn unit(&self) -> Unit {
        let folder = tempfile::tempdir().unwrap();
        self.save(folder.path());
        let history = history::read(&[folder.path().to_owned()], &Options::default()).unwrap();
        let layers = judge(&history);
        let units = &layers
            .iter()
            .find(|layer| layer.name == "fc1")
            .unwrap()
            .units;
        let dead = |unit: &&Unit| unit.verdict == Verdict::Dead && unit.unit != OWN;
        assert_eq!(units.iter().filter(dead).count(), 0);
        units[OWN].clone()
    }
}

#[test]
fn a_norm_over_channels_carries_gradients_to_units_that_are_silent_behind_it() {
    let silent: &[Still] = &[Still::Gain, Still::Shift, Still::Column];
    let unit = Run {
        still: silent,
        ..RUN
    }
    .unit();
    assert_eq!(
        (unit.verdict, unit.motion),
        (Verdict::Dead, Motion::Carried)
    );
    // Where decay moves all that gets no gradient.
    let decay = 0.999;
    let unit = Run {
        still: silent,
        decay,
        ..RUN
    }
    .unit();
    assert_eq!(
        (unit.verdict, unit.motion),
        (Verdict::Dead, Motion::Carried)
    );
    // What is read is not silent, and what learns its shift neither.
    for still in [
        &[Still::Gain, Still::Shift][..],
        &[Still::Gain, Still::Column],
    ] {
        assert_eq!(Run { still, ..RUN }.unit().verdict, Verdict::Learning);
    }
}

#[test]
fn a_norm_behind_the_activation_makes_a_constant_of_a_dead_unit() {
    let run = Run {
        statistics: true,
        still: &[Still::Row, Still::Gain],
        ..RUN
    };
    let unit = run.unit();
    assert_eq!((unit.verdict, unit.motion), (Verdict::Dead, Motion::Frozen));
    // Who sets weights to 0 may hold back gradients too, and who trains the norm alone does.
    let masked = Run {
        masked: true,
        ..run
    }
    .unit();
    assert_eq!(masked.verdict, Verdict::CutOffOrDead);
    let frozen = Run {
        statistics: true,
        still: &[Still::Layer],
        ..RUN
    };
    assert_ne!(frozen.unit().verdict, Verdict::Dead);
}

#[test]
fn weights_that_are_normed_move_without_a_gradient_of_their_own() {
    let still: &[Still] = &[Still::Row, Still::Gain, Still::Shift];
    let plain = Run { still, ..RUN };
    assert_eq!(plain.unit().verdict, Verdict::CutOffOrDead);
    let normed = Run {
        weight_norm: true,
        still,
        ..RUN
    };
    assert_eq!(normed.unit().verdict, Verdict::Dead);
}
