//! Networks and filters dead before training, with exact limits and published bounds:
//!
//! - `born_dead_networks`, one row a way to draw weights, width and depth: `initialization`
//!   (gaussian: symmetric, no biases; asymmetric: randomized asymmetric initialization), `width`,
//!   `depth`, `n` (drawn), `born_dead`, `share`, `low95`, `high95`, `low997`, `high997`,
//!   `lower_bound`, `upper_bound`, `all_negative` (missing for asymmetric).
//! - `born_dead_filters`, one row a set of patches: `patches`, `n`, `silent`, `share`, `low95`,
//!   `high95`.
//! - `born_dead_known`, one row a number that was known before: `of`, `asymmetric`, `expected`,
//!   `own_error`, `found` with `low95`, `high95`, `low997`, `high997`, `standard_error` (of the
//!   difference), `deviation` (the difference in standard errors).

pub mod bounds;
mod counts;
mod known;

pub use counts::Counts;
pub use known::{Compared, compared};

use self::counts::{Networks, words};
use crate::frames::{Frame, FrameError};
use crate::results::Results;
use crate::statistics::{Bounds, exact_share};
use crate::table::Values;

/// The table `born_dead_networks`.
///
/// # Errors
/// If the probe's rows lack a column.
pub fn networks(results: &Results) -> Result<Frame, FrameError> {
    let counts = Counts::read(results)?;
    let rows: Vec<(&Networks, usize)> = counts
        .networks
        .iter()
        .flat_map(|own| own.depths().map(move |layers| (own, layers)))
        .collect();
    let shares: Vec<Bounds> = rows
        .iter()
        .map(|(own, layers)| own.share(*layers))
        .collect();
    let whole = |of: fn(&Networks, usize) -> u64| {
        let values = rows
            .iter()
            .map(|(own, layers)| Some(of(own, *layers) as i64));
        Values::Integer(values.collect())
    };
    let bound = |of: fn(usize, usize) -> f64| {
        let of = |(own, layers): &(&Networks, usize)| {
            if own.gaussian() {
                of(own.width, *layers)
            } else {
                f64::NAN
            }
        };
        Values::Real(rows.iter().map(of).collect())
    };
    let initialization = rows.iter().map(|(own, _)| words(&own.scheme).to_owned());
    let mut columns = vec![
        ("initialization", Values::Text(initialization.collect())),
        ("width", whole(|own, _| own.width as u64)),
        ("depth", whole(|_, layers| layers as u64)),
        ("n", whole(|own, _| own.drawn)),
        ("born_dead", whole(Networks::dead)),
    ];
    columns.push(("share", values(&shares, |share| share.value)));
    columns.extend(limits(&shares));
    columns.extend([
        ("lower_bound", bound(bounds::lower)),
        ("upper_bound", bound(bounds::upper)),
        ("all_negative", bound(bounds::all_negative)),
    ]);
    Frame::new(columns)
}

/// The table `born_dead_filters`.
///
/// # Errors
/// If the probe's rows lack a column.
pub fn filters(results: &Results) -> Result<Frame, FrameError> {
    let counts = Counts::read(results)?;
    let drawn = counts.filters_drawn;
    let silent = || counts.filters.iter().map(|(_, silent)| *silent);
    let shares: Vec<Bounds> = silent().map(|silent| exact_share(silent, drawn)).collect();
    let patches = counts.filters.iter().map(|(name, _)| name.clone());
    let mut columns = vec![
        ("patches", Values::Text(patches.collect())),
        (
            "n",
            Values::Integer(silent().map(|_| Some(drawn as i64)).collect()),
        ),
        (
            "silent",
            Values::Integer(silent().map(|silent| Some(silent as i64)).collect()),
        ),
        ("share", values(&shares, |share| share.value)),
    ];
    columns.extend(limits(&shares).into_iter().take(2));
    Frame::new(columns)
}

/// The table `born_dead_known`.
///
/// # Errors
/// If the probe's rows lack a column.
pub fn known(results: &Results) -> Result<Frame, FrameError> {
    let all = compared(&Counts::read(results)?);
    let real = |of: fn(&Compared) -> f64| Values::Real(all.iter().map(of).collect());
    let found: Vec<Bounds> = all.iter().map(|one| one.found).collect();
    let mut columns = vec![
        ("of", Values::Text(all.iter().map(Compared::what).collect())),
        (
            "asymmetric",
            Values::Flag(all.iter().map(|one| Some(one.asymmetric())).collect()),
        ),
        ("expected", real(|one| one.known.expected)),
        ("own_error", real(|one| one.known.error)),
        ("found", real(|one| one.found.value)),
    ];
    columns.extend(limits(&found));
    columns.push(("standard_error", real(Compared::standard_error)));
    columns.push(("deviation", real(Compared::deviation)));
    Frame::new(columns)
}

fn values(bounds: &[Bounds], of: fn(&Bounds) -> f64) -> Values {
    Values::Real(bounds.iter().map(of).collect())
}

fn limits(bounds: &[Bounds]) -> [(&'static str, Values); 4] {
    [
        ("low95", values(bounds, |one| one.interval95.low)),
        ("high95", values(bounds, |one| one.interval95.high)),
        ("low997", values(bounds, |one| one.interval997.low)),
        ("high997", values(bounds, |one| one.interval997.high)),
    ]
}
