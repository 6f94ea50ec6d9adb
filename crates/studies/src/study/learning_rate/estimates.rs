//! The numbers that the study's predictions refer to.

use super::networks::Networks;
use crate::figures::learning_rate::Condition;
use crate::predictions::Estimate;
use crate::statistics::{Bootstrap, Bounds, cross_fit, first_crossing, mean_at};

/// How far below the best cell's accuracy a cell may lie to count as good.
const MARGIN: f64 = 0.01;

/// The share of dead filters whose rate is looked for.
const LEVEL: f64 = 0.4;

/// One cell: a value of each replicate, `NaN` where it has none.
struct Cell {
    rate: f64,
    accuracy: Vec<f64>,
    /// Of working networks.
    dead: Vec<f64>,
    /// Of all that have not diverged.
    dead_of_any: Vec<f64>,
    /// 1 if the network has collapsed or diverged at the end, else 0.
    lost: Vec<f64>,
}

/// All estimates.
pub(super) fn estimates(networks: &Networks, bootstrap: &Bootstrap) -> Vec<Estimate> {
    let raw: Vec<Vec<Cell>> = networks
        .conditions
        .iter()
        .filter(|condition| condition.pixels == "raw")
        .map(|condition| cells(networks, condition))
        .collect();
    let all: Vec<&Cell> = raw.iter().flatten().collect();
    let n = networks.replicates() as usize;
    let good = bootstrap.bounds(|drawn| {
        cross_fit(
            drawn,
            |on| {
                let accuracy = |cell: &Cell| mean_at(&cell.accuracy, on);
                let best = all
                    .iter()
                    .map(|cell| accuracy(cell))
                    .fold(f64::NAN, f64::max);
                let good = |index: &usize| accuracy(all[*index]) >= best - MARGIN;
                let dead = |index: usize| mean_at(&all[index].dead, on);
                largest((0..all.len()).filter(good), dead)
            },
            |&pick, on| mean_at(&all[pick].dead, on),
        )
    });
    let any = bootstrap.bounds(|drawn| {
        cross_fit(
            drawn,
            |on| largest(0..all.len(), |index| mean_at(&all[index].dead_of_any, on)),
            |&pick, on| mean_at(&all[pick].dead_of_any, on),
        )
    });
    let mut estimates = vec![
        Estimate::new(
            "largest_dead_share_within_one_point_of_best",
            "Largest mean share of dead filters (of working networks) among the cells of the raw \
             arm whose mean held-out accuracy is within 1 point of the best cell's; cells chosen \
             on odd replicates and measured on even ones, and the reverse.",
            good,
            n,
        ),
        Estimate::new(
            "largest_dead_share_of_any_cell",
            "Largest mean share of dead filters among all cells of the raw arm, collapsed networks \
             counted as they are and diverged ones left out; chosen and measured on different \
             halves of the replicates.",
            any,
            n,
        ),
        gradients(networks),
    ];
    for condition in &networks.conditions {
        let cells = cells(networks, condition);
        let rates: Vec<f64> = cells.iter().map(|cell| cell.rate).collect();
        let crossing = bootstrap.bounds(|drawn| {
            let dead: Vec<f64> = cells
                .iter()
                .map(|cell| mean_at(&cell.dead, drawn))
                .collect();
            first_crossing(&rates, &dead, LEVEL).rate()
        });
        let ratio = bootstrap.bounds(|drawn| {
            let at = |values: &[f64]| mean_at(values, drawn);
            let dead: Vec<f64> = cells.iter().map(|cell| at(&cell.dead)).collect();
            let lost: Vec<f64> = cells.iter().map(|cell| at(&cell.lost)).collect();
            let dead = first_crossing(&rates, &dead, LEVEL).rate();
            let lost = first_crossing(&rates, &lost, 0.5).rate();
            if dead.is_nan() || lost.is_nan() {
                return f64::NAN;
            }
            // Below the grid is as good as at rate 0.
            lost.max(0.0) / dead.max(0.0)
        });
        estimates.push(Estimate::new(
            &collapse_name(condition),
            "Rate at which half of the networks have collapsed or diverged, divided by the rate \
             at which the mean share of dead filters of working networks is 40%: above 1 the 40% \
             come first. 0 where working networks never reach them, infinite where half of the \
             networks are never lost, undefined where both hold.",
            ratio,
            n,
        ));
        estimates.push(Estimate::new(
            &crossing_name(condition),
            "Lowest learning rate at which the mean share of dead filters of working networks is \
             40%, between the rates of the grid by straight lines over the logarithm of the rate; \
             infinite where the grid's working networks do not reach it.",
            crossing,
            n,
        ));
    }
    estimates
}

/// Name of the estimate of the rate at which a condition reaches 40%.
pub(super) fn crossing_name(condition: &Condition) -> String {
    format!(
        "rate_at_40_percent_momentum_{}_{}",
        condition.momentum, condition.pixels
    )
}

/// Name of the estimate of how much higher the rate is at which half of the networks are lost.
pub(super) fn collapse_name(condition: &Condition) -> String {
    format!("collapse_over_{}", crossing_name(condition))
}

fn cells(networks: &Networks, condition: &Condition) -> Vec<Cell> {
    let cell = |rate: f64| {
        let condition = condition.clone();
        let key = super::networks::Cell { condition, rate };
        Cell {
            rate,
            accuracy: networks.values(&key, |network| network.accuracy),
            dead: networks.values(&key, |network| network.working_dead_share(None)),
            dead_of_any: networks.values(&key, |network| network.dead_share(None)),
            lost: networks.values(&key, |network| f64::from(u8::from(!network.works()))),
        }
    };
    networks.rates(condition).into_iter().map(cell).collect()
}

/// The index with the largest value that is defined.
fn largest(indices: impl Iterator<Item = usize>, value: impl Fn(usize) -> f64) -> Option<usize> {
    indices
        .map(|index| (index, value(index)))
        .filter(|(_, value)| !value.is_nan())
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(index, _)| index)
}

fn gradients(networks: &Networks) -> Estimate {
    let events: u64 = networks
        .all
        .iter()
        .map(|n| n.dead_steps_with_gradient)
        .sum();
    let steps: u64 = networks.all.iter().map(|n| n.dead_steps).sum();
    let value = events as f64 / steps as f64;
    Estimate::new(
        "dead_steps_with_gradient",
        "Steps at which a filter that was dead throughout the interval between two censuses had a \
         gradient other than 0, of all such steps, over all trials.",
        Bounds {
            value,
            ..Bounds::UNDEFINED
        },
        networks.replicates() as usize,
    )
    .counting(events, steps)
}
