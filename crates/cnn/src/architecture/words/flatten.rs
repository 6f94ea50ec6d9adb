//! `flatten`.

use std::fmt;
use std::str::SplitWhitespace;

use tensor::{NodeId, TensorError};

use crate::architecture::shape::size_of;
use crate::architecture::word::{Notation, Parsed, Site, Word};
use crate::architecture::{LayerShape, Place, Shape};

/// Image to vector, in the order height, width, channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flatten;

impl Notation for Flatten {
    fn words() -> Vec<&'static str> {
        vec!["flatten"]
    }

    fn examples() -> Vec<&'static str> {
        Self::words()
    }

    fn read(word: &str, _: &mut SplitWhitespace<'_>) -> Option<Parsed<Self>> {
        (word == "flatten").then_some(Ok(Self))
    }
}

impl fmt::Display for Flatten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("flatten")
    }
}

impl Word for Flatten {
    fn output(&self, place: &mut Place) -> Parsed<Shape> {
        let image = place.image()?;
        let features = size_of(&image)?;
        place.fed = false;
        place.flattened = Some(image);
        Ok(Shape::Features(features))
    }

    fn record(&self, site: &mut Site<'_>, x: NodeId, _: &[NodeId]) -> Result<NodeId, TensorError> {
        site.graph.flatten(x)
    }

    fn modules(&self, _: &LayerShape) -> Vec<String> {
        vec!["Flatten()".to_owned()]
    }
}
