//! What the units of a layer that shares no weights do in a batch.

use tensor::{Graph, NodeId, Op, Output, OwnOp, TensorError};

/// The largest value of each unit over the images of a batch, NaN if any is NaN. It is looked at,
/// and no loss depends on it: it has no gradient.
#[derive(Debug)]
struct UnitActivity;

impl Op<f32> for UnitActivity {
    fn forward(&mut self, inputs: &[&[f32]], output: &mut [f32]) {
        tensor::kernels::activation::activity(inputs[0], output);
    }

    fn backward(&mut self, _: &[&[f32]], _: &[f32], _: &[f32], _: &mut [Option<&mut [f32]>]) {}
}

/// Records it for the pre-activations of a layer, (N, H, W, C); the output is (H, W, C).
///
/// # Errors
/// As [`Graph::own_op`].
pub(super) fn activity(
    graph: &mut Graph<f32>,
    pre_activation: NodeId,
) -> Result<NodeId, TensorError> {
    let units = graph.shape(pre_activation)[1..].to_vec();
    let config = OwnOp {
        name: "unit activity",
        data: &[("pre-activation", pre_activation)],
        weights: &[],
        output: Output::Whole(&units),
    };
    graph.own_op(UnitActivity, config)
}
