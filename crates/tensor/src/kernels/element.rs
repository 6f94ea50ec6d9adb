//! The scalar types that tensors hold.

use std::fmt::{Debug, Display};
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

use super::{Kernels, elementary};

/// A real number that a graph computes with: `f32` to train, `f64` to check gradients.
///
/// Sums, products, `mul_add`, `sqrt` and `abs` are exact to the last place by IEEE 754;
/// transcendental functions come from the `libm` crate or, in f32, from
/// [`elementary`], so that they give the same bits on every platform.
pub trait Element:
    Kernels
    + Copy
    + Debug
    + Default
    + Display
    + PartialOrd
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + AddAssign
    + Div<Output = Self>
    + Mul<Output = Self>
    + Neg<Output = Self>
    + Sub<Output = Self>
    + SubAssign
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// Below every finite number.
    const NEG_INFINITY: Self;
    /// Not a number.
    const NAN: Self;

    /// The nearest value of this type.
    fn from_f64(value: f64) -> Self;
    /// The same value as `f64`; exact.
    fn to_f64(self) -> f64;
    /// `self * factor + addend` with one rounding.
    #[must_use]
    fn mul_add(self, factor: Self, addend: Self) -> Self;
    /// Square root.
    #[must_use]
    fn sqrt(self) -> Self;
    /// Magnitude.
    #[must_use]
    fn abs(self) -> Self;
    /// Exponential function.
    #[must_use]
    fn exp(self) -> Self;
    /// Natural logarithm.
    #[must_use]
    fn ln(self) -> Self;
    /// Exponential function; in f32 [`elementary::exp`], which loops can vectorize.
    #[must_use]
    fn exp_fused(self) -> Self;
    /// e^x - 1; in f32 [`elementary::exp_m1`].
    #[must_use]
    fn exp_m1(self) -> Self;
    /// ln(1 + x) for x from 0 to 1; in f32 [`elementary::ln_1p`].
    #[must_use]
    fn ln_1p(self) -> Self;
    /// Hyperbolic tangent; in f32 [`elementary::tanh`].
    #[must_use]
    fn tanh(self) -> Self;
    /// Error function; in f32 [`elementary::erf`].
    #[must_use]
    fn erf(self) -> Self;
    /// Whether this is not a number.
    fn is_nan(self) -> bool;

    /// The nearest value to a count.
    fn from_usize(count: usize) -> Self {
        Self::from_f64(count as f64)
    }
}

macro_rules! element {
    ($float:ident, $exp:path, $ln:path, $exp_fused:path, $exp_m1:path, $ln_1p:path, $tanh:path, $erf:path) => {
        // Only what is inlined into a loop is compiled for the loop's vectors: hence `inline(always)`.
        impl Element for $float {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const NEG_INFINITY: Self = $float::NEG_INFINITY;
            const NAN: Self = $float::NAN;

            #[inline]
            fn from_f64(value: f64) -> Self {
                value as $float
            }
            #[inline]
            fn to_f64(self) -> f64 {
                self as f64
            }
            #[inline]
            fn mul_add(self, factor: Self, addend: Self) -> Self {
                $float::mul_add(self, factor, addend)
            }
            #[inline]
            fn sqrt(self) -> Self {
                $float::sqrt(self)
            }
            #[inline]
            fn abs(self) -> Self {
                $float::abs(self)
            }
            #[inline]
            fn exp(self) -> Self {
                $exp(self)
            }
            #[inline]
            fn ln(self) -> Self {
                $ln(self)
            }
            #[inline(always)]
            fn exp_fused(self) -> Self {
                $exp_fused(self)
            }
            #[inline(always)]
            fn exp_m1(self) -> Self {
                $exp_m1(self)
            }
            #[inline(always)]
            fn ln_1p(self) -> Self {
                $ln_1p(self)
            }
            #[inline(always)]
            fn tanh(self) -> Self {
                $tanh(self)
            }
            #[inline(always)]
            fn erf(self) -> Self {
                $erf(self)
            }
            #[inline]
            fn is_nan(self) -> bool {
                $float::is_nan(self)
            }
        }
    };
}

element!(
    f32,
    libm::expf,
    libm::logf,
    elementary::exp,
    elementary::exp_m1,
    elementary::ln_1p,
    elementary::tanh,
    elementary::erf
);
element!(
    f64,
    libm::exp,
    libm::log,
    libm::exp,
    libm::expm1,
    libm::log1p,
    libm::tanh,
    libm::erf
);
