//! Effects with their intervals: one row an effect, against a line of no effect or a threshold.

mod chart;
mod picture;
mod range;

use self::chart::{Chart, Effect};
use self::picture::Picture;
use super::finish::{Words, svg};
use super::scale::number;
use super::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

/// What a figure of effects says about itself.
#[derive(Clone, Copy, Debug)]
pub struct ForestWords<'a> {
    /// File name without extension.
    pub name: &'a str,
    /// In one line, for `<title>`.
    pub title: &'a str,
    /// First sentences of the caption: what each row is.
    pub caption: &'a str,
    /// Label of the axis, with its unit.
    pub axis: &'a str,
    /// Where the axis ends, in its unit, if a few values far off would hide the others; they are
    /// marked by arrows, and all numbers printed. None: it holds all values.
    pub window: Option<(f64, f64)>,
    /// What the dashed lines are, if there are any.
    pub threshold: &'a str,
    /// What stands in a row without an estimate; empty if there are none such.
    pub missing: &'a str,
}

/// Draws a figure from a table with one row an effect.
///
/// Columns: `facet` (heading of a panel), `row` (label), `series` (which of several estimates of
/// that row; one word where there is only one), `value`, `low95`, `high95`, `n`, and, where single
/// networks are to be shown, `replicate`: rows that have one are drawn as dots. `factor`
/// multiplies values into the axis' unit (100 for points or per cent); `thresholds` are marked,
/// in that unit. Facets, rows and series keep the order of first appearance.
///
/// # Errors
/// If the table lacks a column or no value is finite.
pub fn draw(
    table: Table,
    factor: f64,
    thresholds: &[f64],
    words: ForestWords<'_>,
    provenance: &Provenance,
) -> Result<Figure, FigureError> {
    draw_estimates(
        table,
        factor,
        thresholds,
        words,
        "means over seeds",
        provenance,
    )
}

/// As [`draw`], where markers are not means over seeds but what `markers` says, for example
/// `medians over deaths`.
///
/// # Errors
/// As [`draw`].
pub fn draw_estimates(
    table: Table,
    factor: f64,
    thresholds: &[f64],
    words: ForestWords<'_>,
    markers: &str,
    provenance: &Provenance,
) -> Result<Figure, FigureError> {
    let chart = Chart::read(&table, factor, words.window)?;
    let picture = Picture::new(&chart, thresholds, words);
    let said = Words {
        name: words.name.into(),
        title: words.title.into(),
        description: chart.description(words.title, words.axis),
    };
    let size = (picture.grid.width, picture.grid.height());
    let svg = svg(size, &said, provenance, |canvas| picture.draw(canvas))?;
    Ok(Figure {
        name: said.name,
        svg,
        caption: caption(&chart, words.caption, markers),
        table,
    })
}

fn caption(chart: &Chart, first: &str, markers: &str) -> String {
    let dots = if chart.dots.is_empty() {
        ""
    } else {
        "; dots: single networks"
    };
    let limits = if chart.effects.iter().any(Effect::is_one_sided) {
        "; thin pale bars: exact limits where a share is 0 or 1 in all networks"
    } else {
        ""
    };
    let bare = |e: &Effect| e.value.is_finite() && !(e.low.is_finite() && e.high.is_finite());
    let bare = if chart.effects.iter().any(bare) {
        "; no bar: too few networks for one"
    } else {
        ""
    };
    let cut = if chart.cut {
        format!(
            " The axis ends at {} and {}, so that differences near 0 can be read: arrows at its \
             ends are means (large), intervals and networks beyond it; beside the panels all \
             means and intervals, and how many single networks lie beyond.",
            number(chart.range.low),
            number(chart.range.high)
        )
    } else {
        String::new()
    };
    let n = match chart.networks() {
        (least, most) if least == most => format!("n = {most} networks (seeds) a row."),
        (least, most) => {
            format!("n, beside the panels: {least} to {most} networks (seeds) a row.")
        }
    };
    format!(
        "{first} Markers: {markers}; bars: 95% percentile bootstrap intervals over seeds, \
         resampled jointly for all rows{dots}{limits}{bare}.{cut} {n}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::synthetic;
    use crate::table::Values;

    fn table() -> Table {
        let words = |words: [&str; 4]| words.map(String::from).to_vec();
        Table::new("effects", "Made up.")
            .text(
                "facet",
                "Panel.",
                words(["All layers", "All layers", "Third", "Third"]),
            )
            .text(
                "row",
                "Row.",
                words(["Leaky ReLU 0.01", "GELU", "Leaky ReLU 0.01", "GELU"]),
            )
            .text(
                "series",
                "Series.",
                words(["low rate", "low rate", "edge", "edge"]),
            )
            .real("value", "Mean.", vec![0.02, -0.01, 0.05, f64::NAN])
            .real("low95", "Lower.", vec![0.01, -0.02, 0.02, f64::NAN])
            .real("high95", "Upper.", vec![0.03, 0.005, 0.08, f64::NAN])
            .integer("n", "Networks.", vec![8; 4])
    }

    #[test]
    fn rows_have_markers_and_two_drawings_are_equal() {
        let words = ForestWords {
            name: "effects",
            title: "Differences",
            caption: "Differences of accuracy.",
            axis: "Accuracy minus ReLU's (points)",
            window: None,
            threshold: "Margin of 1 point",
            missing: "no network",
        };
        let provenance = synthetic::provenance();
        let once = draw(table(), 100.0, &[-1.0, 1.0], words, &provenance).unwrap();
        let again = draw(table(), 100.0, &[-1.0, 1.0], words, &provenance).unwrap();
        assert_eq!(once.svg, again.svg);
        assert!(
            once.svg
                .contains("All layers, GELU, low rate: -1.00 (-2.00 to 0.50)")
        );
        synthetic::save(&once);
    }

    #[test]
    fn single_networks_are_dots_and_no_effects() {
        let words = ForestWords {
            name: "effects-with-dots",
            title: "Differences",
            caption: "Differences of accuracy.",
            axis: "Accuracy minus ReLU's (points)",
            window: None,
            threshold: "",
            missing: "",
        };
        let replicates = vec![None, Some(0), None, None];
        let table = table().column("replicate", "Seed.", Values::Integer(replicates));
        let figure = draw(table, 100.0, &[], words, &synthetic::provenance()).unwrap();
        assert!(!figure.svg.contains("All layers, GELU"));
        assert!(figure.caption.contains("dots: single networks"));
        synthetic::save(&figure);
    }

    #[test]
    fn what_lies_beyond_a_cut_axis_is_printed_and_counted() {
        let words = ForestWords {
            name: "effects-cut",
            title: "Differences",
            caption: "Differences of accuracy.",
            axis: "Accuracy minus ReLU's (points)",
            window: Some((-2.5, 2.5)),
            threshold: "Margin of 1 point",
            missing: "no network",
        };
        let replicates = vec![None, None, None, Some(0)];
        let table = table().column("replicate", "Seed.", Values::Integer(replicates));
        let figure = draw(table, 100.0, &[1.0], words, &synthetic::provenance()).unwrap();
        for printed in [
            "5.0 (2.0 to 8.0)",
            "\u{2212}1.0 (\u{2212}2.0 to 0.5)",
            "beyond",
        ] {
            assert!(figure.svg.contains(printed), "{printed}");
        }
        assert!(figure.svg.contains("no network"));
        assert!(
            figure
                .caption
                .contains("The axis ends at \u{2212}2.5 and 2.5")
        );
        synthetic::save(&figure);
    }
}
