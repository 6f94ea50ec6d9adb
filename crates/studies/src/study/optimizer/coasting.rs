//! The ways that dead filters coast, as the probe measured and computed them.

use crate::study::{Results, StudyError};
use crate::table::Table;

/// A filter that is dead at the end.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Filter {
    pub optimizer: String,
    pub rate: f64,
    pub replicate: f64,
    pub layer: f64,
    pub index: f64,
    /// Of its last update with a gradient.
    pub step: f64,
    /// Largest change of one of its parameters in that update.
    pub last_update: f64,
    /// Length of that update.
    pub last_length: f64,
    /// Length of the way since then.
    pub measured: f64,
    /// The same by the finite sum.
    pub predicted: f64,
}

/// The last update above which the measured way must agree with the sum.
pub(super) const LEAST: f64 = 1e-4;

/// To this part of the length.
pub(super) const TOLERANCE: f64 = 1e-3;

impl Filter {
    /// Relative difference of the measured way from the computed one.
    pub fn deviation(&self) -> f64 {
        self.measured / self.predicted - 1.0
    }

    /// Whether its last update is so large that rounding does not show.
    pub fn judged(&self) -> bool {
        self.last_update > LEAST
    }

    /// Whether measured and computed way differ by more than the tolerance.
    pub fn off(&self) -> bool {
        let deviation = self.deviation().abs();
        deviation.is_nan() || deviation > TOLERANCE
    }
}

/// All filters that the probe followed.
///
/// # Errors
/// If a column is missing.
pub(super) fn read(results: &Results) -> Result<Vec<Filter>, StudyError> {
    let rows = &results.probes;
    let (optimizer, rate) = (rows.texts("optimizer")?, rows.reals("learning_rate")?);
    let (replicate, step) = (rows.reals("replicate")?, rows.reals("step")?);
    let (layer, filter) = (rows.reals("layer")?, rows.reals("filter")?);
    let (quantity, value) = (rows.texts("quantity")?, rows.reals("value")?);
    let mut filters: Vec<Filter> = Vec::new();
    for row in 0..rows.rows() {
        // The first of a filter's rows.
        if quantity[row] == "last_update" {
            filters.push(Filter {
                optimizer: optimizer[row].clone(),
                rate: rate[row],
                replicate: replicate[row],
                layer: layer[row] + 1.0,
                index: filter[row],
                step: step[row],
                last_update: value[row],
                last_length: f64::NAN,
                measured: f64::NAN,
                predicted: f64::NAN,
            });
        } else if let Some(own) = filters.last_mut() {
            match quantity[row].as_str() {
                "last_length" => own.last_length = value[row],
                "measured" => own.measured = value[row],
                "predicted" => own.predicted = value[row],
                _ => {}
            }
        }
    }
    Ok(filters)
}

/// One row a filter.
pub(super) fn table(filters: &[Filter]) -> Table {
    let real = |of: fn(&Filter) -> f64| filters.iter().map(of).collect();
    let whole = |of: fn(&Filter) -> f64| filters.iter().map(|f| of(f) as i64).collect();
    Table::new(
        "coasting",
        "One row a filter that is dead at the end and once had a gradient.",
    )
    .text(
        "optimizer",
        "Its network's.",
        filters.iter().map(|own| own.optimizer.clone()).collect(),
    )
    .real("learning_rate", "Before annealing.", real(|own| own.rate))
    .integer(
        "replicate",
        "Number of the seed.",
        whole(|own| own.replicate),
    )
    .integer("layer", "Convolution, from 1.", whole(|own| own.layer))
    .integer("filter", "Index within the layer.", whole(|own| own.index))
    .integer(
        "step",
        "Its last update with a gradient.",
        whole(|own| own.step),
    )
    .real(
        "last_update",
        "Largest change of one of its parameters in that update.",
        real(|own| own.last_update),
    )
    .real(
        "last_length",
        "Euclidean length of that update over its own parameters.",
        real(|own| own.last_length),
    )
    .real(
        "measured",
        "Euclidean length of its way from then to the end.",
        real(|own| own.measured),
    )
    .real(
        "predicted",
        "The same as the finite sum over what its optimizer remembered.",
        real(|own| own.predicted),
    )
}
