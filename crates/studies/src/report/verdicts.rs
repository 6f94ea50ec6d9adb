//! Judged predictions as Markdown.

use std::fmt::Write as _;

pub use crate::predictions::predictions_table as predictions;
use crate::prose::numbers::significant;
use crate::table::{Table, TableError};

/// The table `predictions` in Markdown: what was claimed, what came out, and how it is judged.
///
/// # Errors
/// If the table lacks a column.
pub fn markdown(predictions: &Table) -> Result<String, TableError> {
    let words = |name| predictions.words(name);
    let numbers = |name| predictions.numbers(name);
    let (kind, sentence, claim) = (words("kind")?, words("sentence")?, words("claim")?);
    let (estimate, outcome, level) = (words("estimate")?, words("outcome")?, words("level")?);
    let (value, low, high) = (numbers("value")?, numbers("low")?, numbers("high")?);
    let (n, events) = (numbers("n")?, numbers("events")?);
    let (opportunities, reason) = (numbers("opportunities")?, words("reason")?);
    let mut text = String::from(
        "| prediction | claimed | found | interval that judges | n | outcome |\n\
         |---|---|---|---|---|---|\n",
    );
    for row in 0..predictions.rows() {
        let (found, interval) = if events[row].is_finite() {
            let found = format!("{} of {}", events[row], opportunities[row]);
            (found, "exact".into())
        } else {
            let ends = (significant(low[row]), significant(high[row]));
            let interval = format!("{} to {} ({})", ends.0, ends.1, level[row]);
            (significant(value[row]), interval)
        };
        // What a study was made for, and nothing else, is printed bold.
        let outcome = if kind[row] == "primary" {
            format!("**{}**", outcome[row])
        } else {
            outcome[row].clone()
        };
        let why = if reason[row].is_empty() {
            String::new()
        } else {
            format!(": {}", reason[row])
        };
        let _ = writeln!(
            text,
            "| {} ({}) | `{}` {} | {found} | {interval} | {} | {outcome}{why} |",
            sentence[row], kind[row], estimate[row], claim[row], n[row]
        );
    }
    Ok(text)
}
