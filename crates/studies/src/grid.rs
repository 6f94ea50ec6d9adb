//! From a specification to its cells: every combination of settings, in a fixed order.

mod assign;
mod columns;
mod dimension;
mod overrides;
mod pooled;
mod quick;
mod twice;

pub use overrides::Assignment;
pub use pooled::name_alike;

use cnn::settings::TrialSettings;
use serde::Deserialize as _;

use crate::frames::Value;
use crate::messages::{At, Problem, Problems, explain, nearest};
use crate::spec::{Arm, Spec, Written};
use dimension::{Choice, Dimension};

/// A combination of settings, run once for each replicate.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The arm's name.
    pub arm: String,
    /// Its place among the arms of the design, from 0.
    pub arm_index: usize,
    /// Seeds.
    pub replicates: u32,
    /// Seeds up to each of the design's files: the specification, then its amendments.
    pub seeds: Vec<u32>,
    /// What its trials are.
    pub settings: TrialSettings,
    /// What the study's grids vary, by column; the same columns for every cell.
    pub columns: Vec<(String, Value)>,
    /// Chosen in the arm's grid: key and label, if it has one.
    labels: Vec<(String, Option<String>)>,
    /// Chosen in the arm's grid: key and value as it was written, or its label.
    choices: Vec<(String, String)>,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug)]
enum Origin<'a> {
    /// `arms.set` or `arms.grid` (the second), and the key there.
    Arm(&'static str, &'a str),
    /// The command line.
    Option(&'a Assignment),
}

/// Trials of a study, at most: at a second each they take eleven days, and their names alone fill
/// a gigabyte of memory.
const MOST_TRIALS: u64 = 1_000_000;

/// All cells of a design: arms in their order, within an arm the last key of its grid (in
/// alphabetical order) varying fastest. `quick` takes the small version; `set` replaces values, in a
/// grid the whole list of them.
///
/// # Errors
/// Every path or value that is not one of a trial, every combination that stands twice in an arm,
/// and more trials than `MOST_TRIALS`; each with file, line and key, or the option.
pub fn cells(written: &Written, quick: bool, set: &[Assignment]) -> Result<Vec<Cell>, Problems> {
    let spec = &written.spec;
    let mut problems = Problems::default();
    quick::check(written, &mut problems);
    let arms = spec.arms.iter().enumerate();
    let stays =
        |name: &String| !quick || spec.quick.arms.is_empty() || spec.quick.arms.contains(name);
    let mut grids = Vec::new();
    for (index, arm) in arms.filter(|(_, arm)| stays(&arm.name)) {
        let mut dimensions = Vec::new();
        for (key, values) in &arm.grid {
            let read = Dimension::read(key, values)
                .map_err(|problem| written.wrong_in_arm(index, "grid", key, problem));
            dimensions.extend(problems.take(read));
        }
        if quick {
            let kept = quick::keep(written, &arm.name, &mut dimensions);
            if kept.is_err() && written.is_amended(index) {
                // Neither the small version nor the specification knows of this arm.
                continue;
            }
            problems.take(kept);
        }
        problems.take(overrides::replace(&mut dimensions, set));
        grids.push((index, arm, dimensions));
    }
    // Before any of them takes memory.
    problems.take(count(written, quick, &grids));
    problems.or(())?;
    let mut problems = Problems::default();
    let mut cells: Vec<Cell> = Vec::new();
    for (index, arm, dimensions) in &grids {
        let first = cells.len();
        for choices in dimension::product(dimensions) {
            let mut steps: Vec<(Origin<'_>, &str, &toml::Value)> = Vec::new();
            for (key, value) in &arm.set {
                steps.push((Origin::Arm("set", key), key, value));
            }
            for (dimension, choice) in dimensions.iter().zip(&choices) {
                let replaced = set.iter().find(|option| option.path == dimension.key);
                let origin = replaced.map_or(Origin::Arm("grid", &dimension.key), Origin::Option);
                let sets = choice.sets.iter();
                steps.extend(sets.map(|(path, value)| (origin, path.as_str(), value)));
            }
            for option in overrides::others(dimensions, set) {
                steps.push((Origin::Option(option), &option.path, &option.value));
            }
            let read = settings(written, *index, &steps);
            let seeds = written.seeds(*index).into_iter();
            cells.extend(problems.take(read).map(|settings| Cell {
                arm: arm.name.clone(),
                arm_index: *index,
                replicates: replicates(spec, arm.replicates, quick),
                seeds: seeds.map(|all| replicates(spec, all, quick)).collect(),
                settings,
                columns: Vec::new(),
                labels: labels(dimensions, &choices),
                choices: places(dimensions, &choices),
            }));
        }
        twice::check(&cells[first..], written, set, &mut problems);
    }
    problems.take(columns::fill(written, set, &mut cells));
    problems.or(cells)
}

/// Whether there are few enough trials.
fn count(
    written: &Written,
    quick: bool,
    grids: &[(usize, &Arm, Vec<Dimension>)],
) -> Result<(), Problem> {
    let mut all: u64 = 0;
    for (index, arm, dimensions) in grids {
        let choices = dimensions.iter().map(|d| d.choices.len() as u64);
        let cells = choices.fold(1, u64::saturating_mul);
        let replicates = u64::from(replicates(&written.spec, arm.replicates, quick));
        all = all.saturating_add(cells.saturating_mul(replicates));
        if all > MOST_TRIALS {
            let title = format!(
                "up to arm `{}` ({cells} cells of {replicates} replicates) the study has {all} \
                 trials, and at most {MOST_TRIALS} are taken: at a second each those run for \
                 eleven days, and to name them takes a gigabyte of memory",
                arm.name
            );
            return Err(written.wrong_replicates(*index, title));
        }
    }
    Ok(())
}

/// The chosen value of each key, by its place in the list.
fn places(dimensions: &[Dimension], choices: &[&Choice]) -> Vec<(String, String)> {
    let chosen = dimensions.iter().zip(choices);
    chosen
        .map(|(dimension, choice)| (dimension.key.clone(), choice.name()))
        .collect()
}

fn replicates(spec: &Spec, of_arm: u32, quick: bool) -> u32 {
    if quick {
        of_arm.min(spec.quick.replicates)
    } else {
        of_arm
    }
}

fn labels(dimensions: &[Dimension], choices: &[&Choice]) -> Vec<(String, Option<String>)> {
    let chosen = dimensions.iter().zip(choices);
    chosen
        .map(|(dimension, choice)| (dimension.key.clone(), choice.label.clone()))
        .collect()
}

/// The base with these values set one after the other; what is wrong with each of them.
fn settings(
    written: &Written,
    arm: usize,
    steps: &[(Origin<'_>, &str, &toml::Value)],
) -> Result<TrialSettings, Problems> {
    let mut table = written.spec.base.clone();
    let assigned = steps
        .iter()
        .all(|(_, path, value)| assign::assign(&mut table, path, value).is_ok());
    let read = TrialSettings::deserialize(toml::Value::Table(table));
    if let (true, Ok(settings)) = (assigned, read) {
        return Ok(settings);
    }
    // Which of them are to blame: those after which it cannot be read, each left out then.
    let mut problems = Problems::default();
    let mut table = written.spec.base.clone();
    for (origin, path, value) in steps {
        let mut next = table.clone();
        let set = assign::assign(&mut next, path, value).and_then(|()| {
            let read = TrialSettings::deserialize(toml::Value::Table(next.clone()));
            read.map_err(|error| error.message().to_owned())
        });
        match set {
            Ok(_) => table = next,
            Err(message) => problems.add(refuse(written, arm, *origin, path, &message)),
        }
    }
    if problems.is_empty() {
        let base = [At::Key("base")];
        problems.add(written.source().error(&base, "is not a complete trial"));
    }
    Err(problems)
}

fn refuse(written: &Written, arm: usize, origin: Origin<'_>, path: &str, message: &str) -> Problem {
    let known = assign::paths(&written.spec);
    let hint = match nearest(path, known.iter().map(String::as_str)) {
        Some(nearest) if !known.iter().any(|known| known == path) => {
            format!(
                "no setting `{path}`; did you mean `{nearest}`? ({})",
                message.trim()
            )
        }
        _ => format!("`{path}`: {}", explain(message)),
    };
    match origin {
        Origin::Arm(table, key) => written.wrong_in_arm(arm, table, key, hint),
        Origin::Option(option) => Problem::option(option.option(), hint),
    }
}

#[cfg(test)]
#[path = "grid/tests.rs"]
mod tests;

#[cfg(test)]
#[path = "grid/amended_tests.rs"]
mod amended_tests;
