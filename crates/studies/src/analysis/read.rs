//! An `analysis.toml` beside the shipped library.

use std::sync::LazyLock;

use super::Estimated;
use super::check::check;
use super::design::Design;
use super::grammar::{Grammar, Intervals};
use super::level::Level;
use crate::messages::{Problems, Source};
use crate::predictions::Estimate;
use crate::schema;
use crate::statistics::Bounds;

/// What every study may use by name.
pub(super) const LIBRARY: &str = include_str!("library.toml");

/// What is computed of a study's results.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The study's own words and those of the library that they use.
    pub grammar: Grammar,
}

impl Analysis {
    /// Reads a file and finds every mistake that needs no results: what is unknown, what names
    /// nothing, what is said twice.
    ///
    /// # Errors
    /// All mistakes, each with its line.
    pub fn read(source: &Source, design: &Design) -> Result<Self, Problems> {
        let (read, problems) = Self::checked(source, design);
        problems.or(())?;
        Ok(read.unwrap_or(Self {
            grammar: Grammar::default(),
        }))
    }

    /// What a file says, where it can be read at all, and all its mistakes.
    pub fn checked(source: &Source, design: &Design) -> (Option<Self>, Problems) {
        let mut problems = schema::problems(source, &schema::of::<Grammar>());
        let own: Grammar = match toml::from_str(&source.text) {
            Ok(own) => own,
            Err(error) => {
                // What the schema knows too is said better there.
                if problems.is_empty() {
                    problems.add(source.refused(&error));
                }
                return (None, problems);
            }
        };
        let grammar = merged(own.clone());
        let found = check((&own, library(), &grammar), source, design);
        problems.take(found.or(()));
        problems.sort();
        (Some(Self { grammar }), problems)
    }

    /// The estimates by every name that a prediction may use: their own, and declared ones.
    pub fn judged(&self, estimates: &[Estimated]) -> Vec<Estimate> {
        let mut judged: Vec<Estimate> = estimates.iter().map(Estimated::estimate).collect();
        for (name, declared) in &self.grammar.declared {
            let fits = |one: &&Estimated| {
                let known = |(by, level): &(String, Level)| declared.levels.get(by) == Some(level);
                one.family == declared.estimate && one.levels.iter().all(known)
            };
            let found = estimates.iter().find(fits).map(Estimated::estimate);
            // A smaller version of a study may lack the level.
            let lacking = || Estimate::new(name, "", Bounds::UNDEFINED, 0);
            judged.push(Estimate {
                name: name.clone(),
                ..found.unwrap_or_else(lacking)
            });
        }
        judged
    }
}

/// The shipped library, read once.
pub(super) fn library() -> &'static Grammar {
    static READ: LazyLock<Grammar> = LazyLock::new(|| toml::from_str(LIBRARY).unwrap_or_default());
    &READ
}

fn merged(own: Grammar) -> Grammar {
    let mut all = library().clone();
    all.factors.extend(own.factors);
    all.keys.extend(own.keys);
    all.populations.extend(own.populations);
    all.views.extend(own.views);
    all.measures.extend(own.measures);
    Grammar {
        grammar: own.grammar,
        // As a lock says it: nothing where they are resampled.
        intervals: Some(own.intervals.unwrap_or(Intervals::T)).filter(|own| *own == Intervals::T),
        special: own.special,
        picks: own.picks,
        tables: own.tables,
        estimates: own.estimates,
        declared: own.declared,
        figures: own.figures,
        ..all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_read_and_has_no_mistake() {
        let source = Source::new("library.toml", LIBRARY);
        let read: Result<Grammar, _> = toml::from_str(LIBRARY);
        assert!(read.is_ok(), "{}", read.unwrap_err());
        let own = Grammar {
            grammar: 1,
            ..Grammar::default()
        };
        let library = library();
        let problems = check((&own, library, library), &source, &Design::default());
        assert!(problems.is_empty(), "{problems}");
        assert!(library.measures.len() > 30);
    }
}
