//! Recording ops of one's own.

use super::{Graph, NodeId};
use crate::error::TensorError;
use crate::kernels::Element;
use crate::op::{MAX_INPUTS, Op};

/// What an op of one's own reads and gives.
#[derive(Clone, Copy, Debug)]
pub struct OwnOp<'a> {
    /// What messages call it.
    pub name: &'static str,
    /// Its first inputs, with what messages call them: all of them carry the batch, or none does.
    pub data: &'a [(&'static str, NodeId)],
    /// Its further inputs, which never carry the batch, such as parameters.
    pub weights: &'a [(&'static str, NodeId)],
    /// What it gives.
    pub output: Output<'a>,
}

/// The shape of what an op of one's own gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output<'a> {
    /// (N, ...): for each image of the batch a value of this shape.
    EachImage(&'a [usize]),
    /// One value of this shape, whatever the batch; empty for one number, as a loss is.
    Whole(&'a [usize]),
}

impl<T: Element> Graph<T> {
    /// Records an op of one's own. It takes part in forward and backward passes, gradient checks
    /// and all else as the crate's own do: `examples/own_op.rs` makes one.
    ///
    /// # Errors
    /// [`TensorError::UnknownNode`], [`TensorError::Repeated`], [`TensorError::Batched`] for inputs
    /// that do not go together, or for an output for each image where there is no batch;
    /// [`TensorError::Empty`] for a shape with an axis of length 0; [`TensorError::Setting`] for no
    /// input, or more than six.
    pub fn own_op(
        &mut self,
        op: impl Op<T> + 'static,
        config: OwnOp<'_>,
    ) -> Result<NodeId, TensorError> {
        let OwnOp {
            name,
            data,
            weights,
            output,
        } = config;
        let inputs: Vec<NodeId> = data.iter().chain(weights).map(|&(_, id)| id).collect();
        if inputs.is_empty() || inputs.len() > MAX_INPUTS {
            return Err(TensorError::Setting {
                op: name,
                setting: "the number of inputs",
                found: inputs.len() as f64,
                expected: "1 to 6",
            });
        }
        self.check_operands(name, data, weights)?;
        let (shape, batched) = match output {
            Output::Whole(shape) => (shape.to_vec(), false),
            Output::EachImage(shape) => {
                let first = data.first().filter(|&&(_, id)| self.is_batched(id));
                let Some(&(_, first)) = first else {
                    return Err(TensorError::Batched {
                        op: name,
                        operand: data.first().map_or("an input", |&(operand, _)| operand),
                        batched: true,
                    });
                };
                (([&self.shape(first)[..1], shape]).concat(), true)
            }
        };
        if shape.contains(&0) {
            return Err(TensorError::Empty {
                op: name,
                found: shape,
            });
        }
        Ok(self.record(Box::new(op), &inputs, shape, batched))
    }
}

#[cfg(test)]
mod tests {
    use super::{Output, OwnOp};
    use crate::op::Op;
    use crate::testing::{Draws, check_gradients, replay};
    use crate::{Graph, NodeId, TensorError};

    /// Sum over everything of w x^2.
    #[derive(Debug)]
    struct Energy;

    impl Op<f64> for Energy {
        fn forward(&mut self, inputs: &[&[f64]], output: &mut [f64]) {
            output[0] = inputs[1][0] * inputs[0].iter().map(|x| x * x).sum::<f64>();
        }

        fn backward(
            &mut self,
            inputs: &[&[f64]],
            output: &[f64],
            grad_output: &[f64],
            grad_inputs: &mut [Option<&mut [f64]>],
        ) {
            let weight = inputs[1][0];
            if let Some(grads) = &mut grad_inputs[0] {
                for (dx, x) in grads.iter_mut().zip(inputs[0]) {
                    *dx += grad_output[0] * weight * 2.0 * x;
                }
            }
            if let Some(grads) = &mut grad_inputs[1] {
                grads[0] += grad_output[0] * output[0] / weight;
            }
        }
    }

    fn energy(graph: &mut Graph<f64>, x: NodeId, weight: NodeId) -> Result<NodeId, TensorError> {
        graph.own_op(
            Energy,
            OwnOp {
                name: "energy",
                data: &[("input", x)],
                weights: &[("weight", weight)],
                output: Output::Whole(&[]),
            },
        )
    }

    #[test]
    fn it_is_an_op_like_any_other() {
        let mut graph = Graph::new();
        let images = graph.input_with_gradient(&[4, 3]).unwrap();
        let weight = graph.parameter(&[1]).unwrap();
        let doubled = graph.leaky_relu(images, 2.0).unwrap();
        let loss = energy(&mut graph, doubled, weight).unwrap();
        Draws::new(1).fill_away_from_zero(&mut graph, images);
        graph.values_mut(weight).fill(0.5);
        check_gradients(&mut graph, loss, &[images, weight]);
        // A part of the batch, whose images it must not mix up with the rest.
        graph.set_batch(2).unwrap();
        graph.values_mut(images).fill(1.0);
        replay(&mut graph, loss, &[1.0]);
        assert_eq!(graph.values(loss), [3.0]);
        assert_eq!(graph.grads(images), [1.0; 6]);
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let mut graph = Graph::<f64>::new();
        let images = graph.input(&[4, 3]).unwrap();
        let weight = graph.parameter(&[1]).unwrap();
        let said = |problem: Result<NodeId, TensorError>| problem.unwrap_err().to_string();
        assert_eq!(
            said(energy(&mut graph, weight, images)),
            "energy: weight should not have the batch as its leading axis"
        );
        assert_eq!(
            energy(&mut graph, images, images),
            Err(TensorError::Repeated { op: "energy" })
        );
        let mut own = |data: &[(&'static str, NodeId)], output| {
            let (name, weights) = ("own", &[][..]);
            said(graph.own_op(
                Energy,
                OwnOp {
                    name,
                    data,
                    weights,
                    output,
                },
            ))
        };
        assert_eq!(
            own(&[("weight", weight)], Output::EachImage(&[3])),
            "own: weight should have the batch as its leading axis"
        );
        assert!(own(&[("images", images)], Output::EachImage(&[0])).contains("[4, 0]"));
        assert!(own(&[], Output::Whole(&[])).contains("number of inputs is 0"));
    }
}
