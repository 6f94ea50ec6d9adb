//! Cross-entropy of a softmax: the loss of a classifier.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
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

#[cfg(test)]
mod tests {
    use crate::testing::{Draws, Golden, assert_close, check_gradients, replay};
    use crate::{Element, Graph, NodeId};

    fn graph<T: Element>(images: usize, classes: usize) -> (Graph<T>, [NodeId; 3]) {
        let mut graph = Graph::new();
        let logits = graph.input_with_gradient(&[images, classes]).unwrap();
        let labels = graph.input(&[images]).unwrap();
        let loss = graph.softmax_cross_entropy(logits, labels).unwrap();
        (graph, [logits, labels, loss])
    }

    #[test]
    fn gradients_are_central_differences() {
        for (images, classes) in [(1, 1), (3, 2), (5, 10)] {
            let mut draws = Draws::new(1);
            let (mut graph, [logits, labels, loss]) = graph(images, classes);
            draws.fill(&mut graph, logits);
            draws.fill_labels(&mut graph, labels, classes);
            check_gradients(&mut graph, loss, &[logits]);
        }
    }

    /// Adding a constant to all logits changes nothing, so that the gradients of an image sum to 0.
    #[test]
    fn a_common_shift_changes_nothing() {
        let mut draws = Draws::new(2);
        let (mut graph, [logits, labels, loss]) = graph(4, 7);
        draws.fill(&mut graph, logits);
        draws.fill_labels(&mut graph, labels, 7);
        replay(&mut graph, loss, &[1.0]);
        let before = graph.values(loss)[0];
        for grads in graph.grads(logits).chunks_exact(7) {
            assert_close(&[grads.iter().sum()], &[0.0], 1e-16);
        }
        for logit in graph.values_mut(logits) {
            *logit += 1000.0;
        }
        graph.forward();
        assert_close(graph.values(loss), &[before], 1e-12);
    }

    #[test]
    fn agrees_with_pytorch() {
        let golden = Golden::new("softmax_cross_entropy");
        let mut graph = Graph::new();
        let logits = golden.input(&mut graph, "logits");
        let labels = golden.input(&mut graph, "labels");
        let loss = graph.softmax_cross_entropy(logits, labels).unwrap();
        golden.compare(&mut graph, loss, &[("logits", logits)]);
        assert!(graph.grads(labels).iter().all(|&grad| grad == 0.0));
    }

    #[test]
    fn is_stable_at_the_ends_of_f32() {
        let (mut graph, [logits, labels, loss]) = graph::<f32>(2, 2);
        graph
            .values_mut(logits)
            .copy_from_slice(&[1e38, -1e38, 1e38, -1e38]);
        graph.values_mut(labels).copy_from_slice(&[0.0, 0.0]);
        graph.forward();
        graph.backward(loss);
        assert_eq!(graph.values(loss), [0.0]);
        assert_eq!(graph.grads(logits), [0.0; 4]);

        graph.values_mut(labels)[1] = 1.0;
        graph.forward();
        graph.backward(loss);
        assert_eq!(graph.values(loss), [1e38]);
        assert_eq!(graph.grads(logits), [0.0, 0.0, 0.5, -0.5]);
    }

    /// In units of 2^-24: subtracting the largest logit costs at most 1/e, libm's expf 2, a sum of
    /// ten terms 9, and the division 1/2, logf or the subtraction of the label's logit at most 2:
    /// together less than 1e-6, absolute for softmax, relative to max(1, loss) for the loss.
    #[test]
    fn f32_is_near_f64() {
        let (images, classes) = (1, 10);
        let mut draws = Draws::new(3);
        let (mut exact, [logits, labels, loss]) = graph::<f64>(images, classes);
        let (mut single, _) = graph::<f32>(images, classes);
        for _ in 0..5000 {
            draws.fill(&mut exact, logits);
            draws.fill_labels(&mut exact, labels, classes);
            for (logit, &label) in single
                .values_mut(labels)
                .iter_mut()
                .zip(exact.values(labels))
            {
                *logit = label as f32;
            }
            for (single, exact) in single
                .values_mut(logits)
                .iter_mut()
                .zip(exact.values_mut(logits))
            {
                *single = 10.0 * *exact as f32;
                *exact = f64::from(*single);
            }
            exact.forward();
            exact.backward(loss);
            single.forward();
            single.backward(loss);
            let found = f64::from(single.values(loss)[0]);
            let expected = exact.values(loss)[0];
            assert!(
                (found - expected).abs() < 1e-6 * expected.max(1.0),
                "{found} {expected}"
            );
            for (&found, &expected) in single.grads(logits).iter().zip(exact.grads(logits)) {
                assert!(
                    (f64::from(found) - expected).abs() < 1e-6,
                    "{found} {expected}"
                );
            }
        }
    }

    #[test]
    fn a_label_that_is_no_class_makes_the_loss_nan() {
        for label in [-1.0, 0.5, 3.0, f64::NAN, f64::INFINITY] {
            let (mut graph, [logits, labels, loss]) = graph::<f64>(2, 3);
            graph.values_mut(labels)[0] = label;
            graph.forward();
            graph.backward(loss);
            assert!(graph.values(loss)[0].is_nan());
            assert!(graph.grads(logits)[..3].iter().all(|grad| grad.is_nan()));
        }
    }

    #[test]
    fn refuses_what_does_not_fit() {
        let mut graph = Graph::<f32>::new();
        let logits = graph.input(&[4, 10]).unwrap();
        assert_eq!(
            graph
                .softmax_cross_entropy(logits, logits)
                .unwrap_err()
                .to_string(),
            "softmax_cross_entropy: the same node is given twice, but the operands must differ"
        );
        let targets = graph.input(&[4, 10]).unwrap();
        assert_eq!(
            graph
                .softmax_cross_entropy(logits, targets)
                .unwrap_err()
                .to_string(),
            "softmax_cross_entropy: labels has shape [4, 10], but should have [4]"
        );
    }
}
