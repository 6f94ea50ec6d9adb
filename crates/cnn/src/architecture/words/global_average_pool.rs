//! `global_average_pool`.

use std::fmt;
use std::str::SplitWhitespace;

use tensor::{NodeId, TensorError};

use crate::architecture::word::{Notation, Parsed, Site, Word};
use crate::architecture::{LayerShape, Place, Shape};

/// Mean over all positions of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GlobalAveragePool;

impl Notation for GlobalAveragePool {
    fn words() -> Vec<&'static str> {
        vec!["global_average_pool"]
    }

    fn examples() -> Vec<&'static str> {
        Self::words()
    }

    fn read(word: &str, _: &mut SplitWhitespace<'_>) -> Option<Parsed<Self>> {
        (word == "global_average_pool").then_some(Ok(Self))
    }
}

impl fmt::Display for GlobalAveragePool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("global_average_pool")
    }
}

impl Word for GlobalAveragePool {
    fn output(&self, place: &mut Place) -> Parsed<Shape> {
        place.pooled()?;
        let [_, _, channels] = place.image()?;
        Ok(Shape::Features(channels))
    }

    fn record(&self, site: &mut Site<'_>, x: NodeId, _: &[NodeId]) -> Result<NodeId, TensorError> {
        site.graph.global_average_pool(x)
    }

    fn modules(&self, _: &LayerShape) -> Vec<String> {
        // The mean keeps two axes of length 1.
        ["AdaptiveAvgPool2d(1)", "Flatten()"]
            .map(str::to_owned)
            .to_vec()
    }
}
