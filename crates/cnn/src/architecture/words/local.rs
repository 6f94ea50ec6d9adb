//! `local FILTERS HEIGHTxWIDTH`, then `stride S` and `padding P`.

use std::fmt;
use std::str::SplitWhitespace;

use tensor::{NodeId, TensorError};

use super::Convolution;
use super::convolution;
use crate::architecture::shape::size_of;
use crate::architecture::word::{Notation, Parameter, Parsed, Role, Site, Word};
use crate::architecture::{Layer, LayerShape, Place, Shape};

/// A locally connected layer, with bias: a convolution that shares no weights. Each unit, one
/// filter at one position, has weights and a bias of its own (LeCun 1989).
///
/// What has its own weights is what lives and dies: in [`FilterLayer`](crate::network::FilterLayer)
/// and all that is recorded, a filter of such a layer is a unit, numbered position by position, then
/// by channel, and it has one position. Weights of taps on the padding have no effect and never get
/// a gradient. Fan-in is Kh Kw Cin, as a convolution's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local(
    /// The convolution that has the same windows.
    pub Convolution,
);

const WORD: &str = "local";

impl Notation for Local {
    fn words() -> Vec<&'static str> {
        vec![WORD]
    }

    fn examples() -> Vec<&'static str> {
        vec!["local 16 3x3", "local 16 3x5 stride 2 padding 0"]
    }

    fn read(word: &str, rest: &mut SplitWhitespace<'_>) -> Option<Parsed<Self>> {
        (word == WORD).then(|| convolution::settings(WORD, rest).map(Self))
    }
}

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(WORD, f)
    }
}

impl Word for Local {
    fn output(&self, place: &mut Place) -> Parsed<Shape> {
        let input = place.shape;
        let output = self.0.output(place)?;
        let [rows, columns] = self.0.kernel_size;
        let weights = [output.positions(), rows, columns, input.filters()];
        size_of(&[&weights[..], &[self.0.filters]].concat())?;
        place.unshared = true;
        Ok(output)
    }

    fn parameters(&self, shape: &LayerShape) -> Vec<Parameter> {
        let Shape::Image([height, width, filters]) = shape.output else {
            return Vec::new();
        };
        let [rows, columns] = self.0.kernel_size;
        let windows = [rows, columns, shape.input.filters(), filters];
        let parameter = |name, role, shape| Parameter { name, role, shape };
        let weight = [&[height, width], &windows[..]].concat();
        vec![
            parameter("weight", Role::Local, weight),
            parameter("bias", Role::Bias, vec![height, width, filters]),
        ]
    }

    fn record(
        &self,
        site: &mut Site<'_>,
        x: NodeId,
        own: &[NodeId],
    ) -> Result<NodeId, TensorError> {
        let product = site.graph.local2d(x, own[0], self.0.config())?;
        site.graph.bias(product, own[1])
    }

    fn modules(&self, shape: &LayerShape) -> Vec<String> {
        let Shape::Image([height, width, filters]) = shape.output else {
            return Vec::new();
        };
        let [rows, columns] = self.0.kernel_size;
        let windows = format!(
            "({rows}, {columns}), stride={}, padding={}",
            self.0.stride, self.0.padding
        );
        let channels = shape.input.filters();
        vec![format!(
            "Local2d({channels}, {filters}, ({height}, {width}), {windows})"
        )]
    }

    fn filters(&self) -> Option<usize> {
        Some(self.0.filters)
    }

    fn with_filters(&self, filters: usize) -> Option<Layer> {
        Some(Layer::Local(Self(Convolution { filters, ..self.0 })))
    }
}
