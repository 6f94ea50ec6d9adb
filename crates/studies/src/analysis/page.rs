//! What the templates of a study may look at.

use super::grammar::{EstimateSpec, Factor};
use super::{Analysis, Design, Level};
use crate::prose::{self, Page};
use crate::table::Table;

impl Analysis {
    /// The published tables with the words of the grammar: what findings and captions are made of.
    /// `design` is that of the full study; a smaller version has fewer levels in its tables.
    pub fn page(&self, design: &Design, tables: &[Table]) -> Page {
        let factors = self.grammar.factors.iter();
        let declared = self.grammar.declared.iter();
        let estimates = self.grammar.estimates.iter();
        Page {
            tables: tables.into(),
            factors: factors
                .map(|(name, factor)| of(name, factor, design, tables))
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

/// A factor with the levels of the design, or, where it follows from others, those of the tables.
fn of(name: &str, factor: &Factor, design: &Design, tables: &[Table]) -> prose::Factor {
    let mut present: Vec<Level> = Vec::new();
    for words in tables.iter().filter_map(|table| table.words(name).ok()) {
        for word in words {
            let level = Level::new(word);
            if !level.as_str().is_empty() && !present.contains(&level) {
                present.push(level);
            }
        }
    }
    let levels = design.levels.get(name).unwrap_or(&present).clone();
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
