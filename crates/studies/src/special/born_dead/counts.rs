//! What the probe counted.

use crate::frames::FrameError;
use crate::results::Results;
use crate::statistics::{Bounds, exact_share};

/// Networks of one width and way to draw them.
#[derive(Clone, Debug)]
pub struct Networks {
    /// `he` or `rai`.
    pub scheme: String,
    /// Units of each hidden layer.
    pub width: usize,
    /// How many were drawn.
    pub drawn: u64,
    /// Per hidden layer the networks whose first dead layer it is.
    pub first_dead: Vec<u64>,
}

impl Networks {
    /// Whether the bounds are about them.
    pub fn gaussian(&self) -> bool {
        self.scheme == "he"
    }

    /// Depths, in layers, that they answer for.
    pub fn depths(&self) -> std::ops::RangeInclusive<usize> {
        2..=self.first_dead.len() + 1
    }

    /// Networks of that many layers that are born dead.
    pub fn dead(&self, layers: usize) -> u64 {
        self.first_dead[..layers - 1].iter().sum()
    }

    /// Their share with its exact limits.
    pub fn share(&self, layers: usize) -> Bounds {
        exact_share(self.dead(layers), self.drawn)
    }
}

/// All counts of a study.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// By way to draw and width.
    pub networks: Vec<Networks>,
    /// How many filters were drawn.
    pub filters_drawn: u64,
    /// Question and filters silent.
    pub filters: Vec<(String, u64)>,
}

impl Counts {
    /// Reads the rows of the probe.
    ///
    /// # Errors
    /// If a column is missing.
    pub fn read(results: &Results) -> Result<Self, FrameError> {
        let rows = &results.tables.probes;
        if rows.rows() == 0 {
            return Ok(Self::default());
        }
        let (scheme, width) = (rows.texts("scheme")?, rows.reals("width")?);
        let (quantity, layer) = (rows.texts("quantity")?, rows.reals("layer")?);
        let value = rows.reals("value")?;
        let mut counts = Self::default();
        for row in 0..rows.rows() {
            let value = value[row] as u64;
            match quantity[row].as_str() {
                "networks" => counts.networks.push(Networks {
                    scheme: scheme[row].clone(),
                    width: width[row] as usize,
                    drawn: value,
                    first_dead: Vec::new(),
                }),
                "first_dead" => {
                    if let Some(own) = counts.networks.last_mut() {
                        let layer = layer[row] as usize;
                        own.first_dead
                            .resize(own.first_dead.len().max(layer + 1), 0);
                        own.first_dead[layer] = value;
                    }
                }
                "filters" => counts.filters_drawn = value,
                question => counts.filters.push((question.into(), value)),
            }
        }
        Ok(counts)
    }

    /// Share of networks born dead.
    pub fn share(&self, scheme: &str, width: usize, layers: usize) -> Option<Bounds> {
        let mut all = self.networks.iter();
        let own = all.find(|own| own.scheme == scheme && own.width == width)?;
        own.depths().contains(&layers).then(|| own.share(layers))
    }

    /// Share of filters silent, by question.
    pub fn silent(&self, question: &str) -> Option<Bounds> {
        let found = self.filters.iter().find(|(known, _)| known == question)?;
        Some(exact_share(found.1, self.filters_drawn))
    }
}

/// A way to draw weights: gaussian (symmetric, no biases) or asymmetric (randomized asymmetric
/// initialization).
pub fn words(scheme: &str) -> &'static str {
    if scheme == "he" {
        "gaussian"
    } else {
        "asymmetric"
    }
}
