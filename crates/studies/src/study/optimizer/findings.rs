//! What the study found, in sentences whose numbers come from the published tables.

use std::fmt::Write as _;

use super::coasting::{LEAST, TOLERANCE};
use crate::report::listed;
use crate::report::numbers::{percent, percent_with_interval, significant};
use crate::statistics::median;
use crate::study::StudyError;
use crate::table::{Table, TableError, named};

/// The sentences, the answer first.
///
/// # Errors
/// If a table or column is missing.
pub(super) fn findings(tables: &[Table]) -> Result<Vec<String>, StudyError> {
    let cells = Cells::read(named(tables, "cells")?)?;
    let differences = Differences::read(named(tables, "estimates")?)?;
    let mut sentences = vec![answer(&cells, &differences)];
    sentences.push(cells.family(&["SGD", "Momentum", "Nesterov"], "effective rate"));
    sentences.extend(differences.each(
        "nesterov_minus_momentum",
        "Nesterov's form against momentum",
    ));
    sentences.push(cells.family(
        &["Adam", "Adam, epsilon 0.001", "Adam, beta2 0.9", "AdamW"],
        "rate",
    ));
    let adam: Vec<String> = [
        ("epsilon_0.001_minus_1e-8", "Epsilon 0.001 against 1e-8"),
        ("beta2_0.9_minus_0.999", "beta2 0.9 against 0.999"),
        ("adamw_minus_adam", "AdamW against Adam"),
    ]
    .iter()
    .filter_map(|(name, words)| differences.each(name, words))
    .collect();
    if !adam.is_empty() {
        sentences.push(adam.join(" "));
    }
    sentences.extend(progress(named(tables, "progress")?)?);
    sentences.extend(coasting(named(tables, "coasting")?)?);
    Ok(sentences)
}

/// The published table of cells, read back.
struct Cells {
    optimizer: Vec<String>,
    rate: Vec<f64>,
    n: Vec<f64>,
    working: Vec<f64>,
    dead: Vec<f64>,
}

impl Cells {
    fn read(table: &Table) -> Result<Self, TableError> {
        Ok(Self {
            optimizer: table.words("optimizer")?,
            rate: table.numbers("compared_rate")?,
            n: table.numbers("n")?,
            working: table.numbers("working")?,
            dead: table.numbers("dead")?,
        })
    }

    /// Dead shares of some optimizers over their rates, with how many networks do not work.
    fn family(&self, optimizers: &[&str], rate: &str) -> String {
        let mut parts: Vec<String> = Vec::new();
        for optimizer in optimizers {
            let rows: Vec<usize> = (0..self.n.len())
                .filter(|row| self.optimizer[*row] == *optimizer)
                .collect();
            if rows.is_empty() {
                continue;
            }
            let cells: Vec<String> = rows.iter().map(|row| self.cell(*row)).collect();
            parts.push(format!("{optimizer}: {}", cells.join(", ")));
        }
        let intro = format!("Filters dead at the end, of working networks, by {rate}");
        listed(&intro, parts)
    }

    fn cell(&self, row: usize) -> String {
        let lost = self.n[row] - self.working[row];
        let mut text = format!("{} at {}", percent(self.dead[row]), self.rate[row]);
        if lost > 0.0 {
            let _ = write!(text, " ({lost} of {} networks lost)", self.n[row]);
        }
        text
    }

    fn lost(&self, optimizer: &str) -> (f64, f64) {
        let own = (0..self.n.len()).filter(|row| self.optimizer[*row] == optimizer);
        own.fold((0.0, 0.0), |(lost, all), row| {
            (lost + self.n[row] - self.working[row], all + self.n[row])
        })
    }
}

/// The published estimates of differences, read back.
struct Differences {
    name: Vec<String>,
    value: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    n: Vec<f64>,
}

impl Differences {
    fn read(table: &Table) -> Result<Self, TableError> {
        Ok(Self {
            name: table.words("name")?,
            value: table.numbers("value")?,
            low: table.numbers("low95")?,
            high: table.numbers("high95")?,
            n: table.numbers("n")?,
        })
    }

    fn row(&self, name: &str) -> Option<usize> {
        let row = self.name.iter().position(|known| known == name)?;
        self.value[row].is_finite().then_some(row)
    }

    /// `3.2 points fewer (1.0 to 5.4)`
    fn words(&self, row: usize) -> String {
        let points = |share: f64| format!("{:.1}", (100.0 * share).abs());
        let (value, low, high) = (self.value[row], self.low[row], self.high[row]);
        let direction = if value < 0.0 { "fewer" } else { "more" };
        if low > 0.0 || high < 0.0 {
            let [near, far] = if value < 0.0 {
                [high, low]
            } else {
                [low, high]
            };
            format!(
                "{} points {direction} ({} to {})",
                points(value),
                points(near),
                points(far)
            )
        } else {
            format!(
                "{} points {direction}, which may be chance (95% interval {} to {} points)",
                points(value),
                significant(100.0 * low),
                significant(100.0 * high)
            )
        }
    }

    fn each(&self, name: &str, words: &str) -> Option<String> {
        let row = self.row(name)?;
        Some(format!(
            "{words}, at equal rate and seed: {} of the filters dead (n = {} seeds).",
            self.words(row),
            self.n[row]
        ))
    }
}

fn answer(cells: &Cells, differences: &Differences) -> String {
    let Some(row) = differences.row("momentum_minus_plain") else {
        return "No network works both with momentum and without.".into();
    };
    let verdict = if differences.high[row] < 0.0 {
        "At equal effective rate momentum kills fewer filters than plain SGD, not more"
    } else if differences.low[row] > 0.0 {
        "At equal effective rate momentum kills more filters than plain SGD"
    } else {
        "At equal effective rate momentum and plain SGD cannot be told apart by the filters they kill"
    };
    let lost = |optimizer: &str| {
        let (lost, all) = cells.lost(optimizer);
        format!("{lost} of {all}")
    };
    format!(
        "{verdict}: {difference} of all filters are dead at the end, in pairs of networks that both \
         work, over four effective rates from 0.2 to 1.25 (n = {n} seeds); {plain} plain networks \
         collapsed or diverged, and {momentum} with momentum.",
        difference = differences.words(row),
        n = differences.n[row],
        plain = lost("SGD"),
        momentum = lost("Momentum"),
    )
}

fn progress(table: &Table) -> Result<Option<String>, StudyError> {
    let (facet, row) = (table.words("facet")?, table.words("row")?);
    let (value, n) = (table.numbers("value")?, table.numbers("n")?);
    let (low, high) = (table.numbers("low95")?, table.numbers("high95")?);
    let (networks, step) = (table.numbers("networks")?, table.numbers("median_step")?);
    let last = facet.last().cloned().unwrap_or_default();
    // Cells of which at least half of the networks get there.
    let rows: Vec<usize> = (0..row.len())
        .filter(|i| facet[*i] == last && 2.0 * n[*i] >= networks[*i] && value[*i].is_finite())
        .collect();
    let by = |a: &&usize, b: &&usize| value[**a].total_cmp(&value[**b]);
    let (Some(&least), Some(&most)) = (rows.iter().min_by(by), rows.iter().max_by(by)) else {
        return Ok(None);
    };
    let never: Vec<&str> = (0..row.len())
        .filter(|i| facet[*i] == last && n[*i] == 0.0)
        .map(|i| row[i].as_str())
        .collect();
    let words = |i: usize| {
        format!(
            "{} with {} (median step {})",
            percent_with_interval(value[i], low[i], high[i]),
            row[i],
            step[i]
        )
    };
    let never = if never.is_empty() {
        "Every cell has a network that gets there".into()
    } else {
        format!("No network gets there with {}", never.join("; "))
    };
    Ok(Some(format!(
        "At equal progress, at the first census with a training loss of at most 0.1, the share dead \
         ranges from {} to {}, of the cells of which at least half of the networks get there (names \
         with learning rates; counted at the census after, so up to twice as many steps late). \
         {never}.",
        words(least),
        words(most),
    )))
}

fn coasting(table: &Table) -> Result<Option<String>, StudyError> {
    let optimizer = table.words("optimizer")?;
    let column = |name| table.numbers(name);
    let (update, length) = (column("last_update")?, column("last_length")?);
    let (measured, predicted) = (column("measured")?, column("predicted")?);
    let judged: Vec<usize> = (0..update.len())
        .filter(|row| update[*row] > LEAST)
        .collect();
    let Some(&first) = judged.first() else {
        return Ok(None);
    };
    let deviation = |row: usize| (measured[row] / predicted[row] - 1.0).abs();
    let off = judged.iter().filter(|row| {
        let deviation = deviation(**row);
        deviation.is_nan() || deviation > TOLERANCE
    });
    let largest = judged
        .iter()
        .map(|row| deviation(*row))
        .fold(deviation(first), f64::max);
    let mut names: Vec<&String> = Vec::new();
    for name in &optimizer {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let ways: Vec<String> = names
        .iter()
        .filter_map(|name| {
            let own = judged.iter().filter(|row| optimizer[**row] == **name);
            let ratios: Vec<f64> = own.map(|row| measured[*row] / length[*row]).collect();
            let middle = median(&ratios);
            middle
                .is_finite()
                .then(|| format!("{name} {} ({})", significant(middle), ratios.len()))
        })
        .collect();
    let off = off.count();
    let verdict = if off == 0 {
        "Dead filters do coast, and as far as computed"
    } else {
        "Dead filters do coast, not all of them as far as computed"
    };
    Ok(Some(format!(
        "{verdict}: of {all} filters whose last update changed some parameter by more than 0.0001, \
         {off} travel a way that differs by more than 0.1% from \
         the finite sum over their optimizer's memory; the largest difference is {largest}%. Median \
         way in lengths of the last update (number of filters): {ways}.",
        all = judged.len(),
        largest = significant(100.0 * largest),
        ways = ways.join("; "),
    )))
}
