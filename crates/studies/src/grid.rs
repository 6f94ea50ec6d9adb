//! From a specification to its cells: every combination of settings, in a fixed order.

mod assign;
mod columns;
pub(crate) use columns::FIRST;
mod dimension;
mod overrides;
mod quick;

pub use overrides::Assignment;

use cnn::settings::TrialSettings;
use serde::Deserialize as _;

use crate::aggregate::Value;
use crate::spec::{At, Source, Spec, SpecError, explain, nearest};
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
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug)]
enum Origin<'a> {
    /// `arms.set` or `arms.grid` (the second), and the key there.
    Arm(&'static str, &'a str),
    /// The command line.
    Option(&'a Assignment),
}

/// All cells of a specification: arms in their order, within an arm the last key of its grid
/// (in alphabetical order) varying fastest. `quick` takes the small version; `set` replaces
/// values, in a grid the whole list of them.
///
/// # Errors
/// If a path or value is not one of a trial; the error names file, line and key, or the option.
pub fn cells(
    spec: &Spec,
    source: &Source,
    quick: bool,
    set: &[Assignment],
) -> Result<Vec<Cell>, SpecError> {
    quick::check(spec, source)?;
    let mut cells = Vec::new();
    let arms = spec.arms.iter().enumerate();
    let stays =
        |name: &String| !quick || spec.quick.arms.is_empty() || spec.quick.arms.contains(name);
    for (index, arm) in arms.filter(|(_, arm)| stays(&arm.name)) {
        let at = |table, key| {
            [
                At::Key("arms"),
                At::Index(index),
                At::Key(table),
                At::Key(key),
            ]
        };
        let mut dimensions = Vec::new();
        for (key, values) in &arm.grid {
            let dimension = Dimension::read(key, values)
                .map_err(|problem| source.error(&at("grid", key), problem))?;
            dimensions.push(dimension);
        }
        if quick {
            quick::keep(spec, source, &arm.name, &mut dimensions)?;
        }
        overrides::replace(&mut dimensions, set)?;
        for choices in dimension::product(&dimensions) {
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
            for option in overrides::others(&dimensions, set) {
                steps.push((Origin::Option(option), &option.path, &option.value));
            }
            cells.push(Cell {
                arm: arm.name.clone(),
                arm_index: index,
                replicates: replicates(spec, arm.replicates, quick),
                settings: settings(spec, source, index, &steps)?,
                columns: Vec::new(),
                labels: labels(&dimensions, &choices),
            });
        }
    }
    columns::fill(spec, source, set, &mut cells)?;
    Ok(cells)
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

/// The base with these values set one after the other.
fn settings(
    spec: &Spec,
    source: &Source,
    arm: usize,
    steps: &[(Origin<'_>, &str, &toml::Value)],
) -> Result<TrialSettings, SpecError> {
    let mut table = spec.base.clone();
    for (origin, path, value) in steps {
        assign::assign(&mut table, path, value)
            .map_err(|problem| refuse(spec, source, arm, *origin, path, &problem))?;
    }
    if let Ok(settings) = TrialSettings::deserialize(toml::Value::Table(table)) {
        return Ok(settings);
    }
    // Which of them is to blame: the first after which it cannot be read.
    let mut table = spec.base.clone();
    for (origin, path, value) in steps {
        assign::assign(&mut table, path, value)
            .map_err(|problem| refuse(spec, source, arm, *origin, path, &problem))?;
        if let Err(error) = TrialSettings::deserialize(toml::Value::Table(table.clone())) {
            return Err(refuse(spec, source, arm, *origin, path, error.message()));
        }
    }
    Err(source.error(&[At::Key("base")], "is not a complete trial"))
}

fn refuse(
    spec: &Spec,
    source: &Source,
    arm: usize,
    origin: Origin<'_>,
    path: &str,
    message: &str,
) -> SpecError {
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
        Origin::Arm(table, key) => {
            let at = [
                At::Key("arms"),
                At::Index(arm),
                At::Key(table),
                At::Key(key),
            ];
            source.error(&at, hint)
        }
        Origin::Option(option) => SpecError {
            place: format!("--set {}", option.text),
            problem: hint,
        },
    }
}

#[cfg(test)]
#[path = "grid/tests.rs"]
mod tests;
