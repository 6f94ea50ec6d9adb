//! A combination that stands twice in an arm.

use std::collections::BTreeMap;

use super::{Assignment, Cell};
use crate::messages::{Problem, Problems};
use crate::spec::Written;

/// Whether all cells of an arm are different trials: the same trial counted twice would make
/// intervals narrower than they are. 1 and 1.0 are the same, and so are a setting's default and
/// nothing.
pub(super) fn check(
    cells: &[Cell],
    written: &Written,
    set: &[Assignment],
    problems: &mut Problems,
) {
    let mut seen: BTreeMap<String, &Cell> = BTreeMap::new();
    for cell in cells {
        let Some(other) = seen.insert(cell.settings.canonical(), cell) else {
            continue;
        };
        let pairs = other.choices.iter().zip(&cell.choices);
        let Some(((key, one), (_, two))) = pairs.into_iter().find(|(a, b)| a != b) else {
            continue;
        };
        let title = format!(
            "`{key}`: {one} and {two} are the same trial in the arm `{}`, which would be counted \
             twice",
            cell.arm
        );
        let own = set.iter().find(|option| option.path == *key);
        problems.add(match own.or(set.first()) {
            Some(option) => Problem::option(option.option(), title),
            None => written.wrong_in_arm(cell.arm_index, "grid", key, title),
        });
    }
}
