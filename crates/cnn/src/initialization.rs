//! How weights and biases start.

use serde::{Deserialize, Serialize};

/// Initial weights and biases of all convolutions and linear layers.
///
/// Weights are drawn with mean 0 and standard deviation `gain` times that of the scheme, biases
/// all start at `bias`. Fan-in and fan-out are PyTorch's: Kh Kw Cin and Kh Kw Cout for a
/// convolution, inputs and outputs for a linear layer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Initialization {
    /// Which variance.
    pub scheme: Scheme,
    /// Which shape the draws have.
    pub distribution: Distribution,
    /// Factor on the scheme's standard deviation; finite, at least 0.
    pub gain: f64,
    /// Every bias; finite.
    pub bias: f64,
}

/// The variance of the weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// 2 / `fan_in` (He et al. 2015, arXiv 1502.01852; PyTorch's `kaiming_*` for ReLU).
    #[default]
    He,
    /// 2 / (`fan_in` + `fan_out`) (Glorot and Bengio 2010; PyTorch's `xavier_*`).
    Xavier,
    /// 1 / `fan_in` (`LeCun` et al. 1998; PyTorch's `kaiming_*` for linear).
    #[serde(rename = "lecun")]
    LeCun,
}

/// The shape of the distribution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// N(0, s^2).
    #[default]
    Normal,
    /// Uniform on [-sqrt(3) s, sqrt(3) s).
    Uniform,
}

impl Default for Initialization {
    fn default() -> Self {
        Self {
            scheme: Scheme::default(),
            distribution: Distribution::default(),
            gain: 1.0,
            bias: 0.0,
        }
    }
}
