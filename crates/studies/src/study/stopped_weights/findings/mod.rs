//! What the study found, in sentences whose numbers come from the published tables, one file for
//! each thing that was asked.

mod each_step;
mod normal;
mod own_regime;
mod rows;
mod same;
mod small;

use crate::report::numbers::percent_with_interval;
use crate::study::StudyError;
use crate::study::estimated::{Estimated, Estimates};
use crate::table::{Table, named};

/// The sentences, the answer first.
///
/// # Errors
/// If a table or column is missing.
pub(super) fn findings(tables: &[Table]) -> Result<Vec<String>, StudyError> {
    let causes = rows::Causes::read(named(tables, "causes")?)?;
    let estimates = Estimates::read(named(tables, "estimates")?)?;
    let overlap = same::Overlaps::read(named(tables, "overlap")?)?;
    let mut sentences = vec![normal::answer(&causes, &estimates)];
    sentences.push(each_step::each_step(&causes, &estimates));
    sentences.extend(small::small(&causes, &estimates));
    sentences.extend(same::same(&overlap, &estimates));
    sentences.extend(own_regime::why(&causes));
    sentences.extend(each_step::dead_weights(&causes, &estimates));
    sentences.push(normal::outcomes(named(tables, "networks")?)?);
    Ok(sentences)
}

fn share(estimated: Estimated) -> String {
    percent_with_interval(estimated.value, estimated.low, estimated.high)
}

/// How an optimizer is called within a sentence.
fn phrase(optimizer: &str) -> String {
    match optimizer {
        "SGD" => "plain SGD".into(),
        "Momentum" => "momentum".into(),
        "L2" => "momentum and L2".into(),
        other => other.into(),
    }
}

/// "a", "a or b", "a, b or c".
fn together(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{StoppedWeights, made_up};
    use super::*;
    use crate::report;
    use crate::study::Study;

    fn tables() -> Vec<Table> {
        let results = made_up::results();
        let estimates = StoppedWeights.estimates(&results).unwrap();
        let mut tables = vec![report::estimates(&estimates)];
        tables.extend(StoppedWeights.tables(&results).unwrap());
        tables.extend(made_up::tables());
        tables
    }

    #[test]
    fn sentences_follow_from_the_tables_as_published() {
        let tables = tables();
        let direct = findings(&tables).unwrap();
        let read: Vec<Table> = tables
            .iter()
            .map(|table| Table::read_csv(&table.name, &table.to_csv().unwrap()).unwrap())
            .collect();
        assert_eq!(findings(&read).unwrap(), direct);
        let all = direct.join("\n");
        assert!(direct[0].starts_with("Yes, it is normal"), "{all}");
        assert!(direct[0].contains("4 of 4 healthy networks"), "{all}");
        assert!(all.contains("short, plain SGD: 3 of 4 healthy"), "{all}");
        assert!(all.contains("100.0% with momentum and L2"), "{all}");
        assert!(all.contains("Is it always the same weights?"), "{all}");
        for word in ["NaN", "n/a", "inf"] {
            assert!(!all.contains(word), "{all}");
        }
    }

    #[test]
    fn a_missing_table_is_named() {
        let error = findings(&tables()[..1]).unwrap_err();
        assert!(error.to_string().contains("causes"));
    }
}
