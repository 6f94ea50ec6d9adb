//! What the study found, in sentences whose numbers come from the published tables.

use super::cells::{Cell, edge};
use super::comparisons::{losses, momentum, pixels, which_first};
use crate::figures::learning_rate::Condition;
use crate::report::numbers::{percent, percent_with_interval, significant};
use crate::statistics::{Crossing, first_crossing};
use crate::study::StudyError;
use crate::table::{Table, named};

/// The share that the sentence under test claims.
const CLAIM: f64 = 0.4;

/// The sentences, the answer first.
///
/// # Errors
/// If a table or column is missing.
pub(super) fn findings(tables: &[Table]) -> Result<Vec<String>, StudyError> {
    let cells = Cell::read(named(tables, "dose-response")?)?;
    let mut conditions: Vec<Condition> = Vec::new();
    for cell in &cells {
        if !conditions.contains(&cell.condition) {
            conditions.push(cell.condition.clone());
        }
    }
    let of = |condition: &Condition| -> Vec<&Cell> {
        let own = cells.iter().filter(|cell| cell.condition == *condition);
        own.collect()
    };
    let arms: Vec<Vec<&Cell>> = conditions.iter().map(of).collect();
    let estimates = named(tables, "estimates")?;
    let mut sentences = vec![format!("{} {}", answer(&cells), chosen_apart(estimates)?)];
    sentences.extend(arms.iter().map(|arm| crossing(arm)));
    sentences.extend(which_first(estimates, &conditions)?);
    sentences.extend(losses(named(tables, "losses")?)?);
    sentences.extend(arms.iter().filter_map(|arm| by_layer(arm)));
    sentences.extend(when(named(tables, "final-deaths")?, &arms)?);
    sentences.extend(momentum(&cells));
    sentences.extend(pixels(&cells));
    sentences.extend(annealing(&arms));
    sentences.extend(gradients(estimates)?);
    Ok(sentences)
}

/// The most dead filters among cells that classify well.
fn answer(cells: &[Cell]) -> String {
    let raw = || cells.iter().filter(|cell| cell.condition.pixels == "raw");
    let best = raw().map(|cell| cell.accuracy().mean).fold(0.0, f64::max);
    let good: Vec<&Cell> = raw()
        .filter(|cell| cell.accuracy().mean >= best - 0.01)
        .collect();
    let most = good
        .iter()
        .filter(|cell| cell.dead().mean.is_finite())
        .max_by(|a, b| a.dead().mean.total_cmp(&b.dead().mean));
    let Some(most) = most else {
        return "No network works at any rate.".into();
    };
    let verdict = if most.dead().mean >= CLAIM {
        "A setting can have 40% of its filters dead and still classify as well as any"
    } else {
        "No setting that classifies well has 40% of its filters dead"
    };
    format!(
        "{verdict}: of the {count} combinations of rate and momentum (raw pixels) whose mean \
         held-out accuracy is within 1 point of the best ({best}), the one with most dead filters \
         has {dead} of them dead at the end ({phrase}, rate {rate}, accuracy {accuracy}).",
        count = good.len(),
        best = percent(best),
        dead = most.dead().long(),
        phrase = most.condition.phrase(),
        rate = most.rate,
        accuracy = most.accuracy().short(),
    )
}

/// The same share without the bias of choosing the largest of many.
fn chosen_apart(estimates: &Table) -> Result<String, StudyError> {
    let names = estimates.words("name")?;
    let columns = ["value", "low95", "high95"].map(|name| estimates.numbers(name));
    let [value, low, high] = columns;
    let (value, low, high) = (value?, low?, high?);
    let row = names
        .iter()
        .position(|name| name == "largest_dead_share_within_one_point_of_best");
    Ok(row.map_or_else(String::new, |row| {
        format!(
            "Chosen on one half of the seeds and measured on the other, so that the choice does not \
             inflate it, that share is {}.",
            percent_with_interval(value[row], low[row], high[row])
        )
    }))
}

/// Where a condition reaches 40%, and whether collapse came before.
fn crossing(cells: &[&Cell]) -> String {
    let rates: Vec<f64> = cells.iter().map(|cell| cell.rate).collect();
    let dead: Vec<f64> = cells.iter().map(|cell| cell.dead().mean).collect();
    let condition = &cells[0].condition;
    let lost = cells.iter().find(|cell| cell.working() < 1.0);
    let lost = lost.map_or_else(
        || "No network collapses or diverges at any rate.".into(),
        |cell| {
            format!(
                "The first networks collapse or diverge at rate {} ({}).",
                cell.rate,
                percent(1.0 - cell.working())
            )
        },
    );
    match first_crossing(&rates, &dead, CLAIM) {
        Crossing::At(rate) => {
            let next = cells
                .iter()
                .find(|cell| cell.rate >= rate)
                .unwrap_or(&cells[0]);
            format!(
                "With {phrase}, working networks reach a mean of 40% dead filters at rate {rate} \
                 (effective rate {effective}). At the next rate of the grid, {next}, {lost_there} \
                 of the networks have collapsed or diverged, and the mean held-out accuracy of \
                 all is {accuracy}, against {best} at best. {lost}",
                phrase = condition.phrase(),
                rate = significant(rate),
                effective = significant(condition.effective(rate)),
                next = next.rate,
                lost_there = percent(1.0 - next.working()),
                accuracy = next.accuracy().short(),
                best = percent(best_accuracy(cells)),
            )
        }
        Crossing::BelowGrid => format!(
            "With {}, 40% of the filters of working networks are dead already at the lowest rate. \
             {lost}",
            condition.phrase()
        ),
        Crossing::AboveGrid | Crossing::Undefined => {
            let most = dead
                .iter()
                .copied()
                .filter(|d| d.is_finite())
                .fold(0.0, f64::max);
            format!(
                "With {}, working networks never reach a mean of 40% dead filters: the most is \
                 {}. {lost}",
                condition.phrase(),
                percent(most)
            )
        }
    }
}

fn best_accuracy(cells: &[&Cell]) -> f64 {
    let accuracies = cells.iter().map(|cell| cell.accuracy().mean);
    accuracies.fold(0.0, f64::max)
}

/// Dead filters by layer, and dead units, at the edge.
fn by_layer(cells: &[&Cell]) -> Option<String> {
    let edge = edge(cells)?;
    let layers: Vec<String> = edge
        .layers()
        .into_iter()
        .map(|layer| {
            format!(
                "convolution {layer} {}",
                edge.get("dead_filters", layer).long()
            )
        })
        .collect();
    Some(format!(
        "At the edge with {phrase} (rate {rate}, the highest at which at least three quarters of \
         the networks work) are dead: {layers}; of all filters {all}, of all units {units}.",
        phrase = edge.condition.phrase(),
        rate = edge.rate,
        layers = layers.join(", "),
        all = edge.dead().long(),
        units = edge.get("dead_units", "all").long(),
    ))
}

/// When the final deaths at the edge happen.
fn when(deaths: &Table, arms: &[Vec<&Cell>]) -> Result<Vec<String>, StudyError> {
    let conditions = Condition::of_rows(deaths)?;
    let layer = deaths.words("layer")?;
    let rate = deaths.numbers("learning_rate")?;
    let (step, died) = (deaths.numbers("step")?, deaths.numbers("died")?);
    let mut sentences = Vec::new();
    for edge in arms.iter().filter_map(|arm| edge(arm)) {
        let mut parts = Vec::new();
        for own in edge.layers() {
            let curve: Vec<(f64, f64)> = (0..conditions.len())
                .filter(|&row| {
                    conditions[row] == edge.condition && rate[row] == edge.rate && layer[row] == own
                })
                .map(|row| (step[row], died[row]))
                .collect();
            let Some(&(last, total)) = curve.last().filter(|(_, total)| *total > 0.0) else {
                continue;
            };
            let half = curve.iter().find(|(_, by)| *by >= total / 2.0);
            let half = half.map_or(last, |(step, _)| *step);
            parts.push(format!("in convolution {own} by step {half} (of {last})"));
        }
        if !parts.is_empty() {
            sentences.push(format!(
                "Half of the final deaths at the edge with {} had happened {}.",
                edge.condition.phrase(),
                parts.join(", ")
            ));
        }
    }
    Ok(sentences)
}

/// What annealing does to accuracy and to the dead, at the edge.
fn annealing(arms: &[Vec<&Cell>]) -> Option<String> {
    let parts: Vec<String> = arms
        .iter()
        .filter_map(|arm| edge(arm))
        .map(|edge| {
            format!(
                "with {} (rate {}) accuracy {} to {}, dead filters {} to {}",
                edge.condition.phrase(),
                edge.rate,
                edge.get("held_out_accuracy_before_annealing", "").short(),
                edge.accuracy().short(),
                edge.get("dead_filters_before_annealing", "all").short(),
                edge.dead().short(),
            )
        })
        .collect();
    (!parts.is_empty()).then(|| {
        format!(
            "From before to after annealing, at the edge: {}.",
            parts.join("; ")
        )
    })
}

/// Whether dead filters ever had a gradient.
fn gradients(estimates: &Table) -> Result<Option<String>, StudyError> {
    let names = estimates.words("name")?;
    let (events, steps) = (
        estimates.numbers("events")?,
        estimates.numbers("opportunities")?,
    );
    let row = names
        .iter()
        .position(|name| name == "dead_steps_with_gradient");
    Ok(row.map(|row| {
        format!(
            "While a filter was dead throughout the interval between two censuses, the gradient of \
             its weights and bias was not exactly 0 at {} of {} steps, over all trials.",
            events[row], steps[row]
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::super::{made_up, networks::Networks};
    use super::*;
    use crate::figures::synthetic;

    fn tables() -> Vec<Table> {
        let estimates = Table::new("estimates", "")
            .text("name", "", vec!["dead_steps_with_gradient".into()])
            .real("value", "", vec![0.0])
            .real("low95", "", vec![f64::NAN])
            .real("high95", "", vec![f64::NAN])
            .integer("events", "", vec![0])
            .integer("opportunities", "", vec![1_234]);
        let networks = Networks::read(&made_up::results()).unwrap();
        vec![
            synthetic::dose_response(),
            synthetic::final_deaths(),
            super::super::losses::table(&networks),
            estimates,
        ]
    }

    #[test]
    fn sentences_follow_from_the_tables_as_published() {
        let tables = tables();
        let direct = findings(&tables).unwrap();
        let read: Vec<Table> = tables
            .iter()
            .map(|table| Table::read_csv(&table.name, &table.to_csv().unwrap()).unwrap())
            .collect();
        assert_eq!(findings(&read).unwrap(), direct);
        let lost = direct
            .iter()
            .find(|sentence| sentence.contains("collapsed for good"));
        assert!(lost.unwrap().contains(
            "Of these 4, some layer was wholly dead before in 0, first at the same step in 4"
        ));
        assert!(direct.last().unwrap().contains("0 of 1234 steps"));
        assert!(direct.iter().all(|sentence| !sentence.contains("NaN")));
    }

    #[test]
    fn a_missing_table_is_named() {
        let error = findings(&tables()[1..]).unwrap_err();
        assert!(error.to_string().contains("dose-response"));
    }
}
