//! Gradients compared with central differences.
//!
//! ```
//! use tensor::Graph;
//! use tensor::gradcheck::GradCheck;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut graph = Graph::<f64>::new();
//! let x = graph.input_with_gradient(&[2, 3])?;
//! let y = graph.leaky_relu(x, 0.1)?;
//! graph.values_mut(x).copy_from_slice(&[-3.0, -2.0, -1.0, 1.0, 2.0, 3.0]);
//! GradCheck::default().check(&mut graph, y, &[x])?;
//! # Ok(())
//! # }
//! ```

use thiserror::Error;

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};

/// How gradients are compared with central differences.
///
/// The objective is the sum of `output[i] p[i]` with fixed, unequal p, so that errors of different
/// elements do not cancel. Per element x of the nodes asked for, (f(x + h) - f(x - h)) / 2h is
/// compared with the gradient; the error is |difference| / max(1, |gradient|, |quotient|). Its
/// truncation is of order h^2, its rounding of order 1e-16 / h. Keep values further than h from
/// where an op has a kink.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradCheck {
    /// The step h.
    pub step: f64,
    /// The largest error that passes.
    pub tolerance: f64,
}

impl Default for GradCheck {
    fn default() -> Self {
        Self {
            step: 1e-5,
            tolerance: 1e-7,
        }
    }
}

/// How a gradient fails its check.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum GradCheckError {
    /// A gradient is not what the central difference says.
    #[error(
        "the gradient of {node:?}[{index}] is {gradient}, but the central difference {quotient}"
    )]
    Wrong {
        /// The node with the wrong gradient.
        node: NodeId,
        /// Position of the element among its values.
        index: usize,
        /// What backward computed.
        gradient: f64,
        /// The central difference.
        quotient: f64,
    },
    /// A second replay of the same graph gives other gradients.
    #[error(
        "the gradient of {node:?}[{index}] is {first}, and {second} when the graph is replayed"
    )]
    Stale {
        /// The node with the stale gradient.
        node: NodeId,
        /// Position of the element among its values.
        index: usize,
        /// What the first backward computed.
        first: f64,
        /// What the second backward computed.
        second: f64,
    },
    /// The graph refused.
    #[error(transparent)]
    Graph(#[from] TensorError),
}

impl GradCheck {
    /// Compares the gradients of `output` with respect to `nodes`, element by element, at the
    /// values that the graph holds; returns the largest error.
    ///
    /// The graph is replayed first, and its gradients must come out as before, bit for bit.
    ///
    /// # Errors
    /// [`GradCheckError`] for the first element that fails. A gradient of NaN always does.
    pub fn check(
        &self,
        graph: &mut Graph<f64>,
        output: NodeId,
        nodes: &[NodeId],
    ) -> Result<f64, GradCheckError> {
        let projection = projection(graph.values(output).len());
        let gradients = |graph: &mut Graph<f64>| -> Result<Vec<Vec<f64>>, TensorError> {
            graph.forward();
            graph.backward_from(output, &projection)?;
            Ok(nodes
                .iter()
                .map(|&node| graph.grads(node).to_vec())
                .collect())
        };
        let first = gradients(graph)?;
        let second = gradients(graph)?;
        let mut largest = 0.0;
        for ((&node, first), second) in nodes.iter().zip(&first).zip(&second) {
            for (index, (&gradient, &second)) in first.iter().zip(second).enumerate() {
                if gradient.to_bits() != second.to_bits() {
                    return Err(GradCheckError::Stale {
                        node,
                        index,
                        first: gradient,
                        second,
                    });
                }
                let quotient = self.quotient(graph, (output, &projection), node, index);
                let scale = gradient.abs().max(quotient.abs()).max(1.0);
                let error = (gradient - quotient).abs() / scale;
                if error > self.tolerance || error.is_nan() {
                    return Err(GradCheckError::Wrong {
                        node,
                        index,
                        gradient,
                        quotient,
                    });
                }
                largest = f64::max(largest, error);
            }
        }
        graph.forward();
        Ok(largest)
    }

    /// The central difference of the objective in one element.
    fn quotient(
        &self,
        graph: &mut Graph<f64>,
        (output, projection): (NodeId, &[f64]),
        node: NodeId,
        index: usize,
    ) -> f64 {
        let value = graph.values(node)[index];
        let mut objective = |x: f64| -> f64 {
            graph.values_mut(node)[index] = x;
            graph.forward();
            let terms = graph.values(output).iter().zip(projection);
            terms.map(|(y, p)| y * p).sum()
        };
        let (above, below) = (objective(value + self.step), objective(value - self.step));
        graph.values_mut(node)[index] = value;
        (above - below) / (2.0 * self.step)
    }
}

/// Unequal numbers between 0.5 and 1.5: fractional parts of multiples of the golden ratio.
fn projection(length: usize) -> Vec<f64> {
    let golden = 0.618_033_988_749_895;
    (0..length)
        .map(|index| 0.5 + (index as f64 * golden).fract())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{GradCheck, GradCheckError};
    use crate::graph::{Graph, NodeId};
    use crate::op::Op;

    /// y = x^2, with a derivative that can be broken.
    #[derive(Debug, Default)]
    struct Square {
        /// What the derivative lacks at the last element.
        missing: f64,
        /// How much of the gradient of the last replay stays.
        stale: f64,
        last: f64,
    }

    impl Op<f64> for Square {
        fn forward(&mut self, inputs: &[&[f64]], output: &mut [f64]) {
            for (y, x) in output.iter_mut().zip(inputs[0]) {
                *y = x * x;
            }
        }

        fn backward(
            &mut self,
            inputs: &[&[f64]],
            _: &[f64],
            grad_output: &[f64],
            grad_inputs: &mut [Option<&mut [f64]>],
        ) {
            if let Some(grad_input) = &mut grad_inputs[0] {
                for ((dx, x), dy) in grad_input.iter_mut().zip(inputs[0]).zip(grad_output) {
                    *dx += 2.0 * x * dy;
                }
                if let Some(dx) = grad_input.last_mut() {
                    *dx *= 1.0 - self.missing;
                    *dx += self.stale * self.last;
                    self.last = *dx;
                }
            }
        }
    }

    fn check(square: Square) -> (NodeId, Result<f64, GradCheckError>) {
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[5]).unwrap();
        let y = graph.record(Box::new(square), &[x], vec![5], true);
        graph
            .values_mut(x)
            .copy_from_slice(&[-2.0, -0.3, 0.1, 0.7, 3.0]);
        (x, GradCheck::default().check(&mut graph, y, &[x]))
    }

    #[test]
    fn passes_a_right_derivative() {
        let (_, result) = check(Square::default());
        assert!(result.unwrap() < 1e-8);
    }

    #[test]
    fn fails_a_derivative_that_is_a_millionth_off_at_one_element() {
        let (x, result) = check(Square {
            missing: 1e-6,
            ..Square::default()
        });
        let error = result.unwrap_err();
        let GradCheckError::Wrong { node, index, .. } = error else {
            panic!("{error}")
        };
        assert_eq!((node, index), (x, 4));
    }

    #[test]
    fn fails_a_derivative_of_nan() {
        let (_, result) = check(Square {
            missing: f64::INFINITY,
            stale: f64::INFINITY,
            ..Square::default()
        });
        assert!(result.is_err());
    }

    #[test]
    fn fails_a_gradient_that_is_not_zeroed() {
        let (x, result) = check(Square {
            stale: 1e-12,
            ..Square::default()
        });
        let error = result.unwrap_err();
        let GradCheckError::Stale { node, index, .. } = error else {
            panic!("{error}")
        };
        assert_eq!((node, index), (x, 4));
    }
}
