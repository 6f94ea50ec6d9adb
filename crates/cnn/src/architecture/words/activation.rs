//! Activation functions as settings, and where their derivative is exactly 0.

mod leaky_relu;
mod plain;
mod prelu;
mod rrelu;

use std::fmt;
use std::str::SplitWhitespace;

use tensor::{NodeId, TensorError};

use crate::architecture::word::{Notation, Parameter, Parsed, Site, Word};
use crate::architecture::{LayerShape, Place, Shape};

/// Where the derivative of an activation function is exactly 0, in f32.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Flat {
    /// At this number and everywhere below.
    pub up_to: Option<f32>,
    /// At this number and everywhere above.
    pub from: Option<f32>,
    /// Whether it is 0 there in real arithmetic, too.
    pub exact: bool,
}

impl Flat {
    /// Nowhere.
    const NOWHERE: Self = Self {
        up_to: None,
        from: None,
        exact: false,
    };

    /// Up to a number, for want of smaller numbers.
    const fn up_to(end: f32) -> Self {
        Self {
            up_to: Some(end),
            ..Self::NOWHERE
        }
    }

    /// Up to a number, also in real arithmetic.
    const fn exactly_up_to(end: f32) -> Self {
        Self {
            exact: true,
            ..Self::up_to(end)
        }
    }
}

/// What an activation function is.
trait Function: fmt::Display {
    /// Where its derivative is exactly 0.
    fn flat(&self) -> Flat;

    /// Its parameters, for so many filters.
    fn parameters(&self, filters: usize) -> Vec<Parameter> {
        let _ = filters;
        Vec::new()
    }

    /// Records it on `x`, with `own` the nodes of its parameters.
    ///
    /// # Errors
    /// As the op's.
    fn record(&self, site: &mut Site<'_>, x: NodeId, own: &[NodeId])
    -> Result<NodeId, TensorError>;

    /// The module of `torch.nn` that does the same, for so many filters.
    fn module(&self, filters: usize) -> String;
}

macro_rules! activations {
    ($($module:ident::$Function:ident,)*) => {
        $(pub use $module::$Function;)*

        /// An activation function f, applied to each pre-activation z.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Activation {
            $(
                #[doc = concat!("A function of this kind: see [`", stringify!($Function), "`].")]
                $Function($Function),
            )*
        }

        $(
            impl From<$Function> for Activation {
                fn from(function: $Function) -> Self {
                    Self::$Function(function)
                }
            }
        )*

        impl Activation {
            fn function(&self) -> &dyn Function {
                match self {
                    $(Self::$Function(function) => function,)*
                }
            }
        }

        impl Notation for Activation {
            fn words() -> Vec<&'static str> {
                [$($Function::words(),)*].concat()
            }

            fn examples() -> Vec<&'static str> {
                [$($Function::examples(),)*].concat()
            }

            fn read(word: &str, rest: &mut SplitWhitespace<'_>) -> Option<Parsed<Self>> {
                $(
                    if let Some(read) = $Function::read(word, rest) {
                        return Some(read.map(Self::$Function));
                    }
                )*
                None
            }
        }
    };
}

// Those without settings and parameters are in `plain`, one line each.
activations! {
    plain::Plain,
    leaky_relu::LeakyRelu,
    prelu::Prelu,
    rrelu::Rrelu,
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.function().fmt(f)
    }
}

impl Word for Activation {
    fn output(&self, place: &mut Place) -> Parsed<Shape> {
        if !place.fed {
            return Err(
                "no convolution or linear layer feeds this activation alone; put it after one \
                 (pooling may stand between), before a flatten, and not first in a residual block"
                    .to_owned(),
            );
        }
        place.fed = false;
        Ok(place.shape)
    }

    fn parameters(&self, shape: &LayerShape) -> Vec<Parameter> {
        self.function().parameters(shape.output.filters())
    }

    fn record(
        &self,
        site: &mut Site<'_>,
        x: NodeId,
        own: &[NodeId],
    ) -> Result<NodeId, TensorError> {
        self.function().record(site, x, own)
    }

    fn modules(&self, shape: &LayerShape) -> Vec<String> {
        vec![self.function().module(shape.output.filters())]
    }
}

impl Activation {
    /// ReLU.
    pub const RELU: Self = Self::Plain(plain::RELU);

    /// RReLU with the slopes of PyTorch's default.
    pub const RRELU: Self = Self::Rrelu(Rrelu::DEFAULT);

    /// Leaky ReLU.
    pub const fn leaky_relu(slope: f64) -> Self {
        Self::LeakyRelu(LeakyRelu { slope })
    }

    /// The largest number such that the derivative is exactly 0 at every pre-activation at or
    /// below it, in f32; none where there is no such number.
    ///
    /// A filter whose largest pre-activation over the training set ([`tensor::Graph::activity`])
    /// is at most this is dead: neither its weights nor its bias get any gradient. Where
    /// [`Activation::has_exact_zero`] does not hold it is called numerically dead: the derivative
    /// is too small for f32, in the arithmetic that the op of [`tensor::Graph`] states. All but
    /// Leaky ReLU's kind have such a number.
    pub fn zero_derivative_up_to(self) -> Option<f32> {
        self.function().flat().up_to
    }

    /// The smallest number such that the derivative is exactly 0 at every pre-activation at or
    /// above it, in f32: only tanh has one, 9.01.
    pub fn zero_derivative_from(self) -> Option<f32> {
        self.function().flat().from
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
        self.function().flat().exact
    }
}

#[cfg(test)]
mod tests;
