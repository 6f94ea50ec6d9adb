//! Effects with their intervals: one row an effect, against a line of no effect or a threshold.

use std::fmt::Write as _;

use super::canvas::{Canvas, TextLook};
use super::finish::{Words, svg};
use super::font::text_width;
use super::layout::{Grid, first_seen};
use super::legend::{self, Sample};
use super::panel::{Axis, Panel};
use super::scale::{Scale, Tick, number};
use super::style::{Colour, Dash, Series, Stroke};
use super::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

const ZERO: Stroke = Stroke {
    colour: Colour::BLACK,
    width: 0.4,
    dash: Dash::Solid,
};

const THRESHOLD: Stroke = Stroke {
    colour: Colour::GREY,
    width: 0.6,
    dash: Dash::Dashed,
};

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
    /// What the dashed lines are, if there are any.
    pub threshold: &'a str,
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
    let effects = Chart::read(&table, factor)?;
    let widest = effects
        .rows
        .iter()
        .map(|row| text_width(row, TextLook::SMALL.size))
        .fold(0.0, f64::max);
    let grid = Grid {
        width: if effects.facets.len() > 1 {
            183.0
        } else {
            89.0
        },
        left: widest + 4.0,
        right: 3.0,
        top: 10.0,
        bottom: 9.0,
        columns: effects.facets.len(),
        column_gap: 6.0,
        row_heights: vec![effects.row_height() * effects.rows.len() as f64],
        row_gap: 0.0,
    };
    let said = Words {
        name: words.name.into(),
        title: words.title.into(),
        description: effects.description(words.title, words.axis),
    };
    let svg = svg((grid.width, grid.height()), &said, provenance, |canvas| {
        effects.draw(canvas, &grid, thresholds, words);
    })?;
    Ok(Figure {
        name: said.name,
        svg,
        caption: format!(
            "{} Markers: {markers}; bars: 95% percentile bootstrap intervals over seeds, \
             resampled jointly for all rows{}{}. n = {} networks (seeds) a row.",
            words.caption,
            if effects.dots.is_empty() {
                ""
            } else {
                "; dots: single networks"
            },
            if effects.effects.iter().any(Effect::is_one_sided) {
                "; thin pale bars: exact limits where a share is 0 or 1 in all networks"
            } else {
                ""
            },
            effects.networks()
        ),
        table,
    })
}

struct Effect {
    facet: usize,
    row: usize,
    series: usize,
    value: f64,
    low: f64,
    high: f64,
    n: f64,
}

impl Effect {
    /// Whether the interval reaches to one side of the value only.
    fn is_one_sided(&self) -> bool {
        (self.low == self.value) != (self.high == self.value)
    }
}

struct Chart {
    facets: Vec<String>,
    rows: Vec<String>,
    series: Vec<String>,
    effects: Vec<Effect>,
    /// Single networks.
    dots: Vec<Effect>,
    scale: Scale,
}

impl Chart {
    fn read(table: &Table, factor: f64) -> Result<Self, FigureError> {
        let (facet, row) = (table.words("facet")?, table.words("row")?);
        let series = table.words("series")?;
        let value = table.numbers("value")?;
        let (low, high) = (table.numbers("low95")?, table.numbers("high95")?);
        let n = table.numbers("n")?;
        let (mut facets, mut rows, mut all_series) = (Vec::new(), Vec::new(), Vec::new());
        let single: Vec<bool> = if table.has("replicate") {
            let replicate = table.numbers("replicate")?;
            replicate.iter().map(|value| value.is_finite()).collect()
        } else {
            vec![false; n.len()]
        };
        let all: Vec<(bool, Effect)> = (0..n.len())
            .map(|i| {
                let effect = Effect {
                    facet: first_seen(&mut facets, &facet[i]),
                    row: first_seen(&mut rows, &row[i]),
                    series: first_seen(&mut all_series, &series[i]),
                    value: factor * value[i],
                    low: factor * low[i],
                    high: factor * high[i],
                    n: n[i],
                };
                (single[i], effect)
            })
            .collect();
        let shown = all.iter().flat_map(|(_, e)| [e.value, e.low, e.high]);
        let (least, most) = shown
            .filter(|value| value.is_finite())
            .fold((0.0f64, 0.0f64), |(least, most), v| {
                (least.min(v), most.max(v))
            });
        if least >= most {
            return Err(FigureError {
                figure: table.name.clone(),
                reason: "no row has a value other than 0".into(),
            });
        }
        let margin = 0.06 * (most - least);
        let (dots, effects): (Vec<_>, Vec<_>) = all.into_iter().partition(|(single, _)| *single);
        let [dots, effects] =
            [dots, effects].map(|part| part.into_iter().map(|(_, effect)| effect).collect());
        Ok(Self {
            facets,
            rows,
            series: all_series,
            effects,
            dots,
            scale: Scale::Linear {
                low: if least < 0.0 { least - margin } else { 0.0 },
                high: if most > 0.0 { most + margin } else { 0.0 },
            },
        })
    }

    /// Millimetres a row.
    fn row_height(&self) -> f64 {
        f64::max(3.6, 1.9 * self.series.len() as f64 + 1.0)
    }

    fn ticks(&self) -> Vec<Tick> {
        let Scale::Linear { low, high } = self.scale else {
            return Vec::new();
        };
        let step = round_step((high - low) / 5.0);
        let (first, last) = ((low / step).ceil() as i32, (high / step).floor() as i32);
        (first..=last)
            .map(|index| Tick {
                value: f64::from(index) * step,
                // Fourteen digits: what the multiplication rounds away is not a digit of the tick.
                label: Some(number(
                    format!("{:.10}", f64::from(index) * step)
                        .parse()
                        .unwrap_or(0.0),
                )),
            })
            .collect()
    }

    fn draw(&self, canvas: &mut Canvas, grid: &Grid, thresholds: &[f64], words: ForestWords<'_>) {
        let mut entries: Vec<(Sample, &str)> = Vec::new();
        if self.series.len() > 1 {
            let series = self.series.iter().enumerate();
            entries
                .extend(series.map(|(index, name)| (Sample::Series(solid(index)), name.as_str())));
        }
        if !self.dots.is_empty() {
            entries.push((Sample::Dot(Colour::GREY), "Single network"));
        }
        if !thresholds.is_empty() {
            entries.push((Sample::Line(THRESHOLD), words.threshold));
        }
        legend::row(canvas, (2.0, 3.0), grid.width - 4.0, 3.0, &entries);
        let rows = self.rows.len() as f64;
        let labels: Vec<Tick> = self
            .rows
            .iter()
            .enumerate()
            .map(|(index, row)| Tick {
                value: index as f64,
                label: Some(row.clone()),
            })
            .collect();
        for (column, facet) in self.facets.iter().enumerate() {
            let places = Scale::Linear {
                low: rows - 0.5,
                high: -0.5,
            };
            let axis = Axis::new(places, "", labels.clone());
            let panel = Panel {
                frame: grid.frame(0, column),
                x: Axis::new(self.scale, words.axis, self.ticks()),
                y: if column == 0 { axis } else { axis.bare() },
            };
            panel.moment(canvas, 0.0, ZERO);
            for threshold in thresholds.iter().filter(|t| self.scale.contains(**t)) {
                panel.moment(canvas, *threshold, THRESHOLD);
            }
            for dot in self.dots.iter().filter(|e| e.facet == column) {
                let (x, y) = self.place(&panel, dot, dot.value);
                canvas.dot((x, y), 0.25, solid(dot.series).colour.tint(0.5), 1.0);
            }
            for effect in self.effects.iter().filter(|e| e.facet == column) {
                self.effect(canvas, &panel, effect);
            }
            panel.axes(canvas);
            panel.heading(canvas, facet, 1.4);
        }
    }

    fn effect(&self, canvas: &mut Canvas, panel: &Panel, effect: &Effect) {
        let look = solid(effect.series);
        let place = |value: f64| self.place(panel, effect, value);
        if !effect.value.is_finite() {
            return;
        }
        if effect.low.is_finite() && effect.high.is_finite() {
            // A limit where no network has any stands back behind measured intervals.
            let stroke = if effect.is_one_sided() {
                Stroke::solid(look.colour.tint(0.45), 0.3)
            } else {
                look.stroke(0.7)
            };
            canvas.line(&[place(effect.low), place(effect.high)], stroke);
        }
        canvas.marker(place(effect.value), look.marker, 1.2, look.colour);
    }

    /// Where a value of a row and series stands.
    fn place(&self, panel: &Panel, effect: &Effect, value: f64) -> (f64, f64) {
        let shift = 1.9 * (effect.series as f64 - (self.series.len() as f64 - 1.0) / 2.0);
        let (x, y) = panel.at(value, effect.row as f64);
        (x, y + shift)
    }

    fn networks(&self) -> String {
        let n = self.effects.iter().map(|effect| effect.n);
        let (least, most) = n.fold((f64::MAX, 0.0f64), |(a, b), n| (a.min(n), b.max(n)));
        if least == most {
            most.to_string()
        } else {
            format!("{least} to {most}")
        }
    }

    fn description(&self, title: &str, axis: &str) -> String {
        let mut text = format!("{title}. Rows of means with intervals; {axis}. ");
        for e in &self.effects {
            let (facet, row, series) = (
                &self.facets[e.facet],
                &self.rows[e.row],
                &self.series[e.series],
            );
            let _ = write!(
                text,
                "{facet}, {row}, {series}: {:.2} ({:.2} to {:.2}). ",
                e.value, e.low, e.high
            );
        }
        text.trim_end().into()
    }
}

/// A series' look with an undashed line: bars are too short for dashes.
fn solid(index: usize) -> Series {
    Series {
        dash: Dash::Solid,
        ..Series::arm(index)
    }
}

/// The nearest of 1, 2 and 5 times a power of ten that is not below.
fn round_step(wanted: f64) -> f64 {
    let power = libm::pow(10.0, libm::floor(libm::log10(wanted)));
    let fitting = [1.0, 2.0, 5.0].into_iter().find(|f| f * power >= wanted);
    fitting.map_or(10.0 * power, |factor| factor * power)
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
            threshold: "Margin of 1 point",
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
            threshold: "",
        };
        let replicates = vec![None, Some(0), None, None];
        let table = table().column("replicate", "Seed.", Values::Integer(replicates));
        let figure = draw(table, 100.0, &[], words, &synthetic::provenance()).unwrap();
        assert!(!figure.svg.contains("All layers, GELU"));
        assert!(figure.caption.contains("dots: single networks"));
        synthetic::save(&figure);
    }

    #[test]
    fn steps_of_ticks_are_round() {
        assert!((round_step(0.3) - 0.5).abs() < 1e-12);
        assert!((round_step(7.0) - 10.0).abs() < 1e-12);
        assert!((round_step(2.0) - 2.0).abs() < 1e-12);
    }
}
