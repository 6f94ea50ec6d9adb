//! Numbers that were known before, and how far the draws are from them.

use super::counts::{Counts, words};
use crate::statistics::Bounds;

/// What a number is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Of {
    /// Networks: scheme, width, layers.
    Networks(&'static str, usize, usize),
    /// Filters, by question.
    Filters(&'static str),
}

/// A number known before.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// What it is of.
    pub of: Of,
    /// As known.
    pub expected: f64,
    /// Its own error.
    pub error: f64,
}

const fn exact(of: Of, expected: f64) -> Known {
    Known {
        of,
        expected,
        error: 0.0,
    }
}

/// Derived, and confirmed by simulation; the asymmetric ones by simulation alone, to +-.01.
pub const KNOWN: [Known; 16] = [
    exact(Of::Networks("he", 2, 10), 0.8802),
    exact(Of::Networks("he", 3, 10), 0.5791),
    exact(Of::Networks("he", 4, 10), 0.2942),
    exact(Of::Networks("he", 5, 10), 0.1283),
    exact(Of::Networks("he", 10, 10), 0.0013),
    exact(Of::Networks("he", 4, 3), 0.011_23),
    exact(Of::Networks("he", 5, 3), 0.002_869),
    exact(Of::Filters("silent_on_one"), 0.5),
    exact(Of::Filters("silent_at_30"), 5.0 / 12.0),
    exact(Of::Filters("silent_at_60"), 1.0 / 3.0),
    exact(Of::Filters("silent_at_90"), 0.25),
    exact(Of::Filters("silent_on_all"), 1.0 / 512.0),
    Known {
        of: Of::Filters("silent_on_images"),
        expected: 0.0032,
        error: 0.0008,
    },
    exact(Of::Networks("rai", 2, 10), 0.234),
    exact(Of::Networks("rai", 3, 10), 0.066),
    exact(Of::Networks("rai", 4, 10), 0.017),
];

/// A known number beside what was drawn.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// As known.
    pub known: Known,
    /// As drawn, with its exact limits.
    pub found: Bounds,
    /// How many were drawn.
    pub drawn: u64,
}

impl Compared {
    /// Standard error of the difference, by the known number.
    pub fn standard_error(&self) -> f64 {
        let Known {
            expected, error, ..
        } = self.known;
        (expected * (1.0 - expected) / self.drawn as f64 + error * error).sqrt()
    }

    /// Difference in standard errors.
    pub fn deviation(&self) -> f64 {
        (self.found.value - self.known.expected) / self.standard_error()
    }

    /// What it is, in words.
    pub fn what(&self) -> String {
        match self.known.of {
            Of::Networks(scheme, width, layers) => {
                let initialization = words(scheme);
                format!("{initialization} networks, width {width}, {layers} layers")
            }
            Of::Filters(question) => format!("filters, {question}"),
        }
    }

    /// Whether it is one of randomized asymmetric initialization.
    pub fn asymmetric(&self) -> bool {
        matches!(self.known.of, Of::Networks("rai", ..))
    }
}

/// The known numbers that the study's cells answer for.
pub fn compared(counts: &Counts) -> Vec<Compared> {
    let compare = |known: &Known| {
        let (found, drawn) = match known.of {
            Of::Networks(scheme, width, layers) => {
                let mut all = counts.networks.iter();
                let own = all.find(|own| own.scheme == scheme && own.width == width)?;
                (counts.share(scheme, width, layers)?, own.drawn)
            }
            Of::Filters(question) => (counts.silent(question)?, counts.filters_drawn),
        };
        Some(Compared {
            known: *known,
            found,
            drawn,
        })
    };
    KNOWN.iter().filter_map(compare).collect()
}
