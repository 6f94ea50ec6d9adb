//! Steps between files that no file counts.

use crate::decay::Decay;
use crate::interval::LayerPair;
use crate::sketch::places;
use crate::steps::{Source, Steps};

/// The steps between two files whose number nobody knows: at most so many as let rows show that
/// one factor of decay moved them. Fewer roundings are more certain, so the fewest that do.
pub fn assumed(pairs: &[LayerPair<'_>], otherwise: Steps) -> Steps {
    const AT_MOST: [f64; 4] = [1.0, 64.0, 1024.0, 16_384.0];
    const ROWS: usize = 64;
    let rows = || {
        pairs.iter().flat_map(|pair| {
            let units = pair.weight.len() / pair.row.max(1);
            places(units, ROWS).map(|unit| pair.unit(unit))
        })
    };
    let count = rows().count();
    let shows = |&steps: &f64| {
        let moved = || rows().filter(|row| !row.is_frozen());
        let decaying = moved().filter_map(|row| Some((row, row.factors(steps)?)));
        let decay = Decay::find(decaying, count * AT_MOST.len(), steps);
        // One row by itself may be moved by stored momentum, in its one direction.
        decay.is_active() && {
            let mut company = moved().filter(|&row| decay.explains(&std::iter::once(row)));
            company.nth(1).is_some()
        }
    };
    AT_MOST
        .into_iter()
        .find(shows)
        .map_or(otherwise, |steps| Steps {
            count: Some(steps),
            source: Source::Decay,
        })
}

/// What follows where steps are not known.
pub fn unknown_steps(steps: &[Steps]) -> Option<String> {
    let unknown = steps.iter().any(|own| own.source == Source::Unknown);
    unknown.then(|| {
        "how many steps lie between the files is not known, so movement by weight decay, L2 or \
         momentum alone is not recognized and counts as learning: say --steps-between N (such as \
         the steps in an epoch)"
            .to_owned()
    })
}
