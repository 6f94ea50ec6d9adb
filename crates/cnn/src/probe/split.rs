//! Whose change moved a filter's largest pre-activation: its own weights, its own bias, or its
//! inputs from below.

/// The largest pre-activation M of one filter over a set, at the four corners of a change of its
/// own parameters from (w, b) to (w', b') and of its inputs from x to x'.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Corners {
    /// M(w, b, x).
    pub before: f64,
    /// M(w', b', x).
    pub own_alone: f64,
    /// M(w, b, x').
    pub inputs_alone: f64,
    /// M(w', b', x').
    pub after: f64,
}

/// The parts of a change of M; they add up to it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Parts {
    /// By the filter's own weights.
    pub weights: f64,
    /// By its own bias.
    pub bias: f64,
    /// By what comes from below.
    pub inputs: f64,
}

impl Corners {
    /// Splits M(w', b', x') - M(w, b, x), where the bias changed by `bias`.
    ///
    /// Own parameters first, the parts are M(w', b', x) - M(w, b, x) and then
    /// M(w', b', x') - M(w', b', x); inputs first, M(w, b, x') - M(w, b, x) and then
    /// M(w', b', x') - M(w, b, x'). The mean of both orders (Shapley's value for two) is given.
    /// A bias moves every pre-activation alike and so M by exactly its own change, on any inputs
    /// and in any order; the weights have the rest of the own part.
    pub fn split(&self, bias: f64) -> Parts {
        let own_first = self.own_alone - self.before;
        let own_last = self.after - self.inputs_alone;
        let inputs_last = self.after - self.own_alone;
        let inputs_first = self.inputs_alone - self.before;
        Parts {
            weights: f64::midpoint(own_first, own_last) - bias,
            bias,
            inputs: f64::midpoint(inputs_first, inputs_last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// M of a filter with one weight and a bias over inputs.
    fn largest(weight: f64, bias: f64, inputs: &[f64]) -> f64 {
        let values = inputs.iter().map(|x| weight * x + bias);
        values.fold(f64::NEG_INFINITY, f64::max)
    }

    fn corners(own: [(f64, f64); 2], inputs: [&[f64]; 2]) -> Corners {
        let at = |own: (f64, f64), inputs| largest(own.0, own.1, inputs);
        Corners {
            before: at(own[0], inputs[0]),
            own_alone: at(own[1], inputs[0]),
            inputs_alone: at(own[0], inputs[1]),
            after: at(own[1], inputs[1]),
        }
    }

    #[test]
    fn both_orders_by_hand() {
        // M goes from 2 * 3 + 1 = 7 to -1 * 1 + 0.5 = -0.5: the largest input is another one.
        // Own first: -1 + 0.5 - 7 = -7.5, then 0. Inputs first: 2 * 2 + 1 - 7 = -2, then -5.5.
        let corners = corners([(2.0, 1.0), (-1.0, 0.5)], [&[1.0, 3.0], &[1.0, 2.0]]);
        assert_eq!((corners.before, corners.after), (7.0, -0.5));
        let parts = corners.split(-0.5);
        assert_eq!(parts.inputs, f64::midpoint(0.0, -2.0));
        assert_eq!(parts.bias, -0.5);
        assert_eq!(parts.weights, f64::midpoint(-7.5, -5.5) + 0.5);
    }

    #[test]
    fn parts_add_up_and_nothing_is_blamed_that_stood_still() {
        let mut state = 1_u32;
        let mut draw = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 16) / 32_768.0 - 1.0
        };
        for _ in 0..1_000 {
            let own = [(draw(), draw()), (draw(), draw())];
            let inputs = [[draw(), draw(), draw()], [draw(), draw(), draw()]];
            let all = corners(own, [&inputs[0], &inputs[1]]);
            let parts = all.split(own[1].1 - own[0].1);
            let sum = parts.weights + parts.bias + parts.inputs;
            assert!((sum - (all.after - all.before)).abs() < 1e-12);
            let same_inputs = corners(own, [&inputs[0], &inputs[0]]);
            assert_eq!(same_inputs.split(0.0).inputs, 0.0);
            let same_own = corners([own[0], own[0]], [&inputs[0], &inputs[1]]);
            assert_eq!(same_own.split(0.0).weights, 0.0);
        }
    }
}
