//! `permanence`: whether the dead stay dead, by layer and optimizer, and who wakes those that do
//! not.

mod counts;
mod findings;
#[cfg(test)]
mod made_up;
mod tables;

use self::counts::Counts;
use super::pooled::ratio;
use super::{Results, Study, StudyError};
use crate::figures::Figure;
use crate::figures::forest::{self, ForestWords};
use crate::predictions::Estimate;
use crate::statistics::{Bootstrap, exact_share};
use crate::table::Table;

/// The study.
#[derive(Clone, Copy, Debug)]
pub struct Permanence;

impl Study for Permanence {
    fn name(&self) -> &'static str {
        "permanence"
    }

    fn spec(&self) -> &'static str {
        include_str!("../../../../studies/permanence/study.toml")
    }

    fn tables(&self, results: &Results) -> Result<Vec<Table>, StudyError> {
        let counts = counts::read(results)?;
        Ok(vec![
            tables::by_rate(&counts, &results.bootstrap(results.provenance.replicates)),
            tables::filters(&counts),
        ])
    }

    fn estimates(&self, results: &Results) -> Result<Vec<Estimate>, StudyError> {
        Ok(estimates(
            &counts::read(results)?,
            &results.bootstrap(results.provenance.replicates),
        ))
    }

    fn figures(&self, results: &Results) -> Result<Vec<Figure>, StudyError> {
        let counts = counts::read(results)?;
        let bootstrap = results.bootstrap(results.provenance.replicates);
        let provenance = &results.provenance;
        Ok(vec![
            forest::draw_estimates(
                tables::revivals(&counts, &bootstrap),
                100.0,
                &[],
                REVIVALS,
                "shares of all pairs of censuses of an arm, its rates together",
                provenance,
            )?,
            forest::draw_estimates(
                tables::waking(&counts, &bootstrap),
                100.0,
                &[50.0],
                WAKING,
                "shares of all revivals of an arm, its rates together",
                provenance,
            )?,
        ])
    }

    fn findings(&self, tables: &[Table]) -> Result<Vec<String>, StudyError> {
        findings::findings(tables)
    }
}

const REVIVALS: ForestWords<'static> = ForestWords {
    name: "revivals",
    title: "Share of dead filters that are alive one epoch later, by layer and optimizer",
    caption: "Is death permanent? Of the filters that are dead on the whole training set at the end of an \
              epoch, in networks that work then: how many are alive at the end of the next. Without a \
              single revival the bar is the exact upper limit for 0 of as many networks.",
    axis: "Alive one epoch later (%)",
    window: None,
    threshold: "",
    missing: "none dead",
};

const WAKING: ForestWords<'static> = ForestWords {
    name: "waking",
    title: "What woke filters that came back, by layer and optimizer",
    caption: "Who wakes the dead. Of the filters that came back: in how many their own weights and bias were \
              still the same bits as when they were dead, so that only their inputs can have woken them; \
              and in how many the inputs carried at least half of the rise of the largest pre-activation \
              (of those with own parameters changed, up to 12 a network and layer were split, the mean of \
              both orders).",
    axis: "Share of revivals (%)",
    window: None,
    threshold: "Half",
    missing: "no revival",
};

fn estimates(counts: &[Counts], bootstrap: &Bootstrap) -> Vec<Estimate> {
    let plain = |layers: &'static [u32]| {
        let all = counts.iter();
        all.filter(move |count| count.arm == "plain" && layers.contains(&count.layer))
    };
    let sum = |layers, of: fn(&Counts) -> f64| plain(layers).map(of).sum::<f64>();
    let share = |name: &str, description: &str, layers| {
        let rows: Vec<_> = plain(layers)
            .map(|c| (c.replicate, c.revived, c.dead))
            .collect();
        let n = seeds(rows.iter().filter(|row| row.2 > 0.0).map(|row| row.0));
        Estimate::new(name, description, ratio(bootstrap, &rows), n)
    };
    let exact = |name: &str, description: &str, events: f64, opportunities: f64, layers| {
        let (events, opportunities) = (events as u64, opportunities as u64);
        let bounds = exact_share(events, opportunities);
        let n = seeds(
            plain(layers)
                .filter(|c| c.filters_dead > 0.0)
                .map(|c| c.replicate),
        );
        Estimate::new(name, description, bounds, n).counting(events, opportunities)
    };
    vec![
        share(
            "third_layer_revival_plain",
            "Plain SGD, fixed data, third convolution: share of filters dead at the end of an epoch that are alive one epoch later.",
            &[3],
        ),
        share(
            "second_layer_revival_plain",
            "The same of the second convolution.",
            &[2],
        ),
        share(
            "first_layer_revival_plain",
            "The same of the first convolution.",
            &[1],
        ),
        exact(
            "first_layer_changes_plain",
            "Plain SGD, fixed data, first convolution: filters once dead that came back or whose parameters changed, of all that were dead at the end of some epoch.",
            sum(&[1], |c| c.filters_revived + c.filters_changed),
            sum(&[1], |c| c.filters_dead),
            &[1],
        ),
        exact(
            "deeper_revivals_with_own_change_plain",
            "Plain SGD, fixed data, second and third convolution: revivals before which own weights or bias changed, of all revivals.",
            sum(&[2, 3], |c| c.revived - c.revived_unchanged),
            sum(&[2, 3], |c| c.revived),
            &[2, 3],
        ),
    ]
}

/// Number of different replicates.
fn seeds(replicates: impl Iterator<Item = u32>) -> usize {
    let mut all: Vec<u32> = replicates.collect();
    all.sort_unstable();
    all.dedup();
    all.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::checks;

    #[test]
    fn estimates_have_the_names_that_the_predictions_use_and_count_what_was_made_up() {
        let estimates = Permanence.estimates(&made_up::results()).unwrap();
        let find = |name: &str| estimates.iter().find(|e| e.name == name).unwrap();
        for name in checks::predicted(&Permanence) {
            find(&name);
        }
        // In each epoch of the plain arm 1 of 10 dead filters of the third layer comes back.
        assert_eq!(find("third_layer_revival_plain").value, 0.1);
        let control = find("first_layer_changes_plain");
        assert_eq!((control.events, control.opportunities), (Some(0), Some(24)));
        let woken = find("deeper_revivals_with_own_change_plain");
        assert_eq!(woken.events, Some(0));
        assert!(woken.opportunities > Some(20));
    }

    #[test]
    fn causes_count_revivals_without_own_change_and_those_that_inputs_carried() {
        let results = made_up::results();
        let counts = counts::read(&results).unwrap();
        let table = tables::waking(&counts, &results.bootstrap(results.provenance.replicates));
        let words = |name: &str| table.words(name).unwrap();
        let value = table.numbers("value").unwrap();
        let find = |row: &str, series: &str| {
            let at = (0..value.len()).find(|&i| {
                words("facet")[i] == "Convolution 2"
                    && words("row")[i] == row
                    && words("series")[i] == series
            });
            value[at.unwrap()]
        };
        assert_eq!(find("Plain SGD", tables::UNCHANGED), 1.0);
        assert_eq!(find("Plain SGD", tables::INPUTS), 1.0);
        // With momentum none is unchanged, and of two split the inputs carried one.
        assert_eq!(find("Momentum 0.9", tables::UNCHANGED), 0.0);
        assert_eq!(find("Momentum 0.9", tables::INPUTS), 0.5);
    }

    #[test]
    fn tables_and_figures_are_complete_and_the_same_twice() {
        let results = made_up::results();
        let files = checks::published_twice(&Permanence, &results);
        assert!(files >= 2 * 5 + 3);
        for figure in Permanence.figures(&results).unwrap() {
            crate::figures::synthetic::save(&figure);
        }
    }

    #[test]
    fn findings_follow_from_the_tables() {
        let results = made_up::results();
        let findings = checks::findings(&Permanence, &results);
        assert!(findings[0].contains("10.0%"), "{findings:#?}");
        assert!(
            findings.iter().all(|finding| !finding.contains("n/a")),
            "{findings:#?}"
        );
    }
}
