//! 2-D convolution.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::Workspace;
use crate::kernels::conv2d::Conv2dShape;
use crate::kernels::simd::Source;
use crate::op::Op;
use crate::ops::shapes;

/// Windows of a convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conv2dConfig {
    /// Step between windows, in both directions.
    pub stride: usize,
    /// Zeros added on all four sides.
    pub padding: usize,
}

impl Default for Conv2dConfig {
    fn default() -> Self {
        Self {
            stride: 1,
            padding: 0,
        }
    }
}

#[derive(Debug)]
struct Conv2d<T> {
    shape: Conv2dShape,
    workspace: Workspace<T>,
}

impl<T: Element> Op<T> for Conv2d<T> {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        let shape = self.shape.with_inputs(inputs[0].len());
        T::conv2d_forward(&mut self.workspace, &shape, inputs[0], inputs[1], output);
    }

    fn backward(
        &mut self,
        inputs: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        let shape = self.shape.with_inputs(inputs[0].len());
        let source = Source {
            grad_output,
            rectified: None,
            pooled: None,
        };
        let [input, weight] = grad_inputs else { return };
        let grads = [input.as_deref_mut(), weight.as_deref_mut(), None];
        let workspace = &mut self.workspace;
        T::conv_block_backward(workspace, &shape, source, inputs[0], inputs[1], grads);
    }
}

impl<T: Element> Graph<T> {
    /// Records a convolution (without flipping the filters: a cross-correlation), without bias.
    ///
    /// y\[n, i, j, o\] = sum over ky, kx, c of x\[n, i s + ky - p, j s + kx - p, c\]
    /// w\[ky, kx, c, o\], with stride s and padding p, where x outside of the image is 0.
    ///
    /// `input` is (N, H, W, Cin), `weight` (Kh, Kw, Cin, Cout), the output (N, H', W', Cout) with
    /// H' = (H + 2p - Kh) / s + 1, rounded down, and W' alike.
    ///
    /// # Errors
    /// [`TensorError::Rank`], [`TensorError::Shape`], [`TensorError::Window`] or
    /// [`TensorError::Setting`] if they do not fit, [`TensorError::Instructions`].
    pub fn conv2d(
        &mut self,
        input: NodeId,
        weight: NodeId,
        config: Conv2dConfig,
    ) -> Result<NodeId, TensorError> {
        let op = "conv2d";
        self.check_operands(op, &[("input", input)], &[("weight", weight)])?;
        let shape = shapes::conv2d_shape(self, op, input, weight, config)?;
        let output = vec![
            shape.images,
            shape.out_height(),
            shape.out_width(),
            shape.out_channels,
        ];
        let batched = self.is_batched(input);
        let workspace = Workspace::new(self.instructions()?);
        let conv2d = Conv2d { shape, workspace };
        Ok(self.record(Box::new(conv2d), &[input, weight], output, batched))
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Draws, Golden, check_adjoint, check_gradients};
    use crate::{Conv2dConfig, Graph, NodeId, TensorError};

    /// A convolution of random sizes, with random values.
    fn random(seed: u64) -> (Graph<f64>, [NodeId; 3], Draws) {
        let mut draws = Draws::new(seed);
        let kernel = [draws.size(1, 4), draws.size(1, 4)];
        let channels = [draws.size(1, 3), draws.size(1, 3)];
        let config = Conv2dConfig {
            stride: draws.size(1, 3),
            padding: draws.size(0, 2),
        };
        let image = kernel.map(|length| length + draws.size(0, 4));
        let images = draws.size(1, 3);
        let mut graph = Graph::new();
        let input = [images, image[0], image[1], channels[0]];
        let x = graph.input_with_gradient(&input).unwrap();
        let weight = [kernel[0], kernel[1], channels[0], channels[1]];
        let w = graph.parameter(&weight).unwrap();
        let y = graph.conv2d(x, w, config).unwrap();
        draws.fill(&mut graph, x);
        draws.fill(&mut graph, w);
        (graph, [x, w, y], draws)
    }

    #[test]
    fn gradients_are_central_differences() {
        for seed in 0..20 {
            let (mut graph, [x, w, y], _) = random(seed);
            check_gradients(&mut graph, y, &[x, w]);
        }
    }

    /// <conv(x, w), z> = <x, transposed conv(z, w)> = <w, weight gradient of (x, z)>.
    #[test]
    fn gradients_are_adjoint() {
        for seed in 100..200 {
            let (mut graph, nodes, mut draws) = random(seed);
            check_adjoint(&mut graph, nodes, &mut draws);
        }
    }

    #[test]
    fn agrees_with_pytorch() {
        for (case, stride, padding) in [
            ("conv2d_same", 1, 1),
            ("conv2d_valid", 1, 0),
            ("conv2d_strided", 2, 1),
            ("conv2d_wide", 3, 2),
        ] {
            let golden = Golden::new(case);
            let mut graph = Graph::new();
            let x = golden.input(&mut graph, "input");
            let w = golden.parameter(&mut graph, "weight");
            let y = graph
                .conv2d(x, w, Conv2dConfig { stride, padding })
                .unwrap();
            golden.compare(&mut graph, y, &[("input", x), ("weight", w)]);
        }
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let mut graph = Graph::<f32>::new();
        let x = graph.input(&[2, 4, 4, 3]).unwrap();
        let conv = |graph: &mut Graph<f32>, shape: &[usize], stride| {
            let weight = graph.parameter(shape).unwrap();
            graph
                .conv2d(x, weight, Conv2dConfig { stride, padding: 0 })
                .unwrap_err()
        };
        assert_eq!(
            conv(&mut graph, &[3, 3, 2, 8], 1).to_string(),
            "conv2d: weight has shape [3, 3, 2, 8], but should have [3, 3, 3, 8]"
        );
        assert_eq!(
            conv(&mut graph, &[5, 3, 3, 8], 1).to_string(),
            "conv2d: a window of 5x3 does not fit into an input of shape [2, 4, 4, 3] with padding 0"
        );
        assert_eq!(
            conv(&mut graph, &[3, 3, 3, 8], 0).to_string(),
            "conv2d: stride is 0, but should be at least 1"
        );
        let error = conv(&mut graph, &[3, 3], 1);
        assert!(
            matches!(
                error,
                TensorError::Rank {
                    operand: "weight",
                    ..
                }
            ),
            "{error}"
        );
    }
}
