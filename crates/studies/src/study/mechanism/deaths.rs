//! The followed deaths, from the rows of the probe.

use std::collections::BTreeMap;

use crate::study::{Results, StudyError};

/// One filter over the steps before a death, the oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Trace {
    /// Largest pre-activation over the training set after each step.
    pub largest: Vec<f64>,
    /// Part of the change by the filter's own weights, one for each pair of neighbours above.
    pub weights: Vec<f64>,
    /// Part by its own bias.
    pub bias: Vec<f64>,
    /// Part by its inputs.
    pub inputs: Vec<f64>,
    /// Length of the update of its own weights and bias.
    pub update: Vec<f64>,
}

/// What a drop is split into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Own weights.
    Weights,
    /// Own bias.
    Bias,
    /// Inputs from below.
    Inputs,
}

impl Part {
    pub const ALL: [Self; 3] = [Self::Weights, Self::Bias, Self::Inputs];

    pub fn name(self) -> &'static str {
        match self {
            Self::Weights => "Own weights",
            Self::Bias => "Own bias",
            Self::Inputs => "Inputs from below",
        }
    }
}

impl Trace {
    /// Index of the highest value, the last of equal ones.
    pub fn peak(&self) -> usize {
        let mut peak = 0;
        for (index, value) in self.largest.iter().enumerate() {
            if *value >= self.largest[peak] {
                peak = index;
            }
        }
        peak
    }

    /// The highest value.
    pub fn highest(&self) -> f64 {
        self.largest.get(self.peak()).copied().unwrap_or(f64::NAN)
    }

    /// From the highest value down to the last.
    pub fn drop(&self) -> f64 {
        self.highest() - self.largest.last().copied().unwrap_or(f64::NAN)
    }

    /// Share of that drop which a part carried; parts add up to 1, and one that pulled upwards is
    /// below 0. `NaN` without a drop.
    pub fn share(&self, part: Part) -> f64 {
        let changes = match part {
            Part::Weights => &self.weights,
            Part::Bias => &self.bias,
            Part::Inputs => &self.inputs,
        };
        let drop = self.drop();
        if drop > 0.0 {
            -changes.iter().skip(self.peak()).sum::<f64>() / drop
        } else {
            f64::NAN
        }
    }

    /// Share that its own weights and bias carried.
    pub fn own_share(&self) -> f64 {
        self.share(Part::Weights) + self.share(Part::Bias)
    }

    /// The fewest steps after the highest value, the largest drops first, that make this share of
    /// the drop; `NaN` without a drop.
    pub fn steps_for(&self, share: f64) -> f64 {
        let drop = self.drop();
        if drop.is_nan() || drop <= 0.0 {
            return f64::NAN;
        }
        let after = &self.largest[self.peak()..];
        let mut drops: Vec<f64> = after.windows(2).map(|pair| pair[0] - pair[1]).collect();
        drops.sort_by(|a, b| b.total_cmp(a));
        let mut made = 0.0;
        for (index, step) in drops.iter().enumerate() {
            made += step;
            if made >= share * drop {
                return (index + 1) as f64;
            }
        }
        drops.len() as f64
    }

    /// The largest single update.
    pub fn largest_update(&self) -> f64 {
        self.update.iter().copied().fold(f64::NAN, f64::max)
    }
}

/// One followed death.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Death {
    /// Arm: which optimizer.
    pub arm: String,
    /// Learning rate.
    pub rate: f64,
    /// Number of the seed.
    pub replicate: u32,
    /// Whether its network works at the end.
    pub works: bool,
    /// Layer, counted from 1.
    pub layer: u32,
    /// Index of the filter.
    pub filter: u32,
    /// Step of its death.
    pub step: u32,
    /// Last step whose batch made it active.
    pub last_active: f64,
    /// The filter that died.
    pub dying: Trace,
    /// A filter that did not; empty if there was none.
    pub control: Trace,
}

impl Death {
    /// Largest update of the dying filter over that of its control; `NaN` without one.
    pub fn update_ratio(&self) -> f64 {
        self.dying.largest_update() / self.control.largest_update()
    }
}

/// Reads the deaths; and, of each layer, in how many working networks how many could have been.
///
/// # Errors
/// If a column is missing.
pub(super) fn read(results: &Results) -> Result<Vec<Death>, StudyError> {
    let trials = &results.trials;
    let outcome: BTreeMap<Option<i64>, String> = trials
        .integers("trial")?
        .into_iter()
        .zip(trials.texts("outcome")?)
        .collect();
    let rows = &results.probes;
    if rows.rows() == 0 {
        return Ok(Vec::new());
    }
    let trial = rows.integers("trial")?;
    let (arm, rate) = (rows.texts("arm")?, rows.reals("learning_rate")?);
    let (replicate, step) = (rows.reals("replicate")?, rows.reals("step")?);
    let (layer, filter) = (rows.integers("layer")?, rows.integers("filter")?);
    let (quantity, value) = (rows.texts("quantity")?, rows.reals("value")?);
    let mut deaths: BTreeMap<[Option<i64>; 3], Death> = BTreeMap::new();
    for row in 0..rows.rows() {
        let (Some(layer_index), Some(filter_index)) = (layer[row], filter[row]) else {
            continue;
        };
        let key = [trial[row], layer[row], filter[row]];
        let death = deaths.entry(key).or_insert_with(|| Death {
            arm: arm[row].clone(),
            rate: rate[row],
            replicate: replicate[row] as u32,
            works: outcome.get(&trial[row]).is_some_and(|o| o == "working"),
            layer: layer_index as u32 + 1,
            filter: filter_index as u32,
            step: step[row] as u32,
            last_active: f64::NAN,
            dying: Trace::default(),
            control: Trace::default(),
        });
        let (trace, name) = match quantity[row].strip_prefix("control_") {
            Some(name) => (&mut death.control, name),
            None => (&mut death.dying, quantity[row].as_str()),
        };
        match name {
            "largest" => trace.largest.push(value[row]),
            "weights" => trace.weights.push(value[row]),
            "bias" => trace.bias.push(value[row]),
            "inputs" => trace.inputs.push(value[row]),
            "update" => trace.update.push(value[row]),
            "last_active" => {
                death.last_active = value[row];
                death.step = step[row] as u32;
            }
            _ => {}
        }
    }
    Ok(deaths.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trace() -> Trace {
        Trace {
            largest: vec![1.0, 3.0, 2.5, 2.75, -0.25],
            weights: vec![2.0, -0.5, 0.5, -2.5],
            bias: vec![0.0, -0.25, 0.0, 0.0],
            inputs: vec![0.0, 0.25, -0.25, -0.5],
            update: vec![0.5, 0.125, 0.25, 1.0],
        }
    }

    #[test]
    fn a_drop_is_counted_from_the_peak_and_its_parts_add_up() {
        let trace = trace();
        assert_eq!((trace.peak(), trace.drop()), (1, 3.25));
        let sum: f64 = Part::ALL.iter().map(|part| trace.share(*part)).sum();
        assert!((sum - 1.0).abs() < 1e-12);
        assert_eq!(trace.share(Part::Weights), 2.5 / 3.25);
        assert!((trace.own_share() - 2.75 / 3.25).abs() < 1e-12);
        assert_eq!(trace.largest_update(), 1.0);
    }

    #[test]
    fn steps_are_counted_from_the_largest_drop() {
        let trace = trace();
        // Drops 3, 0.5 and -0.25 of 3.25: the largest makes 92%.
        assert_eq!(trace.steps_for(0.9), 1.0);
        assert_eq!(trace.steps_for(0.95), 2.0);
        let slow = Trace {
            largest: vec![4.0, 3.0, 2.0, 1.0, 0.0],
            ..Trace::default()
        };
        assert_eq!(slow.steps_for(0.9), 4.0);
        let rising = Trace {
            largest: vec![0.0, 1.0],
            ..Trace::default()
        };
        assert!(rising.steps_for(0.9).is_nan() && rising.share(Part::Bias).is_nan());
    }
}
