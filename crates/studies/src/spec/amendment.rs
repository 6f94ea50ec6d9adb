//! What is added to a study after it was published: `amendment-1.toml` beside study.toml, then
//! `amendment-2.toml` and so on. study.toml itself stays as it is.
//!
//! ```toml
//! grammar = 1
//! reason = "..."             # why, in words
//!
//! [replicates]               # arms that there are: all their seeds, those before and the further
//! rates = 16
//!
//! [[arms]]                   # as in study.toml, over its base; a new name
//! name = "higher"
//! replicates = 8
//! [arms.grid]
//! "schedule.learning_rate" = [0.8]
//!
//! [[predictions]]            # as in study.toml; a new id
//! id = "..."
//! ```

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Arm, Written, fault_of_replicates, wrong_predictions};
use crate::messages::{At, Problems, Source, fault_of_name, hint};
use crate::predictions::Prediction;
use crate::schema::{self, GRAMMAR};

/// What stands in the file; it adds at least one arm, seed or prediction.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// Version of the grammar.
    pub grammar: u32,
    /// Why the study is amended.
    pub reason: String,
    /// Seeds of each cell of an arm that there is: their new number, more than before.
    #[serde(default)]
    pub replicates: BTreeMap<String, u32>,
    /// Further grids over the base of study.toml.
    #[serde(default)]
    pub arms: Vec<Arm>,
    /// What is predicted of the amended study; none of them is primary where the study has one.
    #[serde(default)]
    pub predictions: Vec<Prediction>,
}

/// The name of an amendment's file, without its extension; the first is number 1.
pub fn amendment(number: usize) -> String {
    format!("amendment-{number}")
}

impl Amendment {
    /// Reads a file, without looking at what it amends.
    ///
    /// # Errors
    /// Everything that is wrong with it by itself.
    pub(super) fn read(source: &Source) -> Result<Self, Problems> {
        schema::problems(source, &schema::of::<Self>()).or(())?;
        toml::from_str(&source.text).map_err(|error| source.refused(&error).into())
    }

    /// What is wrong with it as an amendment of what stands before it.
    pub(super) fn check(&self, source: &Source, before: &Written) -> Problems {
        let mut problems = Problems::default();
        let mut wrong = |at: &[At<'_>], title: String| problems.add(source.error(at, title));
        if self.grammar != GRAMMAR {
            let title = format!(
                "grammar {}: this program reads grammar {GRAMMAR} (`grammar = {GRAMMAR}`)",
                self.grammar
            );
            wrong(&[At::Key("grammar")], title);
        }
        if self.reason.trim().is_empty() {
            let title = "`reason` is empty: say in words why the study is amended";
            wrong(&[At::Key("reason")], title.into());
        }
        if self.arms.is_empty() && self.replicates.is_empty() && self.predictions.is_empty() {
            let title = "adds nothing: an amendment has at least one of `[replicates]` (more seeds \
                         of an arm), `[[arms]]` and `[[predictions]]`";
            wrong(&[], title.into());
        }
        self.check_replicates(before, &mut wrong);
        self.check_arms(before, &mut wrong);
        wrong_predictions(&before.spec.predictions, &self.predictions, &mut wrong);
        problems
    }

    fn check_replicates(&self, before: &Written, wrong: &mut impl FnMut(&[At<'_>], String)) {
        let arms = &before.spec.arms;
        for (name, seeds) in &self.replicates {
            let at = [At::Key("replicates"), At::Key(name)];
            let Some(arm) = arms.iter().find(|arm| arm.name == *name) else {
                let title = if self.arms.iter().any(|arm| arm.name == *name) {
                    format!("the arm `{name}` is new here: its own `replicates` says its seeds")
                } else {
                    let hint = hint(name, arms.iter().map(|arm| arm.name.as_str()));
                    format!("`[replicates]` names the arm `{name}`{hint}")
                };
                wrong(&at, title);
                continue;
            };
            if *seeds <= arm.replicates {
                let title = format!(
                    "the arm `{name}` has {} seeds; an amendment says their new number, which is \
                     more, and not {seeds}",
                    arm.replicates
                );
                wrong(&at, title);
            } else if let Some(fault) = fault_of_replicates(*seeds) {
                wrong(&at, format!("`replicates` of the arm `{name}` {fault}"));
            }
        }
    }

    fn check_arms(&self, before: &Written, wrong: &mut impl FnMut(&[At<'_>], String)) {
        for (index, arm) in self.arms.iter().enumerate() {
            let name = &arm.name;
            let at = |key| [At::Key("arms"), At::Index(index), At::Key(key)];
            if let Some(fault) = fault_of_name(name) {
                wrong(&at("name"), format!("the arm's `name` {fault}"));
            }
            if before.spec.arms.iter().any(|known| known.name == *name) {
                let title = format!(
                    "the study has an arm `{name}` already: give another name; more seeds of it \
                     stand under `[replicates]`"
                );
                wrong(&at("name"), title);
            } else if self.arms[..index].iter().any(|known| known.name == *name) {
                wrong(&at("name"), format!("two arms are called `{name}`"));
            }
            if let Some(fault) = fault_of_replicates(arm.replicates) {
                let title = format!("arm `{name}`: `replicates` {fault}");
                wrong(&at("replicates"), title);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::GOOD;
    use super::*;

    const MORE: &str = r#"grammar = 1
reason = "a pilot of the next study"
[replicates]
one = 4
[[arms]]
name = "two"
replicates = 3
[arms.grid]
"optimizer.momentum" = [0.9]
[[predictions]]
id = "first"
kind = "primary"
sentence = "s"
source = "s"
estimate = "e"
claim = { above = 0.0 }
"#;

    fn read(amendments: &[&str]) -> Result<Written, Problems> {
        let named = amendments.iter().enumerate();
        let amendments = named.map(|(at, text)| Source::new(amendment(at + 1), *text));
        let amendments: Vec<Source> = amendments.collect();
        Written::read(&Source::new("s.toml", GOOD), &amendments)
    }

    #[test]
    fn what_is_added_comes_behind_what_was_there() {
        let again = "grammar = 1\nreason = \"r\"\n[replicates]\none = 6\ntwo = 5\n";
        let written = read(&[MORE, again]).unwrap_or_else(|error| panic!("{error}"));
        let arms: Vec<_> = written.spec.arms.iter().map(|arm| &arm.name).collect();
        assert_eq!(arms, ["one", "two"]);
        assert_eq!([written.seeds(0), written.seeds(1)], [[2, 4, 6], [0, 3, 5]]);
        assert_eq!(written.spec.arms[1].replicates, 5);
        assert!(!written.is_amended(0) && written.is_amended(1));
        let own = written.predicted().map(|(file, own)| {
            let estimates: Vec<&str> = own.iter().map(|one| one.estimate.as_str()).collect();
            (file.name(), estimates)
        });
        let own: Vec<_> = own.collect();
        let none = Vec::new();
        assert_eq!(
            own[1..],
            [("amendment-1", vec!["e"]), ("amendment-2", none)]
        );
        let wrong = written.wrong_in_arm(1, "grid", "optimizer.momentum", "x");
        assert_eq!(wrong.place(), "amendment-1:9:1");
        assert_eq!(written.wrong_replicates(1, "x").place(), "amendment-2:5:1");
        assert_eq!(written.wrong_replicates(0, "x").place(), "amendment-2:4:1");
    }

    #[test]
    fn a_mistake_is_named_with_its_line_and_what_would_be_right() {
        for (right, wrong, line, named) in [
            ("grammar = 1", "grammar = 2", 1, "reads grammar 1"),
            ("reason =", "reson =", 2, "`reason`?"),
            ("\"a pilot of the next study\"", "\" \"", 2, "why"),
            ("one = 4", "ona = 4", 4, "`one`?"),
            ("one = 4", "one = 2", 4, "has 2 seeds"),
            ("one = 4", "one = 1", 4, "has 2 seeds"),
            ("one = 4", "one = 200000", 4, "at most 100000"),
            ("one = 4", "two = 4", 4, "is new here"),
            ("\"two\"", "\"one\"", 6, "already"),
            ("\"two\"", "\"t\\nwo\"", 6, "one line"),
            ("replicates = 3", "replicates = 0", 7, "at least 1"),
            ("replicates = 3", "replicate = 3", 7, "`replicates`?"),
            ("\"first\"", "\"\"", 11, "is empty"),
            ("\"primary\"", "\"exploratory\"", 12, "0 primary"),
            ("{ above", "{ abov", 16, "`above`?"),
        ] {
            assert!(MORE.contains(right), "{right}");
            let said = read(&[&MORE.replacen(right, wrong, 1)]).unwrap_err();
            assert_eq!(said.iter().count(), 1, "{wrong}: {said}");
            let said = said.to_string();
            let place = format!("amendment-1:{line}:");
            assert!(said.starts_with(&place) && said.contains(named), "{said}");
        }
    }

    #[test]
    fn what_is_there_already_is_not_added_again_and_all_is_told_at_once() {
        let said = read(&[MORE, MORE]).unwrap_err();
        let said: Vec<String> = said.iter().map(ToString::to_string).collect();
        for (said, (place, named)) in said.iter().zip([
            ("amendment-2:4:", "has 4 seeds"),
            ("amendment-2:6:", "an arm `two` already"),
            ("amendment-2:11:", "two predictions are called `first`"),
            ("amendment-2:12:", "2 primary predictions (first, first)"),
        ]) {
            assert!(said.starts_with(place) && said.contains(named), "{said}");
        }
        assert_eq!(said.len(), 4, "{said:#?}");
        let nothing = read(&["grammar = 1\nreason = \"r\"\n"]).unwrap_err();
        assert!(nothing.to_string().contains("adds nothing"), "{nothing}");
        let both = read(&["grammar = 1\n", "reason = \"r\"\n"]).unwrap_err();
        assert_eq!(both.iter().count(), 2, "{both}");
    }
}
