//! The rules on small constructed runs of a network of two convolutions and a linear layer.

use std::collections::BTreeMap;
use std::path::Path;

use autopsy::Motion;
use autopsy::history::{self, Options};
use autopsy::verdict::{LayerVerdicts, Verdict, judge};
use half::bf16;
use safetensors::tensor::{Dtype, TensorView, serialize_to_file};

/// Units of both convolutions, and inputs of the first.
const UNITS: usize = 8;
const INPUTS: usize = 8;
const TAPS: usize = 9;

type Weights = BTreeMap<&'static str, Vec<f32>>;

/// The second convolution may have kernels of one tap: then it has few numbers.
fn shape(name: &str, numbers: usize) -> Vec<usize> {
    match name {
        "0.weight" => vec![UNITS, INPUTS, 3, 3],
        "2.weight" if numbers == UNITS * UNITS => vec![UNITS, UNITS, 1, 1],
        "2.weight" => vec![UNITS, UNITS, 3, 3],
        _ => vec![10, UNITS],
    }
}

/// Numbers between -0.5 and 0.5 that look random.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 40) as f32 / (1 << 24) as f32 - 0.5
    }

    fn weights(&mut self, scale: f32) -> Weights {
        let names = ["0.weight", "2.weight", "5.weight"];
        let tensor = |name| {
            let count = shape(name, 0).iter().product();
            (name, (0..count).map(|_| self.next() * scale).collect())
        };
        names.map(tensor).into()
    }
}

/// Row `unit` of a weight.
fn row<'a>(weights: &'a mut Weights, name: &str, unit: usize) -> &'a mut [f32] {
    let all = weights.get_mut(name).unwrap();
    let count: usize = shape(name, all.len())[1..].iter().product();
    &mut all[unit * count..(unit + 1) * count]
}

/// The weights of the second convolution that read a unit of the first.
fn readers(weights: &mut Weights, unit: usize) -> impl Iterator<Item = &mut f32> {
    let all = weights.get_mut("2.weight").unwrap();
    let taps = all.len() / (UNITS * UNITS);
    let all = all.chunks_mut(taps);
    all.skip(unit).step_by(UNITS).flatten()
}

fn save(folder: &Path, step: usize, weights: &Weights, dtype: Dtype) {
    let bytes = |values: &Vec<f32>| -> Vec<u8> {
        let half = |value: &f32| bf16::from_f32(*value).to_le_bytes().to_vec();
        let single = |value: &f32| value.to_le_bytes().to_vec();
        match dtype {
            Dtype::BF16 => values.iter().flat_map(half).collect(),
            _ => values.iter().flat_map(single).collect(),
        }
    };
    let stored: Vec<_> = weights
        .iter()
        .map(|(name, own)| (*name, bytes(own)))
        .collect();
    let views = stored.iter().map(|(name, bytes)| {
        let view = TensorView::new(dtype, shape(name, weights[name].len()), bytes).unwrap();
        (*name, view)
    });
    let path = folder.join(format!("step-{step}.safetensors"));
    serialize_to_file(views, None, &path).unwrap();
}

fn judged(folder: &Path) -> Vec<LayerVerdicts> {
    judge(&history::read(&[folder.to_owned()], &Options::default()).unwrap())
}

/// Moves all weights, then lets `still` take back what did not learn.
fn learn(weights: &mut Weights, noise: &mut Noise, still: impl Fn(&mut Weights, &Weights)) {
    let before = weights.clone();
    let step = noise.weights(0.1);
    for (own, moves) in weights.values_mut().zip(step.values()) {
        own.iter_mut()
            .zip(moves)
            .for_each(|(own, moves)| *own += moves);
    }
    still(weights, &before);
}

/// Gives a unit of the first convolution and its readers the values of `before`, times `factor`.
fn keep(weights: &mut Weights, before: &Weights, unit: usize, factor: f32) {
    let mut before = before.clone();
    let old = row(&mut before, "0.weight", unit).to_vec();
    let own = row(weights, "0.weight", unit).iter_mut();
    own.zip(old).for_each(|(own, old)| *own = old * factor);
    let old: Vec<f32> = readers(&mut before, unit).map(|old| *old).collect();
    let own = readers(weights, unit);
    own.zip(old).for_each(|(own, old)| *own = old * factor);
}

#[test]
fn a_filter_that_is_set_to_0_and_moved_by_momentum_did_not_learn() {
    let folder = tempfile::tempdir().unwrap();
    let mut noise = Noise(1);
    let mut weights = noise.weights(1.0);
    let direction: Vec<f32> = (0..INPUTS * TAPS).map(|_| noise.next()).collect();
    for (file, along) in [None, None, Some(0.0), Some(0.02), Some(0.021), Some(0.0208)]
        .into_iter()
        .enumerate()
    {
        learn(&mut weights, &mut noise, |weights, _| {
            if let Some(along) = along {
                let own = row(weights, "0.weight", 3).iter_mut();
                own.zip(&direction)
                    .for_each(|(own, other)| *own = along * other);
            }
        });
        // Numbers that count epochs, so that the steps between are not known.
        save(folder.path(), file, &weights, Dtype::F32);
    }
    let units = &judged(folder.path())[0].units;
    assert_eq!(units[3].zero_in, Some(2));
    assert_eq!(units[3].motion, Motion::Coasting);
    assert!(units.iter().all(|unit| !unit.revived && !unit.faded));
    for unit in units.iter().filter(|unit| unit.unit != 3) {
        assert_eq!((unit.verdict, unit.zero_in), (Verdict::Learning, None));
    }
}

#[test]
fn decay_through_copies_of_16_bits_is_no_learning() {
    for (factor, motions) in [
        (0.99, &[Motion::Decaying][..]),
        // Too little to show in every file: that part of the numbers keeps its bits shows too.
        (0.9995, &[Motion::Decaying, Motion::Stalled, Motion::Frozen]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut noise = Noise(2);
        let mut weights = noise.weights(1.0);
        for file in 0..7 {
            save(folder.path(), 100 * file, &weights, Dtype::BF16);
            learn(&mut weights, &mut noise, |weights, before| {
                keep(weights, before, 2, factor);
                keep(weights, before, 5, factor);
            });
        }
        let units = &judged(folder.path())[0].units;
        for unit in units {
            let decays = [2, 5].contains(&unit.unit);
            assert!(!unit.revived);
            assert_eq!(motions.contains(&unit.motion), decays, "{factor}: {unit:?}");
            assert_eq!(
                unit.verdict == Verdict::Learning,
                !decays,
                "{factor}: {unit:?}"
            );
            assert!(factor < 0.9 || decays || unit.verdict == Verdict::Learning);
        }
        if motions.len() == 1 {
            assert_eq!(units[2].verdict, Verdict::Dead, "{:?}", units[2]);
        }
    }
}

#[test]
fn below_a_layer_that_is_nearly_dead_nobody_knows() {
    for (living, taps, verdict) in [
        (UNITS, 1, Verdict::Dead),
        (2, 1, Verdict::CutOffOrDead),
        // Nine taps of two units look at every position from 18 places.
        (2, TAPS, Verdict::Dead),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut noise = Noise(3);
        let mut weights = noise.weights(1.0);
        let second = weights.get_mut("2.weight").unwrap();
        second.truncate(UNITS * UNITS * taps);
        for file in 0..5 {
            save(folder.path(), 100 * file, &weights, Dtype::F32);
            learn(&mut weights, &mut noise, |weights, before| {
                keep(weights, before, 4, 1.0);
                let mut before = before.clone();
                for unit in living..UNITS {
                    let old = row(&mut before, "2.weight", unit).to_vec();
                    row(weights, "2.weight", unit).copy_from_slice(&old);
                }
            });
        }
        let units = &judged(folder.path())[0].units;
        assert_eq!(units[4].verdict, verdict, "{:?}", units[4]);
        assert_eq!(units[0].verdict, Verdict::Learning);
    }
}
