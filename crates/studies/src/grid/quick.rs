//! The small version: a part of the values of each arm's grid.

use toml::Value;

use super::dimension::Dimension;
use crate::messages::{At, Problem, Problems, hint};
use crate::spec::Written;

/// Whether every key and value that the small version keeps is in the grid of some arm, so that it
/// is a part of the study.
pub(super) fn check(written: &Written, problems: &mut Problems) {
    let (spec, source) = (&written.spec, written.source());
    let keys: Vec<&str> = spec
        .arms
        .iter()
        .flat_map(|arm| arm.grid.keys().map(String::as_str))
        .collect();
    for (key, kept) in &spec.quick.grid {
        let wrong = |problem: String| {
            let at = [At::Key("quick"), At::Key("grid"), At::Key(key)];
            source.error(&at, format!("`quick.grid` {problem}"))
        };
        if !keys.contains(&key.as_str()) {
            let hint = hint(key, keys.iter().copied());
            problems.add(wrong(format!("names `{key}`, which no arm varies{hint}")));
            continue;
        }
        let Value::Array(kept) = kept else {
            problems.add(wrong(format!("needs a list of values for `{key}`")));
            continue;
        };
        let grids = spec.arms.iter().filter_map(|arm| arm.grid.get(key));
        let read = grids.map(|values| Dimension::read(key, values));
        let Ok(read) = read.collect::<Result<Vec<_>, _>>() else {
            // A grid that cannot be read is refused where it stands.
            continue;
        };
        for value in kept {
            if !read.iter().any(|dimension| dimension.has(value)) {
                problems.add(wrong(format!(
                    "keeps {value} of `{key}`, which no arm has: the small version must be a part \
                     of the study"
                )));
            }
        }
    }
}

/// Keeps the values of the small version.
pub(super) fn keep(
    written: &Written,
    arm: &str,
    dimensions: &mut [Dimension],
) -> Result<(), Problem> {
    for dimension in dimensions {
        let key = &dimension.key;
        let Some(Value::Array(kept)) = written.spec.quick.grid.get(key) else {
            continue;
        };
        let at = [At::Key("quick"), At::Key("grid"), At::Key(key)];
        let nothing = written.source().error(
            &at,
            format!(
                "`quick.grid` keeps no value of `{key}` in the arm `{arm}`; keep one, or leave the \
                 arm out of `quick.arms`"
            ),
        );
        dimension.keep(kept);
        if dimension.choices.is_empty() {
            return Err(nothing);
        }
    }
    Ok(())
}
