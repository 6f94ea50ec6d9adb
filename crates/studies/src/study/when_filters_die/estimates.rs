//! The numbers that the study's predictions refer to.

use super::Cell;
use super::design::{Design, FACTORS, silent_or_lost};
use crate::predictions::Estimate;
use crate::statistics::{Bootstrap, Bounds, Factorial, Fate};
use crate::study::arm::slug;
use crate::study::networks::{Network, Networks};

/// Step by which deaths are called early: the end of the second epoch of a default trial.
const EARLY: u32 = 90;

/// The activation whose deaths are timed.
const TIMED: &str = "ReLU";

/// Name of the estimate of a factor's main effect.
pub(super) fn range_name(factor: usize) -> String {
    format!("range_{}", slug(FACTORS[factor]))
}

/// All estimates.
pub(super) fn estimates(networks: &Networks<Cell>, bootstrap: &Bootstrap) -> Vec<Estimate> {
    let design = Design::of(networks);
    let values = design.values(networks, silent_or_lost);
    let n = networks.replicates() as usize;
    let over = |of: &dyn Fn(&Factorial) -> f64| {
        bootstrap.bounds(|drawn| {
            let factorial = design.factorial(&values, drawn);
            factorial.map_or(f64::NAN, |factorial| of(&factorial))
        })
    };
    let mut estimates = vec![Estimate::new(
        "rate_minus_larger_of_the_others",
        "Range of the main effect of the learning rate minus the larger of those of \
         initialization and activation, on the share of filters that are silent at the end or in \
         a collapsed or diverged network; a range is the largest minus the smallest mean of the \
         levels.",
        over(&|f| f.range(&[0]) - f64::max(f.range(&[1]), f.range(&[2]))),
        n,
    )];
    for (factor, name) in FACTORS.iter().enumerate() {
        estimates.push(Estimate::new(
            &range_name(factor),
            &format!(
                "{name}: largest minus smallest mean of its levels, of the share of filters that \
                 are silent at the end or in a collapsed or diverged network."
            ),
            over(&|f| f.range(&[factor])),
            n,
        ));
    }
    estimates.push(early(networks, &design, bootstrap));
    estimates.push(gradients(networks));
    estimates
}

/// The share of final deaths that happen early.
fn early(networks: &Networks<Cell>, design: &Design, bootstrap: &Bootstrap) -> Estimate {
    let low = design.rates.first().copied();
    let timed =
        |network: &&Network<Cell>| network.key.activation == TIMED && Some(network.key.rate) != low;
    let replicates = networks.replicates() as usize;
    let (mut early, mut all) = (vec![0.0; replicates], vec![0.0; replicates]);
    for network in networks.all.iter().filter(timed) {
        let replicate = network.replicate as usize;
        for fate in network.fates.iter().flatten() {
            if let Fate::Died { by, .. } = fate {
                all[replicate] += 1.0;
                early[replicate] += f64::from(u8::from(*by <= EARLY));
            }
        }
    }
    let bounds = bootstrap.bounds(|drawn| {
        let sum = |of: &[f64]| drawn.iter().map(|&r| of[r as usize]).sum::<f64>();
        sum(&early) / sum(&all)
    });
    Estimate::new(
        "share_of_final_deaths_by_step_90",
        "Of the final deaths under ReLU at all rates but the low one and all initializations, in \
         networks that work at the end, the share that lies certainly at or before step 90; sums \
         over networks, seeds resampled jointly.",
        bounds,
        all.iter().filter(|deaths| **deaths > 0.0).count(),
    )
}

/// Steps of dead filters that had a gradient.
fn gradients(networks: &Networks<Cell>) -> Estimate {
    let of = |count: fn(&Network<Cell>) -> u64| networks.all.iter().map(count).sum::<u64>();
    let (events, steps) = (
        of(|network| network.dead_steps_with_gradient),
        of(|network| network.dead_steps),
    );
    Estimate::new(
        "dead_steps_with_gradient",
        "Steps at which a filter that was dead (numerically dead ones included) throughout the \
         interval between two censuses had a gradient other than 0, of all such steps.",
        Bounds {
            value: events as f64 / steps as f64,
            ..Bounds::UNDEFINED
        },
        networks.replicates() as usize,
    )
    .counting(events, steps)
}
