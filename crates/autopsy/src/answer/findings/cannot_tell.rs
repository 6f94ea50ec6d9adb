//! What would decide it is not in the files.

use super::super::code::Code;
use super::super::facts::{Facts, module, named};
use super::super::finding::{Finding, names, percent};
use crate::census::TensorCensus;

/// Routers of mixtures of experts, without an optimizer's state: Adam's steps are about equally
/// long whether the gradient is one or the rounding noise of one, so that moving tells nothing.
pub fn undecidable<'a>(facts: &Facts<'a>) -> Option<Vec<&'a TensorCensus>> {
    if facts.has_state() {
        return None;
    }
    let experts = |router: &TensorCensus| {
        let parent = module(module(&router.name));
        let inside = |own: &&TensorCensus| {
            let rest = own.name.strip_prefix(parent);
            rest.is_some_and(|rest| rest.trim_start_matches('.').starts_with("experts"))
        };
        facts.trained().filter(inside).count()
    };
    let is_router = |own: &&TensorCensus| {
        let module = module(&own.name).to_lowercase();
        let named = ["gate", "router", "wg", "switch"]
            .iter()
            .any(|word| module.ends_with(word));
        named && own.shape.len() == 2 && own.learns() && experts(own) > own.shape[0] / 2
    };
    let routers: Vec<&TensorCensus> = facts.trained().filter(is_router).collect();
    (!routers.is_empty()).then_some(routers)
}

/// Routers, where everything else learns.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    let routers = named(undecidable(facts)?.into_iter());
    let sentence = format!(
        "Weights cannot tell whether the router{} of the mixture learn{}: {} move{}, and so would a \
         router whose gradient is rounding noise.",
        if routers.len() == 1 { "" } else { "s" },
        if routers.len() == 1 { "s" } else { "" },
        names(&routers),
        if routers.len() == 1 { "s" } else { "" },
    );
    let finding = Finding::new(
        Code::CannotTell,
        sentence,
        "save the optimizer's state too: the second moment of the router beside those of the experts \
         says whether its gradient is one. With top-1 routing whose weight is normalized to 1 it has none",
    );
    Some(
        finding
            .because(
                "Adam divides a gradient by its own size, so that its steps are about equally long",
            )
            .because("everything else that is trained moves")
            .about(routers),
    )
}

/// Where nothing else holds.
pub fn unknown(facts: &Facts<'_>) -> Finding {
    let moved = facts.last_moved();
    Finding::new(
        Code::CannotTell,
        format!(
            "{} of the weights kept their bits between the last two files, and the files do not say \
             whether for want of a gradient or of a rate.",
            percent(1.0 - moved)
        ),
        "save the optimizer's state too: it holds the rate in force and the size of the gradients",
    )
}
