//! Clipping of gradients by their norm.

use tensor::Element;

/// Partial sums that are kept side by side.
const LANES: usize = 8;

/// Added to the norm, as in PyTorch.
const EPSILON: f64 = 1e-6;

/// Multiplies all gradients by `largest` / (norm + 1e-6) where that is below 1, as
/// `torch.nn.utils.clip_grad_norm_` (Pascanu et al. 2012, arXiv 1211.5063); gives their norm before.
///
/// The norm is the root of the sum of squares in double precision: element i goes into partial sum
/// i modulo 8, in the order of the buffer, and these are added from the first to the last. A NaN
/// stays one, and so all gradients become.
pub fn clip_norm<T: Element>(gradients: &mut [T], largest: f64) -> f64 {
    let mut sums = [0.0_f64; LANES];
    for lanes in gradients.chunks(LANES) {
        for (sum, gradient) in sums.iter_mut().zip(lanes) {
            let gradient = gradient.to_f64();
            *sum += gradient * gradient;
        }
    }
    let norm = sums.iter().sum::<f64>().sqrt();
    let factor = largest / (norm + EPSILON);
    if factor < 1.0 || factor.is_nan() {
        let factor = T::from_f64(factor);
        for gradient in gradients {
            *gradient = *gradient * factor;
        }
    }
    norm
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, StreamOffsets, Streams, below, unit};

    #[test]
    fn what_is_longer_gets_the_largest_norm_and_keeps_its_direction() {
        let mut random = Streams::new(0, StreamOffsets::default()).generator(Stream::Noise);
        let mut clippings = 0;
        for _ in 0..200 {
            let length = 1 + below(&mut random, 50);
            let gradients: Vec<f64> = (0..length).map(|_| unit(&mut random) - 0.5).collect();
            let largest = 3.0 * unit(&mut random);
            let mut clipped = gradients.clone();
            let norm = clip_norm(&mut clipped, largest);
            let slow = gradients.iter().map(|one| one * one).sum::<f64>().sqrt();
            assert!((norm - slow).abs() <= 1e-12 * slow);
            let factor = (largest / (norm + 1e-6)).min(1.0);
            clippings += u32::from(factor < 1.0);
            for (after, before) in clipped.iter().zip(&gradients) {
                assert_eq!(*after, before * factor);
            }
        }
        assert!((50..150).contains(&clippings), "{clippings}");
    }

    #[test]
    fn zeros_stay_zeros_and_nan_is_not_hidden() {
        let mut gradients = [0.0_f32, 3.0, 4.0];
        assert_eq!(clip_norm(&mut gradients, 1.0), 5.0);
        assert_eq!(gradients[0], 0.0);
        let mut broken = [1.0_f32, f32::NAN];
        assert!(clip_norm(&mut broken, 1.0).is_nan());
        assert!(broken[0].is_nan());
    }
}
