//! Do all weights change in each iteration?

use super::rows::Causes;
use super::{phrase, share, together};
use crate::report::listed;
use crate::report::numbers::percent;
use crate::study::estimated::Estimates;
use crate::study::stopped_weights::{INTERVALS, LONG, PREDICTED, SHORT};

/// Below this share of the weights as good as all of them change.
const FEW: f64 = 0.001;

/// Weights that one step leaves as they were.
pub(super) fn each_step(causes: &Causes, estimates: &Estimates) -> String {
    let optimizers = causes.optimizers(SHORT);
    let of = |optimizer: &str| {
        let name = "bit_equal_over_one_step";
        if optimizer == PREDICTED {
            estimates.get(name)
        } else {
            estimates.get(&format!("{name}_{}", optimizer.to_lowercase()))
        }
    };
    let named = |some: bool| -> Vec<String> {
        let own = optimizers
            .iter()
            .filter(|name| (of(name).value >= FEW) == some);
        own.map(|name| phrase(name)).collect()
    };
    let verdict = match (named(true), named(false)) {
        (some, none) if none.is_empty() && !some.is_empty() => "No".into(),
        (some, _) if some.is_empty() => "Yes, as good as all of them".into(),
        (some, none) => format!(
            "No with {}; with {} as good as all of them do",
            together(&some),
            together(&none)
        ),
    };
    let parts = optimizers.iter().map(|optimizer| {
        let long = causes.range(LONG, optimizer, 1, |row| row.stopped);
        format!("{}: {}; {long}", phrase(optimizer), share(of(optimizer)))
    });
    listed(
        &format!(
            "Do all weights change in each iteration? {verdict}. Bit-equal over the last of 900 \
             steps (mean and 95% interval), and over the last of 20,000 (the two networks)"
        ),
        parts,
    )
}

/// Do the weights of dead filters stand still?
pub(super) fn dead_weights(causes: &Causes, estimates: &Estimates) -> Option<String> {
    let sgd = estimates.get("moving_dead_weights_of_sgd");
    let moving: Vec<(f64, String)> = causes
        .optimizers(SHORT)
        .iter()
        .filter_map(|optimizer| {
            let last = causes.last(SHORT, optimizer, INTERVALS[2])?;
            let (still, moving) = (last.causes[0], last.moving_dead);
            let all = still + moving;
            (all > 0.0).then(|| (moving / all, phrase(optimizer)))
        })
        .collect();
    let verdict = if moving.iter().any(|(share, _)| *share > 0.0) {
        "A dead filter's weights need not stand still"
    } else {
        "The weights of dead filters stand still"
    };
    let parts: Vec<String> = moving
        .iter()
        .map(|(share, name)| format!("{} with {name}", percent(*share)))
        .collect();
    (!parts.is_empty()).then(|| {
        format!(
            "{verdict}: of the weights of filters dead over the last 100 of 900 steps these changed \
             all the same: {}. Under plain SGD that is {} of {} such weights. What can move them \
             without a gradient is stored momentum, while it lasts, and weight decay.",
            parts.join(", "),
            sgd.events,
            sgd.opportunities
        )
    })
}
