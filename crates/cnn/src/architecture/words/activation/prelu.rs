//! `prelu`.

use std::fmt;
use std::str::SplitWhitespace;

use tensor::{NodeId, TensorError};

use super::{Flat, Function};
use crate::architecture::word::{Notation, Parameter, Parsed, Role, Site};

/// `prelu`: Leaky ReLU with a learnt slope for each channel, 0.25 at first
/// (He et al. 2015, arXiv 1502.01852).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prelu;

impl Notation for Prelu {
    fn words() -> Vec<&'static str> {
        vec!["prelu"]
    }

    fn examples() -> Vec<&'static str> {
        Self::words()
    }

    fn read(word: &str, _: &mut SplitWhitespace<'_>) -> Option<Parsed<Self>> {
        (word == "prelu").then_some(Ok(Self))
    }
}

impl fmt::Display for Prelu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("prelu")
    }
}

impl Function for Prelu {
    fn flat(&self) -> Flat {
        Flat::NOWHERE
    }

    fn parameters(&self, filters: usize) -> Vec<Parameter> {
        vec![Parameter {
            name: "weight",
            role: Role::Slope,
            shape: vec![filters],
        }]
    }

    fn record(
        &self,
        site: &mut Site<'_>,
        x: NodeId,
        own: &[NodeId],
    ) -> Result<NodeId, TensorError> {
        site.graph.prelu(x, own[0])
    }

    fn module(&self, filters: usize) -> String {
        format!("PReLU({filters})")
    }
}
