//! What the study found, in sentences whose numbers come from the published tables.

use super::design::{DEAD, SILENT_OR_LOST};
use super::effects::set_name;
use super::estimates::range_name;
use crate::report::listed;
use crate::report::numbers::{percent, percent_with_interval, points_with_interval};
use crate::study::StudyError;
use crate::study::estimated::Estimates;
use crate::table::{Table, named};

/// The factors as they stand in a sentence.
const FACTORS: [&str; 3] = ["the learning rate", "the initialization", "the activation"];

/// One row of a table of effects.
struct Effect {
    facet: String,
    row: String,
    value: f64,
    low: f64,
    high: f64,
}

/// The sentences, the answer first.
///
/// # Errors
/// If a table or column is missing.
pub(super) fn findings(tables: &[Table]) -> Result<Vec<String>, StudyError> {
    let estimates = Estimates::read(named(tables, "estimates")?)?;
    let (levels, sizes) = (
        effects(named(tables, "levels")?)?,
        effects(named(tables, "sizes")?)?,
    );
    let mut sentences = vec![answer(&estimates)];
    sentences.push(by_level(&levels));
    sentences.push(interactions(&sizes));
    sentences.extend(dead_alone(&sizes));
    let map = Map::read(named(tables, "heat-map")?)?;
    sentences.push(map.extremes());
    sentences.push(map.lost());
    sentences.push(when(&estimates, &map));
    sentences.push(gradients(&estimates));
    Ok(sentences)
}

fn effects(table: &Table) -> Result<Vec<Effect>, StudyError> {
    let (facet, row) = (table.words("facet")?, table.words("row")?);
    let columns = ["value", "low95", "high95"].map(|name| table.numbers(name));
    let [value, low, high] = columns;
    let (value, low, high) = (value?, low?, high?);
    let places = facet.into_iter().zip(row).enumerate();
    let effect = |(i, (facet, row)): (usize, (String, String))| Effect {
        facet,
        row,
        value: value[i],
        low: low[i],
        high: high[i],
    };
    Ok(places.map(effect).collect())
}

/// Which factor decides most.
fn answer(estimates: &Estimates) -> String {
    let mut ranges: Vec<(usize, f64)> = (0..FACTORS.len())
        .map(|factor| (factor, estimates.get(&range_name(factor)).value))
        .collect();
    ranges.sort_by(|a, b| b.1.total_cmp(&a.1));
    let lead = estimates.get("rate_minus_larger_of_the_others");
    let first = ranges[0].0;
    let verdict = match (first, lead.low > 0.0, lead.high < 0.0) {
        (0, true, _) => "The learning rate decides most whether filters fall silent or are lost",
        (0, ..) => "The learning rate has the largest effect, but its lead is not certain",
        (1, _, true) => "The initialization decides more than the learning rate",
        (2, _, true) => "The activation decides more than the learning rate",
        _ => "The learning rate does not have the largest effect, but that is not certain",
    };
    let parts: Vec<String> = ranges
        .iter()
        .map(|(factor, _)| {
            let range = estimates.get(&range_name(*factor));
            format!("{} by {}", FACTORS[*factor], range.points())
        })
        .collect();
    format!(
        "{verdict}: of the levels tried, and averaged over the two other factors, the share of \
         filters that are silent at the end or in a lost network changes with {}; the rate's \
         effect minus the larger of the others is {}.",
        parts.join(", with "),
        lead.points()
    )
}

/// Main effects on silent or lost filters, level by level.
fn by_level(levels: &[Effect]) -> String {
    let parts: Vec<String> = levels
        .iter()
        .filter(|effect| effect.facet == SILENT_OR_LOST)
        .map(|effect| {
            let points = points_with_interval(effect.value, effect.low, effect.high);
            format!("{} {points}", effect.row)
        })
        .collect();
    listed(
        "Level by level, silent or lost filters, difference from the mean over all 27 cells",
        parts,
    )
}

/// Interactions beside the largest main effect.
fn interactions(sizes: &[Effect]) -> String {
    let size = |set: &[usize]| {
        let name = set_name(set);
        let found = sizes
            .iter()
            .find(|effect| effect.facet == SILENT_OR_LOST && effect.row == name);
        found.map_or_else(
            || "n/a".into(),
            |effect| points_with_interval(effect.value, effect.low, effect.high),
        )
    };
    listed(
        "The factors add up only as far as their interactions are small; sizes of effects (root \
         mean square over the cells; never below 0, so noise counts)",
        [
            format!(
                "alone: rate {}, initialization {}, activation {}",
                size(&[0]),
                size(&[1]),
                size(&[2])
            ),
            format!(
                "two together: rate \u{d7} initialization {}, rate \u{d7} activation {}, \
                 initialization \u{d7} activation {}",
                size(&[0, 1]),
                size(&[0, 2]),
                size(&[1, 2])
            ),
            format!("all three: {}", size(&[0, 1, 2])),
        ],
    )
}

/// The same of dead filters in working networks, where another factor may lead.
fn dead_alone(sizes: &[Effect]) -> Option<String> {
    let mut own: Vec<(usize, &Effect)> = (0..FACTORS.len())
        .filter_map(|factor| {
            let name = set_name(&[factor]);
            let found = sizes.iter().find(|e| e.facet == DEAD && e.row == name)?;
            Some((factor, found))
        })
        .collect();
    own.sort_by(|a, b| b.1.value.total_cmp(&a.1.value));
    let [(first, _), ..] = own[..] else {
        return None;
    };
    let leads = if first == 0 {
        "the learning rate has the largest effect too"
    } else {
        "the learning rate does not have the largest effect"
    };
    let parts: Vec<String> = own
        .iter()
        .map(|(factor, e)| {
            let points = points_with_interval(e.value, e.low, e.high);
            format!("{} {points}", FACTORS[*factor])
        })
        .collect();
    Some(format!(
        "Of dead filters alone, in networks that work, {leads} (a filter of Leaky ReLU cannot be \
         dead, whatever the rate); sizes: {}.",
        parts.join(", ")
    ))
}

/// The table `heat-map`, read back.
struct Map {
    names: Vec<String>,
    silent: Vec<(f64, f64, f64)>,
    dead: Vec<f64>,
    deaths: Vec<f64>,
    median: Vec<f64>,
    collapsed: Vec<f64>,
    diverged: Vec<f64>,
    n: Vec<f64>,
}

impl Map {
    fn read(table: &Table) -> Result<Self, StudyError> {
        let (rate, initialization, activation) = (
            table.words("learning_rate")?,
            table.words("initialization")?,
            table.words("activation")?,
        );
        let names = (0..table.rows()).map(|row| {
            format!(
                "{}, {}, rate {}",
                activation[row], initialization[row], rate[row]
            )
        });
        let (silent, low, high) = (
            table.numbers("silent")?,
            table.numbers("silent_low95")?,
            table.numbers("silent_high95")?,
        );
        Ok(Self {
            names: names.collect(),
            silent: (0..table.rows())
                .map(|row| (silent[row], low[row], high[row]))
                .collect(),
            dead: table.numbers("dead")?,
            deaths: table.numbers("final_deaths")?,
            median: table.numbers("median_final_death")?,
            collapsed: table.numbers("collapsed")?,
            diverged: table.numbers("diverged")?,
            n: table.numbers("n")?,
        })
    }

    fn extremes(&self) -> String {
        let known = || (0..self.names.len()).filter(|&row| self.silent[row].0.is_finite());
        let none = known().filter(|&row| self.silent[row].0 == 0.0).count();
        let most = known().max_by(|&a, &b| self.silent[a].0.total_cmp(&self.silent[b].0));
        let Some(most) = most else {
            return "No network works in any cell.".into();
        };
        let (mean, low, high) = self.silent[most];
        let dead = if (mean - self.dead[most]).abs() < 5e-4 {
            "all of them dead".into()
        } else {
            format!("{} dead", percent(self.dead[most]))
        };
        format!(
            "Of the {count} cells, {none} have no silent filter in any network that works; the \
             most has {name}: {share}, {dead}.",
            count = self.names.len(),
            name = self.names[most],
            share = percent_with_interval(mean, low, high),
        )
    }

    fn lost(&self) -> String {
        let total: f64 = self.n.iter().sum();
        let (collapsed, diverged): (f64, f64) =
            (self.collapsed.iter().sum(), self.diverged.iter().sum());
        let parts: Vec<String> = (0..self.names.len())
            .filter(|&row| self.collapsed[row] + self.diverged[row] > 0.0)
            .map(|row| {
                let lost = self.collapsed[row] + self.diverged[row];
                format!("{} ({lost} of {})", self.names[row], self.n[row])
            })
            .collect();
        if parts.is_empty() {
            return format!("None of the {total} networks collapses or diverges.");
        }
        let intro = format!("Of {total} networks {collapsed} collapse and {diverged} diverge");
        listed(&intro, parts)
    }
}

/// When the final deaths happen.
fn when(estimates: &Estimates, map: &Map) -> String {
    let early = estimates.get("share_of_final_deaths_by_step_90");
    let all: f64 = map.deaths.iter().sum();
    let mut cells: Vec<usize> = (0..map.names.len())
        .filter(|&row| map.deaths[row] >= 20.0)
        .collect();
    cells.sort_by(|&a, &b| map.median[a].total_cmp(&map.median[b]));
    let range = match (cells.first(), cells.last()) {
        (Some(&first), Some(&last)) if first != last => format!(
            " Among cells with at least 20 final deaths the median is earliest with {} (by step \
             {}) and latest with {} (by step {}).",
            map.names[first], map.median[first], map.names[last], map.median[last]
        ),
        _ => String::new(),
    };
    format!(
        "Of the final deaths under ReLU above the low rate, {} had happened by step 90 of 900; in \
         all cells together {all} filters died for good in networks that work.{range}",
        percent_with_interval(early.value, early.low, early.high)
    )
}

fn gradients(estimates: &Estimates) -> String {
    let counted = estimates.get("dead_steps_with_gradient");
    format!(
        "While a filter was dead throughout the interval between two censuses, its gradient was \
         not exactly 0 at {} of {} steps.",
        counted.events, counted.opportunities
    )
}
