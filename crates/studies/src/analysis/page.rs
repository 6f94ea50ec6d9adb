//! What the templates of a study may look at.

use super::grammar::{EstimateSpec, Factor};
use super::known::Known;
use super::{Analysis, Level};
use crate::prose::{self, Page, Shape};
use crate::table::Table;

/// What is known of a study before its first trial: the networks of the full design, whatever
/// version is run, and the tables that will be published.
#[derive(Clone, Debug, Default)]
pub struct Foreseen {
    pub(super) known: Known,
    /// The tables.
    pub shapes: Vec<Shape>,
}

impl Analysis {
    /// The published tables with the words of the grammar: what findings and captions are made of.
    /// A version that is `partial`, smaller than the full study or changed, may lack rows.
    pub fn page(&self, foreseen: &Foreseen, tables: &[Table], partial: bool) -> Page {
        let known = &foreseen.known;
        let factors = self.grammar.factors.iter();
        let declared = self.grammar.declared.iter();
        let estimates = self.grammar.estimates.iter();
        Page {
            shapes: foreseen.shapes.clone().into(),
            partial,
            tables: tables.into(),
            factors: factors
                .map(|(name, factor)| of(name, factor, known, tables))
                .collect(),
            estimates: estimates.map(|one| one.name.clone()).collect(),
            declared: declared
                .map(|(name, one)| {
                    let family = self.grammar.estimates.iter();
                    let mut family = family.filter(|own| own.name == one.estimate);
                    let keys = family.next().into_iter().flat_map(EstimateSpec::family);
                    let levels = keys.filter_map(|key| {
                        let level = one.levels.get(key)?;
                        Some(format!("{key} = {level}"))
                    });
                    prose::Declared {
                        name: name.clone(),
                        estimate: one.estimate.clone(),
                        of: levels.collect::<Vec<_>>().join(", "),
                    }
                })
                .collect(),
        }
    }
}

/// A factor with the levels of the design and, where these are not known, those of the tables.
fn of(name: &str, factor: &Factor, known: &Known, tables: &[Table]) -> prose::Factor {
    let mut present: Vec<Level> = Vec::new();
    for words in tables.iter().filter_map(|table| table.words(name).ok()) {
        for word in words {
            let level = Level::new(word);
            if !level.as_str().is_empty() && !present.contains(&level) {
                present.push(level);
            }
        }
    }
    let mut levels = known.levels(name).unwrap_or_default().to_vec();
    // A version may have levels that the full design has not.
    levels.extend(
        present
            .iter()
            .filter(|level| !levels.contains(level))
            .cloned()
            .collect::<Vec<_>>(),
    );
    let text = |level: &Level| level.as_str().to_owned();
    let names = factor.names.iter();
    let labels = factor.labels.iter();
    prose::Factor {
        name: name.into(),
        present: levels
            .iter()
            .filter(|level| present.contains(level))
            .map(text)
            .collect(),
        levels: levels.iter().map(text).collect(),
        names: names
            .map(|(name, level)| (name.clone(), text(level)))
            .collect(),
        labels: labels
            .map(|(level, label)| (level.clone(), label.clone()))
            .collect(),
    }
}
