//! The study's networks by condition and learning rate.

use crate::figures::learning_rate::Condition;
use crate::study::networks;
use crate::study::{Results, StudyError};

pub(super) use crate::study::networks::{CountOfFilters, Outcome};

/// The cell of a network.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    pub(super) condition: Condition,
    pub(super) rate: f64,
}

/// One trial.
pub(super) type Network = networks::Network<Cell>;

/// All networks of the study, and the conditions that they fall into.
pub(super) struct Networks {
    networks: networks::Networks<Cell>,
    /// Conditions in the order of the specification.
    pub(super) conditions: Vec<Condition>,
}

impl std::ops::Deref for Networks {
    type Target = networks::Networks<Cell>;

    fn deref(&self) -> &Self::Target {
        &self.networks
    }
}

impl Networks {
    /// Reads the trials.
    ///
    /// # Errors
    /// If a column is missing.
    pub(super) fn read(results: &Results) -> Result<Self, StudyError> {
        let networks = networks::Networks::read(results, |trials| {
            let pixels = if trials.has("pixels") {
                trials.texts("pixels")?
            } else {
                vec!["raw".into(); trials.rows()]
            };
            let (momentum, rate) = (trials.reals("momentum")?, trials.reals("learning_rate")?);
            let cell = |(pixels, (momentum, rate))| Cell {
                condition: Condition { momentum, pixels },
                rate,
            };
            let settings = pixels.into_iter().zip(momentum.into_iter().zip(rate));
            Ok(settings.map(cell).collect())
        })?;
        let conditions: Vec<Condition> = networks
            .all
            .iter()
            .map(|network| network.key.condition.clone())
            .collect();
        Ok(Self {
            conditions: Condition::distinct(&conditions),
            networks,
        })
    }

    /// Rates of a condition, increasing.
    pub(super) fn rates(&self, condition: &Condition) -> Vec<f64> {
        let own = self.cell(condition, None);
        let mut rates: Vec<f64> = own.iter().map(|network| network.key.rate).collect();
        rates.sort_by(f64::total_cmp);
        rates.dedup();
        rates
    }

    /// The networks of a condition at one rate, or at all, by replicate.
    pub(super) fn cell(
        &self,
        condition: &Condition,
        rate: impl Into<Option<f64>>,
    ) -> Vec<&Network> {
        let rate = rate.into();
        self.networks
            .cell(|cell| cell.condition == *condition && rate.is_none_or(|rate| cell.rate == rate))
    }
}
