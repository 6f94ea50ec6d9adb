//! Filters over the steps before their death, beside survivors: largest pre-activation, what moved
//! it, and the size of the updates.

use std::fmt::Write as _;

use crate::figures::canvas::{Canvas, TextLook};
use crate::figures::finish::{Words, svg};
use crate::figures::layout::Grid;
use crate::figures::legend::{self, Sample};
use crate::figures::marks::Measured;
use crate::figures::panel::{Axis, Panel};
use crate::figures::scale::Scale;
use crate::figures::style::{Colour, Dash, Marker, Series, Stroke};
use crate::figures::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

const DYING: Series = Series {
    colour: Colour::VERMILLION,
    dash: Dash::Solid,
    marker: Marker::Circle,
};
const SURVIVING: Series = Series {
    colour: Colour::BLUE,
    dash: Dash::Dashed,
    marker: Marker::Square,
};
const OWN: Series = Series {
    colour: Colour::BLACK,
    dash: Dash::Solid,
    marker: Marker::Diamond,
};
const INPUTS: Series = Series {
    colour: Colour::ORANGE,
    dash: Dash::DashDot,
    marker: Marker::Triangle,
};

/// The rows of panels: label, quantities with kind of filter and look.
type Row = (
    &'static str,
    &'static [(&'static str, &'static str, Series)],
);

const ROWS: [Row; 3] = [
    (
        "Largest pre-activation\n(% of its highest)",
        &[
            ("largest", "dying", DYING),
            ("largest", "surviving", SURVIVING),
        ],
    ),
    (
        "Moved since step \u{2212}20\n(% of the highest)",
        &[("own", "dying", OWN), ("inputs", "dying", INPUTS)],
    ),
    (
        "Length of the update",
        &[
            ("update", "dying", DYING),
            ("update", "surviving", SURVIVING),
        ],
    ),
];

/// Draws the figure from a table with one row a layer, kind of filter (`who`), `quantity` and step
/// before death (`steps_before`): `value`, `low95`, `high95`, `deaths`, `n`.
///
/// # Errors
/// If the table lacks a column or has no rows.
pub fn draw(table: Table, provenance: &Provenance) -> Result<Figure, FigureError> {
    let curves = Curves::read(&table)?;
    let grid = Grid {
        width: 183.0,
        left: 16.0,
        right: 3.0,
        top: 12.0,
        bottom: 9.0,
        columns: curves.layers.len(),
        column_gap: 8.0,
        row_heights: vec![32.0, 26.0, 26.0],
        row_gap: 4.0,
    };
    let words = Words {
        name: "traces".into(),
        title: "The 20 steps before a filter's death, beside a survivor".into(),
        description: curves.description(),
    };
    let svg = svg((grid.width, grid.height()), &words, provenance, |canvas| {
        curves.draw(canvas, &grid);
    })?;
    Ok(Figure {
        name: words.name,
        svg,
        caption: curves.caption(),
        table,
    })
}

struct Curve {
    layer: f64,
    who: String,
    quantity: String,
    values: Vec<Measured>,
    deaths: f64,
    seeds: f64,
}

struct Curves {
    layers: Vec<f64>,
    all: Vec<Curve>,
}

impl Curves {
    fn read(table: &Table) -> Result<Self, FigureError> {
        let column = |name: &str| table.numbers(name);
        let (who, quantity) = (table.words("who")?, table.words("quantity")?);
        let (layer, before) = (column("layer")?, column("steps_before")?);
        let (value, low, high) = (column("value")?, column("low95")?, column("high95")?);
        let (deaths, n) = (column("deaths")?, column("n")?);
        let mut all: Vec<Curve> = Vec::new();
        for row in 0..value.len() {
            let factor = if quantity[row] == "update" {
                1.0
            } else {
                100.0
            };
            let measured = Measured {
                x: -before[row],
                y: factor * value[row],
                low: factor * low[row],
                high: factor * high[row],
            };
            let known = all.iter_mut().find(|curve| {
                curve.layer == layer[row]
                    && curve.who == who[row]
                    && curve.quantity == quantity[row]
            });
            match known {
                Some(curve) => {
                    curve.values.push(measured);
                    curve.deaths = curve.deaths.max(deaths[row]);
                    curve.seeds = curve.seeds.max(n[row]);
                }
                None => all.push(Curve {
                    layer: layer[row],
                    who: who[row].clone(),
                    quantity: quantity[row].clone(),
                    values: vec![measured],
                    deaths: deaths[row],
                    seeds: n[row],
                }),
            }
        }
        let mut layers = layer;
        layers.dedup();
        layers.sort_by(f64::total_cmp);
        layers.dedup();
        if all.is_empty() {
            return Err(FigureError {
                figure: table.name.clone(),
                reason: "the table has no rows".into(),
            });
        }
        Ok(Self { layers, all })
    }

    fn find(&self, layer: f64, quantity: &str, who: &str) -> Option<&Curve> {
        self.all
            .iter()
            .find(|c| c.layer == layer && c.quantity == quantity && c.who == who)
    }

    /// The range of a row of panels with its intervals, of one layer or of all.
    fn scale(&self, row: &Row, layer: Option<f64>) -> Scale {
        let shown = self.all.iter().filter(|curve| {
            let mut wanted = row.1.iter();
            wanted.any(|wanted| wanted.0 == curve.quantity && wanted.1 == curve.who)
                && layer.is_none_or(|layer| layer == curve.layer)
        });
        let values = shown.flat_map(|curve| curve.values.iter());
        let finite = values
            .flat_map(|v| [v.y, v.low, v.high])
            .filter(|value| value.is_finite());
        let (low, high) = finite.fold((0.0f64, 0.0f64), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        let margin = 0.06 * (high - low).max(1e-6);
        Scale::Linear {
            low: if low < 0.0 { low - margin } else { 0.0 },
            high: high + margin,
        }
    }

    fn draw(&self, canvas: &mut Canvas, grid: &Grid) {
        legend::row(
            canvas,
            (grid.left, 3.0),
            grid.width,
            3.0,
            &[
                (Sample::Series(DYING), "Dying filter"),
                (Sample::Series(SURVIVING), "Surviving filter, same steps"),
                (Sample::Series(OWN), "By own weights and bias"),
                (Sample::Series(INPUTS), "By inputs from below"),
                (Sample::Band(Colour::GREY), "95% interval"),
            ],
        );
        let steps = Scale::Linear {
            low: -20.5,
            high: 0.5,
        };
        for (index, row) in ROWS.iter().enumerate() {
            // Updates differ from layer to layer by more than one axis can show.
            let own_axis = index == 2;
            for (column, &layer) in self.layers.iter().enumerate() {
                let scale = self.scale(row, own_axis.then_some(layer));
                let x = Axis::new(
                    steps,
                    "Steps before death",
                    steps.ticks_at(&[-20.0, -15.0, -10.0, -5.0, 0.0]),
                );
                let y = Axis::new(scale, "", scale.round(4));
                let panel = Panel {
                    frame: grid.frame(index, column),
                    x: if index + 1 == ROWS.len() { x } else { x.bare() },
                    y: if column == 0 || own_axis { y } else { y.bare() },
                };
                if index < 2 {
                    panel.level(canvas, 0.0, "", Stroke::solid(Colour::GREY, 0.4));
                }
                for &(quantity, who, look) in row.1 {
                    if let Some(curve) = self.find(layer, quantity, who) {
                        panel.curve(canvas, &curve.values, look);
                    }
                }
                panel.axes(canvas);
                if index == 0 {
                    let deaths = self.find(layer, "largest", "dying");
                    let pairs = self.find(layer, "largest", "surviving");
                    let heading = format!(
                        "Convolution {layer}: {} deaths, {} controls",
                        deaths.map_or(0.0, |curve| curve.deaths),
                        pairs.map_or(0.0, |curve| curve.deaths),
                    );
                    panel.heading(canvas, &heading, 1.4);
                }
                if column == 0 {
                    let letter = char::from(b'a' + index as u8).to_string();
                    panel.letter(canvas, &letter, 14.0, 1.4);
                    let middle = f64::midpoint(panel.frame.top, panel.frame.bottom);
                    for (line, text) in row.0.split('\n').enumerate() {
                        let place = (panel.frame.left - 12.0 + 2.6 * line as f64, middle);
                        canvas.text(place, text, TextLook::NORMAL.middle().upwards());
                    }
                }
            }
        }
    }

    fn caption(&self) -> String {
        let of = |who: &str| {
            let curves = self.all.iter().filter(|curve| curve.who == who);
            let largest = curves.filter(|curve| curve.quantity == "largest");
            largest.fold((0.0, 0.0f64), |(deaths, seeds), curve| {
                (deaths + curve.deaths, seeds.max(curve.seeds))
            })
        };
        let ((deaths, seeds), (controls, _)) = (of("dying"), of("surviving"));
        format!(
            "The 20 steps before a filter's death, all rates and both optimizers together, in \
             networks that work at the end. a, Largest pre-activation over the training set (the \
             filter is dead once it is at most 0), as a percentage of its highest value in the \
             window. b, How much of its change since the beginning of the window its own weights \
             and bias made, and how much its inputs from below (mean of both orders of the split; medians of two parts \
             need not add up to the median of the change). \
             c, Euclidean length of each update of the filter's own weights and bias (each panel has \
             an axis of its own). Lines: medians \
             over deaths; bands: 95% percentile bootstrap intervals, seeds resampled. n = {deaths} \
             deaths and {controls} controls (a surviving filter of the same layer and network over \
             the same steps) of {seeds} seeds."
        )
    }

    fn description(&self) -> String {
        let mut text = String::from(
            "Curves over the 20 steps before death, one column of panels a convolution. ",
        );
        for curve in &self.all {
            if let (Some(first), Some(last)) = (curve.values.first(), curve.values.last()) {
                let _ = write!(
                    text,
                    "Convolution {}, {} filters, {}: median {:.3} at step {}, {:.3} at death. ",
                    curve.layer, curve.who, curve.quantity, first.y, first.x, last.y
                );
            }
        }
        text.trim_end().into()
    }
}
