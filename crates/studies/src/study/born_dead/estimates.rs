//! The numbers that the predictions refer to.

use super::bounds;
use super::counts::Counts;
use super::known::{Compared, compared};
use crate::predictions::Estimate;
use crate::statistics::{Bounds, Interval};

/// All estimates.
pub(super) fn estimates(counts: &Counts) -> Vec<Estimate> {
    let known = compared(counts);
    vec![outside(counts), deviation(&known), asymmetric(&known)]
}

/// A number without an interval of its own.
fn plain(value: f64) -> Bounds {
    let interval = Interval {
        low: value,
        high: value,
    };
    Bounds {
        value,
        interval95: interval,
        interval997: interval,
    }
}

fn outside(counts: &Counts) -> Estimate {
    let (mut events, mut cells) = (0, 0);
    for own in counts.networks.iter().filter(|own| own.gaussian()) {
        for layers in own.depths() {
            let (low, high) = (
                bounds::lower(own.width, layers),
                bounds::upper(own.width, layers),
            );
            let interval = own.share(layers).interval997;
            // The bound at two layers is 0 up to rounding.
            let meets = interval.overlaps(low - 1e-12, high + 1e-12);
            cells += 1;
            events += u64::from(!meets);
        }
    }
    Estimate::new(
        "cells_outside_the_bounds",
        "Cells (width and depth, Gaussian weights without biases) whose exact 99.7% interval of \
         the share born dead misses the range between the bounds of Lu et al.",
        plain(events as f64),
        1,
    )
    .counting(events, cells)
}

fn deviation(known: &[Compared]) -> Estimate {
    let numbers = known.iter().filter(|one| !one.asymmetric());
    let largest = numbers
        .map(|one| one.deviation().abs())
        .fold(f64::NAN, f64::max);
    Estimate::new(
        "largest_deviation_in_standard_errors",
        "Largest difference of a share from the number known before, in standard errors (without \
         randomized asymmetric initialization).",
        plain(largest),
        1,
    )
}

fn asymmetric(known: &[Compared]) -> Estimate {
    // The number that is farthest off, with its exact interval.
    let difference = |one: &Compared| (one.found.value - one.known.expected).abs();
    let farthest = known
        .iter()
        .filter(|one| one.asymmetric())
        .max_by(|a, b| difference(a).total_cmp(&difference(b)));
    let bounds = farthest.map_or(Bounds::UNDEFINED, |one| {
        let distance = |interval: Interval| {
            let ends = [interval.low, interval.high].map(|end| end - one.known.expected);
            let crosses = ends[0] <= 0.0 && ends[1] >= 0.0;
            let [a, b] = ends.map(f64::abs);
            Interval {
                low: if crosses { 0.0 } else { a.min(b) },
                high: a.max(b),
            }
        };
        Bounds {
            value: difference(one),
            interval95: distance(one.found.interval95),
            interval997: distance(one.found.interval997),
        }
    });
    Estimate::new(
        "largest_difference_asymmetric",
        "Largest difference of a share born dead with randomized asymmetric initialization from \
         the number known before; its interval is that of the share (exact).",
        bounds,
        1,
    )
}
