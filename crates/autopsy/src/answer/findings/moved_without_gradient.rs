//! Units that were exactly 0 were moved by stored momentum or decay.

use super::super::code::Code;
use super::super::facts::Facts;
use super::super::finding::{Finding, names};
use crate::census::Row;

/// Rows that had weights, were exactly 0 in some file, and came back in one direction that they
/// kept: what momentum of before makes of them, and no gradient.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    let back = |row: &Row| row.back.is_some() && row.coasts.unwrap_or(false);
    let mut finding = Finding::new(
        Code::MovedWithoutGradient,
        "",
        "clear the optimizer's buffers of what is set to 0, or set it to 0 again after every step: \
         masking the gradient alone does not stop momentum and decay",
    );
    let (mut count, mut files) = (0, Vec::new());
    for tensor in facts.trained() {
        let rows = tensor.rows.which(back);
        if rows.is_empty() {
            continue;
        }
        files.extend(
            tensor
                .rows
                .all()
                .iter()
                .filter(|row| back(row))
                .filter_map(|row| row.zeroed),
        );
        count += rows.len();
        let layer = facts
            .layer_of(tensor)
            .map_or(&tensor.name, |layer| &layer.name);
        finding.units.insert(layer.clone(), rows);
        finding.tensors.push(tensor.name.clone());
    }
    let zeroed = files
        .iter()
        .min()
        .and_then(|&file| facts.files().get(file))?;
    finding.sentence = format!(
        "{count} units of {} were exactly 0 in {} and came back without a gradient: stored momentum \
         moved them, in one direction that they keep.",
        names(&finding.tensors),
        zeroed.saved.path.display()
    );
    let finding = finding.because(
        "since they came back their weights are multiples of each other from file to file; a gradient \
         would turn them",
    );
    Some(finding.counting(count, "units"))
}
