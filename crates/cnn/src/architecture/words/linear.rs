//! `linear UNITS`.

use std::fmt;
use std::str::SplitWhitespace;

use tensor::{NodeId, TensorError};

use crate::architecture::shape::{positive, size_of};
use crate::architecture::word::{Notation, Parameter, Parsed, Role, Site, Word, count};
use crate::architecture::{Layer, LayerShape, Place, Shape};

/// A linear layer, with bias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linear {
    /// Outputs.
    pub units: usize,
}

impl Notation for Linear {
    fn words() -> Vec<&'static str> {
        vec!["linear"]
    }

    fn examples() -> Vec<&'static str> {
        vec!["linear 10"]
    }

    fn read(word: &str, rest: &mut SplitWhitespace<'_>) -> Option<Parsed<Self>> {
        (word == "linear").then(|| {
            let units = count(rest.next());
            let units = units.ok_or("write `linear UNITS`, for example `linear 10`")?;
            Ok(Self { units })
        })
    }
}

impl fmt::Display for Linear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "linear {}", self.units)
    }
}

impl Word for Linear {
    fn output(&self, place: &mut Place) -> Parsed<Shape> {
        let Shape::Features(features) = place.shape else {
            return Err(format!(
                "a linear layer reads a vector, and here is an image ({}); put \
                 global_average_pool or flatten before it",
                place.shape
            ));
        };
        positive(self.units, "units")?;
        size_of(&[features, self.units])?;
        (place.fed, place.unshared) = (true, false);
        place.flattened = None;
        Ok(Shape::Features(self.units))
    }

    fn parameters(&self, shape: &LayerShape) -> Vec<Parameter> {
        let flattened = shape.flattened;
        let matrix = vec![shape.input.filters(), self.units];
        Parameter::weight_and_bias(Role::Matrix { flattened }, matrix)
    }

    fn record(
        &self,
        site: &mut Site<'_>,
        x: NodeId,
        own: &[NodeId],
    ) -> Result<NodeId, TensorError> {
        let product = site.graph.linear(x, own[0])?;
        site.graph.bias(product, own[1])
    }

    fn modules(&self, shape: &LayerShape) -> Vec<String> {
        vec![format!("Linear({}, {})", shape.input.filters(), self.units)]
    }

    fn filters(&self) -> Option<usize> {
        Some(self.units)
    }

    fn with_filters(&self, filters: usize) -> Option<Layer> {
        Some(Layer::Linear(Self { units: filters }))
    }
}
