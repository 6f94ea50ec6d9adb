//! Settings out of their range, and networks that do not fit their images: where that was written.

use std::collections::BTreeSet;
use std::sync::Arc;

use cnn::CnnError;
use cnn::data::Images;

use super::Variant;
use crate::grid::{self, Assignment, Cell};
use crate::messages::{At, Problem, Problems};
use crate::spec::Written;

/// Different mistakes that are told at once; whoever has more is told of the rest later.
const MOST: usize = 20;

/// Whether every cell can be trained on its images.
pub(super) fn check(
    written: &Written,
    variant: &Variant,
    cells: &[(&Cell, Arc<Images>)],
) -> Problems {
    let mut problems = Problems::default();
    let mut told = BTreeSet::new();
    for (cell, images) in cells {
        for error in cell.settings.faults(images) {
            if told.len() < MOST && told.insert((cell.arm_index, error.to_string())) {
                let blame = Blame {
                    written,
                    variant,
                    cell,
                    images,
                    key: key(&error),
                };
                problems.add(blame.problem(&error));
            }
        }
    }
    problems
}

/// The setting that an error is about.
fn key(error: &CnnError) -> String {
    match error {
        CnnError::Setting { key, .. } => key.clone(),
        CnnError::Layer { .. } => "architecture".into(),
        _ => "data".into(),
    }
}

struct Blame<'a> {
    written: &'a Written,
    variant: &'a Variant,
    cell: &'a Cell,
    images: &'a Images,
    key: String,
}

impl Blame<'_> {
    fn problem(&self, error: &CnnError) -> Problem {
        let title = error.to_string();
        if let Some(options) = self.options() {
            return Problem::option(options, title);
        }
        let parts: Vec<&str> = self.key.split('.').collect();
        let prefixes = (1..=parts.len())
            .rev()
            .map(|length| parts[..length].join("."));
        for path in prefixes {
            for table in ["grid", "set"] {
                let arm = self.cell.arm_index;
                if self.written.has_in_arm(arm, table, &path) {
                    return self.written.wrong_in_arm(arm, table, &path, title);
                }
            }
        }
        let base = [At::Key("base")].into_iter();
        let at: Vec<At<'_>> = base.chain(parts.iter().map(|part| At::Key(part))).collect();
        self.written.source().error(&at, title)
    }

    /// The options of the command line that are to blame: the one that sets the key, or the one
    /// without which nothing would be wrong with it, or all of them together.
    fn options(&self) -> Option<String> {
        let set = &self.variant.set;
        let inside = |long: &str, short: &str| long.starts_with(&format!("{short}."));
        let concerns =
            |path: &str| path == self.key || inside(&self.key, path) || inside(path, &self.key);
        if let Some(option) = set.iter().find(|option| concerns(&option.path)) {
            return Some(option.option());
        }
        for (index, option) in set.iter().enumerate() {
            let mut others = set.clone();
            others.remove(index);
            // Other images may have room for another network.
            let other_images = self.key == "architecture" && option.path.starts_with("data");
            if other_images || !self.fails(&others) {
                return Some(option.option());
            }
        }
        if set.is_empty() || self.fails(&[]) {
            return None;
        }
        let options: Vec<String> = set.iter().map(Assignment::option).collect();
        Some(options.join(" "))
    }

    /// Whether the same setting of this arm would be wrong with these options.
    fn fails(&self, set: &[Assignment]) -> bool {
        let cells = grid::cells(self.written, self.variant.quick, set);
        cells.map_or(true, |cells| {
            let own = cells.iter().filter(|c| c.arm_index == self.cell.arm_index);
            let mut errors = own.flat_map(|cell| cell.settings.faults(self.images));
            errors.any(|error| key(&error) == self.key)
        })
    }
}
