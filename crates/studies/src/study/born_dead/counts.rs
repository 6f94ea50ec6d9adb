//! What the probe counted, and the tables of it.

use super::bounds;
use crate::statistics::{Bounds, exact_share};
use crate::study::{Results, StudyError};
use crate::table::Table;

/// Networks of one width and way to draw them.
#[derive(Clone, Debug)]
pub(super) struct Networks {
    /// `he` or `rai`.
    pub scheme: String,
    pub width: usize,
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
pub(super) struct Counts {
    pub networks: Vec<Networks>,
    pub filters_drawn: u64,
    /// Question and filters silent.
    pub filters: Vec<(String, u64)>,
}

impl Counts {
    /// Reads the rows of the probe.
    ///
    /// # Errors
    /// If a column is missing.
    pub fn read(results: &Results) -> Result<Self, StudyError> {
        let rows = &results.probes;
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

    /// One row a way to draw, width and depth.
    pub fn networks_table(&self) -> Table {
        let rows: Vec<(&Networks, usize)> = self
            .networks
            .iter()
            .flat_map(|own| own.depths().map(move |layers| (own, layers)))
            .collect();
        let shares: Vec<Bounds> = rows
            .iter()
            .map(|(own, layers)| own.share(*layers))
            .collect();
        let bound = |of: fn(usize, usize) -> f64| -> Vec<f64> {
            let of = |(own, layers): &(&Networks, usize)| {
                if own.gaussian() {
                    of(own.width, *layers)
                } else {
                    f64::NAN
                }
            };
            rows.iter().map(of).collect()
        };
        let real = |of: fn(&Bounds) -> f64| shares.iter().map(of).collect();
        Table::new(
            "depth",
            "One row a way to draw weights, width and depth: networks born dead. The depths of one \
             width are the same networks, cut off.",
        )
        .text(
            "initialization",
            "gaussian (symmetric, no biases) or asymmetric (randomized asymmetric initialization).",
            rows.iter().map(|(own, _)| words(own).into()).collect(),
        )
        .integer(
            "width",
            "Units of each hidden layer.",
            rows.iter().map(|(own, _)| own.width as i64).collect(),
        )
        .integer(
            "depth",
            "Layers, of which all but the last are hidden.",
            rows.iter().map(|(_, layers)| *layers as i64).collect(),
        )
        .integer(
            "n",
            "Networks drawn.",
            rows.iter().map(|(own, _)| own.drawn as i64).collect(),
        )
        .integer(
            "born_dead",
            "Networks with a hidden layer that is 0 at every input.",
            rows.iter()
                .map(|(own, layers)| own.dead(*layers) as i64)
                .collect(),
        )
        .real("share", "born_dead / n.", real(|share| share.value))
        .real(
            "low95",
            "Lower end of its exact 95% interval.",
            real(|share| share.interval95.low),
        )
        .real(
            "high95",
            "Its upper end.",
            real(|share| share.interval95.high),
        )
        .real(
            "low997",
            "Lower end of its exact 99.7% interval.",
            real(|share| share.interval997.low),
        )
        .real(
            "high997",
            "Its upper end.",
            real(|share| share.interval997.high),
        )
        .real(
            "lower_bound",
            "Of Lu et al. 2019, for one input; none for asymmetric.",
            bound(bounds::lower),
        )
        .real(
            "upper_bound",
            "Of Lu et al. 2019; the same as by Rister and Rubin 2020.",
            bound(bounds::upper),
        )
        .real(
            "all_negative",
            "Lower bound of Rister and Rubin 2020, from the second hidden layer on.",
            bound(bounds::all_negative),
        )
    }

    /// One row a question.
    pub fn filters_table(&self) -> Table {
        let shares: Vec<Bounds> = self
            .filters
            .iter()
            .map(|(_, silent)| exact_share(*silent, self.filters_drawn))
            .collect();
        let real = |of: fn(&Bounds) -> f64| shares.iter().map(of).collect();
        Table::new(
            "filters",
            "One row a set of patches: single 3x3 filters without bias that are silent on it.",
        )
        .text(
            "patches",
            "One; two at 30, 60 or 90 degrees; all that are not negative; those of the training \
             images.",
            self.filters.iter().map(|(name, _)| name.clone()).collect(),
        )
        .integer(
            "n",
            "Filters drawn.",
            vec![self.filters_drawn as i64; self.filters.len()],
        )
        .integer(
            "silent",
            "Of them silent.",
            self.filters
                .iter()
                .map(|(_, silent)| *silent as i64)
                .collect(),
        )
        .real("share", "silent / n.", real(|share| share.value))
        .real(
            "low95",
            "Lower end of its exact 95% interval.",
            real(|share| share.interval95.low),
        )
        .real(
            "high95",
            "Its upper end.",
            real(|share| share.interval95.high),
        )
    }
}

fn words(own: &Networks) -> &'static str {
    if own.gaussian() {
        "gaussian"
    } else {
        "asymmetric"
    }
}
