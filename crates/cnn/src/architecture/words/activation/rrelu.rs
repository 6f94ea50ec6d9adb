//! `rrelu LOW HIGH`.

use std::fmt;
use std::str::SplitWhitespace;

use tensor::{NodeId, TensorError};

use super::{Flat, Function};
use crate::architecture::word::{Notation, Parsed, Site, SlopeNoise, number};
use crate::random::Uniform;

/// `rrelu LOW HIGH`: Leaky ReLU whose slope is drawn anew for each unit and image of a training
/// batch, uniformly from [low, high), and is (low + high) / 2 wherever the network is observed
/// (Xu et al. 2015, arXiv 1505.00853). `rrelu` alone is `rrelu 1/8 1/3`, as in PyTorch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rrelu {
    /// Smallest slope.
    pub low: f64,
    /// Largest slope.
    pub high: f64,
}

impl Rrelu {
    pub(super) const DEFAULT: Self = Self {
        low: 1.0 / 8.0,
        high: 1.0 / 3.0,
    };
}

impl Notation for Rrelu {
    fn words() -> Vec<&'static str> {
        vec!["rrelu"]
    }

    fn examples() -> Vec<&'static str> {
        vec!["rrelu", "rrelu 0.125 0.25"]
    }

    fn read(word: &str, rest: &mut SplitWhitespace<'_>) -> Option<Parsed<Self>> {
        (word == "rrelu").then(|| {
            let Some(low) = rest.next() else {
                return Ok(Self::DEFAULT);
            };
            let range = number(Some(low)).zip(number(rest.next()));
            let range = range.filter(|(low, high)| low <= high);
            let (low, high) = range.ok_or(
                "write `rrelu LOW HIGH` with LOW at most HIGH, for example `rrelu 0.125 0.25`, or \
                 `rrelu` alone for 1/8 and 1/3",
            )?;
            Ok(Self { low, high })
        })
    }
}

impl fmt::Display for Rrelu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::DEFAULT {
            return f.write_str("rrelu");
        }
        write!(f, "rrelu {} {}", self.low, self.high)
    }
}

impl Function for Rrelu {
    fn flat(&self) -> Flat {
        if self.low as f32 == 0.0 && self.high as f32 == 0.0 {
            Flat::exactly_up_to(0.0)
        } else {
            Flat::NOWHERE
        }
    }

    fn record(&self, site: &mut Site<'_>, x: NodeId, _: &[NodeId]) -> Result<NodeId, TensorError> {
        if !site.trained {
            return site
                .graph
                .leaky_relu(x, f64::midpoint(self.low, self.high) as f32);
        }
        let shape = site.graph.shape(x).to_vec();
        let slopes = site.graph.input(&shape)?;
        site.noise.push(SlopeNoise {
            slopes,
            distribution: Uniform {
                low: self.low,
                high: self.high,
            },
        });
        site.graph.rrelu(x, slopes)
    }

    fn module(&self, _: usize) -> String {
        format!("RReLU({}, {})", self.low, self.high)
    }
}
