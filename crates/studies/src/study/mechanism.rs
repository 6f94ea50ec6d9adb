//! `mechanism`: what carried filters to their death, own weights, own bias or inputs from below.

mod deaths;
mod findings;
#[cfg(test)]
mod made_up;
mod tables;

use self::deaths::{Death, Part};
use super::pooled::Pooled;
use super::{Results, Study, StudyError};
use crate::figures::Figure;
use crate::figures::forest::{self, ForestWords};
use crate::figures::mechanism as figures;
use crate::predictions::Estimate;
use crate::statistics::Bootstrap;
use crate::table::Table;

/// The study.
#[derive(Clone, Copy, Debug)]
pub struct Mechanism;

impl Study for Mechanism {
    fn name(&self) -> &'static str {
        "mechanism"
    }

    fn spec(&self) -> &'static str {
        include_str!("../../../../studies/mechanism/study.toml")
    }

    fn tables(&self, results: &Results) -> Result<Vec<Table>, StudyError> {
        let deaths = deaths::read(results)?;
        Ok(vec![
            tables::deaths(&deaths),
            tables::counts(results, &deaths)?,
        ])
    }

    fn estimates(&self, results: &Results) -> Result<Vec<Estimate>, StudyError> {
        let deaths = deaths::read(results)?;
        Ok(estimates(
            &deaths,
            &results.bootstrap(results.provenance.replicates),
        ))
    }

    fn figures(&self, results: &Results) -> Result<Vec<Figure>, StudyError> {
        let deaths = deaths::read(results)?;
        let bootstrap = results.bootstrap(results.provenance.replicates);
        let provenance = &results.provenance;
        Ok(vec![
            figures::traces::draw(tables::traces(&deaths, &bootstrap), provenance)?,
            forest::draw_estimates(
                tables::causes(&deaths, &bootstrap),
                100.0,
                &[50.0],
                CAUSES,
                "medians over deaths",
                provenance,
            )?,
            figures::spread::draw(tables::spread(&deaths, &bootstrap), provenance)?,
        ])
    }

    fn findings(&self, tables: &[Table]) -> Result<Vec<String>, StudyError> {
        findings::findings(tables)
    }
}

const CAUSES: ForestWords<'static> = ForestWords {
    name: "causes",
    title: "What carried filters to their death, by layer, optimizer and rate",
    caption: "What carried filters to their death. For each followed death in a working network: the \
              share of the drop of its largest pre-activation over the training set, from its highest \
              value in the 20 steps before death to death, that its own weights, its own bias and its \
              inputs from below carried. The three add up to 100% for each death (their medians need \
              not); what pulled upwards is below 0.",
    axis: "Share of the drop (%)",
    window: None,
    threshold: "Half of the drop",
    missing: "no death followed",
};

/// The deaths of networks that work at the end.
fn of_working(deaths: &[Death]) -> impl Iterator<Item = &Death> + Clone {
    deaths.iter().filter(|death| death.works)
}

/// Values of deaths, pooled.
fn pooled<'a>(deaths: impl Iterator<Item = &'a Death>, of: impl Fn(&Death) -> f64) -> Pooled {
    Pooled::new(deaths.map(|death| (death.replicate, of(death))))
}

/// Share of the drop that the steps counted make.
const MOST: f64 = 0.9;

fn estimates(deaths: &[Death], bootstrap: &Bootstrap) -> Vec<Estimate> {
    let working = || of_working(deaths);
    let own = pooled(working(), |death| death.dying.own_share());
    let steps = pooled(working(), |death| death.dying.steps_for(MOST));
    let ratio = pooled(working(), Death::update_ratio);
    let bias = pooled(working(), |death| death.dying.share(Part::Bias));
    let gap = pooled(working(), |death| f64::from(death.step) - death.last_active);
    let median = |name: &str, description: &str, of: &Pooled| {
        Estimate::new(name, description, of.median(bootstrap), of.replicates())
    };
    let share = |name: &str, description: &str, of: &Pooled, holds: fn(f64) -> bool| {
        Estimate::new(
            name,
            description,
            of.share(bootstrap, holds),
            of.replicates(),
        )
    };
    vec![
        median(
            "median_own_share",
            "Median over deaths of the share of the drop that own weights and bias carried.",
            &own,
        ),
        share(
            "share_of_deaths_in_one_step",
            "Share of deaths in which a single step made at least 90% of the drop.",
            &steps,
            |steps| steps <= 1.0,
        ),
        median(
            "median_update_ratio",
            "Median over pairs of the largest update of the dying filter over that of its control.",
            &ratio,
        ),
        share(
            "share_of_deaths_mostly_own",
            "Share of deaths in which own weights and bias carried at least half of the drop.",
            &own,
            |share| share >= 0.5,
        ),
        median(
            "median_bias_share",
            "Median over deaths of the share of the drop that the own bias carried.",
            &bias,
        ),
        median(
            "median_steps",
            "Median over deaths of the fewest steps that make 90% of the drop.",
            &steps,
        ),
        median(
            "median_steps_after_last_activity",
            "Median over deaths of the steps from the last batch that made the filter active to its death on the whole training set.",
            &gap,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::checks;

    #[test]
    fn estimates_have_the_names_that_the_predictions_use_and_count_what_was_made_up() {
        let estimates = Mechanism.estimates(&made_up::results()).unwrap();
        let find = |name: &str| estimates.iter().find(|e| e.name == name).unwrap();
        for name in checks::predicted(&Mechanism) {
            find(&name);
        }
        assert_eq!(find("median_own_share").value, made_up::OWN_SHARE);
        assert_eq!(find("median_update_ratio").value, made_up::UPDATE_RATIO);
        assert_eq!(find("share_of_deaths_in_one_step").n, 4);
    }

    #[test]
    fn a_collapsed_networks_deaths_are_listed_and_not_counted() {
        let results = made_up::results();
        let deaths = deaths::read(&results).unwrap();
        assert!(deaths.iter().any(|death| !death.works));
        let counts = tables::counts(&results, &deaths).unwrap();
        let sum = |name: &str| counts.numbers(name).unwrap().iter().sum::<f64>();
        assert_eq!(sum("followed"), deaths.len() as f64);
        assert_eq!(
            sum("followed_in_working"),
            of_working(&deaths).count() as f64
        );
        assert!(sum("candidates") > sum("followed"));
    }

    #[test]
    fn tables_and_figures_are_complete_and_the_same_twice() {
        let results = made_up::results();
        let files = checks::published_twice(&Mechanism, &results);
        assert!(files >= 3 * 5 + 3);
        for figure in Mechanism.figures(&results).unwrap() {
            crate::figures::synthetic::save(&figure);
        }
    }

    #[test]
    fn findings_follow_from_the_tables() {
        let results = made_up::results();
        let findings = checks::findings(&Mechanism, &results);
        assert!(findings[0].contains("80.0%"), "{findings:#?}");
        assert!(
            findings.iter().all(|finding| !finding.contains("n/a")),
            "{findings:#?}"
        );
    }
}
