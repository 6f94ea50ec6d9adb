//! A figure from its specification: rows and columns of panels with shared axes, letters,
//! headings, a legend that names nothing but what is there, and alt text.

mod axis;
mod check;
mod draw;
mod layout;
mod place;
mod plan;
mod range;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod shown;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

pub use check::{check, places};

use super::block::{Block, Looks, Side};
use super::finish::{Words, figure};
use super::kinds;
use super::labels::Labels;
use super::legend::Sample;
use super::rows::Site;
use super::scale::Scale;
use super::spec::{FigureSpec, Rule};
use super::style::{Dash, Stroke};
use super::{Figure, FigureError};
use crate::provenance::Provenance;
use crate::table::Table;

/// Draws a figure of published tables. The caption is the rendered one. What is drawn stands in
/// the tables that the specification names, so that the figure has no table of its own.
///
/// # Errors
/// If the specification asks for what a table does not hold: the error names figure, panel, table
/// and column and the nearest name that there is.
pub fn compose(
    name: &str,
    spec: &FigureSpec,
    tables: &[Table],
    labels: &Labels<'_>,
    caption: String,
    provenance: &Provenance,
) -> Result<Figure, FigureError> {
    let columns: Vec<(&str, Option<Vec<&str>>)> = tables
        .iter()
        .map(|table| {
            let columns = table.columns.iter().map(|column| column.name.as_str());
            (table.name.as_str(), Some(columns.collect()))
        })
        .collect();
    if let Some(problem) = check(spec, &columns).into_iter().next() {
        return Err(FigureError {
            figure: name.into(),
            reason: problem.to_string(),
        });
    }
    let mut looks = Looks::default();
    let mut blocks = Vec::new();
    for (panel, own) in spec.panels.iter().enumerate() {
        let site = Site {
            figure: name,
            panel,
            mark: own.mark,
        };
        let block = Block::read(site, own, tables, labels, &mut looks)?;
        if block.above.is_some() {
            for cell in block.cells() {
                above_ratio(&block, cell)?;
            }
        }
        blocks.push(block);
    }
    let sheet = layout::lay(spec, &blocks);
    let words = Words {
        name: name.into(),
        title: spec.title.clone(),
        description: description(spec, &blocks),
        caption,
    };
    figure((sheet.width, sheet.height), words, provenance, |canvas| {
        draw::sheet(canvas, &sheet);
    })
}

/// The scale along a side that all frames of a block share.
pub(super) fn shared_scale(block: &Block, side: Side) -> Scale {
    range::scale(&[block], side, range::Serves::All)
}

/// What the legend says of a block: its kind's marks, then rules that have a title.
fn entries(block: &Block) -> Vec<(Sample, String)> {
    let mut entries = kinds::entries(block);
    let (x, y) = (shared_scale(block, Side::X), shared_scale(block, Side::Y));
    for (index, rule) in block.spec.rules.iter().enumerate() {
        let seen = rule.x.is_some_and(|at| x.contains(at))
            || rule.y.is_some_and(|at| y.contains(at))
            || (rule.diagonal && x.overlap(y).is_some());
        if let (Some(title), true) = (&rule.title, seen) {
            entries.push((
                Sample::Line(rule_stroke(&block.spec.rules, index)),
                title.clone(),
            ));
        }
    }
    entries
}

/// How a rule of a panel looks: each that is named differs, one without a name looks as that
/// before it.
fn rule_stroke(rules: &[Rule], index: usize) -> Stroke {
    let dashes = [Dash::Dotted, Dash::Dashed, Dash::DashDot];
    let before = rules[..=index].iter().filter(|rule| !rule.diagonal);
    let named = before.filter(|rule| rule.title.is_some()).count();
    Stroke {
        colour: super::style::Colour::GREY,
        width: 0.6,
        dash: if rules[index].diagonal {
            Dash::Solid
        } else {
            dashes[named.saturating_sub(1) % dashes.len()]
        },
    }
}

/// How many times x the second scale on top is, in a frame.
fn above_ratio(block: &Block, cell: (usize, usize)) -> Result<f64, FigureError> {
    let ratios = block.in_cell(cell).map(|item| item.above / item.x);
    let mut ratios = ratios.filter(|ratio| ratio.is_finite());
    let Some(first) = ratios.next() else {
        return Ok(1.0);
    };
    if let Some(other) = ratios.find(|ratio| libm::fabs(ratio / first - 1.0) > 1e-9) {
        return Err(block.site.error(&format!(
            "`encoding.x.above` is no fixed multiple of x in the frame `{}`: {first} and {other} \
             times it; show its levels apart by `row` or `column`",
            block.words(cell)
        )));
    }
    Ok(first)
}

/// What is to be seen, in words: the alt text.
fn description(spec: &FigureSpec, blocks: &[Block]) -> String {
    let mut text = format!("{}.", spec.title.trim_end_matches('.'));
    for block in blocks {
        let kind = kinds::of(block.spec.mark);
        text.push(' ');
        if let Some(title) = &block.spec.title {
            text.push_str(title);
            text.push_str(": ");
        }
        text.push_str(kinds::words(block.spec.mark));
        let _ = match (block.x.label.as_str(), block.y.label.as_str()) {
            (x, "") => write!(text, ", {x}."),
            (x, y) => write!(text, ", {y} against {x}."),
        };
        for cell in block.cells() {
            let said = kind.describe(block, cell);
            if said.is_empty() {
                continue;
            }
            let words = block.words(cell);
            let colon = if words.is_empty() { "" } else { ": " };
            let _ = write!(text, " {words}{colon}{said}.");
        }
    }
    text
}
