//! `learning-rate`: at which rate filters die, when, in which layer, and whether 40% of a network
//! can be dead before it collapses.

mod cells;
mod comparisons;
mod deaths;
mod edges;
mod estimates;
mod findings;
mod losses;
#[cfg(test)]
pub(super) mod made_up;
mod networks;
mod occupancy;
mod rates;
mod responses;
mod trials;

use self::networks::Networks;
use super::{Results, Study, StudyError};
use crate::figures::Figure;
use crate::figures::learning_rate as figures;
use crate::predictions::Estimate;
use crate::table::Table;

/// The study.
#[derive(Clone, Copy, Debug)]
pub struct LearningRate;

impl Study for LearningRate {
    fn name(&self) -> &'static str {
        "learning-rate"
    }

    fn spec(&self) -> &'static str {
        include_str!("../../../../studies/learning-rate/study.toml")
    }

    fn tables(&self, results: &Results) -> Result<Vec<Table>, StudyError> {
        let networks = Networks::read(results)?;
        Ok(vec![
            edges::table(&networks),
            losses::table(&networks),
            trials::table(&networks),
        ])
    }

    fn estimates(&self, results: &Results) -> Result<Vec<Estimate>, StudyError> {
        let networks = Networks::read(results)?;
        Ok(estimates::estimates(
            &networks,
            &results.bootstrap(networks.replicates()),
        ))
    }

    fn figures(&self, results: &Results) -> Result<Vec<Figure>, StudyError> {
        let networks = Networks::read(results)?;
        let bootstrap = results.bootstrap(networks.replicates());
        let responses = responses::table(&networks, &bootstrap);
        let occupancy = occupancy::table(&networks, &bootstrap);
        let deaths = deaths::table(&networks, &bootstrap);
        let provenance = &results.provenance;
        let annealing = networks.annealing_step();
        let over_effective_rate = figures::effective_rate::draw(&responses, provenance)?;
        Ok(vec![
            figures::dose_response::draw(responses, provenance)?,
            over_effective_rate,
            figures::occupancy::draw(occupancy, annealing, provenance)?,
            figures::final_deaths::draw(deaths, provenance)?,
        ])
    }

    fn findings(&self, tables: &[Table]) -> Result<Vec<String>, StudyError> {
        findings::findings(tables)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::checks;

    /// The value of the mean over networks in the only row of `table` that fits.
    fn mean(table: &Table, momentum: f64, rate: f64, quantity: &str, layer: &str) -> (f64, f64) {
        let numbers = |name| table.numbers(name).unwrap();
        let words = |name| table.words(name).unwrap();
        let (quantities, layers) = (words("quantity"), words("layer"));
        let rows: Vec<usize> = (0..table.rows())
            .filter(|&row| {
                numbers("momentum")[row] == momentum
                    && numbers("learning_rate")[row] == rate
                    && numbers("replicate")[row].is_nan()
                    && quantities[row] == quantity
                    && layers[row] == layer
            })
            .collect();
        assert_eq!(rows.len(), 1, "{quantity} {layer}");
        (numbers("value")[rows[0]], numbers("n")[rows[0]])
    }

    #[test]
    fn tables_count_what_was_made_up() {
        let results = made_up::results();
        let networks = Networks::read(&results).unwrap();
        let bootstrap = results.bootstrap(networks.replicates());
        let table = responses::table(&networks, &bootstrap);
        // At the third rate 2, 2, 3, 3 of 4 filters of the first layer are dead, none elsewhere.
        assert_eq!(mean(&table, 0.9, 0.5, "dead_filters", "1"), (0.625, 4.0));
        assert_eq!(mean(&table, 0.9, 0.5, "dead_filters", "all"), (0.3125, 4.0));
        assert_eq!(mean(&table, 0.9, 0.5, "dead_filters", "2"), (0.0, 4.0));
        assert_eq!(mean(&table, 0.9, 0.5, "dead_units", "all"), (0.3125, 4.0));
        // At the highest two networks are lost, of the two others 3 of 4 filters are dead.
        assert_eq!(mean(&table, 0.0, 2.0, "dead_filters", "1"), (0.75, 2.0));
        assert_eq!(mean(&table, 0.0, 2.0, "collapsed", ""), (0.25, 4.0));
        assert_eq!(mean(&table, 0.0, 2.0, "diverged", ""), (0.25, 4.0));
    }

    #[test]
    fn born_dead_died_and_ever_dead_are_numbers_of_their_own() {
        let results = made_up::results();
        let networks = Networks::read(&results).unwrap();
        let table = responses::table(&networks, &results.bootstrap(networks.replicates()));
        let first = |quantity: &str| mean(&table, 0.9, 0.5, quantity, "1").0;
        assert_eq!(first("final_deaths"), 0.625);
        assert_eq!(first("ever_dead_filters"), 0.625);
        assert_eq!(first("born_dead_filters"), 0.0);
        assert_eq!(first("revived_filters"), 0.0);
    }

    #[test]
    fn edges_and_losses_count_networks() {
        let networks = Networks::read(&made_up::results()).unwrap();
        let edges = edges::table(&networks);
        // Half of the networks are lost at 2.0, none at 0.5; a tenth of that is nearest to 0.02.
        assert_eq!(edges.numbers("edge").unwrap(), [0.5, 0.5]);
        assert_eq!(edges.numbers("low").unwrap(), [0.02, 0.02]);
        assert_eq!(edges.numbers("half_edge").unwrap(), [0.2, 0.2]);
        assert_eq!(edges.numbers("above").unwrap(), [2.0, 2.0]);
        assert_eq!(edges.numbers("working").unwrap(), [4.0, 4.0]);
        let losses = losses::table(&networks);
        let last = |name: &str| losses.numbers(name).unwrap()[3];
        assert_eq!(
            (last("collapsed"), last("diverged"), last("n")),
            (1.0, 1.0, 4.0)
        );
        assert_eq!(last("layer_dead_together"), 2.0);
        assert_eq!(last("layer_dead_first") + last("no_layer_dead"), 0.0);
        // 0 of 4 has an exact upper limit: 1 - 0.025^(1/4).
        let none = losses.numbers("collapsed_high95").unwrap()[0];
        assert!((none - 0.6024).abs() < 1e-4, "{none}");
        assert_eq!(last("median_step"), 45.0);
        assert_eq!(last("lost_after_40_percent"), 0.0);
    }

    #[test]
    fn states_add_up_to_one_and_deaths_never_fall() {
        let results = made_up::results();
        let networks = Networks::read(&results).unwrap();
        let bootstrap = results.bootstrap(networks.replicates());
        let table = occupancy::table(&networks, &bootstrap);
        let states = ["dead", "cut_off", "live", "collapsed", "diverged"];
        let states = states.map(|state| table.numbers(state).unwrap());
        for row in 0..table.rows() {
            let sum: f64 = states.iter().map(|state| state[row]).sum();
            assert!((sum - 1.0).abs() < 1e-12);
        }
        let table = deaths::table(&networks, &bootstrap);
        let (step, died) = (
            table.numbers("step").unwrap(),
            table.numbers("died").unwrap(),
        );
        for row in 1..table.rows() {
            assert!(step[row] == 0.0 || died[row] >= died[row - 1]);
        }
        assert!(died.iter().any(|died| *died > 0.0));
    }

    #[test]
    fn estimates_have_the_names_that_the_predictions_use() {
        let estimates = LearningRate.estimates(&made_up::results()).unwrap();
        let find = |name: &str| estimates.iter().find(|e| e.name == name).unwrap();
        for name in checks::predicted(&LearningRate) {
            find(&name);
        }
        assert_eq!(find("dead_steps_with_gradient").events, Some(0));
        // Cells within a point of the best have at most 1 or 2 dead filters of 8.
        let good = find("largest_dead_share_within_one_point_of_best").value;
        assert!((0.0..0.3).contains(&good), "{good}");
        assert!(find("largest_dead_share_of_any_cell").value > 0.3);
    }

    #[test]
    fn published_tables_and_figures_are_complete_and_the_same_twice() {
        let results = made_up::results();
        let files = checks::published_twice(&LearningRate, &results);
        assert!(files >= 4 * 5 + 4);
    }
}
