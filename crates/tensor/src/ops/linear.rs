//! Fully connected layer.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::Workspace;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct Linear<T> {
    features: (usize, usize),
    workspace: Workspace<T>,
}

impl<T: Element> Op<T> for Linear<T> {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        let workspace = &mut self.workspace;
        T::linear_forward(workspace, self.features, inputs[0], inputs[1], output);
    }

    fn backward(
        &mut self,
        inputs: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        let workspace = &mut self.workspace;
        if let Some(grad_input) = &mut grad_inputs[0] {
            let weight = inputs[1];
            T::linear_backward_input(workspace, self.features, weight, grad_output, grad_input);
        }
        if let Some(grad_weight) = &mut grad_inputs[1] {
            let input = inputs[0];
            T::linear_backward_weight(workspace, self.features, input, grad_output, grad_weight);
        }
    }
}

impl<T: Element> Graph<T> {
    /// Records a fully connected layer without bias: y\[n, o\] = sum over i of x\[n, i\] w\[i, o\].
    ///
    /// `input` is (N, in), `weight` (in, out), the output (N, out).
    ///
    /// # Errors
    /// [`TensorError::Rank`] or [`TensorError::Shape`] if they do not fit,
    /// [`TensorError::Instructions`].
    pub fn linear(&mut self, input: NodeId, weight: NodeId) -> Result<NodeId, TensorError> {
        let op = "linear";
        self.check_operands(op, &[("input", input)], &[("weight", weight)])?;
        let [images, inputs] = shapes::axes(self, op, "input", input, "(N, in)")?;
        let [_, outputs] = shapes::axes(self, op, "weight", weight, "(in, out)")?;
        shapes::require(self, op, "weight", weight, &[inputs, outputs])?;
        let batched = self.is_batched(input);
        let linear = Linear {
            features: (inputs, outputs),
            workspace: Workspace::new(self.instructions()?),
        };
        Ok(self.record(
            Box::new(linear),
            &[input, weight],
            vec![images, outputs],
            batched,
        ))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Draws, Golden, assert_close, check_adjoint, check_gradients, replay};
    use crate::{Conv2dConfig, Graph, NodeId};

    fn random(seed: u64) -> (Graph<f64>, [NodeId; 3], Draws) {
        let mut draws = Draws::new(seed);
        let [images, inputs, outputs] = [draws.size(1, 5), draws.size(1, 9), draws.size(1, 9)];
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[images, inputs]).unwrap();
        let w = graph.parameter(&[inputs, outputs]).unwrap();
        let y = graph.linear(x, w).unwrap();
        draws.fill(&mut graph, x);
        draws.fill(&mut graph, w);
        (graph, [x, w, y], draws)
    }

    #[test]
    fn gradients_are_central_differences() {
        for seed in 0..10 {
            let (mut graph, [x, w, y], _) = random(seed);
            check_gradients(&mut graph, y, &[x, w]);
        }
    }

    /// <x w, z> = <x, z w^T> = <w, x^T z>.
    #[test]
    fn gradients_are_adjoint() {
        for seed in 100..150 {
            let (mut graph, nodes, mut draws) = random(seed);
            check_adjoint(&mut graph, nodes, &mut draws);
        }
    }

    #[test]
    fn is_a_convolution_of_one_pixel() {
        let (mut graph, [x, w, y], mut draws) = random(7);
        let z = draws.like(&graph, y);
        replay(&mut graph, y, &z);

        let mut other = Graph::new();
        let [images, inputs] = graph.shape(x).try_into().unwrap();
        let image = other.input_with_gradient(&[images, 1, 1, inputs]).unwrap();
        let filters = other.parameter(&[1, 1, inputs, graph.shape(y)[1]]).unwrap();
        let convolved = other
            .conv2d(image, filters, Conv2dConfig::default())
            .unwrap();
        other.values_mut(image).copy_from_slice(graph.values(x));
        other.values_mut(filters).copy_from_slice(graph.values(w));
        replay(&mut other, convolved, &z);
        assert_eq!(graph.values(y), other.values(convolved));
        assert_close(graph.grads(x), other.grads(image), 1e-15);
        assert_close(graph.grads(w), other.grads(filters), 1e-15);
    }

    #[test]
    fn agrees_with_pytorch() {
        let golden = Golden::new("linear");
        let mut graph = Graph::new();
        let x = golden.input(&mut graph, "input");
        let w = golden.parameter(&mut graph, "weight");
        let y = graph.linear(x, w).unwrap();
        golden.compare(&mut graph, y, &[("input", x), ("weight", w)]);
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input(&[2, 5]).unwrap();
        let image = graph.input(&[2, 4, 4, 5]).unwrap();
        let weight = graph.parameter(&[4, 3]).unwrap();
        assert_eq!(
            graph.linear(x, weight).unwrap_err().to_string(),
            "linear: weight has shape [4, 3], but should have [5, 3]"
        );
        assert_eq!(
            graph.linear(image, weight).unwrap_err().to_string(),
            "linear: input has shape [2, 4, 4, 5], but should be (N, in)"
        );
    }
}
