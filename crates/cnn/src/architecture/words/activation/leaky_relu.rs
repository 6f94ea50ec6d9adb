//! `leaky_relu SLOPE`.

use std::fmt;
use std::str::SplitWhitespace;

use tensor::{NodeId, TensorError};

use super::{Flat, Function};
use crate::architecture::word::{Notation, Parsed, Site, number};

/// `leaky_relu SLOPE`: z where z > 0, slope z elsewhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeakyRelu {
    /// Derivative where z <= 0.
    pub slope: f64,
}

impl Notation for LeakyRelu {
    fn words() -> Vec<&'static str> {
        vec!["leaky_relu"]
    }

    fn examples() -> Vec<&'static str> {
        vec!["leaky_relu 0.01"]
    }

    fn read(word: &str, rest: &mut SplitWhitespace<'_>) -> Option<Parsed<Self>> {
        (word == "leaky_relu").then(|| {
            let slope = number(rest.next());
            let slope = slope.ok_or("write `leaky_relu SLOPE`, for example `leaky_relu 0.01`")?;
            Ok(Self { slope })
        })
    }
}

impl fmt::Display for LeakyRelu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "leaky_relu {}", self.slope)
    }
}

impl Function for LeakyRelu {
    fn flat(&self) -> Flat {
        if self.slope as f32 == 0.0 {
            Flat::exactly_up_to(0.0)
        } else {
            Flat::NOWHERE
        }
    }

    fn record(&self, site: &mut Site<'_>, x: NodeId, _: &[NodeId]) -> Result<NodeId, TensorError> {
        site.graph.leaky_relu(x, self.slope as f32)
    }

    fn module(&self, _: usize) -> String {
        format!("LeakyReLU({})", self.slope)
    }
}
