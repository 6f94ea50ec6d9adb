//! `average_pool SIZE`, then `stride S`.

use std::fmt;
use std::str::SplitWhitespace;

use tensor::{NodeId, TensorError};

use super::Pool;
use crate::architecture::word::{Notation, Parsed, Site, Word};
use crate::architecture::{LayerShape, Place, Shape};

/// Mean of each window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AveragePool(pub Pool);

impl Notation for AveragePool {
    fn words() -> Vec<&'static str> {
        vec!["average_pool"]
    }

    fn examples() -> Vec<&'static str> {
        vec!["average_pool 2", "average_pool 3 stride 2"]
    }

    fn read(word: &str, rest: &mut SplitWhitespace<'_>) -> Option<Parsed<Self>> {
        (word == "average_pool").then(|| Pool::read(word, rest).map(Self))
    }
}

impl fmt::Display for AveragePool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "average_pool {}", self.0)
    }
}

impl Word for AveragePool {
    fn output(&self, place: &mut Place) -> Parsed<Shape> {
        self.0.output(place)
    }

    fn record(&self, site: &mut Site<'_>, x: NodeId, _: &[NodeId]) -> Result<NodeId, TensorError> {
        site.graph.average_pool(x, self.0.config())
    }

    fn modules(&self, _: &LayerShape) -> Vec<String> {
        self.0.module("AvgPool2d")
    }
}
