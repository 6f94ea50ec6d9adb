//! One layer, unit by unit.

use std::io::{self, Write};

use crate::history::History;
use crate::motion::Motion;
use crate::verdict::{LayerVerdicts, Unit, Verdict};

/// Writes what is known of every unit of a layer that does not simply learn; `layer` is its
/// place in `history`.
///
/// # Errors
/// If `out` cannot be written to.
pub fn details(
    out: &mut dyn Write,
    history: &History,
    verdicts: &LayerVerdicts,
    layer: usize,
) -> io::Result<()> {
    let read_by = match &verdicts.read_by {
        Some(reader) => format!("read by {reader}"),
        None if verdicts.is_output => "the output".to_owned(),
        None => "read by nobody knows what".to_owned(),
    };
    writeln!(
        out,
        "{}: {} of {} units, {read_by}",
        verdicts.name,
        verdicts.kind,
        verdicts.units.len()
    )?;
    writeln!(
        out,
        "history, one letter an interval: L learning, F frozen, D decaying, A falling by L2 \
         through Adam,\nC coasting, N carried by its norm, S stalled, X diverged; small where the bias or norm moved \
         although the weights did not\n"
    )?;
    for unit in &verdicts.units {
        let letters = history.intervals.iter().map(|interval| {
            let glimpse = &interval.glimpses[layer][unit.unit];
            let letter = letter(glimpse.motion);
            if glimpse.motion.is_quiet() && !glimpse.is_quiet() {
                letter.to_ascii_lowercase()
            } else {
                letter
            }
        });
        let letters: String = letters.collect();
        writeln!(
            out,
            "{:>5}  {letters}  {}{}{}",
            unit.unit,
            unit.verdict.words(),
            since(unit),
            because(unit)
        )?;
    }
    Ok(())
}

fn letter(motion: Motion) -> char {
    match motion {
        Motion::Learning => 'L',
        Motion::Frozen => 'F',
        Motion::Decaying => 'D',
        Motion::Falling => 'A',
        Motion::Coasting => 'C',
        Motion::Carried => 'N',
        Motion::Stalled => 'S',
        Motion::Diverged => 'X',
    }
}

fn since(unit: &Unit) -> String {
    match unit.since {
        Some([Some(after), Some(by)]) => format!(" since between {after} and {by}"),
        Some([None, Some(by)]) => format!(" from {by}, the first file, on"),
        _ => String::new(),
    }
}

fn because(unit: &Unit) -> String {
    let mut reasons = unit.evidence.join(", ");
    if unit.revived && unit.verdict == Verdict::Learning {
        "looked dead for a while and came back".clone_into(&mut reasons);
    }
    if reasons.is_empty() {
        reasons
    } else {
        format!(": {reasons}")
    }
}
