//! From a specification to its cells: every combination of settings, in a fixed order.

mod assign;
mod columns;
mod dimension;
mod overrides;
mod quick;
mod twice;

pub use overrides::Assignment;

use cnn::settings::TrialSettings;
use serde::Deserialize as _;

use crate::frames::Value;
use crate::messages::{At, Problem, Problems, Source, explain, nearest};
use crate::spec::{Arm, Spec};
use dimension::{Choice, Dimension};

/// A combination of settings, run once for each replicate.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The arm's name.
    pub arm: String,
    /// Its place in the specification, from 0.
    pub arm_index: usize,
    /// Seeds.
    pub replicates: u32,
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

/// All cells of a specification: arms in their order, within an arm the last key of its grid
/// (in alphabetical order) varying fastest. `quick` takes the small version; `set` replaces
/// values, in a grid the whole list of them.
///
/// # Errors
/// Every path or value that is not one of a trial, every combination that stands twice in an arm,
/// and more trials than `MOST_TRIALS`; each with file, line and key, or the option.
pub fn cells(
    spec: &Spec,
    source: &Source,
    quick: bool,
    set: &[Assignment],
) -> Result<Vec<Cell>, Problems> {
    let mut problems = Problems::default();
    quick::check(spec, source, &mut problems);
    let arms = spec.arms.iter().enumerate();
    let stays =
        |name: &String| !quick || spec.quick.arms.is_empty() || spec.quick.arms.contains(name);
    let mut grids = Vec::new();
    for (index, arm) in arms.filter(|(_, arm)| stays(&arm.name)) {
        let mut dimensions = Vec::new();
        for (key, values) in &arm.grid {
            let read = Dimension::read(key, values)
                .map_err(|problem| source.error(&in_arm(index, "grid", key), problem));
            dimensions.extend(problems.take(read));
        }
        if quick {
            problems.take(quick::keep(spec, source, &arm.name, &mut dimensions));
        }
        problems.take(overrides::replace(&mut dimensions, set));
        grids.push((index, arm, dimensions));
    }
    // Before any of them takes memory.
    problems.take(count(spec, source, quick, &grids));
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
            let read = settings(spec, source, *index, &steps);
            cells.extend(problems.take(read).map(|settings| Cell {
                arm: arm.name.clone(),
                arm_index: *index,
                replicates: replicates(spec, arm.replicates, quick),
                settings,
                columns: Vec::new(),
                labels: labels(dimensions, &choices),
                choices: places(dimensions, &choices),
            }));
        }
        twice::check(&cells[first..], source, set, &mut problems);
    }
    problems.take(columns::fill(spec, source, set, &mut cells));
    problems.or(cells)
}

/// The steps to a key of an arm's `set` or `grid`.
pub(crate) fn in_arm<'a>(arm: usize, table: &'a str, key: &'a str) -> [At<'a>; 4] {
    [
        At::Key("arms"),
        At::Index(arm),
        At::Key(table),
        At::Key(key),
    ]
}

/// Whether there are few enough trials.
fn count(
    spec: &Spec,
    source: &Source,
    quick: bool,
    grids: &[(usize, &Arm, Vec<Dimension>)],
) -> Result<(), Problem> {
    let mut all: u64 = 0;
    for (index, arm, dimensions) in grids {
        let choices = dimensions.iter().map(|d| d.choices.len() as u64);
        let cells = choices.fold(1, u64::saturating_mul);
        let replicates = u64::from(replicates(spec, arm.replicates, quick));
        all = all.saturating_add(cells.saturating_mul(replicates));
        if all > MOST_TRIALS {
            let at = [At::Key("arms"), At::Index(*index), At::Key("replicates")];
            let title = format!(
                "up to arm `{}` ({cells} cells of {replicates} replicates) the study has {all} \
                 trials, and at most {MOST_TRIALS} are taken: at a second each those run for \
                 eleven days, and to name them takes a gigabyte of memory",
                arm.name
            );
            return Err(source.error(&at, title));
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
    spec: &Spec,
    source: &Source,
    arm: usize,
    steps: &[(Origin<'_>, &str, &toml::Value)],
) -> Result<TrialSettings, Problems> {
    let mut table = spec.base.clone();
    let assigned = steps
        .iter()
        .all(|(_, path, value)| assign::assign(&mut table, path, value).is_ok());
    let read = TrialSettings::deserialize(toml::Value::Table(table));
    if let (true, Ok(settings)) = (assigned, read) {
        return Ok(settings);
    }
    // Which of them are to blame: those after which it cannot be read, each left out then.
    let mut problems = Problems::default();
    let mut table = spec.base.clone();
    for (origin, path, value) in steps {
        let mut next = table.clone();
        let set = assign::assign(&mut next, path, value).and_then(|()| {
            let read = TrialSettings::deserialize(toml::Value::Table(next.clone()));
            read.map_err(|error| error.message().to_owned())
        });
        match set {
            Ok(_) => table = next,
            Err(message) => problems.add(refuse(spec, source, arm, *origin, path, &message)),
        }
    }
    if problems.is_empty() {
        problems.add(source.error(&[At::Key("base")], "is not a complete trial"));
    }
    Err(problems)
}

fn refuse(
    spec: &Spec,
    source: &Source,
    arm: usize,
    origin: Origin<'_>,
    path: &str,
    message: &str,
) -> Problem {
    let known = assign::paths(spec);
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
        Origin::Arm(table, key) => source.error(&in_arm(arm, table, key), hint),
        Origin::Option(option) => Problem::option(option.option(), hint),
    }
}

#[cfg(test)]
#[path = "grid/tests.rs"]
mod tests;
