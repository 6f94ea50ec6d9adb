//! Cross-entropy of a softmax: the loss of a classifier.

use crate::element::Element;
use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::loss;
use crate::op::Op;
use crate::ops::shapes;

#[derive(Debug)]
struct SoftmaxCrossEntropy<T> {
    probabilities: Vec<T>,
}

impl<T: Element> Op<T> for SoftmaxCrossEntropy<T> {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        let probabilities = &mut self.probabilities[..inputs[0].len()];
        output[0] = loss::softmax_cross_entropy(inputs[0], inputs[1], probabilities);
    }

    fn backward(
        &mut self,
        inputs: &[&[T]],
        _: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        if let Some(grad_logits) = &mut grad_inputs[0] {
            let probabilities = &self.probabilities[..inputs[0].len()];
            loss::softmax_cross_entropy_backward(
                inputs[1],
                probabilities,
                grad_output[0],
                grad_logits,
            );
        }
    }
}

impl<T: Element> Graph<T> {
    /// Records the cross-entropy of softmax(logits), averaged over the batch:
    /// L = -(1/N) sum over n of ln(exp x\[n, label n\] / sum over c of exp x\[n, c\]).
    ///
    /// `logits` is (N, classes), `labels` an input of shape (N) that holds class indices; the
    /// output is one number. The largest logit is subtracted first, so that nothing overflows. A
    /// label that is no class index makes the loss NaN. Labels get no gradient.
    ///
    /// # Errors
    /// [`TensorError::Rank`] or [`TensorError::Shape`] if they do not fit.
    pub fn softmax_cross_entropy(
        &mut self,
        logits: NodeId,
        labels: NodeId,
    ) -> Result<NodeId, TensorError> {
        let op = "softmax_cross_entropy";
        self.check_operands(op, &[("logits", logits), ("labels", labels)], &[])?;
        let [images, classes] = shapes::axes(self, op, "logits", logits, "(N, classes)")?;
        shapes::require(self, op, "labels", labels, &[images])?;
        let loss = SoftmaxCrossEntropy {
            probabilities: vec![T::ZERO; images * classes],
        };
        Ok(self.record(Box::new(loss), &[logits, labels], vec![], false))
    }
}
