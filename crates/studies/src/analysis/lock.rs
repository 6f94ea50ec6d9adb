//! `study.lock`: what each prediction rests on, as it was declared.
//!
//! It is written when a study is first published (or by `mortality compile STUDY --lock`) and
//! committed before the run. It holds the digest of each prediction's expanded text
//! ([`closure`](super::closure)) and the texts themselves, as one analysis. Where analysis.toml
//! changes something that is judged, the digest differs; the prediction is then judged as declared
//! and as amended, and both are published.
//!
//! An amendment has a lock of its own, `amendment-1.lock`, so that the one before stays as it is. It
//! holds the digests of study.toml and of the amendments up to its own too: none of them is changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Analysis;
use super::closure::{closure, digest, names};
use super::grammar::Grammar;
use crate::messages::{Problems, Source};
use crate::predictions::Prediction;
use crate::special::SPECIAL;

/// What stands in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// blake3 of what each prediction rests on, by its id.
    pub digests: BTreeMap<String, String>,
    /// blake3 of the files that declare, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub files: BTreeMap<String, String>,
    /// All of it, as an analysis.
    declared: toml::Table,
}

const HEAD: &str = "# What the predictions rest on, as declared: each digest is of the expanded text of its estimate,\n\
    # measures, views and populations, which stand below. Written by `mortality compile`, not by hand.\n\n";

impl Lock {
    /// What an analysis makes predictions rest on.
    pub fn of(analysis: &Analysis, predictions: &[Prediction]) -> Self {
        let names: Vec<String> = predictions.iter().map(|one| one.estimate.clone()).collect();
        let all = closure(&analysis.grammar, &names);
        let digests = predictions.iter().map(|prediction| {
            let own = closure(
                &analysis.grammar,
                std::slice::from_ref(&prediction.estimate),
            );
            (prediction.id.clone(), digest(&own))
        });
        Self {
            digests: digests.collect(),
            files: BTreeMap::new(),
            declared: toml::Table::try_from(&all).unwrap_or_default(),
        }
    }

    /// With the digests of these files.
    #[must_use]
    pub fn with(mut self, files: &BTreeMap<String, String>) -> Self {
        self.files.clone_from(files);
        self
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If it is no such file.
    pub fn read(source: &Source) -> Result<Self, Problems> {
        toml::from_str(&source.text).map_err(|error| source.refused(&error).into())
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        format!("{HEAD}{}", toml::to_string(self).unwrap_or_default())
    }

    /// blake3 of the text, in hexadecimal.
    pub fn digest(&self) -> String {
        blake3::hash(self.text().as_bytes()).to_hex().to_string()
    }

    /// The predictions that rest on something else now.
    pub fn amended<'a>(&self, now: &Self, predictions: &'a [Prediction]) -> Vec<&'a Prediction> {
        let differs = |one: &&Prediction| {
            let declared = self.digests.get(&one.id);
            declared.is_some_and(|digest| now.digests.get(&one.id) != Some(digest))
        };
        predictions.iter().filter(differs).collect()
    }

    /// In what it differs from what analysis and predictions say now, a sentence each.
    pub fn differences(&self, now: &Self, predictions: &[Prediction]) -> Vec<String> {
        let amended = self.amended(now, predictions).into_iter().map(|one| {
            format!(
                "`{}` rests on something else than was declared (estimate `{}`): it is judged both ways",
                one.id, one.estimate
            )
        });
        let added = now
            .digests
            .keys()
            .filter(|id| !self.digests.contains_key(*id));
        let added = added.map(|id| format!("`{id}` was not declared: it is not in the lock"));
        let gone = self
            .digests
            .keys()
            .filter(|id| !now.digests.contains_key(*id));
        let gone = gone.map(|id| format!("`{id}` was declared and is no prediction any more"));
        amended.chain(added).chain(gone).collect()
    }

    /// The analysis as declared.
    ///
    /// # Errors
    /// If its text is no analysis.
    pub fn analysis(&self, source: &Source) -> Result<Analysis, Problems> {
        let read: Result<Grammar, _> = self.declared.clone().try_into();
        let mut grammar = read.map_err(|error: toml::de::Error| source.refused(&error))?;
        // A lock holds what is judged of a special table, the program how it is made.
        let text = self.declared.to_string();
        let special = SPECIAL.iter().map(|(name, _)| (*name).to_owned());
        grammar.special = special.filter(|name| names(&text, name)).collect();
        Ok(Analysis { grammar })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Design;
    use super::*;
    use crate::predictions::{Claim, Kind};

    const TEXT: &str = r#"
grammar = 1
[factors.learning_rate]
words = "Before annealing."
[populations]
trained = "train_accuracy >= 0.9"
[views]
last_of_all = "SELECT trial, layer, dead_at_end FROM filters"
[measures.dead]
words = "Dead filters."
numerator = "SUM(CASE WHEN dead_at_end THEN 1 ELSE 0 END)"
denominator = "COUNT(*)"
table = "last_of_all"
population = "trained"
[measures.other]
words = "Another."
value = "held_out_accuracy"
[picks.edge]
words = "The highest rate at which three quarters of the networks work."
over = "learning_rate"
highest_with = { working = 0.75 }
[tables.cells]
words = "One row a rate."
by = ["learning_rate"]
measures = ["dead", "other"]
[[estimates]]
name = "dead_at_the_end"
words = "Share of dead filters."
mean = "dead"
where = { edge = "edge" }
"#;

    fn lock(text: &str) -> Lock {
        let source = Source::new("analysis.toml", text);
        let analysis = Analysis::read(&source, &Design::default()).unwrap();
        let prediction = Prediction {
            id: "one".into(),
            kind: Kind::Primary,
            sentence: String::new(),
            source: String::new(),
            estimate: "dead_at_the_end".into(),
            claim: Claim::AtLeast(0.1),
            minimum_replicates: 5,
        };
        Lock::of(&analysis, &[prediction])
    }

    #[test]
    fn whatever_is_judged_changes_the_digest() {
        let before = lock(TEXT);
        for (from, to) in [
            ("THEN 1 ELSE 0", "THEN 0 ELSE 1"),
            ("COUNT(*)", "COUNT(trial)"),
            (">= 0.9", ">= 0.8"),
            ("dead_at_end FROM", "dead_at_end  FROM"),
            ("population = \"trained\"\n", ""),
            ("{ edge = \"edge\" }", "{ learning_rate = 0.1 }"),
            ("mean = \"dead\"", "mean = \"dead\"\nreplicates = [8, 15]"),
            ("working = 0.75", "working = 0.5"),
            ("population =", "statistic = \"pooled\"\npopulation ="),
        ] {
            let changed = TEXT.replacen(from, to, 1);
            assert_ne!(changed, TEXT, "{from}");
            assert_ne!(lock(&changed).digests, before.digests, "{from}");
        }
    }

    #[test]
    fn layout_words_and_other_measures_change_nothing() {
        let before = lock(TEXT);
        for (from, to) in [
            ("One row a rate.", "Another sentence."),
            ("Share of dead filters.", "The share."),
            ("[\"dead\", \"other\"]", "[\"other\"]"),
            (
                "value = \"held_out_accuracy\"",
                "value = \"train_accuracy\"",
            ),
            ("grammar = 1\n", "grammar = 1\n# a remark\n"),
        ] {
            let changed = TEXT.replacen(from, to, 1);
            assert_ne!(changed, TEXT, "{from}");
            assert_eq!(lock(&changed), before, "{from}");
        }
    }

    #[test]
    fn special_tables_that_a_lock_rests_on_are_made_for_it() {
        let given = TEXT.replace(
            "mean = \"dead\"\nwhere = { edge = \"edge\" }",
            "given = \"SELECT * FROM overlaps\"",
        );
        let given = given.replace("grammar = 1\n", "grammar = 1\nspecial = [\"overlaps\"]\n");
        assert!(given.contains("FROM overlaps"));
        for (text, special) in [(given.as_str(), &["overlaps"][..]), (TEXT, &[])] {
            let lock = lock(text);
            let source = Source::new("study.lock", lock.text());
            assert_eq!(lock.analysis(&source).unwrap().grammar.special, special);
        }
    }

    #[test]
    fn the_file_reads_back_and_is_an_analysis_of_its_own() {
        let before = lock(TEXT);
        let source = Source::new("study.lock", before.text());
        let read = Lock::read(&source).unwrap();
        assert_eq!(read, before);
        let analysis = read.analysis(&source).unwrap();
        assert_eq!(analysis.digest("dead_at_the_end"), before.digests["one"]);
        assert_eq!(analysis.grammar.views.len(), 1);
        assert!(analysis.grammar.measures.contains_key("working"));
        // An amendment's says which files it is of; no other changes by that.
        assert!(!before.text().contains("files"));
        let files = [("amendment-1.toml".to_owned(), "0123".to_owned())];
        let with = before.clone().with(&files.into());
        let source = Source::new("amendment-1.lock", with.text());
        let read = Lock::read(&source).unwrap();
        assert_eq!(read.files["amendment-1.toml"], "0123");
        assert_eq!(read, with);
        assert_eq!(with.digests, before.digests);
    }
}
