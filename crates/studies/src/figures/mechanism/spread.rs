//! How deaths differ: distributions of the own share of the drop and of the steps that made it.

use std::fmt::Write as _;

use crate::figures::canvas::Canvas;
use crate::figures::finish::{Words, svg};
use crate::figures::layout::Grid;
use crate::figures::legend::{self, Sample};
use crate::figures::marks::Measured;
use crate::figures::panel::{Axis, Panel};
use crate::figures::scale::Scale;
use crate::figures::style::{Colour, Dash, Series, Stroke};
use crate::figures::{Figure, FigureError};
use crate::study::Provenance;
use crate::table::Table;

const HALF: Stroke = Stroke {
    colour: Colour::GREY,
    width: 0.6,
    dash: Dash::Dashed,
};

/// Draws the figure from a table with one row a `quantity` (`own_share`, `steps_90`), `layer` and
/// value (`up_to`): the share of deaths with at most this value (`value`, `low95`, `high95`),
/// `deaths` and `n`.
///
/// # Errors
/// If the table lacks a column or has no rows.
pub fn draw(table: Table, provenance: &Provenance) -> Result<Figure, FigureError> {
    let curves = read(&table)?;
    let grid = Grid {
        width: 183.0,
        left: 12.0,
        right: 3.0,
        top: 9.0,
        bottom: 9.0,
        columns: 2,
        column_gap: 14.0,
        row_heights: vec![42.0],
        row_gap: 0.0,
    };
    let words = Words {
        name: "spread".into(),
        title: "How much of the drop is a filter's own, and how many steps it takes".into(),
        description: description(&curves),
    };
    let svg = svg((grid.width, grid.height()), &words, provenance, |canvas| {
        draw_panels(canvas, &grid, &curves);
    })?;
    let counts: Vec<String> = curves
        .iter()
        .filter(|curve| curve.quantity == "own_share")
        .map(|curve| {
            format!(
                "{} deaths of {} seeds in convolution {}",
                curve.deaths, curve.seeds, curve.layer
            )
        })
        .collect();
    Ok(Figure {
        name: words.name,
        svg,
        caption: format!(
            "How deaths differ. a, Share of deaths in which own weights and bias carried at most so \
             much of the drop of the largest pre-activation (from its highest value in the 20 steps \
             before death to death); above 100%, the inputs pulled upwards, below 0% the filter's own \
             parameters did. What lies beyond the axis is counted. b, Share of deaths in which so \
             many steps, the largest drops first, make 90% of the drop. Bands: 95% percentile \
             bootstrap intervals, seeds resampled. Networks that work at the end; n = {}.",
            counts.join(", ")
        ),
        table,
    })
}

struct Curve {
    quantity: String,
    layer: f64,
    values: Vec<Measured>,
    deaths: f64,
    seeds: f64,
}

fn read(table: &Table) -> Result<Vec<Curve>, FigureError> {
    let column = |name: &str| table.numbers(name);
    let quantity = table.words("quantity")?;
    let (layer, up_to) = (column("layer")?, column("up_to")?);
    let (value, low, high) = (column("value")?, column("low95")?, column("high95")?);
    let (deaths, n) = (column("deaths")?, column("n")?);
    let mut curves: Vec<Curve> = Vec::new();
    for row in 0..value.len() {
        let factor = if quantity[row] == "own_share" {
            100.0
        } else {
            1.0
        };
        let measured = Measured {
            x: factor * up_to[row],
            y: 100.0 * value[row],
            low: 100.0 * low[row],
            high: 100.0 * high[row],
        };
        let known = curves
            .iter_mut()
            .find(|curve| curve.quantity == quantity[row] && curve.layer == layer[row]);
        match known {
            Some(curve) => curve.values.push(measured),
            None => curves.push(Curve {
                quantity: quantity[row].clone(),
                layer: layer[row],
                values: vec![measured],
                deaths: deaths[row],
                seeds: n[row],
            }),
        }
    }
    if curves.is_empty() {
        return Err(FigureError {
            figure: table.name.clone(),
            reason: "the table has no rows".into(),
        });
    }
    Ok(curves)
}

fn draw_panels(canvas: &mut Canvas, grid: &Grid, curves: &[Curve]) {
    let mut entries: Vec<(Sample, String)> = curves
        .iter()
        .filter(|curve| curve.quantity == "own_share")
        .map(|curve| {
            let words = format!("Convolution {}", curve.layer);
            (Sample::Series(look(curve)), words)
        })
        .collect();
    entries.push((Sample::Band(Colour::GREY), "95% interval".into()));
    entries.push((Sample::Line(HALF), "Half of the drop".into()));
    let entries: Vec<(Sample, &str)> = entries.iter().map(|(s, w)| (*s, w.as_str())).collect();
    legend::row(canvas, (grid.left, 3.0), grid.width, 3.0, &entries);
    let share = Scale::Linear {
        low: -50.0,
        high: 150.0,
    };
    let steps = Scale::Linear {
        low: 0.5,
        high: 20.5,
    };
    let axes = [
        Axis::new(
            share,
            "Own share of the drop (%)",
            share.ticks_at(&[-50.0, 0.0, 50.0, 100.0, 150.0]),
        ),
        Axis::new(
            steps,
            "Steps that make 90% of the drop",
            steps.ticks_at(&[1.0, 5.0, 10.0, 15.0, 20.0]),
        ),
    ];
    for (column, (quantity, x)) in ["own_share", "steps_90"].into_iter().zip(axes).enumerate() {
        let panel = Panel {
            frame: grid.frame(0, column),
            x,
            y: Axis::percent("Deaths up to this (%)"),
        };
        if quantity == "own_share" {
            panel.moment(canvas, 50.0, HALF);
        }
        for curve in curves.iter().filter(|curve| curve.quantity == quantity) {
            let look = look(curve);
            panel.intervals(canvas, &curve.values, look.colour);
            if quantity == "own_share" {
                panel.trend(canvas, &curve.values, look.stroke(0.9));
            } else {
                panel.curve(canvas, &curve.values, look);
            }
        }
        panel.axes(canvas);
        panel.letter(canvas, ["a", "b"][column], 10.0, 1.4);
    }
}

fn look(curve: &Curve) -> Series {
    Series::layer(curve.layer as usize - 1)
}

fn description(curves: &[Curve]) -> String {
    let mut text = String::from("Cumulative shares of deaths, one curve a convolution. ");
    for curve in curves {
        let at = if curve.quantity == "own_share" {
            50.0
        } else {
            1.0
        };
        if let Some(value) = curve.values.iter().find(|value| value.x >= at) {
            let _ = write!(
                text,
                "Convolution {}, {} up to {at}: {:.1}% of {} deaths. ",
                curve.layer, curve.quantity, value.y, curve.deaths
            );
        }
    }
    text.trim_end().into()
}
