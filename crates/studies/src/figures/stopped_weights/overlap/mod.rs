//! Whether it is always the same weights: overlap of sets of stopped weights against chance.

mod across;
mod successive;
mod table;
mod words;

use self::table::Shown;
use crate::figures::finish::{Words, svg};
use crate::figures::layout::Grid;
use crate::figures::style::{Colour, Dash, Stroke};
use crate::figures::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

/// Columns of successive sets: `set` in the table, words.
const SETS: [(&str, &str); 2] = [
    ("all", "All stopped weights"),
    ("awake", "Without dead filters"),
];
/// Rows: steps over which weights are stopped.
const INTERVALS: [f64; 2] = [1.0, 1000.0];
/// Categories of the comparison across networks: interval, none for dead filters.
const ACROSS: [Option<f64>; 4] = [None, Some(1.0), Some(10.0), Some(100.0)];
/// Kinds of it: name, words, place among the looks.
const KINDS: [(&str, &str, usize); 2] = [
    ("orders", "Same initial weights", 0),
    ("draws", "Other initial weights", 1),
];

const CHANCE: Stroke = Stroke {
    colour: Colour::GREY,
    width: 0.5,
    dash: Dash::Dotted,
};

/// Draws the figure from the table `overlap`: one row a comparison.
///
/// Columns: `kind` (`successive`, `orders`, `draws`), `arm`, `optimizer`, `set` (`all`, `awake`,
/// `dead filters`), `interval` (missing for filters), `step`, `replicate` (missing over networks),
/// `value`, `low95`, `high95`, `n`. Successive sets are shown of the arm `long`.
///
/// # Errors
/// If the table lacks a column or has no rows.
pub fn draw(table: Table, provenance: &Provenance) -> Result<Figure, FigureError> {
    let shown = Shown::read(&table)?;
    let words = Words {
        name: "overlap".into(),
        title: "Whether the weights that stop are always the same, against chance".into(),
        description: shown.description(),
    };
    let grid = Grid {
        width: 183.0,
        left: 12.0,
        right: 2.0,
        top: 13.0,
        bottom: 9.0,
        columns: 3,
        column_gap: 10.0,
        row_heights: vec![28.0, 28.0],
        row_gap: 7.0,
    };
    let svg = svg((grid.width, grid.height()), &words, provenance, |canvas| {
        shown.draw_successive(canvas, &grid);
        shown.draw_across(canvas, &grid);
    })?;
    Ok(Figure {
        name: words.name,
        svg,
        caption: shown.caption(),
        table,
    })
}

#[cfg(test)]
mod tests {
    use super::super::synthetic;
    use super::*;
    use crate::figures::synthetic::{provenance, save};

    #[test]
    fn both_parts_are_there_and_two_drawings_are_equal() {
        let figure = draw(synthetic::overlap(), &provenance()).unwrap();
        let again = draw(synthetic::overlap(), &provenance()).unwrap();
        assert_eq!(figure.svg, again.svg);
        assert!(figure.svg.contains("Same initial weights"));
        assert!(figure.svg.contains("Without dead filters, over 1 step"));
        save(&figure);
    }
}
