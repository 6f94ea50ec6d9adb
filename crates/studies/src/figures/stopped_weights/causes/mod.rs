//! The figure that answers the question: which share of the weights stops, and why, over 20,000
//! steps.

mod picture;
mod table;
mod words;

use self::table::Shown;
use crate::figures::finish::{Words, svg};
use crate::figures::layout::Grid;
use crate::figures::style::{Colour, Dash, Stroke};
use crate::figures::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

/// The intervals shown: each step, and between two saves.
const INTERVALS: [f64; 2] = [1.0, 1000.0];

const SINGLE: [Stroke; 2] = [
    Stroke {
        colour: Colour::BLACK,
        width: 0.5,
        dash: Dash::Solid,
    },
    Stroke {
        colour: Colour::BLACK,
        width: 0.5,
        dash: Dash::Dotted,
    },
];

/// Draws the figure from the rows of the arm `long` of the table `causes`.
///
/// Columns: `arm`, `optimizer`, `interval`, `step`, `replicate` (missing for the mean over
/// networks), `stopped` and one share for each cause, `loss`, `n` (networks). Optimizers stand in
/// the order of the table.
///
/// # Errors
/// If the table lacks a column or has no row of the arm.
pub fn draw(table: Table, provenance: &Provenance) -> Result<Figure, FigureError> {
    let shown = Shown::read(&table)?;
    let words = Words {
        name: "causes".into(),
        title: "Weights that do not change, by cause, over 20,000 training steps".into(),
        description: shown.description(),
    };
    let grid = Grid {
        width: 183.0,
        left: 14.0,
        right: 4.5,
        top: 16.0,
        bottom: 9.0,
        columns: shown.optimizers.len(),
        column_gap: 7.0,
        row_heights: vec![30.0, 30.0, 16.0],
        row_gap: 7.0,
    };
    let svg = svg((grid.width, grid.height()), &words, provenance, |canvas| {
        shown.draw(canvas, &grid);
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
    fn each_optimizer_has_its_column_and_two_drawings_are_equal() {
        let figure = draw(synthetic::causes(), &provenance()).unwrap();
        let again = draw(synthetic::causes(), &provenance()).unwrap();
        assert_eq!(figure.svg, again.svg);
        for name in ["Plain SGD", "Momentum with L2", "Adam"] {
            assert_eq!(figure.svg.matches(&format!(">\n{name}\n")).count(), 1);
        }
        // A cause that never occurs is not in the legend.
        assert!(figure.svg.contains("Update rounds away"));
        assert!(!figure.svg.contains("Reads blank pixels"));
        save(&figure);
    }

    #[test]
    fn a_table_without_long_runs_is_refused() {
        let table = synthetic::causes();
        let none = table.keep("causes", &vec![false; table.rows()]);
        assert!(draw(none, &provenance()).is_err());
    }
}
