//! The names by which predictions call estimates.

use super::Checked;
use crate::analysis::grammar::{EstimateSpec, Statistic};
use crate::analysis::shapes::families;
use crate::messages::{At, hint};
use crate::predictions::{Claim, Prediction};
use crate::prose::Line;

impl<'a> Checked<'a> {
    pub(super) fn declared(&mut self) {
        for (name, declared) in &self.own.declared {
            let at = [At::Key("declared"), At::Key(name)];
            let families = self.own.estimates.iter().map(|one| one.name.as_str());
            let Some(family) = self.family(&declared.estimate) else {
                let hint = hint(&declared.estimate, families);
                let at = [at[0], at[1], At::Key("estimate")];
                self.wrong(&at, format!("no estimate `{}`{hint}", declared.estimate));
                continue;
            };
            let lines = families_of(self, family);
            for (key, level) in &declared.levels {
                let at = [at[0], at[1], At::Key(key)];
                if !family.family().any(|own| own == key) {
                    let keys: Vec<&str> = family.family().collect();
                    let hint = hint(key, keys);
                    self.wrong(
                        &at,
                        format!("`{}` is not told apart by `{key}`{hint}", family.name),
                    );
                    continue;
                }
                let (levels, closed) = levels(&lines, key);
                if closed && !levels.contains(&level.as_str()) {
                    let hint = hint(level.as_str(), levels);
                    let name = &family.name;
                    self.wrong(
                        &at,
                        format!("`{name}` has no estimate at `{key}` = `{level}`{hint}"),
                    );
                }
            }
            for key in family
                .family()
                .filter(|key| !declared.levels.contains_key(*key))
            {
                let which = which(&lines, key);
                self.wrong(
                    &at,
                    format!("`{}` is a family: say which {which}", family.name),
                );
            }
        }
        for (file, predictions) in &self.ahead.design.declared {
            for (index, prediction) in predictions.iter().enumerate() {
                let place = |key| [At::Key("predictions"), At::Index(index), At::Key(key)];
                if let Some((title, help)) = self.unknown(prediction) {
                    let problem = file.error(&place("estimate"), title);
                    self.problems.add(match help {
                        Some(help) => problem.help(help),
                        None => problem,
                    });
                } else if let Some(title) = self.uncounted(prediction) {
                    self.problems.add(file.error(&place("claim"), title));
                }
            }
        }
    }

    fn family(&self, name: &str) -> Option<&'a EstimateSpec> {
        self.own.estimates.iter().find(|one| one.name == name)
    }

    /// What is wrong with the name that a prediction rests on, and what would be right.
    fn unknown(&self, prediction: &Prediction) -> Option<(String, Option<String>)> {
        let name = &prediction.estimate;
        if self.own.declared.contains_key(name) {
            return None;
        }
        let Some(family) = self.family(name) else {
            let singles = self.own.estimates.iter();
            let singles = singles.filter(|one| one.family().next().is_none());
            let names = singles.map(|one| one.name.as_str());
            let names = names.chain(self.own.declared.keys().map(String::as_str));
            let hint = hint(name, names);
            let title = format!("analysis.toml has no estimate `{name}`{hint}");
            return Some((title, None));
        };
        let keys: Vec<&str> = family.family().collect();
        if keys.is_empty() {
            return None;
        }
        let lines = families_of(self, family);
        let which: Vec<String> = keys.iter().map(|key| which(&lines, key)).collect();
        let title = format!(
            "`{name}` is a family of estimates, told apart by {}",
            which.join(" and ")
        );
        let one = lines.first().map(|line| {
            let levels = keys.iter().map(|key| {
                let level = line.cells.get(*key).cloned().flatten();
                (*key, level.unwrap_or_else(|| "..".into()))
            });
            levels.collect::<Vec<_>>()
        });
        let one = one.unwrap_or_else(|| keys.iter().map(|key| (*key, "..".to_owned())).collect());
        let mut word = name.clone();
        let mut of = String::new();
        for (key, level) in one {
            let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
            word = format!("{word}_{}", level.chars().map(plain).collect::<String>());
            of = format!("{of}, {key} = \"{level}\"");
        }
        let help = format!(
            "give the one that is meant a name in analysis.toml and name that here: below \
             [declared], `{word} = {{ estimate = \"{name}\"{of} }}`"
        );
        Some((title, Some(help)))
    }

    /// An exact claim of an estimate that counts nothing.
    fn uncounted(&self, prediction: &Prediction) -> Option<String> {
        let name = &prediction.estimate;
        let declared = self.own.declared.get(name).map(|own| &own.estimate);
        let family = self.family(declared.unwrap_or(name))?;
        let exact = |measure: &String| {
            let known = self.ahead.grammar.measures.get(measure);
            known.is_some_and(|known| known.statistic == Some(Statistic::Exact))
        };
        let counts = family.count.is_some()
            || family.given.is_some()
            || family.mean.as_ref().is_some_and(exact);
        (matches!(prediction.claim, Claim::Never(_)) && !counts).then(|| {
            format!(
                "`never` is claimed of counted events, and `{name}` counts none: an estimate by \
                 `count` does"
            )
        })
    }
}

fn families_of(checked: &Checked<'_>, family: &EstimateSpec) -> Vec<Line> {
    families(&checked.ahead, &[family], "name")
}

/// The levels of a key among a family's estimates, and whether there are no others.
fn levels<'a>(lines: &'a [Line], key: &str) -> (Vec<&'a str>, bool) {
    let mut levels: Vec<&str> = Vec::new();
    let mut closed = !lines.is_empty();
    for line in lines {
        match line.cells.get(key) {
            Some(Some(level)) if !levels.contains(&level.as_str()) => levels.push(level),
            Some(Some(_)) => {}
            _ => closed = false,
        }
    }
    (levels, closed)
}

/// A key and its levels, as far as they are known.
fn which(lines: &[Line], key: &str) -> String {
    match levels(lines, key).0.as_slice() {
        [] => format!("`{key}`"),
        levels => format!("`{key}` ({})", levels.join(", ")),
    }
}
