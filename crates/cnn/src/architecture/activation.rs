//! Activation functions as settings, and where their derivative is exactly 0.

/// An activation function f, applied to each pre-activation z.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// `relu`: max(z, 0); the derivative at 0 is 0.
    Relu,
    /// `leaky_relu SLOPE`: z where z > 0, slope z elsewhere.
    LeakyRelu {
        /// Derivative where z <= 0.
        slope: f64,
    },
    /// `prelu`: Leaky ReLU with a learnt slope for each channel, 0.25 at first
    /// (He et al. 2015, arXiv 1502.01852).
    Prelu,
    /// `rrelu LOW HIGH`: Leaky ReLU whose slope is drawn anew for each unit and image of a
    /// training batch, uniformly from [low, high), and is (low + high) / 2 wherever the network is
    /// observed (Xu et al. 2015, arXiv 1505.00853). `rrelu` alone is `rrelu 1/8 1/3`, as in PyTorch.
    Rrelu {
        /// Smallest slope.
        low: f64,
        /// Largest slope.
        high: f64,
    },
    /// `elu`: z where z > 0, e^z - 1 elsewhere (Clevert et al. 2015, arXiv 1511.07289).
    Elu,
    /// `selu`: ELU with two constants that keep mean 0 and variance 1 (Klambauer et al. 2017,
    /// arXiv 1706.02515).
    Selu,
    /// `gelu`: z times the normal distribution function (Hendrycks and Gimpel 2016,
    /// arXiv 1606.08415).
    Gelu,
    /// `gelu_tanh`: its approximation by a hyperbolic tangent.
    GeluTanh,
    /// `silu`: z / (1 + e^-z), also called swish (Elfwing et al. 2017, arXiv 1702.03118).
    Silu,
    /// `softplus`: ln(1 + e^z).
    Softplus,
    /// `tanh`: hyperbolic tangent.
    Tanh,
}

impl Activation {
    /// RReLU with the slopes of PyTorch's default.
    pub const RRELU: Self = Self::Rrelu {
        low: 1.0 / 8.0,
        high: 1.0 / 3.0,
    };

    /// The largest number such that the derivative is exactly 0 at every pre-activation at or
    /// below it, in f32; none where there is no such number.
    ///
    /// A filter whose largest pre-activation over the training set ([`tensor::Graph::activity`])
    /// is at most this is dead: neither its weights nor its bias get any gradient. Where
    /// [`Activation::has_exact_zero`] does not hold it is called numerically dead: the derivative
    /// is too small for f32, in the arithmetic that the op of [`tensor::Graph`] states. All but
    /// Leaky ReLU's kind have such a number: -6.15 for GELU, -5.06 for its tanh form, -9.01 for
    /// tanh, -88.7 for SiLU, -104 for ELU, SELU and softplus.
    pub fn zero_derivative_up_to(self) -> Option<f32> {
        match self {
            Self::Relu => Some(0.0),
            Self::LeakyRelu { slope } => (slope as f32 == 0.0).then_some(0.0),
            Self::Rrelu { low, high } => (low as f32 == 0.0 && high as f32 == 0.0).then_some(0.0),
            Self::Prelu => None,
            Self::Elu | Self::Selu | Self::Softplus => Some(-103.972_084),
            Self::Gelu => Some(-6.151_351_5),
            Self::GeluTanh => Some(-5.061_381),
            Self::Silu => Some(-88.722_84),
            Self::Tanh => Some(-TANH_SATURATION),
        }
    }

    /// The smallest number such that the derivative is exactly 0 at every pre-activation at or
    /// above it, in f32: only tanh has one, 9.01.
    pub const fn zero_derivative_from(self) -> Option<f32> {
        match self {
            Self::Tanh => Some(TANH_SATURATION),
            _ => None,
        }
    }

    /// Whether the derivative is exactly 0 at this pre-activation and at all further from 0 on its
    /// side, in f32. Never of NaN.
    ///
    /// A filter is dead if this holds of its largest pre-activation and it is silent (that one is
    /// at most 0); saturated if it holds of every one of its pre-activations and it is not silent,
    /// which the largest alone does not tell: count the units. (Isolated zeros of a derivative, as
    /// GELU's near -0.75, are no matter of death.)
    pub fn is_flat_at(self, pre_activation: f32) -> bool {
        let below = self.zero_derivative_up_to();
        let above = self.zero_derivative_from();
        below.is_some_and(|end| pre_activation <= end)
            || above.is_some_and(|start| pre_activation >= start)
    }

    /// Whether the derivative is 0 in real arithmetic where it is exactly 0, as ReLU's; if not, a
    /// dead filter is dead numerically.
    pub fn has_exact_zero(self) -> bool {
        self.zero_derivative_up_to() == Some(0.0)
    }
}

/// Where tanh is 1 in f32: 13 ln 2, where half a unit in the last place below 1 begins.
const TANH_SATURATION: f32 = 9.010_914;

#[cfg(test)]
mod tests {
    use tensor::{Graph, NodeId, TensorError};

    use super::Activation;

    type Record = fn(&mut Graph<f32>, NodeId) -> Result<NodeId, TensorError>;

    const RECORDED: [(Activation, Record); 10] = [
        (Activation::Relu, Graph::relu),
        (Activation::LeakyRelu { slope: 0.0 }, |graph, x| {
            graph.leaky_relu(x, 0.0)
        }),
        (Activation::LeakyRelu { slope: 0.01 }, |graph, x| {
            graph.leaky_relu(x, 0.01)
        }),
        (Activation::Elu, Graph::elu),
        (Activation::Selu, Graph::selu),
        (Activation::Gelu, Graph::gelu),
        (Activation::GeluTanh, Graph::gelu_tanh),
        (Activation::Silu, Graph::silu),
        (Activation::Softplus, Graph::softplus),
        (Activation::Tanh, Graph::tanh),
    ];

    fn derivatives(record: Record, at: &[f32]) -> Vec<f32> {
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[at.len(), 1]).unwrap();
        let y = record(&mut graph, x).unwrap();
        graph.values_mut(x).copy_from_slice(at);
        graph.forward();
        graph.backward(y);
        graph.grads(x).to_vec()
    }

    #[test]
    fn flat_is_what_the_ops_derivative_says() {
        // All numbers of every magnitude, thinned out, and those around each threshold.
        let ends = RECORDED
            .iter()
            .filter_map(|(function, _)| function.zero_derivative_up_to());
        let around = ends.flat_map(|end| {
            (0..200).map(move |offset| f32::from_bits((end.to_bits() + 100).saturating_sub(offset)))
        });
        let magnitudes = (0..f32::MAX.to_bits()).step_by(20_011).map(f32::from_bits);
        let negative: Vec<f32> = magnitudes.chain(around).map(|x| -x.abs()).collect();
        let all: Vec<f32> = negative.iter().flat_map(|&x| [x, -x]).collect();
        for (function, record) in RECORDED {
            let (mut flat, mut live) = (0, 0);
            for (&x, derivative) in all.iter().zip(derivatives(record, &all)) {
                let is_flat = function.is_flat_at(x);
                assert_eq!(
                    is_flat,
                    derivative == 0.0,
                    "{function:?} at {x}: {derivative}"
                );
                if is_flat { flat += 1 } else { live += 1 }
            }
            assert!(live > 1000, "{function:?}");
            assert_eq!(
                flat > 1000,
                function.zero_derivative_up_to().is_some(),
                "{function:?}"
            );
        }
    }

    #[test]
    fn slopes_that_are_not_0_never_are_flat() {
        for function in [Activation::Prelu, Activation::RRELU] {
            assert_eq!(function.zero_derivative_up_to(), None);
            assert!(!function.is_flat_at(-f32::MAX) && !function.is_flat_at(f32::NAN));
        }
        let none = Activation::Rrelu {
            low: 0.0,
            high: 0.0,
        };
        assert!(none.is_flat_at(0.0) && none.has_exact_zero());
        assert!(!Activation::Gelu.has_exact_zero() && Activation::Relu.has_exact_zero());
        assert!(!Activation::Tanh.is_flat_at(f32::NAN));
    }
}
