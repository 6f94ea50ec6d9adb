//! The answer for a person: first a verdict, then a table, then details on demand.

mod details;
mod sentences;

use std::cmp::Ordering;
use std::io::{self, Write};

pub use details::details;

use crate::answer::Answer;
use crate::normal::{Advice, Normal};
use crate::verdict::{LayerVerdicts, Verdict};

/// Worst layers first: by the share of their units that are diverged or dead, then without a
/// gradient for another reason.
pub fn worse(a: &LayerVerdicts, b: &LayerVerdicts) -> Ordering {
    let share = |layer: &LayerVerdicts, verdicts: &[Verdict]| {
        let count: usize = verdicts.iter().map(|&verdict| layer.count(verdict)).sum();
        count as f64 / layer.units.len().max(1) as f64
    };
    let by = |verdicts: &[Verdict]| share(b, verdicts).total_cmp(&share(a, verdicts));
    by(&[Verdict::Diverged])
        .then(by(&[Verdict::Dead]))
        .then(by(&[
            Verdict::PerhapsDead,
            Verdict::CutOffOrDead,
            Verdict::Starved,
        ]))
        .then(by(&[Verdict::NotTrained]))
        .then(by(&[Verdict::Stalled]))
}

/// Writes the verdict and the table.
///
/// # Errors
/// If `out` cannot be written to.
pub fn report(
    out: &mut dyn Write,
    answer: &Answer,
    normal: Option<&Normal>,
    advice: &[Advice],
) -> io::Result<()> {
    for paragraph in sentences::verdict(answer, normal, advice) {
        writeln!(out, "{}\n", wrapped(&paragraph, 80))?;
    }
    write!(out, "{}", table(&answer.layers))?;
    writeln!(out)?;
    for note in answer.notes.iter().chain([&sentences::steps(answer)]) {
        writeln!(out, "{}", wrapped(&format!("Note: {note}."), 80))?;
    }
    let worst = answer.layers.iter().min_by(|a, b| worse(a, b));
    if let Some(worst) = worst.filter(|own| own.count(Verdict::Learning) < own.units.len()) {
        writeln!(out, "\nDetails of a layer: --layer {}", worst.name)?;
    }
    Ok(())
}

/// The table of layers, worst first, with the columns that have anything in them.
fn table(layers: &[LayerVerdicts]) -> String {
    let mut order: Vec<&LayerVerdicts> = layers.iter().collect();
    order.sort_by(|a, b| worse(a, b));
    let verdicts = Verdict::ALL.into_iter().filter(|&verdict| {
        verdict == Verdict::Learning || layers.iter().any(|layer| layer.count(verdict) > 0)
    });
    let verdicts: Vec<Verdict> = verdicts.collect();
    let mut rows = vec![vec!["layer".to_owned(), "units".to_owned()]];
    rows[0].extend(verdicts.iter().map(|verdict| verdict.words().to_owned()));
    for layer in order {
        let name = if layer.is_output {
            format!("{} (output)", layer.name)
        } else {
            layer.name.clone()
        };
        let mut row = vec![name, layer.units.len().to_string()];
        row.extend(verdicts.iter().map(|&verdict| match layer.count(verdict) {
            0 => "-".to_owned(),
            count => count.to_string(),
        }));
        rows.push(row);
    }
    aligned(&rows)
}

/// Columns set side by side, the first to the left, numbers to the right.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..columns)
        .map(|column| width(column).unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = format!("{:<1$}", row[0], widths[0]);
        for (cell, width) in row[1..].iter().zip(&widths[1..]) {
            line.push_str("  ");
            line.extend(std::iter::repeat_n(' ', width - cell.chars().count()));
            line.push_str(cell);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Breaks a paragraph into lines.
fn wrapped(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().filter(|last| {
            last.is_empty() || last.chars().count() + 1 + word.chars().count() <= width
        });
        match last {
            Some(last) => {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_lines() {
        let rows = [["layer", "units"], ["a", "16"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(&rows), "layer  units\na         16\n");
        assert_eq!(wrapped("one two three", 7), "one two\nthree");
        assert_eq!(wrapped("indivisible", 3), "indivisible");
    }
}
