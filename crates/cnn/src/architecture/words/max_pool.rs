//! `max_pool SIZE`, then `stride S`.

use std::fmt;
use std::str::SplitWhitespace;

use tensor::{NodeId, TensorError};

use super::Pool;
use crate::architecture::word::{Notation, Parsed, Site, Word};
use crate::architecture::{LayerShape, Place, Shape};

/// Largest value of each window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxPool(pub Pool);

impl Notation for MaxPool {
    fn words() -> Vec<&'static str> {
        vec!["max_pool"]
    }

    fn examples() -> Vec<&'static str> {
        vec!["max_pool 2", "max_pool 3 stride 2"]
    }

    fn read(word: &str, rest: &mut SplitWhitespace<'_>) -> Option<Parsed<Self>> {
        (word == "max_pool").then(|| Pool::read(word, rest).map(Self))
    }
}

impl fmt::Display for MaxPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "max_pool {}", self.0)
    }
}

impl Word for MaxPool {
    fn output(&self, place: &mut Place) -> Parsed<Shape> {
        self.0.output(place)
    }

    fn record(&self, site: &mut Site<'_>, x: NodeId, _: &[NodeId]) -> Result<NodeId, TensorError> {
        site.graph.max_pool(x, self.0.config())
    }

    fn modules(&self, _: &LayerShape) -> Vec<String> {
        self.0.module("MaxPool2d")
    }
}
