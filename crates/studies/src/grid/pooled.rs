//! Cells of several designs as those of one.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Cell;
use super::columns::{Column, taken};

/// Gives cells of several designs the same columns: name, and the path of the setting that stands
/// in it, missing where a cell has none.
///
/// # Errors
/// The column with what is wrong: a name that the results have already, or a path that leads to no
/// plain setting of any cell.
pub fn name_alike(
    cells: &mut [Cell],
    columns: &BTreeMap<String, String>,
) -> Result<(), (String, String)> {
    for cell in &mut *cells {
        cell.columns.clear();
        cell.labels.clear();
        cell.choices.clear();
    }
    let settings: Vec<Json> = cells
        .iter()
        .map(|cell| serde_json::to_value(&cell.settings).unwrap_or_default())
        .collect();
    let taken = taken();
    for (name, path) in columns {
        let refused = |problem: String| Err((name.clone(), problem));
        if taken.contains(name) {
            return refused(format!("the results have a column `{name}` already"));
        }
        let column = Column::of_setting(name, path, cells, &settings);
        if !column.is_somewhere(&settings) {
            return refused(format!(
                "no trial of these studies has a number, word or truth value at `{path}`; \
                 `mortality settings` lists what there is"
            ));
        }
        for at in 0..cells.len() {
            // The form is that of these very values.
            let value = column.value(at, cells, &settings);
            let value = value.map(|value| (name.clone(), value));
            cells[at].columns.extend(value);
        }
    }
    Ok(())
}
