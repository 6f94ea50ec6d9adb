//! The table `intervals`: stopped weights at the end against the steps between the snapshots, as
//! f32 and as bfloat16; and the table `networks`: what became of the networks.

use super::networks::{Network, Networks, Probed};
use super::{INTERVALS, LONG, ORDERS, SHORT};
use crate::statistics::{Bootstrap, Interval, mean_defined};
use crate::study::networks::Outcome;
use crate::table::{Table, Values};

/// Share of a network's weights that are bit-equal over an interval once stored.
pub(super) fn equal(probed: &Probed, step: u32, interval: u32, stored: &str) -> f64 {
    let stopped = probed.stopped(step, interval);
    match stored {
        "bfloat16" => stopped + probed.share(step, interval, "rounding"),
        _ => stopped,
    }
}

/// One row an arm, optimizer, interval and format over the healthy networks, and one for each.
pub(super) fn table(networks: &Networks, bootstrap: &Bootstrap) -> Table {
    let (mut arms, mut optimizers, mut intervals) = (Vec::new(), Vec::new(), Vec::new());
    let (mut formats, mut steps, mut replicates) = (Vec::new(), Vec::new(), Vec::new());
    let (mut value, mut low, mut high, mut n) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for arm in [SHORT, LONG] {
        for optimizer in networks.optimizers(arm) {
            let own = networks.first_order(arm, &optimizer);
            let healthy: Vec<(&Network, &Probed)> = own
                .into_iter()
                .filter(|(network, _)| network.healthy())
                .collect();
            let steps_of = healthy.first().map(|(_, probed)| probed.steps());
            let Some(&last) = steps_of.as_ref().and_then(|steps| steps.last()) else {
                continue;
            };
            for interval in INTERVALS
                .into_iter()
                .filter(|&i| arm == LONG || i < INTERVALS[3])
            {
                for stored in ["f32", "bfloat16"] {
                    let values = networks.by_replicate(&healthy, |_, probed| {
                        Some(equal(probed, last, interval, stored))
                    });
                    let bounds = if arm == SHORT {
                        bootstrap.mean_of_shares(&values).interval95
                    } else {
                        Interval::UNDEFINED
                    };
                    let mean = mean_defined(values.iter().copied());
                    let single = values.iter().enumerate().filter(|(_, v)| !v.is_nan());
                    let all = [(None, mean, bounds, healthy.len())]
                        .into_iter()
                        .chain(single.map(|(replicate, &v)| {
                            (Some(replicate as i64), v, Interval::UNDEFINED, 1)
                        }));
                    for (replicate, mean, bounds, networks) in all {
                        arms.push(arm.to_owned());
                        optimizers.push(optimizer.clone());
                        intervals.push(i64::from(interval));
                        formats.push(stored.to_owned());
                        steps.push(i64::from(last));
                        replicates.push(replicate);
                        value.push(mean);
                        low.push(bounds.low);
                        high.push(bounds.high);
                        n.push(networks as i64);
                    }
                }
            }
        }
    }
    Table::new(
        "intervals",
        "Weights and biases that are bit-equal in two snapshots, the second at the end of \
         training, as shares of all: one row an optimizer, interval and format over the healthy \
         networks, and one for each network.",
    )
    .text(
        "arm",
        "short: 900 steps; long: 20,000 steps and a few more.",
        arms,
    )
    .text("optimizer", "How the network was trained.", optimizers)
    .integer("interval", "Steps between the two snapshots.", intervals)
    .text(
        "stored",
        "Format of both snapshots; training is in f32.",
        formats,
    )
    .integer("step", "Updates done at the second snapshot.", steps)
    .column(
        "replicate",
        "Which network; missing for the mean over networks.",
        Values::Integer(replicates),
    )
    .real("value", "Share of the weights.", value)
    .real(
        "low95",
        "Lower end of the 95% interval; missing for 2 networks.",
        low,
    )
    .real("high95", "Its upper end.", high)
    .integer("n", "Healthy networks.", n)
}

/// One row an arm and optimizer: how many networks are healthy, and how many are lost.
pub(super) fn outcomes(networks: &Networks) -> Table {
    let (mut arms, mut optimizers) = (Vec::new(), Vec::new());
    let mut counts: [Vec<i64>; 4] = Default::default();
    let mut means: [Vec<f64>; 3] = Default::default();
    for arm in [SHORT, LONG, ORDERS] {
        for optimizer in networks.optimizers(arm) {
            let own = networks.select(|cell| cell.arm == arm && cell.optimizer == optimizer);
            let count = |of: &dyn Fn(&Network) -> bool| {
                own.iter().filter(|(network, _)| of(network)).count() as i64
            };
            let values = [
                own.len() as i64,
                count(&|network| network.healthy()),
                count(&|network| network.outcome == Outcome::Collapsed),
                count(&|network| network.outcome == Outcome::Diverged),
            ];
            let healthy = || own.iter().map(|(n, _)| *n).filter(|n| n.healthy());
            let mean = |of: fn(&Network) -> f64| {
                let values: Vec<f64> = healthy().map(of).collect();
                mean_defined(values.into_iter())
            };
            counts
                .iter_mut()
                .zip(values)
                .for_each(|(column, value)| column.push(value));
            let values = [
                mean(|network| network.train_accuracy),
                mean(|network| network.accuracy),
                mean(|network| network.dead_share(None)),
            ];
            means
                .iter_mut()
                .zip(values)
                .for_each(|(column, value)| column.push(value));
            arms.push(arm.to_owned());
            optimizers.push(optimizer);
        }
    }
    let [trials, healthy, collapsed, diverged] = counts;
    let [train, held_out, dead] = means;
    Table::new(
        "networks",
        "One row an arm and optimizer: what became of the networks.",
    )
    .text("arm", "short, long or orders.", arms)
    .text("optimizer", "How the networks were trained.", optimizers)
    .integer("networks", "Trials.", trials)
    .integer(
        "healthy",
        "Working, with at least 97% training accuracy.",
        healthy,
    )
    .integer("collapsed", "Collapsed at the end.", collapsed)
    .integer("diverged", "Diverged.", diverged)
    .real(
        "train_accuracy",
        "At the end, mean over the healthy ones.",
        train,
    )
    .real(
        "held_out_accuracy",
        "At the end, mean over the healthy ones.",
        held_out,
    )
    .real(
        "dead_filters",
        "Share of all filters dead at the end, likewise.",
        dead,
    )
}
