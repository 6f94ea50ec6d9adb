//! Activation functions as settings.

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
}

impl Activation {
    /// The largest number such that the derivative is exactly 0 at every pre-activation at or
    /// below it, in f32; none where there is no such number.
    ///
    /// A filter whose largest pre-activation over the training set is at most this is dead:
    /// neither its weights nor its bias get any gradient.
    pub fn zero_derivative_up_to(self) -> Option<f32> {
        match self {
            Self::Relu => Some(0.0),
            Self::LeakyRelu { slope } => (slope as f32 == 0.0).then_some(0.0),
            Self::Prelu => None,
        }
    }
}
