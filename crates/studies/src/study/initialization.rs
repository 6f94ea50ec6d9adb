//! `initialization`: how many filters each way to draw the first weights kills, at birth or later.

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
pub struct Initialization;

/// The scheme that others are compared with.
const REFERENCE: &str = "He";

const LABELS: [cells::Label<Arm>; 2] = [
    (
        "initialization",
        "How the first weights and biases are drawn.",
        |arm| arm.name.clone(),
    ),
    ("learning_rate", "Before annealing.", |arm| {
        arm.rate.to_string()
    }),
];

impl Study for Initialization {
    fn name(&self) -> &'static str {
        "initialization"
    }

    fn spec(&self) -> &'static str {
        include_str!("../../../../studies/initialization/study.toml")
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
            (heading(arm), arm::printed(&arm.name))
        });
        Ok(vec![
            fates_figure::draw(fates, FATES, provenance)?,
            forest::draw(lives(&networks, &bootstrap), 100.0, &[], LIVES, provenance)?,
            forest::draw(
                accuracies(&networks, &bootstrap),
                100.0,
                &[],
                ACCURACY,
                provenance,
            )?,
        ])
    }

    fn findings(&self, tables: &[Table]) -> Result<Vec<String>, StudyError> {
        findings::findings(tables)
    }
}

const FATES: FatesWords<'_> = FatesWords {
    name: "fates",
    title: "Fates of filters by initialization, at a low learning rate and at the edge",
    caption: "What becomes of filters by how the first weights and biases are drawn (biases 0 \
              unless the label or the scheme says otherwise; orthogonal with gain \u{221a}2; \
              PyTorch: its default), at a low learning rate and at the edge (the highest rate at \
              which three quarters of He's networks work), momentum 0.9.",
};

const LIVES: ForestWords<'_> = ForestWords {
    name: "lives",
    title: "Born dead, ever dead, dead at the end and revived filters by initialization",
    caption: "Four numbers that are not the same, by how the first weights and biases are drawn: \
              filters dead at step 0, dead at some census, dead at the end, and revived (dead at \
              one census and alive at the next). Shares of the filters of networks that work at \
              the end.",
    axis: "Filters (%)",
    window: None,
    threshold: "",
    missing: "no working network",
};

const ACCURACY: ForestWords<'_> = ForestWords {
    name: "accuracy",
    title: "Held-out accuracy of each initialization minus that of He",
    caption: "Held-out accuracy after annealing minus that of He with biases 0, same seed and \
              rate; collapsed and diverged networks count with their accuracy (chance if \
              diverged).",
    axis: "Accuracy minus He's (points)",
    window: Some((-4.0, 4.0)),
    threshold: "",
    missing: "",
};

fn read(results: &Results) -> Result<Networks<Arm>, StudyError> {
    arm::read(results, "initialization")
}

/// The table `lives`.
fn lives(networks: &Networks<Arm>, bootstrap: &Bootstrap) -> Table {
    let series: [(&str, CountOfFilters); 4] = [
        ("Born dead", |lives| lives.born_dead),
        ("Ever dead", |lives| lives.ever_dead),
        ("Dead at the end", |lives| lives.dead_at_end),
        ("Revived", |lives| lives.revived),
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
                let row = arm::printed(&key.name);
                effects.push_with_networks((&heading, &row, words), bounds, &values);
            }
        }
    }
    effects.into_table(
        "lives",
        "One row a rate, initialization and what happened: the mean over networks, and one for \
         each network.",
        "Share of the filters of all layers, in networks that work at the end.",
    )
}

/// The table `accuracy`.
fn accuracies(networks: &Networks<Arm>, bootstrap: &Bootstrap) -> Table {
    let rates = arm::rates(networks);
    let mut effects = Effects::default();
    for (rate, heading) in rates.iter().zip(arm::rate_headings(&rates)) {
        let of = |name: &str| {
            let key = Arm {
                name: name.into(),
                rate: *rate,
            };
            networks.values(&key, |network| network.accuracy)
        };
        let control = of(REFERENCE);
        for name in arm::names(networks)
            .iter()
            .filter(|name| *name != REFERENCE)
        {
            let own = of(name);
            let differences: Vec<f64> = own.iter().zip(&control).map(|(a, c)| a - c).collect();
            let bounds = bootstrap.mean(&differences);
            let place = (heading.as_str(), &*arm::printed(name), "Difference");
            effects.push_with_networks(place, bounds, &differences);
        }
    }
    effects.into_table(
        "accuracy",
        "One row a rate and initialization: the mean over pairs of networks, and one for each \
         pair.",
        "Held-out accuracy after annealing minus that of He with the same seed.",
    )
}

#[cfg(test)]
mod tests;
