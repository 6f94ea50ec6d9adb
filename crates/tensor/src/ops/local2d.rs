//! Locally connected layers: convolutions that share no weights.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::conv2d::Conv2dShape;
use crate::kernels::local2d::{self, Windows};
use crate::kernels::{Element, Workspace};
use crate::op::Op;
use crate::ops::{Conv2dConfig, shapes};

#[derive(Debug)]
struct Local2d<T> {
    shape: Conv2dShape,
    windows: Windows<T>,
    workspace: Workspace<T>,
}

impl<T: Element> Op<T> for Local2d<T> {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        let shape = self.shape.with_inputs(inputs[0].len());
        let (workspace, windows) = (&mut self.workspace, &mut self.windows);
        local2d::forward(workspace, windows, &shape, inputs[0], inputs[1], output);
    }

    fn backward(
        &mut self,
        inputs: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        let shape = self.shape.with_inputs(inputs[0].len());
        let [input, weight] = grad_inputs else { return };
        let grads = [input.as_deref_mut(), weight.as_deref_mut()];
        let operands = [inputs[0], inputs[1], grad_output];
        let (workspace, windows) = (&mut self.workspace, &mut self.windows);
        local2d::backward(workspace, windows, &shape, operands, grads);
    }
}

impl<T: Element> Graph<T> {
    /// Records a locally connected layer (LeCun 1989), without bias: a convolution whose windows
    /// have weights of their own at each position.
    ///
    /// y\[n, i, j, o\] = sum over ky, kx, c of x\[n, i s + ky - p, j s + kx - p, c\]
    /// w\[i, j, ky, kx, c, o\], with stride s and padding p, where x outside of the image is 0: such a
    /// tap's weight has no effect, and a gradient of 0.
    ///
    /// `input` is (N, H, W, Cin), `weight` (H', W', Kh, Kw, Cin, Cout), the output
    /// (N, H', W', Cout) with H' and W' as in [`Graph::conv2d`]. A bias of its own for each unit is
    /// [`Graph::bias`] with (H', W', Cout).
    ///
    /// # Errors
    /// [`TensorError::Rank`], [`TensorError::Shape`], [`TensorError::Window`] or
    /// [`TensorError::Setting`] if they do not fit, [`TensorError::Instructions`].
    pub fn local2d(
        &mut self,
        input: NodeId,
        weight: NodeId,
        config: Conv2dConfig,
    ) -> Result<NodeId, TensorError> {
        let op = "local2d";
        self.check_operands(op, &[("input", input)], &[("weight", weight)])?;
        let axes = "(H', W', Kh, Kw, Cin, Cout)";
        let [_, _, rows, columns, channels, filters] =
            shapes::axes(self, op, "weight", weight, axes)?;
        let kernel = [rows, columns, channels, filters];
        let shape = shapes::window_shape(self, op, input, kernel, config)?;
        let (height, width) = (shape.out_height(), shape.out_width());
        let expected = [
            &[height, width, rows, columns],
            &[shape.in_channels, filters][..],
        ]
        .concat();
        shapes::require(self, op, "weight", weight, &expected)?;
        let output = vec![shape.images, height, width, filters];
        let local = Local2d {
            shape,
            windows: Windows::new(&shape),
            workspace: Workspace::new(self.instructions()?),
        };
        let batched = self.is_batched(input);
        Ok(self.record(Box::new(local), &[input, weight], output, batched))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Draws, Golden, assert_close, check_adjoint, check_gradients, replay};
    use crate::{Conv2dConfig, Graph, NodeId};

    /// A layer of random sizes, with random values.
    fn random(seed: u64) -> (Graph<f64>, [NodeId; 3], Conv2dConfig, Draws) {
        let mut draws = Draws::new(seed);
        let kernel = [draws.size(1, 4), draws.size(1, 4)];
        let channels = [draws.size(1, 3), draws.size(1, 3)];
        let config = Conv2dConfig {
            stride: draws.size(1, 3),
            padding: draws.size(0, 2),
        };
        let image = kernel.map(|length| length + draws.size(0, 4));
        let output = [0, 1]
            .map(|axis| (image[axis] + 2 * config.padding - kernel[axis]) / config.stride + 1);
        let mut graph = Graph::new();
        let input = [draws.size(1, 3), image[0], image[1], channels[0]];
        let x = graph.input_with_gradient(&input).unwrap();
        let weight = [output, kernel, channels].concat();
        let w = graph.parameter(&weight).unwrap();
        let y = graph.local2d(x, w, config).unwrap();
        draws.fill(&mut graph, x);
        draws.fill(&mut graph, w);
        (graph, [x, w, y], config, draws)
    }

    #[test]
    fn gradients_are_central_differences() {
        for seed in 0..10 {
            let (mut graph, [x, w, y], _, _) = random(seed);
            check_gradients(&mut graph, y, &[x, w]);
        }
    }

    /// <local(x, w), z> = <x, its gradient> = <w, its gradient>.
    #[test]
    fn gradients_are_adjoint() {
        for seed in 100..200 {
            let (mut graph, nodes, _, mut draws) = random(seed);
            check_adjoint(&mut graph, nodes, &mut draws);
        }
    }

    /// With the same weights everywhere it is a convolution, whose weight gradient is the sum of
    /// those of all positions.
    #[test]
    fn shared_weights_make_a_convolution() {
        for seed in 200..240 {
            let (mut graph, [x, w, y], config, mut draws) = random(seed);
            let shape = graph.shape(w)[2..].to_vec();
            let kernel = graph.parameter(&shape).unwrap();
            let convolution = graph.conv2d(x, kernel, config).unwrap();
            draws.fill(&mut graph, kernel);
            let shared = graph.values(kernel).to_vec();
            for own in graph.values_mut(w).chunks_exact_mut(shared.len()) {
                own.copy_from_slice(&shared);
            }
            let z = draws.like(&graph, y);
            replay(&mut graph, convolution, &z);
            let (grad_input, grad_kernel) = (graph.grads(x).to_vec(), graph.grads(kernel).to_vec());
            replay(&mut graph, y, &z);
            assert_close(graph.values(y), graph.values(convolution), 1e-13);
            assert_close(graph.grads(x), &grad_input, 1e-12);
            let mut sum = vec![0.0; shared.len()];
            for own in graph.grads(w).chunks_exact(shared.len()) {
                sum.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
            }
            assert_close(&sum, &grad_kernel, 1e-12);
        }
    }

    #[test]
    fn agrees_with_pytorch() {
        for (case, stride, padding) in [("local2d_same", 1, 1), ("local2d_strided", 2, 1)] {
            let golden = Golden::new(case);
            let mut graph = Graph::new();
            let x = golden.input(&mut graph, "input");
            let w = golden.parameter(&mut graph, "weight");
            let b = golden.parameter(&mut graph, "bias");
            let product = graph
                .local2d(x, w, Conv2dConfig { stride, padding })
                .unwrap();
            let y = graph.bias(product, b).unwrap();
            golden.compare(&mut graph, y, &[("input", x), ("weight", w), ("bias", b)]);
        }
    }

    #[test]
    fn refuses_weights_for_images_of_another_size() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input(&[2, 4, 4, 3]).unwrap();
        let mut refused = |shape: &[usize]| {
            let weight = graph.parameter(shape).unwrap();
            let local = graph.local2d(x, weight, Conv2dConfig::default());
            local.unwrap_err().to_string()
        };
        assert_eq!(
            refused(&[4, 4, 3, 3, 3, 8]),
            "local2d: weight has shape [4, 4, 3, 3, 3, 8], but should have [2, 2, 3, 3, 3, 8]"
        );
        assert_eq!(
            refused(&[2, 2, 3, 3, 1, 8]),
            "local2d: weight has shape [2, 2, 3, 3, 1, 8], but should have [2, 2, 3, 3, 3, 8]"
        );
        assert_eq!(
            refused(&[3, 3, 3, 8]),
            "local2d: weight has shape [3, 3, 3, 8], but should be (H', W', Kh, Kw, Cin, Cout)"
        );
        assert_eq!(
            refused(&[1, 1, 5, 3, 3, 8]),
            "local2d: a window of 5x3 does not fit into an input of shape [2, 4, 4, 3] with padding 0"
        );
    }
}
