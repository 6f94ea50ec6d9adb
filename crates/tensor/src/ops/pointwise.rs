//! What the smooth activations share: one op that applies a function element by element.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::pointwise;
use crate::kernels::pointwise::Function;
use crate::kernels::rows::Pass;
use crate::kernels::simd::Instructions;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct Pointwise<T, F> {
    instructions: Instructions,
    function: F,
    /// f'(x) of the last forward pass, which has most of its arithmetic in common with f(x).
    derivative: Vec<T>,
    activity: Vec<T>,
}

impl<T: Element, F: Function<T>> Op<T> for Pointwise<T, F> {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        let (input, activity) = (inputs[0], &mut self.activity);
        T::rows(self.instructions, Pass::Activity { input, activity });
        let derivative = &mut self.derivative[..output.len()];
        pointwise::forward(
            self.instructions,
            self.function,
            inputs[0],
            output,
            derivative,
        );
    }

    fn backward(
        &mut self,
        _: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        if let Some(grad_input) = &mut grad_inputs[0] {
            pointwise::backward(&self.derivative, grad_output, grad_input);
        }
    }

    fn activity(&self) -> Option<&[T]> {
        Some(&self.activity)
    }
}

impl<T: Element> Graph<T> {
    /// Records y = f(x), element by element; `input` is (N, ..., C), the output alike.
    ///
    /// # Errors
    /// [`TensorError::Rank`] if the input has no axis of filters, [`TensorError::Instructions`].
    pub(super) fn pointwise(
        &mut self,
        op: &'static str,
        input: NodeId,
        function: impl Function<T>,
    ) -> Result<NodeId, TensorError> {
        self.check_operands(op, &[("input", input)], &[])?;
        let filters = shapes::filters(self, op, input)?;
        let (shape, batched) = (self.shape(input).to_vec(), self.is_batched(input));
        let recorded = Pointwise {
            instructions: self.instructions()?,
            function,
            derivative: vec![T::ZERO; shape.iter().product()],
            activity: vec![T::ZERO; filters],
        };
        Ok(self.record(Box::new(recorded), &[input], shape, batched))
    }
}

/// What the tests of these activations share.
#[cfg(test)]
pub mod tests {
    use crate::graph::{Graph, NodeId};
    use crate::testing::{Draws, assert_close, check_gradients, replay};

    /// How an activation is recorded.
    pub type Record<T> = fn(&mut Graph<T>, NodeId) -> NodeId;

    /// Gradient check over shapes and magnitudes, away from 0, where some have a kink.
    pub fn check(record: Record<f64>) {
        for (seed, shape, scale) in [
            (1, &[2, 3, 5, 4][..], 1.0),
            (2, &[7, 3], 4.0),
            (3, &[6, 2], 0.1),
        ] {
            let mut graph = Graph::new();
            let x = graph.input_with_gradient(shape).unwrap();
            let y = record(&mut graph, x);
            Draws::new(seed).fill_away_from_zero(&mut graph, x);
            for value in graph.values_mut(x) {
                *value *= scale;
            }
            check_gradients(&mut graph, y, &[x]);
        }
    }

    /// Comparison with PyTorch, in f64: rows of x, y and dy/dx, from `golden/pointwise.py`.
    pub fn compare(record: Record<f64>, rows: &[[f64; 3]]) {
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[rows.len(), 1]).unwrap();
        let y = record(&mut graph, x);
        let column = |index: usize| -> Vec<f64> { rows.iter().map(|row| row[index]).collect() };
        graph.values_mut(x).copy_from_slice(&column(0));
        replay(&mut graph, y, &vec![1.0; rows.len()]);
        assert_close(graph.values(y), &column(1), 1e-13);
        assert_close(graph.grads(x), &column(2), 1e-12);
    }

    /// Requires that values and derivatives in f32 have the bits with this digest (FNV-1a): where
    /// they change, published numbers do, and the numerics version is to be raised.
    pub fn pinned(record: Record<f32>, digest: &str) {
        // Steps of 0.0021 from -21 to 21, exact in f32.
        let at: Vec<f32> = (-10_001..10_001)
            .map(|index| index as f32 * (17.0 / 8192.0))
            .collect();
        let (values, derivatives) = evaluate(record, &at);
        let numbers = values.iter().chain(&derivatives);
        let found = numbers
            .flat_map(|number| number.to_bits().to_le_bytes())
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        assert_eq!(format!("{found:016x}"), digest);
    }

    /// Values and derivatives in f32 at these numbers.
    pub fn evaluate(record: Record<f32>, at: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[at.len(), 1]).unwrap();
        let y = record(&mut graph, x);
        graph.values_mut(x).copy_from_slice(at);
        graph.forward();
        graph.backward(y);
        (graph.values(y).to_vec(), graph.grads(x).to_vec())
    }

    /// The law of functions that differ from their mirror image by x: f(x) - f(-x) = x, and so
    /// f'(x) + f'(-x) = 1; at 4000 numbers from 0 on, `step` apart, within these differences.
    pub fn mirrors(record: Record<f32>, step: f32, value: f32, derivative: f32) {
        let at: Vec<f32> = (0..4000).map(|k| k as f32 * step).collect();
        let mirrored: Vec<f32> = at.iter().map(|x| -x).collect();
        let (values, derivatives) = evaluate(record, &at);
        let (others, other_derivatives) = evaluate(record, &mirrored);
        for (index, x) in at.iter().enumerate() {
            assert!((values[index] - others[index] - x).abs() <= value);
            assert!((derivatives[index] + other_derivatives[index] - 1.0).abs() <= derivative);
        }
    }

    /// Requires that in f32 the derivative is exactly 0 at `threshold` and at every number below
    /// that is looked at (all near it, then ever fewer down to -3e38), and not 0 just above it.
    pub fn dead_up_to(record: Record<f32>, threshold: f32) {
        let bits = threshold.to_bits();
        let near = (0..1 << 16).map(|offset| f32::from_bits(bits + offset));
        let far = (bits..f32::MIN.to_bits())
            .step_by(10_007)
            .map(f32::from_bits);
        let below: Vec<f32> = near.chain(far).collect();
        let (values, derivatives) = evaluate(record, &below);
        for ((x, y), d) in below.iter().zip(values).zip(derivatives) {
            assert!(
                d == 0.0 && y.is_finite(),
                "at {x}: value {y}, derivative {d}"
            );
        }
        let (_, above) = evaluate(record, &[threshold.next_up()]);
        assert_ne!(above, [0.0]);
    }

    /// The same function in f32 and in f64: largest difference of value and derivative over
    /// -20 to 20, relative to the larger of 1 and the value.
    pub fn agree(single: Record<f32>, double: Record<f64>) -> f64 {
        let at: Vec<f32> = (-200_000_i32..=200_000).map(|k| k as f32 * 1e-4).collect();
        let (values, derivatives) = evaluate(single, &at);
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[at.len(), 1]).unwrap();
        let y = double(&mut graph, x);
        for (value, &x) in graph.values_mut(x).iter_mut().zip(&at) {
            *value = f64::from(x);
        }
        graph.forward();
        graph.backward(y);
        let difference = |found: &[f32], expected: &[f64]| {
            let pairs = found.iter().zip(expected);
            let errors = pairs.map(|(&f, e)| (f64::from(f) - e).abs() / e.abs().max(1.0));
            errors.fold(0.0, f64::max)
        };
        difference(&values, graph.values(y)).max(difference(&derivatives, graph.grads(x)))
    }
}
