//! In which precision weights are kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::CnnError;

/// How the trained parameters are kept between the steps; all arithmetic is in f32. What batch
/// norms keep, and what the optimizer remembers, stays in f32.
///
/// In bf16 each parameter is rounded after every update, and its initial value to nearest. An
/// update below half the distance to the next number (2^-9 of the weight) is lost to nearest, and
/// kept on average at random.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WeightSettings {
    /// The type that they are kept in.
    pub precision: Precision,
    /// How a number between two of bf16 becomes one of them.
    pub rounding: Rounding,
    /// Whether the optimizer updates masters in f32, of which the network has copies in bf16, as
    /// mixed precision does (Micikevicius et al. 2017, arXiv 1710.03740).
    pub masters: bool,
}

/// A type of floating-point numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// 8 bits of exponent, 23 of fraction.
    #[default]
    F32,
    /// bfloat16: 8 bits of exponent, 7 of fraction.
    Bf16,
}

/// How numbers are rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// To the nearer one, of two equally near to the even one, as PyTorch's `to(torch.bfloat16)`.
    #[default]
    Nearest,
    /// Up or down at random, up with the share of the way that it is on: right on average (Gupta et
    /// al. 2015, arXiv 1502.02551).
    Stochastic,
}

impl WeightSettings {
    /// Whether these are the defaults, which do not stand in the canonical form.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether nothing is asked of f32 that only bf16 has.
    ///
    /// # Errors
    /// [`CnnError::Setting`] with the key, its value and what would be right.
    pub fn check(&self) -> Result<(), CnnError> {
        let expected = "asks for weights.precision = bf16; f32 is not rounded";
        let wrong = |key: &str, value: &str| Err(CnnError::setting(key, value, expected));
        match self {
            Self {
                precision: Precision::Bf16,
                ..
            } => Ok(()),
            Self {
                rounding: Rounding::Stochastic,
                ..
            } => wrong("weights.rounding", "stochastic"),
            Self { masters: true, .. } => wrong("weights.masters", "true"),
            Self { .. } => Ok(()),
        }
    }
}
