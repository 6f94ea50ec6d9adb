//! Sentences that compare conditions, and what comes first: dead filters or a lost network.

use super::cells::Cell;
use super::estimates::{collapse_name, crossing_name};
use crate::figures::learning_rate::Condition;
use crate::report::numbers::significant;
use crate::table::{Table, TableError};

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

/// What came before the networks were lost, over all conditions and rates.
pub(super) fn losses(table: &Table) -> Result<Option<String>, TableError> {
    let total = |name: &str| -> Result<f64, TableError> {
        Ok(table.numbers(name)?.into_iter().sum::<f64>())
    };
    let (n, collapsed, diverged) = (total("n")?, total("collapsed")?, total("diverged")?);
    let lost = collapsed + diverged;
    if lost == 0.0 {
        return Ok(None);
    }
    Ok(Some(format!(
        "Of all {n} networks {collapsed} collapsed for good and {diverged} diverged. Of these {lost}, \
         some layer was wholly dead before in {first}, first at the same step in {together}, only \
         later in {later}, and never in {never}; {half_dead} of them had worked at an earlier census \
         with at least 40% of their filters dead, and so had {survived} of the {working} that work \
         at the end.",
        first = total("layer_dead_first")?,
        together = total("layer_dead_together")?,
        later = total("layer_dead_later")?,
        never = total("no_layer_dead")?,
        half_dead = total("lost_after_40_percent")?,
        survived = total("working_with_40_percent")?,
        working = n - lost,
    )))
}

/// Whether 40% of the filters are dead before half of the networks are lost, by their rates.
pub(super) fn which_first(
    estimates: &Table,
    conditions: &[Condition],
) -> Result<Vec<String>, TableError> {
    let names = estimates.words("name")?;
    let columns = ["value", "low95", "high95"].map(|name| estimates.numbers(name));
    let [value, low, high] = columns;
    let (value, low, high) = (value?, low?, high?);
    let find = |name: &str| names.iter().position(|known| known == name);
    let sentence = |condition: &Condition| {
        let (rate, ratio) = (
            find(&crossing_name(condition))?,
            find(&collapse_name(condition))?,
        );
        if !value[rate].is_finite() || !value[ratio].is_finite() {
            return None;
        }
        let first = match (low[ratio] > 1.0, high[ratio] < 1.0) {
            (true, _) => "40% come before half of the networks are lost",
            (_, true) => "half of the networks are lost before 40%",
            _ => "which comes first is not decided",
        };
        Some(format!(
            "With {phrase}, {first}: working networks reach 40% at rate {rate} (95%: {rate_low} to \
             {rate_high}), and the rate at which half of the networks are lost is {ratio} times \
             that ({ratio_low} to {ratio_high}).",
            phrase = condition.phrase(),
            rate = significant(value[rate]),
            rate_low = significant(low[rate]),
            rate_high = significant(high[rate]),
            ratio = significant(value[ratio]),
            ratio_low = significant(low[ratio]),
            ratio_high = significant(high[ratio]),
        ))
    };
    Ok(conditions.iter().filter_map(sentence).collect())
}
