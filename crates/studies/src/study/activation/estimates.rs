//! The numbers that the study's predictions refer to.

use super::REFERENCE;
use super::best::{Rates, difference};
use crate::predictions::Estimate;
use crate::statistics::{Bootstrap, Replicates};
use crate::study::arm::{self, Arm, slug};
use crate::study::cells::{share, working};
use crate::study::networks::{Lives, Networks};

/// Activations in the order of Xu et al. 2015 (arXiv 1505.00853), the best first: test error on
/// CIFAR-10 11.19, 11.20, 11.79, 12.45, 12.66%.
const XU: [&str; 5] = [
    "RReLU",
    "Leaky ReLU 0.18",
    "PReLU",
    "ReLU",
    "Leaky ReLU 0.01",
];

/// Name of the estimate of an accuracy at the best rate.
pub(super) fn accuracy_name(activation: &str) -> String {
    format!("accuracy_{}_minus_relu", slug(activation))
}

/// Name of the estimate of a difference of silent shares.
pub(super) fn silent_name(activation: &str, rate_word: &str) -> String {
    format!("silent_{}_minus_relu_{}", slug(activation), slug(rate_word))
}

/// All estimates.
pub(super) fn estimates(networks: &Networks<Arm>, bootstrap: &Bootstrap) -> Vec<Estimate> {
    let control = Rates::of(networks, REFERENCE);
    let rates = arm::rates(networks);
    let mut estimates = Vec::new();
    for name in arm::names(networks) {
        if name == REFERENCE {
            continue;
        }
        let own = Rates::of(networks, &name);
        estimates.push(Estimate::new(
            &accuracy_name(&name),
            &format!(
                "Held-out accuracy after annealing of {name} minus that of ReLU, each at its best \
                 of the rates, chosen on odd replicates and measured on even ones, and the \
                 reverse; all networks."
            ),
            bootstrap.bounds(|drawn| difference(&own, &control, drawn)),
            own.pairs(&control),
        ));
        for (rate, word) in rates.iter().zip(arm::rate_words(&rates)) {
            let values = |name: &str| {
                let name = name.to_owned();
                let silent: fn(&Lives) -> f64 = |lives| lives.silent_at_end;
                networks.values(&Arm { name, rate: *rate }, |network| {
                    working(network, share(network, None, silent))
                })
            };
            let (own, control) = (values(&name), values(REFERENCE));
            let pairs = own.iter().zip(&control);
            let n = pairs
                .filter(|(a, c)| a.is_finite() && c.is_finite())
                .count();
            estimates.push(Estimate::new(
                &silent_name(&name, &word),
                &format!(
                    "Share of filters silent at the end, {name} minus ReLU at rate {rate}, paired \
                     by seed, where both networks work."
                ),
                bootstrap.paired_difference(&own, &control),
                n,
            ));
        }
    }
    estimates.push(order(networks, bootstrap));
    estimates.push(gradients(networks));
    estimates
}

/// Agreement with the order of Xu et al.
fn order(networks: &Networks<Arm>, bootstrap: &Bootstrap) -> Estimate {
    let all: Vec<Rates> = XU.iter().map(|name| Rates::of(networks, name)).collect();
    let n = all[0].pairs(&all[3]);
    Estimate::new(
        "tau_with_xu",
        "Kendall's tau between the accuracies of RReLU, Leaky ReLU 1/5.5, PReLU, ReLU and Leaky \
         ReLU 1/100, each at its best rate, and the order of Xu et al. 2015: pairs in that order \
         minus pairs in the reverse, of ten; ties count for neither.",
        bootstrap.bounds(|drawn| tau(&all, drawn)),
        n,
    )
}

/// Kendall's tau with the order of `all`, the best first: M. G. Kendall, Biometrika 30 (1938),
/// 81-93; ties count as neither.
fn tau(all: &[Rates], drawn: &Replicates) -> f64 {
    let (mut sum, mut pairs) = (0.0, 0.0);
    for (index, better) in all.iter().enumerate() {
        for worse in &all[index + 1..] {
            let difference = difference(better, worse, drawn);
            if difference.is_nan() {
                return f64::NAN;
            }
            if difference != 0.0 {
                sum += difference.signum();
            }
            pairs += 1.0;
        }
    }
    sum / pairs
}

/// Steps of dead filters that had a gradient: ReLU and the smooth activations alike.
fn gradients(networks: &Networks<Arm>) -> Estimate {
    let of = |count: fn(&crate::study::networks::Network<Arm>) -> u64| {
        networks.all.iter().map(count).sum::<u64>()
    };
    let (events, steps) = (
        of(|network| network.dead_steps_with_gradient),
        of(|network| network.dead_steps),
    );
    let bounds = crate::statistics::Bounds {
        value: events as f64 / steps as f64,
        ..crate::statistics::Bounds::UNDEFINED
    };
    Estimate::new(
        "dead_steps_with_gradient",
        "Steps at which a filter that was dead (numerically dead ones included) throughout the \
         interval between two censuses had a gradient other than 0, of all such steps.",
        bounds,
        networks.replicates() as usize,
    )
    .counting(events, steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tau_counts_pairs_in_order_and_in_reverse() {
        let constant = |value: f64| Rates {
            accuracies: vec![vec![value; 4]],
        };
        let tau_of = |values: [f64; 3]| {
            let all: Vec<Rates> = values.into_iter().map(constant).collect();
            tau(&all, &[0, 1, 2, 3])
        };
        assert_eq!(tau_of([0.9, 0.8, 0.7]), 1.0);
        assert_eq!(tau_of([0.7, 0.8, 0.9]), -1.0);
        assert!((tau_of([0.9, 0.7, 0.8]) - 1.0 / 3.0).abs() < 1e-12);
        assert!((tau_of([0.9, 0.9, 0.8]) - 2.0 / 3.0).abs() < 1e-12);
    }
}
