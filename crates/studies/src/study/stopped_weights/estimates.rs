//! The numbers that the study's predictions refer to, and others worth an interval.

use cnn::probe::stopped::Cause;

use super::intervals::equal;
use super::networks::{Network, Networks, Probed};
use super::overlaps::{Pairs, Sets};
use super::{INTERVALS, PREDICTED, SHORT};
use crate::predictions::Estimate;
use crate::statistics::{Bootstrap, Bounds};

/// Causes that mean a gradient of exactly 0 because of dead filters.
pub(super) const DEATH: [Cause; 2] = [Cause::Dead, Cause::Starved];

/// All estimates; `orders` resamples the initial networks of the arm `orders`.
pub(super) fn estimates(
    networks: &Networks,
    bootstrap: &Bootstrap,
    orders: &Bootstrap,
) -> Vec<Estimate> {
    let mut estimates = Vec::new();
    for optimizer in networks.optimizers(SHORT) {
        let own = networks.first_order(SHORT, &optimizer);
        let share = |of: &dyn Fn(&Probed, u32) -> f64| {
            networks.by_replicate(&own, |network, probed| {
                let last = *probed.steps().last()?;
                network.healthy().then(|| of(probed, last))
            })
        };
        let mut add = |name: &str, words: &str, values: Vec<f64>| {
            let n = values.iter().filter(|value| !value.is_nan()).count();
            let name = if optimizer == PREDICTED {
                name.to_owned()
            } else {
                format!("{name}_{}", optimizer.to_lowercase())
            };
            let words = format!(
                "{words} Mean over the healthy networks of {optimizer}, 900 steps at a constant \
                 rate."
            );
            estimates.push(Estimate::new(
                &name,
                &words,
                bootstrap.mean_of_shares(&values),
                n,
            ));
        };
        add(
            "bit_equal_over_one_step",
            "Share of the weights and biases with the same bits before and after the last step.",
            share(&|probed, last| equal(probed, last, 1, "f32")),
        );
        add(
            "bfloat16_equal_over_one_step",
            "The same once both are rounded to bfloat16.",
            share(&|probed, last| equal(probed, last, 1, "bfloat16")),
        );
        add(
            "bit_equal_over_100_steps",
            "Share of the weights and biases with the same bits before and after the last 100 \
             steps.",
            share(&|probed, last| equal(probed, last, INTERVALS[2], "f32")),
        );
        add(
            "networks_with_a_stopped_weight",
            "Share of networks with at least one weight whose bits are the same before and after \
             the last step.",
            share(&|probed, last| f64::from(u8::from(probed.stopped(last, 1) > 0.0))),
        );
        add(
            "not_for_death",
            "Of the weights with the same bits before and after the last step, the share that is \
             neither in a dead filter nor reads one.",
            share(&|probed, last| {
                let stopped = probed.stopped(last, 1);
                let death: f64 = DEATH.iter().map(|c| probed.share(last, 1, c.name())).sum();
                (stopped - death) / stopped
            }),
        );
    }
    let pairs = |sets| Pairs::count(networks, sets);
    let n = |pairs: &Pairs| pairs.each().iter().filter(|value| !value.is_nan()).count();
    let weights = pairs(Sets::Stopped(INTERVALS[2]));
    estimates.push(Estimate::new(
        "overlap_across_orders",
        "Weights and biases bit-equal over the last 100 steps in two healthy networks with the \
         same initial weights and other orders of the batches: (in common - by chance) / (at most \
         - by chance) within layers, over all pairs; n initial networks.",
        weights.same(orders),
        n(&weights),
    ));
    estimates.push(Estimate::new(
        "overlap_across_draws",
        "The same for networks with other initial weights and splits: 0 by symmetry.",
        weights.different(orders),
        n(&weights),
    ));
    let filters = pairs(Sets::Dead);
    estimates.push(Estimate::new(
        "overlap_of_dead_filters_across_orders",
        "Filters dead at the end, otherwise as overlap_across_orders.",
        filters.same(orders),
        n(&filters),
    ));
    estimates.push(moving_dead(networks));
    estimates
}

/// Weights of dead filters that move under plain SGD, which must not be.
fn moving_dead(networks: &Networks) -> Estimate {
    let own = networks.first_order(SHORT, "SGD");
    let of = |(network, probed): &(&Network, &Probed)| {
        let last = *probed.steps().last()?;
        let count = |what: &str| probed.share(last, INTERVALS[2], what) * probed.weights;
        network
            .works()
            .then(|| (count("moving dead"), count(Cause::Dead.name())))
    };
    let counts: Vec<(f64, f64)> = own.iter().filter_map(of).collect();
    let moving: f64 = counts.iter().map(|(moving, _)| moving).sum();
    let still: f64 = counts.iter().map(|(_, still)| still).sum();
    let (events, all) = (moving.round() as u64, (moving + still).round() as u64);
    Estimate::new(
        "moving_dead_weights_of_sgd",
        "Weights and biases of filters dead over the last 100 steps whose bits changed all the \
         same, of all such weights, in the working networks of plain SGD.",
        Bounds {
            value: events as f64 / all as f64,
            ..Bounds::UNDEFINED
        },
        counts.len(),
    )
    .counting(events, all)
}
