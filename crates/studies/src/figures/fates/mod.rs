//! What became of the filters of several arms: one stacked bar an arm, one panel a facet.

mod chart;

use self::chart::{Bar, Chart};
use super::canvas::{Canvas, TextLook};
use super::finish::{Words, svg};
use super::font::text_width;
use super::layout::Grid;
use super::legend::{self, Sample};
use super::panel::{Axis, Panel};
use super::scale::{Scale, Tick};
use super::style::{Colour, Fill, Stroke};
use super::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

/// How a fate is filled.
type Filling = fn() -> Fill;

/// Of activations that have a slope everywhere.
const SILENT: &str = "silent";

/// Fates as the table names them, from the left of a bar.
const FATES: [(&str, &str, Filling); 7] = [
    ("born_dead", "Dead since step 0", Fill::born_dead),
    ("died", "Died", Fill::dead),
    (SILENT, "Silent, not dead", Fill::silent),
    ("cut_off", "Cut off", Fill::cut_off),
    ("live", "Live", Fill::working),
    ("collapsed", "In a collapsed network", Fill::collapsed),
    ("diverged", "In a diverged network", Fill::diverged),
];

const INTERVAL: Stroke = Stroke {
    colour: Colour::BLACK,
    width: 0.6,
    dash: super::style::Dash::Solid,
};

/// What a figure of fates says about itself.
#[derive(Clone, Copy, Debug)]
pub struct FatesWords<'a> {
    /// File name without extension.
    pub name: &'a str,
    /// In one line, for `<title>`.
    pub title: &'a str,
    /// First sentence of the caption, what the arms and panels are.
    pub caption: &'a str,
}

/// Draws a figure from a table with one row a facet and arm.
///
/// Columns: `facet` (heading of a panel), `arm` (label of a bar), one share for each fate
/// (`born_dead`, `died`, `silent`, `cut_off`, `live`, `collapsed`, `diverged`; they add up to 1),
/// `dead_low95` and `dead_high95` (interval of `born_dead` + `died`), `n` (networks). Facets stand
/// from left to right and arms from top to bottom in order of first appearance.
///
/// # Errors
/// If the table lacks a column or has no rows.
pub fn draw(
    table: Table,
    words: FatesWords<'_>,
    provenance: &Provenance,
) -> Result<Figure, FigureError> {
    let chart = Chart::read(&table)?;
    let look = TextLook::SMALL;
    let widest = chart
        .arms
        .iter()
        .map(|arm| text_width(arm, look.size))
        .fold(0.0, f64::max);
    let grid = Grid {
        width: if chart.facets.len() > 1 { 183.0 } else { 89.0 },
        left: widest + 3.0,
        right: 3.0,
        top: if chart.facets.len() > 1 { 9.0 } else { 15.0 },
        bottom: 9.0,
        columns: chart.facets.len(),
        column_gap: 5.0,
        row_heights: vec![4.2 * chart.arms.len() as f64],
        row_gap: 0.0,
    };
    let said = Words {
        name: words.name.into(),
        title: words.title.into(),
        description: chart.description(words.title),
    };
    let svg = svg((grid.width, grid.height()), &said, provenance, |canvas| {
        chart.draw(canvas, &grid);
    })?;
    Ok(Figure {
        name: said.name,
        svg,
        caption: format!(
            "{} Each bar: all filters of all networks of one arm at the end of training, stacked \
             to 100%: dead since step 0; alive at step 0 and dead at the end (died); {}cut off \
             (active, and yet without gradient for the last epoch); live; in a collapsed or \
             diverged network, whatever their own state. Whisker: 95% percentile bootstrap \
             interval over seeds of the dead parts of the bar (none where nothing has died, see \
             the table for the upper limit). n = {} networks \
             (seeds) a bar.",
            words.caption,
            if chart.has_silent() {
                "silent on the whole training set and not dead, since the activation's derivative \
                 is not 0 there; "
            } else {
                ""
            },
            chart.networks()
        ),
        table,
    })
}

impl Chart {
    fn draw(&self, canvas: &mut Canvas, grid: &Grid) {
        let mut entries: Vec<(Sample, &str)> = FATES
            .iter()
            .filter(|(column, ..)| *column != SILENT || self.has_silent())
            .map(|(_, words, fill)| (Sample::Area(fill()), *words))
            .collect();
        entries.push((Sample::Line(INTERVAL), "95% interval of dead"));
        legend::row(canvas, (2.0, 3.0), grid.width - 4.0, 3.0, &entries);
        let rows = self.arms.len() as f64;
        let ticks: Vec<Tick> = self
            .arms
            .iter()
            .enumerate()
            .map(|(index, arm)| Tick {
                value: index as f64,
                label: Some(arm.clone()),
            })
            .collect();
        for (column, facet) in self.facets.iter().enumerate() {
            let arms = Axis::new(
                Scale::Linear {
                    low: rows - 0.5,
                    high: -0.5,
                },
                "",
                ticks.clone(),
            );
            let panel = Panel {
                frame: grid.frame(0, column),
                x: Axis::percent("Filters (%)"),
                y: if column == 0 { arms } else { arms.bare() },
            };
            for bar in self.bars.iter().filter(|bar| bar.facet == column) {
                Self::bar(canvas, &panel, bar);
            }
            panel.axes(canvas);
            panel.heading(canvas, facet, 1.4);
        }
    }

    fn bar(canvas: &mut Canvas, panel: &Panel, bar: &Bar) {
        let row = bar.arm as f64;
        let mut start = 0.0;
        for (share, (.., fill)) in bar.shares.iter().zip(FATES) {
            if *share > 0.0 {
                let (from, to) = (
                    panel.at(start, row - 0.36),
                    panel.at(start + share, row + 0.36),
                );
                canvas.rectangle(from, to, fill());
            }
            start += share;
        }
        // Where nothing has died the interval is a limit, and no part of the picture.
        if bar.low < bar.high && bar.shares[0] + bar.shares[1] > 0.0 {
            let (from, to) = (panel.at(bar.low, row), panel.at(bar.high, row));
            canvas.line(&[from, to], INTERVAL);
            for (x, y) in [from, to] {
                canvas.line(&[(x, y - 0.5), (x, y + 0.5)], INTERVAL);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::synthetic;

    fn table() -> Table {
        let rows = [
            ("Low rate", "He", [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0]),
            (
                "Low rate",
                "Bias \u{2212}0.1",
                [0.1, 0.05, 0.0, 0.02, 0.83, 0.0, 0.0],
            ),
            ("Edge", "He", [0.0, 0.1, 0.1, 0.05, 0.5, 0.25, 0.0]),
            (
                "Edge",
                "Bias \u{2212}0.1",
                [0.1, 0.4, 0.0, 0.05, 0.2, 0.125, 0.125],
            ),
        ];
        let text = |of: fn(&(&'static str, &'static str, [f64; 7])) -> String| {
            rows.iter().map(of).collect::<Vec<String>>()
        };
        let mut table = Table::new("fates", "Made up.")
            .text("facet", "Panel.", text(|row| row.0.into()))
            .text("arm", "Bar.", text(|row| row.1.into()));
        for (index, (name, ..)) in FATES.iter().enumerate() {
            let shares = rows.iter().map(|row| row.2[index]).collect();
            table = table.real(name, "Share.", shares);
        }
        table
            .real("dead_low95", "Lower.", vec![0.0, 0.1, 0.15, 0.4])
            .real("dead_high95", "Upper.", vec![0.05, 0.2, 0.27, 0.6])
            .integer("n", "Networks.", vec![8, 8, 8, 6])
    }

    #[test]
    fn each_arm_has_a_bar_in_each_panel_and_two_drawings_are_equal() {
        let words = FatesWords {
            name: "fates",
            title: "Fates of filters",
            caption: "Fates by initialization.",
        };
        let provenance = synthetic::provenance();
        let figure = draw(table(), words, &provenance).unwrap();
        assert_eq!(figure.svg, draw(table(), words, &provenance).unwrap().svg);
        assert!(figure.caption.contains("n = 6 to 8 networks"));
        assert!(
            figure
                .svg
                .contains("Edge, Bias \u{2212}0.1: dead since step 0 10.0%, died 40.0%")
        );
        synthetic::save(&figure);
    }

    #[test]
    fn an_empty_table_is_refused() {
        let rows = vec![false; table().rows()];
        let empty = table().keep("fates", &rows);
        let words = FatesWords {
            name: "fates",
            title: "",
            caption: "",
        };
        assert!(draw(empty, words, &synthetic::provenance()).is_err());
    }
}
