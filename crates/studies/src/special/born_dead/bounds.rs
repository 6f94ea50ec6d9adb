//! The published bounds of the probability that a network is born dead: `width` units in each
//! hidden layer, `layers` layers of which all but the last are hidden.

/// Probability that all of `n` signs are minus.
fn all_minus(n: usize) -> f64 {
    libm::exp2(-(n as f64))
}

/// Lu et al. 2019 (arXiv 1903.06733), theorem 3, for symmetric weights without biases:
/// at most 1 - (1 - 2^-N)^(L-1). The same as the lower bound on survival of Rister and Rubin 2020
/// (arXiv 2007.06192), the product of 1 - `2^-n_j` over the hidden layers.
pub fn upper(width: usize, layers: usize) -> f64 {
    let survives = 1.0 - all_minus(width);
    1.0 - libm::pow(survives, layers as f64 - 1.0)
}

/// The lower bound of the same theorem for one input: 1 - a1^(L-2) + C (a2^(L-2) - a1^(L-2)) with
/// a1 = 1 - 2^-N, a2 = 1 - 2^(1-N) - (N-1) 4^-N, C = (1 - 2^(1-N)) (1 - 2^-N) / (1 + (N-1) 2^-N).
/// Exact at two and at three layers.
pub fn lower(width: usize, layers: usize) -> f64 {
    let minus = all_minus(width);
    let others = width as f64 - 1.0;
    let a1 = 1.0 - minus;
    let a2 = 1.0 - 2.0 * minus - others * minus * minus;
    let c = (1.0 - 2.0 * minus) * (1.0 - minus) / (1.0 + others * minus);
    let layers = layers as f64 - 2.0;
    let first = libm::pow(a1, layers);
    1.0 - first + c * (libm::pow(a2, layers) - first)
}

/// Rister and Rubin's upper bound on survival, as a lower bound on death: a layer all of whose
/// weights and biases are negative is dead if its inputs are not. So it holds from the second
/// hidden layer on: at least 1 - (1 - 2^(-N (N+1)))^(L-2).
pub fn all_negative(width: usize, layers: usize) -> f64 {
    let survives = 1.0 - all_minus(width * (width + 1));
    1.0 - libm::pow(survives, layers as f64 - 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_have_the_known_values_at_ten_layers() {
        for (width, low, high) in [
            (2, 0.870, 0.925),
            (3, 0.513, 0.699),
            (4, 0.204, 0.441),
            (5, 0.064, 0.249),
        ] {
            assert!((lower(width, 10) - low).abs() < 5e-4, "{width}");
            assert!((upper(width, 10) - high).abs() < 5e-4, "{width}");
        }
        assert!((lower(10, 10) - 0.0001).abs() < 5e-5);
        assert!((upper(10, 10) - 0.0088).abs() < 5e-5);
        // Exact at three layers, and no layer dies at two.
        assert!((lower(4, 3) - 0.011_23).abs() < 5e-6);
        assert!((lower(5, 3) - 0.002_869).abs() < 5e-7);
        assert!((1..12).all(|width| lower(width, 2).abs() < 1e-12));
    }

    #[test]
    fn they_keep_their_order() {
        for width in 2..=10 {
            for layers in 2..=20 {
                let [low, high] = [lower(width, layers), upper(width, layers)];
                let weakest = all_negative(width, layers);
                assert!(weakest <= low + 1e-15 && low < high, "{width} {layers}");
            }
        }
    }
}
