//! Losses: one number for a batch.

use crate::kernels::Element;

/// The class that a label names, if it is a whole number from 0 to `classes` - 1.
fn class<T: Element>(label: T, classes: usize) -> Option<usize> {
    let label = label.to_f64();
    let class = label as usize;
    (class < classes && class as f64 == label).then_some(class)
}

/// Mean over the images of -ln softmax(logits)\[label\]; `probabilities` gets the softmax.
///
/// Per image: m = largest logit, e = exp(logit - m) and s = the sum of e, in the order of the
/// classes; loss = ln(s) - (logit of the label - m). Then one chain of sums over the images and
/// one division. A label that is no class makes the loss, and the image's gradient, NaN.
pub fn softmax_cross_entropy<T: Element>(logits: &[T], labels: &[T], probabilities: &mut [T]) -> T {
    let classes = logits.len() / labels.len();
    let mut total = T::ZERO;
    let rows = logits
        .chunks_exact(classes)
        .zip(probabilities.chunks_exact_mut(classes));
    for ((logits, probabilities), &label) in rows.zip(labels) {
        let mut largest = T::NEG_INFINITY;
        for &logit in logits {
            largest = if logit > largest { logit } else { largest };
        }
        let mut sum = T::ZERO;
        for (p, &logit) in probabilities.iter_mut().zip(logits) {
            *p = (logit - largest).exp();
            sum += *p;
        }
        for p in probabilities.iter_mut() {
            *p = *p / sum;
        }
        match class(label, classes) {
            Some(class) => total += sum.ln() - (logits[class] - largest),
            None => total = T::NAN,
        }
    }
    total / T::from_usize(labels.len())
}

/// dL/dlogits += (softmax - one-hot label) * (dL/dloss / N).
pub fn softmax_cross_entropy_backward<T: Element>(
    labels: &[T],
    probabilities: &[T],
    grad_loss: T,
    grad_logits: &mut [T],
) {
    let classes = grad_logits.len() / labels.len();
    let scale = grad_loss / T::from_usize(labels.len());
    let rows = grad_logits
        .chunks_exact_mut(classes)
        .zip(probabilities.chunks_exact(classes));
    for ((grad_logits, probabilities), &label) in rows.zip(labels) {
        let class = class(label, classes);
        for (index, (dx, &p)) in grad_logits.iter_mut().zip(probabilities).enumerate() {
            let difference = match class {
                Some(class) if class == index => p - T::ONE,
                Some(_) => p,
                None => T::NAN,
            };
            *dx += difference * scale;
        }
    }
}

/// Mean over all elements of (output - target)^2: one chain of fused multiply-adds, one division.
pub fn mean_squared_error<T: Element>(output: &[T], target: &[T]) -> T {
    let mut total = T::ZERO;
    for (&y, &t) in output.iter().zip(target) {
        let difference = y - t;
        total = difference.mul_add(difference, total);
    }
    total / T::from_usize(output.len())
}

/// dL/doutput += sign * 2 (output - target) * (dL/dloss / count); `sign` is -1 for the target.
pub fn mean_squared_error_backward<T: Element>(
    output: &[T],
    target: &[T],
    grad_loss: T,
    sign: T,
    grad: &mut [T],
) {
    let scale = sign * (T::ONE + T::ONE) * (grad_loss / T::from_usize(output.len()));
    for ((dy, &y), &t) in grad.iter_mut().zip(output).zip(target) {
        *dy += (y - t) * scale;
    }
}
