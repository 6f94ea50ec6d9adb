//! Sentences that compare conditions.

use super::cells::Cell;
use crate::report::numbers::significant;

/// Momentum against plain SGD at the highest common learning rate, and effective rate, at which
/// three quarters of both work.
pub(super) fn momentum(cells: &[Cell]) -> Vec<String> {
    let raw = |plain: bool| {
        cells.iter().filter(move |cell| {
            cell.condition.pixels == "raw"
                && (cell.condition.momentum == 0.0) == plain
                && cell.working() >= 0.75
        })
    };
    let pair = |rate: fn(&Cell) -> f64| {
        raw(true)
            .flat_map(|plain| raw(false).map(move |other| (plain, other)))
            .filter(|(plain, other)| (rate(plain) / rate(other) - 1.0).abs() < 1e-6)
            .max_by(|a, b| rate(a.0).total_cmp(&rate(b.0)))
    };
    let sentence = |kind: &str, rate: f64, (plain, other): (&Cell, &Cell)| {
        format!(
            "At equal {kind} ({rate}, the highest of the grid at which three quarters of both \
             work), {phrase} leaves {dead} of the filters dead, plain SGD {plain}.",
            rate = significant(rate),
            phrase = other.condition.phrase(),
            dead = other.dead().long(),
            plain = plain.dead().long(),
        )
    };
    let equal = pair(|cell| cell.rate).map(|p| sentence("learning rate", p.0.rate, p));
    let effective = pair(Cell::effective).map(|p| sentence("effective rate", p.0.effective(), p));
    equal.into_iter().chain(effective).collect()
}

/// The first layer with raw and with standardized pixels, at the highest common rate.
pub(super) fn pixels(cells: &[Cell]) -> Option<String> {
    let working = |cell: &&Cell| cell.working() >= 0.75;
    let standardized = |cell: &&Cell| cell.condition.pixels == "standardized" && working(cell);
    let pairs = cells.iter().filter(standardized).filter_map(|other| {
        let raw = cells.iter().filter(working).find(|cell| {
            cell.condition.pixels == "raw"
                && cell.condition.momentum == other.condition.momentum
                && cell.rate == other.rate
        });
        raw.map(|raw| (raw, other))
    });
    let (raw, other) = pairs.max_by(|a, b| a.0.rate.total_cmp(&b.0.rate))?;
    let first = |cell: &Cell| cell.get("dead_filters", "1").long();
    Some(format!(
        "Standardized pixels change the first layer: at momentum {} and rate {} it loses {} of its \
         filters with raw pixels and {} with standardized ones (all layers: {} and {}).",
        raw.condition.momentum,
        raw.rate,
        first(raw),
        first(other),
        raw.dead().short(),
        other.dead().short(),
    ))
}
