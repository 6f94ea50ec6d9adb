//! How effects are drawn: panels of rows with markers, bars, dots and printed numbers.

use super::ForestWords;
use super::chart::{Chart, Column, Effect};
use crate::figures::canvas::{Canvas, Point, TextLook};
use crate::figures::font::text_width;
use crate::figures::layout::Grid;
use crate::figures::legend::{self, Sample};
use crate::figures::panel::{Axis, Panel};
use crate::figures::scale::{Scale, Tick};
use crate::figures::style::{Colour, Dash, Fill, Series, Stroke};

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

/// Space before a printed number, in millimetres.
const BEFORE: f64 = 1.6;
/// Millimetres between the series of a row.
const BETWEEN: f64 = 1.9;

/// A chart with its place on paper.
pub(super) struct Picture<'a> {
    chart: &'a Chart,
    words: ForestWords<'a>,
    thresholds: &'a [f64],
    columns: Vec<Column>,
    pub grid: Grid,
}

impl<'a> Picture<'a> {
    pub fn new(chart: &'a Chart, thresholds: &'a [f64], words: ForestWords<'a>) -> Self {
        let columns = chart.columns();
        let printed: f64 = columns.iter().map(width).sum();
        let labels = chart.rows.iter().map(|row| text_width(row, SMALL.size));
        let panels = chart.facets.len();
        // Printed numbers need room: two panels beside one another, not more.
        let beside = if chart.cut { panels.min(2) } else { panels };
        let row_height = f64::max(3.6, BETWEEN * chart.series.len() as f64 + 1.0);
        let height = row_height * chart.rows.len() as f64;
        let has_legend = !entries(chart, thresholds, words).is_empty();
        let grid = Grid {
            width: if panels > 1 { 183.0 } else { 89.0 },
            left: labels.fold(0.0, f64::max) + 4.0,
            right: 3.0 + printed,
            top: if has_legend { 10.0 } else { 5.5 },
            bottom: 9.0,
            columns: beside,
            column_gap: 6.0 + printed,
            row_heights: vec![height; panels.div_ceil(beside.max(1))],
            row_gap: 11.0,
        };
        Self {
            chart,
            words,
            thresholds,
            columns,
            grid,
        }
    }

    pub fn draw(&self, canvas: &mut Canvas) {
        let (chart, grid) = (self.chart, &self.grid);
        let entries = entries(chart, self.thresholds, self.words);
        legend::row(canvas, (2.0, 3.0), grid.width - 4.0, 3.0, &entries);
        let labels = chart.rows.iter().enumerate().map(|(index, row)| Tick {
            value: index as f64,
            label: Some(row.clone()),
        });
        let places = Scale::Linear {
            low: chart.rows.len() as f64 - 0.5,
            high: -0.5,
        };
        let rows = Axis::new(places, "", labels.collect());
        let scale = chart.range.scale();
        let values = Axis::new(scale, self.words.axis, scale.round(5));
        for (facet, heading) in chart.facets.iter().enumerate() {
            let (row, column) = (facet / grid.columns, facet % grid.columns);
            let panel = Panel {
                frame: grid.frame(row, column),
                x: values.clone(),
                y: if column == 0 {
                    rows.clone()
                } else {
                    rows.clone().bare()
                },
            };
            self.panel(canvas, &panel, facet);
            panel.axes(canvas);
            panel.heading(canvas, heading, 1.4);
        }
    }

    fn panel(&self, canvas: &mut Canvas, panel: &Panel, facet: usize) {
        let chart = self.chart;
        panel.moment(canvas, 0.0, ZERO);
        let scale = panel.x.scale;
        for threshold in self.thresholds.iter().filter(|t| scale.contains(**t)) {
            panel.moment(canvas, *threshold, THRESHOLD);
        }
        for dot in chart.dots.iter().filter(|e| e.facet == facet) {
            let colour = solid(dot.series).colour.tint(0.5);
            let place = self.place(panel, dot, dot.value);
            match chart.range.side(dot.value) {
                0 => canvas.dot(place, 0.25, colour, 1.0),
                side => arrow(canvas, place, side, 0.7, colour),
            }
        }
        for row in 0..chart.rows.len() {
            let mut shown = false;
            for effect in chart.estimates(facet, row) {
                self.effect(canvas, panel, effect);
                shown = true;
            }
            let (left, middle) = panel.at(chart.range.low, row as f64);
            let baseline = middle + SMALL.cap_height() / 2.0;
            if !shown && !self.words.missing.is_empty() {
                let place = (left + 1.2, baseline);
                canvas.text(place, self.words.missing, SMALL.coloured(Colour::GREY));
            }
            self.numbers(canvas, panel, facet, Some((row, baseline)));
        }
        self.numbers(canvas, panel, facet, None);
    }

    /// The printed numbers of a row, or their headings.
    fn numbers(&self, canvas: &mut Canvas, panel: &Panel, facet: usize, row: Option<(usize, f64)>) {
        let mut right = panel.frame.right;
        for column in &self.columns {
            right += width(column);
            let (text, y) = row.map_or((column.heading, panel.frame.top - 1.4), |(row, y)| {
                (column.cells[facet][row].as_str(), y)
            });
            canvas.text((right, y), text, SMALL.end().coloured(Colour::GREY));
        }
    }

    fn effect(&self, canvas: &mut Canvas, panel: &Panel, effect: &Effect) {
        let range = self.chart.range;
        let look = solid(effect.series);
        let place = |value: f64| self.place(panel, effect, value);
        if effect.low.is_finite() && effect.high.is_finite() {
            // A limit where no network has any stands back behind measured intervals.
            let stroke = if effect.is_one_sided() {
                Stroke::solid(look.colour.tint(0.45), 0.3)
            } else {
                look.stroke(0.7)
            };
            if range.side(effect.low) == 0 || range.side(effect.low) != range.side(effect.high) {
                canvas.line(&[place(effect.low), place(effect.high)], stroke);
            }
            for end in [effect.low, effect.high] {
                match range.side(end) {
                    0 => {}
                    side => arrow(canvas, place(end), side, 0.9, stroke.colour),
                }
            }
        }
        match range.side(effect.value) {
            0 => canvas.marker(place(effect.value), look.marker, 1.2, look.colour),
            side => arrow(canvas, place(effect.value), side, 1.7, look.colour),
        }
    }

    /// Where a value of a row and series stands: at the end of the axis if it lies beyond.
    fn place(&self, panel: &Panel, effect: &Effect, value: f64) -> Point {
        let middle = (self.chart.series.len() as f64 - 1.0) / 2.0;
        let shift = BETWEEN * (effect.series as f64 - middle);
        let (x, y) = panel.at(self.chart.range.nearest(value), effect.row as f64);
        (x, y + shift)
    }
}

const SMALL: TextLook = TextLook::SMALL;

/// What the legend says, if there is anything to say.
fn entries<'a>(
    chart: &'a Chart,
    thresholds: &[f64],
    words: ForestWords<'a>,
) -> Vec<(Sample, &'a str)> {
    let mut entries: Vec<(Sample, &str)> = Vec::new();
    if chart.series.len() > 1 {
        let series = chart.series.iter().enumerate();
        entries.extend(series.map(|(index, name)| (Sample::Series(solid(index)), name.as_str())));
    }
    if !chart.dots.is_empty() {
        entries.push((Sample::Dot(Colour::GREY), "Single network"));
    }
    if !thresholds.is_empty() {
        entries.push((Sample::Line(THRESHOLD), words.threshold));
    }
    if chart.cut {
        entries.push((Sample::Beyond(Colour::BLACK), "Beyond the axis"));
    }
    entries
}

/// Millimetres that a column of numbers takes.
fn width(column: &Column) -> f64 {
    let cells = column.cells.iter().flatten().map(String::as_str);
    let widths = cells.chain([column.heading]);
    BEFORE
        + widths
            .map(|text| text_width(text, SMALL.size))
            .fold(0.0, f64::max)
}

/// A triangle whose tip stands at a place and shows to the left (-1) or right (1).
fn arrow(canvas: &mut Canvas, tip: Point, side: i8, size: f64, colour: Colour) {
    let back = tip.0 - f64::from(side) * size;
    let outline = [tip, (back, tip.1 - 0.5 * size), (back, tip.1 + 0.5 * size)];
    canvas.area(&outline, Fill::plain(colour));
}

/// A series' look with an undashed line: bars are too short for dashes.
fn solid(index: usize) -> Series {
    Series {
        dash: Dash::Solid,
        ..Series::arm(index)
    }
}
