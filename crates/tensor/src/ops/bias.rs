//! One trained number per filter, added at every position.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::rows::Pass;
use crate::kernels::simd::Instructions;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct Bias {
    instructions: Instructions,
}

impl<T: Element> Op<T> for Bias {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        let [input, bias, ..] = *inputs else { return };
        let pass = Pass::Bias {
            input,
            bias,
            output,
        };
        T::rows(self.instructions, pass);
    }

    fn backward(
        &mut self,
        _: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        if let Some(grad_input) = &mut grad_inputs[0] {
            let pass = Pass::Add {
                grad_output,
                grad_input,
            };
            T::rows(self.instructions, pass);
        }
        if let Some(grad_bias) = &mut grad_inputs[1] {
            let pass = Pass::BiasBackward {
                grad_output,
                grad_bias,
            };
            T::rows(self.instructions, pass);
        }
    }
}

impl<T: Element> Graph<T> {
    /// Records a bias: y\[n, ..., c\] = x\[n, ..., c\] + b\[c\].
    ///
    /// `input` is (N, ..., C), `bias` (C), the output as `input`. A bias of the shape of a whole
    /// image is one for each unit, y\[n, i, j, c\] = x\[n, i, j, c\] + b\[i, j, c\].
    ///
    /// # Errors
    /// [`TensorError::Rank`] or [`TensorError::Shape`] if they do not fit,
    /// [`TensorError::Instructions`].
    pub fn bias(&mut self, input: NodeId, bias: NodeId) -> Result<NodeId, TensorError> {
        let op = "bias";
        self.check_operands(op, &[("input", input)], &[("bias", bias)])?;
        let filters = shapes::filters(self, op, input)?;
        if self.shape(bias) != &self.shape(input)[1..] {
            shapes::require(self, op, "bias", bias, &[filters])?;
        }
        let (shape, batched) = (self.shape(input).to_vec(), self.is_batched(input));
        let own = Bias {
            instructions: self.instructions()?,
        };
        Ok(self.record(Box::new(own), &[input, bias], shape, batched))
    }
}

#[cfg(test)]
mod tests {
    use crate::Graph;
    use crate::testing::{Draws, Golden, assert_close, check_gradients, dot, replay};

    #[test]
    fn gradients_are_central_differences() {
        for shape in [&[3, 2][..], &[2, 3, 1, 4], &[1, 2, 5, 1]] {
            let mut draws = Draws::new(1);
            let mut graph = Graph::new();
            let x = graph.input_with_gradient(shape).unwrap();
            let b = graph.parameter(&shape[shape.len() - 1..]).unwrap();
            let y = graph.bias(x, b).unwrap();
            draws.fill(&mut graph, x);
            draws.fill(&mut graph, b);
            check_gradients(&mut graph, y, &[x, b]);
            let units = graph.parameter(&shape[1..]).unwrap();
            let y = graph.bias(x, units).unwrap();
            draws.fill(&mut graph, units);
            check_gradients(&mut graph, y, &[x, units]);
        }
    }

    /// <broadcast b, z> = <b, dL/db>.
    #[test]
    fn gradient_is_adjoint() {
        let mut draws = Draws::new(2);
        let mut graph = Graph::new();
        let x = graph.input(&[3, 4, 2, 5]).unwrap();
        let b = graph.parameter(&[5]).unwrap();
        let y = graph.bias(x, b).unwrap();
        draws.fill(&mut graph, b);
        let z = draws.like(&graph, y);
        replay(&mut graph, y, &z);
        let product = dot(graph.values(b), graph.grads(b));
        assert_close(&[dot(graph.values(y), &z)], &[product], 1e-13);
    }

    #[test]
    fn agrees_with_pytorch() {
        let golden = Golden::new("bias");
        let mut graph = Graph::new();
        let x = golden.input(&mut graph, "input");
        let b = golden.parameter(&mut graph, "bias");
        let y = graph.bias(x, b).unwrap();
        golden.compare(&mut graph, y, &[("input", x), ("bias", b)]);
    }

    #[test]
    fn refuses_another_number_of_filters() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input(&[2, 4, 4, 3]).unwrap();
        let b = graph.parameter(&[4]).unwrap();
        assert_eq!(
            graph.bias(x, b).unwrap_err().to_string(),
            "bias: bias has shape [4], but should have [3]"
        );
    }
}
