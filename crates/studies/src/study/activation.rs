//! `activation`: which activations leave filters silent, dead or saturated, and what avoiding
//! that is worth.

mod best;
mod estimates;
mod findings;

use super::arm::{self, Arm};
use super::effects::Effects;
use super::networks::{CountOfFilters, Networks};
use super::{Results, Study, StudyError, cells, fates, listing};
use crate::figures::fates::FatesWords;
use crate::figures::forest::ForestWords;
use crate::figures::{Figure, fates as fates_figure, forest};
use crate::predictions::Estimate;
use crate::statistics::Bootstrap;
use crate::table::Table;

/// The study.
#[derive(Clone, Copy, Debug)]
pub struct Activation;

/// The activation that others are compared with.
const REFERENCE: &str = "ReLU";

/// The margin within which accuracies are called equivalent.
const MARGIN: f64 = 0.01;

/// Heading of what is measured at each activation's own best rate.
const AT_BEST: &str = "Each at its best rate";

const LABELS: [cells::Label<Arm>; 2] = [
    ("activation", "After each convolution.", |arm| {
        arm.name.clone()
    }),
    ("learning_rate", "Before annealing.", |arm| {
        arm.rate.to_string()
    }),
];

impl Study for Activation {
    fn name(&self) -> &'static str {
        "activation"
    }

    fn spec(&self) -> &'static str {
        include_str!("../../../../studies/activation/study.toml")
    }

    fn tables(&self, results: &Results) -> Result<Vec<Table>, StudyError> {
        let networks = read(results)?;
        Ok(vec![
            cells::table(
                &networks,
                &results.bootstrap(networks.replicates()),
                &LABELS,
            ),
            listing::table(&networks, &LABELS),
        ])
    }

    fn estimates(&self, results: &Results) -> Result<Vec<Estimate>, StudyError> {
        let networks = read(results)?;
        let bootstrap = results.bootstrap(networks.replicates());
        Ok(estimates::estimates(&networks, &bootstrap))
    }

    fn figures(&self, results: &Results) -> Result<Vec<Figure>, StudyError> {
        let networks = read(results)?;
        let bootstrap = results.bootstrap(networks.replicates());
        let provenance = &results.provenance;
        let heading = arm::panel_headings(&networks);
        let fates = fates::table("fates", &networks, &bootstrap, |arm| {
            (heading(arm), arm.name.clone())
        });
        let silent = silent(&networks, &bootstrap);
        let accuracy = accuracies(&networks, &bootstrap);
        let margin = [-100.0 * MARGIN, 100.0 * MARGIN];
        Ok(vec![
            fates_figure::draw(fates, FATES, provenance)?,
            forest::draw(silent, 100.0, &[], SILENT, provenance)?,
            forest::draw(accuracy, 100.0, &margin, ACCURACY, provenance)?,
        ])
    }

    fn findings(&self, tables: &[Table]) -> Result<Vec<String>, StudyError> {
        findings::findings(tables)
    }
}

const FATES: FatesWords<'_> = FatesWords {
    name: "fates",
    title: "Fates of filters by activation, at three learning rates",
    caption: "What becomes of filters by activation, at three learning rates (momentum 0.9; low, \
              half the edge and edge are those of ReLU). A filter of Leaky ReLU, PReLU or RReLU is \
              never dead, since the derivative is nowhere 0; of the smooth ones it is dead \
              numerically, where f32 rounds the derivative to 0.",
};

const SILENT: ForestWords<'_> = ForestWords {
    name: "silent",
    title: "Silent, dead and saturated filters by activation, at three learning rates",
    caption: "Filters silent on the whole training set (pre-activation at most 0 everywhere), dead \
              (silent, and the derivative exactly 0 there, numerically for smooth activations) and \
              saturated (not silent, and the derivative exactly 0 all the same, which only tanh \
              can be) at the end, by activation. Shares of the filters of networks that work at \
              the end.",
    axis: "Filters (%)",
    window: None,
    threshold: "",
    missing: "no working network",
};

const ACCURACY: ForestWords<'_> = ForestWords {
    name: "accuracy",
    title: "Held-out accuracy of each activation minus that of ReLU, with a margin of 1 point",
    caption: "Held-out accuracy after annealing minus that of ReLU, same seeds; first each at its \
              own best of the three rates (chosen on odd seeds and measured on even ones, and the \
              reverse), then at equal rates. All networks count, collapsed and diverged ones with \
              their accuracy (chance if diverged). Equivalent within 1 point is an interval that \
              lies between the dashed lines.",
    axis: "Accuracy minus ReLU's (points)",
    window: Some((-4.0, 4.0)),
    threshold: "Margin of 1 point",
    missing: "",
};

fn read(results: &Results) -> Result<Networks<Arm>, StudyError> {
    arm::read(results, "activation")
}

/// The table `silent`.
fn silent(networks: &Networks<Arm>, bootstrap: &Bootstrap) -> Table {
    let series: [(&str, CountOfFilters); 3] = [
        ("Silent", |lives| lives.silent_at_end),
        ("Dead", |lives| lives.dead_at_end),
        ("Saturated", |lives| lives.saturated_at_end),
    ];
    let rates = arm::rates(networks);
    let mut effects = Effects::default();
    for (rate, heading) in rates.iter().zip(arm::rate_headings(&rates)) {
        for name in arm::names(networks) {
            let key = Arm { name, rate: *rate };
            for (words, of) in series {
                let values = networks.values(&key, |network| {
                    cells::working(network, cells::share(network, None, of))
                });
                let bounds = bootstrap.mean_of_shares(&values);
                effects.push_with_networks((&heading, &key.name, words), bounds, &values);
            }
        }
    }
    effects.into_table(
        "silent",
        "One row a rate, activation and state: the mean over networks, and one for each network.",
        "Share of the filters of all layers, in networks that work at the end.",
    )
}

/// The table `accuracy`.
fn accuracies(networks: &Networks<Arm>, bootstrap: &Bootstrap) -> Table {
    let mut effects = Effects::default();
    let control = best::Rates::of(networks, REFERENCE);
    let others = || {
        arm::names(networks)
            .into_iter()
            .filter(|name| *name != REFERENCE)
    };
    for name in others() {
        let own = best::Rates::of(networks, &name);
        let bounds = bootstrap.bounds(|drawn| best::difference(&own, &control, drawn));
        effects.push((AT_BEST, &name, "Difference"), bounds, own.pairs(&control));
    }
    let rates = arm::rates(networks);
    for (index, heading) in arm::rate_headings(&rates).iter().enumerate() {
        for name in others() {
            let own = best::Rates::of(networks, &name);
            let pairs = own.accuracies[index].iter().zip(&control.accuracies[index]);
            let differences: Vec<f64> = pairs.map(|(a, c)| a - c).collect();
            let bounds = bootstrap.mean(&differences);
            effects.push_with_networks((heading, &name, "Difference"), bounds, &differences);
        }
    }
    effects.into_table(
        "accuracy",
        "One row a panel and activation: the mean over pairs of networks, and, at equal rates, one \
         for each pair.",
        "Held-out accuracy after annealing minus that of ReLU with the same seeds.",
    )
}

#[cfg(test)]
mod tests;
