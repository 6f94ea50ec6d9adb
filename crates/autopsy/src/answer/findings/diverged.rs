//! A weight is NaN or infinite.

use super::super::code::Code;
use super::super::facts::{Facts, named};
use super::super::finding::{Finding, names};
use crate::census::TensorCensus;
use crate::verdict::Verdict;

/// Tensors whose numbers are no longer finite.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    // A mask of constant infinities does not move.
    let lost = |tensor: &&TensorCensus| {
        let mut seen = tensor.seen.iter();
        seen.any(|seen| seen.moved > 0.0 && !seen.distance.is_finite())
    };
    let tensors = &facts.history.census.tensors;
    let diverged: Vec<&TensorCensus> = tensors.iter().filter(lost).collect();
    if diverged.is_empty() {
        return None;
    }
    let units = facts.with(Verdict::Diverged).count();
    let first = |tensor: &&TensorCensus| {
        tensor
            .seen
            .iter()
            .position(|seen| !seen.distance.is_finite())
    };
    let since = diverged.iter().filter_map(first).min().unwrap_or(0);
    let file = |index: usize| {
        let path = facts.history.files.get(index).map(|file| &file.path);
        path.map_or_else(String::new, |path| path.display().to_string())
    };
    let diverged = named(diverged.into_iter());
    let of = if units > 0 {
        let all = facts.hidden().map(|layer| layer.units.len()).sum::<usize>();
        format!("weights of {units} of {all} units")
    } else {
        format!("numbers of {} of {} tensors", diverged.len(), tensors.len())
    };
    let sentence = format!(
        "The training diverged: {of} are NaN or infinite by {}.",
        file(since + 1)
    );
    Some(
        Finding::new(
            Code::Diverged,
            sentence,
            format!(
                "go back to {} or an earlier file, lower the learning rate and clip the \
                 gradients; what was saved later is lost",
                file(since)
            ),
        )
        .because(format!("not finite: {}", names(&diverged)))
        .about(diverged),
    )
}
