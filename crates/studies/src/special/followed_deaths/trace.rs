//! A filter over the steps before a death: what carried its largest pre-activation down.

/// One filter over the steps before a death, the oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
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
pub enum Part {
    /// Own weights.
    Weights,
    /// Own bias.
    Bias,
    /// Inputs from below.
    Inputs,
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

    /// Largest pre-activation so many steps before the end, as a share of its highest value.
    pub fn largest_before(&self, steps: usize) -> f64 {
        self.before(steps, |at| self.largest[at] / self.highest())
    }

    /// Part of the change from the beginning of the window to so many steps before its end that
    /// own weights and bias carried, as a share of the highest value.
    pub fn own_before(&self, steps: usize) -> f64 {
        let own = self.weights.iter().zip(&self.bias).map(|(w, b)| w + b);
        self.before(steps, |at| own.take(at).sum::<f64>() / self.highest())
    }

    /// The same by its inputs.
    pub fn inputs_before(&self, steps: usize) -> f64 {
        let inputs = self.inputs.iter();
        self.before(steps, |at| inputs.take(at).sum::<f64>() / self.highest())
    }

    /// Length of the update so many steps before the last.
    pub fn update_before(&self, steps: usize) -> f64 {
        let at = self.update.len().checked_sub(steps + 1);
        at.map_or(f64::NAN, |at| self.update[at])
    }

    /// A number of the step so many before the end; `NaN` before the beginning.
    fn before(&self, steps: usize, of: impl FnOnce(usize) -> f64) -> f64 {
        let at = self.largest.len().checked_sub(steps + 1);
        at.map_or(f64::NAN, of)
    }
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
        let parts = [Part::Weights, Part::Bias, Part::Inputs];
        let sum: f64 = parts.map(|part| trace.share(part)).iter().sum();
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
