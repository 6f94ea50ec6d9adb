//! The base is frozen on purpose and its adapters learn.

use super::super::code::Code;
use super::super::facts::{Facts, named};
use super::super::finding::{Finding, names};
use crate::census::TensorCensus;

/// Adapters learn and nothing else does; or most tensors never moved, at the same time everywhere,
/// as nobody leaves them out by mistake.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    let learning: Vec<&TensorCensus> = facts.learning().collect();
    if learning.is_empty() {
        return None;
    }
    let adapters = facts.trained().filter(|own| own.is_adapter()).count();
    let moving = learning.iter().filter(|own| own.is_adapter()).count();
    let base = facts.trained().filter(|own| !own.is_adapter());
    let still = base.clone().filter(|own| own.never_moved()).count();
    let others = base.clone().filter(|own| own.learns());
    let others = others.filter(|own| own.role.is_weight()).count();
    if moving > 0 && moving == adapters && others <= 1 {
        let where_base = if still == 0 {
            "is not in these files and".to_owned()
        } else {
            format!("({still} tensors) never moved and")
        };
        let sentence = format!(
            "All {moving} adapter tensors learn; the base {where_base} is frozen, as adapters mean it."
        );
        let finding = Finding::new(
            Code::FrozenBase,
            sentence,
            "nothing: that the base keeps its weights is the purpose",
        );
        return Some(finding.about(named(learning.into_iter())));
    }
    let all = facts.trained().count();
    if adapters > 0 || 2 * still <= all {
        return None;
    }
    let learners = named(learning.into_iter());
    let sentence = format!(
        "{still} of {all} tensors never moved in any file; {} learn{}.",
        names(&learners),
        if learners.len() == 1 { "s" } else { "" }
    );
    Some(
        Finding::new(
            Code::FrozenBase,
            sentence,
            "if the rest is frozen on purpose, nothing; else give its parameters to the optimizer \
             and see that requires_grad is true",
        )
        .because("so many keep every bit only where they are not trained")
        .about(learners),
    )
}
