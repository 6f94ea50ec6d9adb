//! What gets no gradient is moved by weight decay alone.

use super::super::code::Code;
use super::super::facts::{Facts, named};
use super::super::finding::{Finding, names};
use crate::census::{Row, TensorCensus};
use crate::layers::Role;

/// Rows of a table that decay in every interval while others learn, or whole tensors that do.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    facts.learning().next()?;
    let decays = |row: &Row| row.moved && row.only_decays;
    let mut rows = Finding::new(
        Code::DecayOnly,
        "",
        "leave these rows out of the weight decay (a parameter group with weight_decay=0), or put their \
         old values back after every step; rows that never occur in the data get no gradient",
    );
    let mut count = 0;
    let mut words = Vec::new();
    for tensor in facts.trained().filter(|own| own.role.is_table()) {
        let own = tensor.rows.which(decays);
        let all = tensor.rows.all().len();
        let learn = tensor.rows.which(|row| row.moved && !row.only_decays).len();
        if own.is_empty() || tensor.rows.factors.iter().all(Option::is_none) {
            continue;
        }
        words.push(format!(
            "{} of {all} rows of {} are moved by weight decay alone, {learn} learn",
            own.len(),
            tensor.name
        ));
        let factors = tensor
            .rows
            .factors
            .iter()
            .flatten()
            .map(|factor| format!("{factor:.5}"));
        rows = rows.because(format!(
            "all of them shrink by one factor from file to file ({}): no gradient reaches them",
            factors.collect::<Vec<_>>().join(", ")
        ));
        count += own.len();
        rows.rows.insert(tensor.name.clone(), own);
        rows.tensors.push(tensor.name.clone());
    }
    let frozen = facts.trained().filter(|own| own.never_moved()).count();
    if count > 0 {
        rows.sentence = format!("{}.", words.join("; "));
        if frozen > 0 {
            rows = rows.because(format!(
                "{frozen} other tensors never moved: they are frozen, which training of one table means"
            ));
        }
        return Some(rows.counting(count, "rows"));
    }
    // Units of layers have verdicts of their own; here only what decays as a whole.
    let whole: Vec<&TensorCensus> = facts
        .trained()
        .filter(|own| own.only_decays() && own.size() > 1 && own.role != Role::Bias)
        .collect();
    if whole.is_empty() {
        return None;
    }
    let tensors = named(whole.into_iter());
    let sentence = format!(
        "Weight decay alone moves {}: no gradient reaches {}.",
        names(&tensors),
        if tensors.len() == 1 { "it" } else { "them" }
    );
    Some(
        Finding::new(
            Code::DecayOnly,
            sentence,
            "leave them out of the weight decay, and look for what keeps the gradient from them",
        )
        .because("all their numbers shrink by one factor from file to file")
        .about(tensors),
    )
}
