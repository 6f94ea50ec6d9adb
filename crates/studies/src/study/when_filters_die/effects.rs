//! The tables `levels` and `sizes`: main effects and interactions.

use super::Cell;
use super::design::{Design, FACTORS, QUANTITIES};
use crate::statistics::Bootstrap;
use crate::study::effects::Effects;
use crate::study::networks::Networks;
use crate::table::Table;

/// Sets of factors by index: main effects, interactions of two, of all three.
const SETS: [&[usize]; 7] = [&[0], &[1], &[2], &[0, 1], &[0, 2], &[1, 2], &[0, 1, 2]];

/// One row a quantity and level: its main effect.
pub(super) fn levels(networks: &Networks<Cell>, bootstrap: &Bootstrap) -> Table {
    let design = Design::of(networks);
    let mut effects = Effects::default();
    for (facet, of) in QUANTITIES {
        let values = design.values(networks, of);
        for factor in 0..FACTORS.len() {
            for (level, name) in design.levels(factor).iter().enumerate() {
                let bounds = bootstrap.bounds(|drawn| {
                    let factorial = design.factorial(&values, drawn);
                    factorial.map_or(f64::NAN, |f| f.effect(&[factor])[level])
                });
                let place = (facet, name.as_str(), "Main effect");
                effects.push(place, bounds, networks.replicates() as usize);
            }
        }
    }
    effects.into_table(
        "levels",
        "One row a quantity and level of a factor: its main effect in the crossed design.",
        "Mean over the cells of that level minus the mean over all cells.",
    )
}

/// One row a quantity and set of factors: the size of its effect.
pub(super) fn sizes(networks: &Networks<Cell>, bootstrap: &Bootstrap) -> Table {
    let design = Design::of(networks);
    let mut effects = Effects::default();
    for (facet, of) in QUANTITIES {
        let values = design.values(networks, of);
        for set in SETS {
            let bounds = bootstrap.bounds(|drawn| {
                let factorial = design.factorial(&values, drawn);
                factorial.map_or(f64::NAN, |f| f.root_mean_square(set))
            });
            let place = (facet, &*set_name(set), "Size");
            effects.push(place, bounds, networks.replicates() as usize);
        }
    }
    effects.into_table(
        "sizes",
        "One row a quantity and set of factors: the size of their main effect or interaction.",
        "Root mean square of the effect over the cells.",
    )
}

/// `Learning rate \u{d7} initialization`.
pub(super) fn set_name(set: &[usize]) -> String {
    let names: Vec<String> = set
        .iter()
        .enumerate()
        .map(|(place, factor)| {
            let name = FACTORS[*factor];
            if place == 0 {
                name.to_owned()
            } else {
                name.to_lowercase()
            }
        })
        .collect();
    names.join(" \u{d7} ")
}
