//! Layers over a panel's own marks: lines, bands and intervals.

use super::super::block::{Block, Item, Side};
use super::super::canvas::{Canvas, Point};
use super::super::legend::Sample;
use super::super::marks::Measured;
use super::super::panel::Panel;
use super::super::spec::{Layer, LayerMark, Mark};
use super::super::style::{Colour, Dash, Stroke};
use super::is_limit;

/// Draws the bands of a frame, which are below all else.
pub(super) fn bands(canvas: &mut Canvas, panel: &Panel, block: &Block, cell: (usize, usize)) {
    for (_, own) in of_frame(block, cell, |mark| mark == LayerMark::Band) {
        for group in groups(&own) {
            panel.intervals(canvas, &between(panel, &group), colour(block, group[0]));
        }
    }
}

/// The layers of a frame that have such a mark, with their items there.
fn of_frame<'a>(
    block: &'a Block,
    cell: (usize, usize),
    wanted: impl Fn(LayerMark) -> bool,
) -> impl Iterator<Item = (&'a Layer, Vec<&'a Item>)> {
    let layers = block.spec.layers.iter().zip(&block.layers);
    let layers = layers.filter(move |(layer, _)| wanted(layer.mark));
    layers.map(move |(layer, items)| {
        let own = items.iter().filter(|item| item.cell == cell);
        (layer, own.collect())
    })
}

/// Draws the layers over the marks of a frame: all but bands.
pub(super) fn draw(canvas: &mut Canvas, panel: &Panel, block: &Block, cell: (usize, usize)) {
    for (layer, own) in of_frame(block, cell, |mark| mark != LayerMark::Band) {
        match layer.mark {
            LayerMark::Interval => {
                for item in own {
                    interval(canvas, panel, block, item);
                }
            }
            LayerMark::Line => {
                for (index, group) in groups(&own).into_iter().enumerate() {
                    let values = measured(panel, &group);
                    let stroke = line(layer, colour(block, group[0]), index);
                    panel.trend(canvas, &values, stroke);
                }
            }
            LayerMark::Band | LayerMark::Text => {}
        }
    }
}

/// Items of one series and network, from left to right.
fn groups<'a>(items: &[&'a Item]) -> Vec<Vec<&'a Item>> {
    let mut keys: Vec<(Option<usize>, &str)> = Vec::new();
    let mut groups: Vec<Vec<&Item>> = Vec::new();
    for item in items {
        let key = (item.series, item.replicate.as_str());
        let known = keys.iter().position(|other| *other == key);
        let index = known.unwrap_or_else(|| {
            keys.push(key);
            groups.push(Vec::new());
            keys.len() - 1
        });
        groups[index].push(item);
    }
    for group in &mut groups {
        group.sort_by(|a, b| a.x.total_cmp(&b.x));
    }
    groups
}

/// A value, or the end of the axis that it lies beyond.
fn held(panel: &Panel, value: f64) -> f64 {
    if value.is_nan() {
        value
    } else {
        panel.y.scale.nearest(value)
    }
}

/// Values within the axis, for lines and bands. What is 0 has no place on a logarithmic axis.
pub(super) fn measured(panel: &Panel, items: &[&Item]) -> Vec<Measured> {
    let placed = items.iter().map(|item| {
        let own = |value: f64| {
            let has_place = item.y.is_nan() || panel.y.scale.place(item.y).is_finite();
            if has_place {
                held(panel, value)
            } else {
                f64::NAN
            }
        };
        Measured {
            x: item.x,
            y: own(item.y),
            low: own(item.low),
            high: own(item.high),
        }
    });
    placed.collect()
}

/// What lies between the ends of items, wherever their values are. An end at 0 has no place on a
/// logarithmic axis, and breaks the band.
fn between(panel: &Panel, items: &[&Item]) -> Vec<Measured> {
    let own = |end: f64| {
        if panel.y.scale.place(end).is_finite() {
            held(panel, end)
        } else {
            f64::NAN
        }
    };
    let values = items.iter().map(|item| {
        let (low, high) = (own(item.low), own(item.high));
        Measured {
            x: item.x,
            y: f64::midpoint(low, high),
            low,
            high,
        }
    });
    values.collect()
}

fn colour(block: &Block, item: &Item) -> Colour {
    let level = item.series.and_then(|series| block.levels.get(series));
    match level {
        Some(level) if block.spec.mark != Mark::Areas => level.look.colour,
        _ if block.spec.mark == Mark::Areas => Colour::BLACK,
        _ => Colour::GREY,
    }
}

fn line(layer: &Layer, colour: Colour, index: usize) -> Stroke {
    let dashes = [Dash::Solid, Dash::Dotted, Dash::Dashed, Dash::DashDot];
    Stroke {
        colour,
        width: 0.75,
        dash: if layer.networks {
            dashes[index % dashes.len()]
        } else {
            Dash::Dotted
        },
    }
}

/// An interval along the axis of values, with caps. A limit of networks is no part of the picture
/// where shares are stacked.
fn interval(canvas: &mut Canvas, panel: &Panel, block: &Block, item: &Item) {
    let upright = block.spec.value_side() != Some(Side::X);
    if !(item.low.is_finite() && item.high.is_finite()) || is_limit(block, item) {
        return;
    }
    let place = |at: f64| -> Point {
        if upright {
            panel.at(item.x, panel.y.scale.nearest(at))
        } else {
            panel.at(panel.x.scale.nearest(at), item.y)
        }
    };
    let ends = [place(item.low), place(item.high)];
    canvas.line(&ends, Stroke::INTERVAL);
    if block.spec.mark == Mark::Areas {
        return;
    }
    for (x, y) in ends {
        let cap = if upright {
            [(x - 0.5, y), (x + 0.5, y)]
        } else {
            [(x, y - 0.5), (x, y + 0.5)]
        };
        canvas.line(&cap, Stroke::INTERVAL);
    }
}

/// What the legend says of layers: those that have a title and are seen.
pub(super) fn entries(block: &Block) -> Vec<(Sample, String)> {
    let mut entries = Vec::new();
    for (layer, items) in block.spec.layers.iter().zip(&block.layers) {
        let Some(title) = &layer.title else { continue };
        let seen = |item: &&Item| match layer.mark {
            LayerMark::Line => item.x.is_finite() && item.y.is_finite(),
            _ => item.low.is_finite() && item.high.is_finite(),
        };
        let items: Vec<&Item> = items.iter().filter(seen).collect();
        if items.is_empty() {
            continue;
        }
        let sample = match layer.mark {
            LayerMark::Text => continue,
            LayerMark::Interval => Sample::Line(Stroke::INTERVAL),
            LayerMark::Band => Sample::Band(Colour::GREY),
            LayerMark::Line if layer.networks => {
                let mut names: Vec<&str> = Vec::new();
                for item in items {
                    if !names.contains(&item.replicate.as_str()) {
                        names.push(&item.replicate);
                    }
                }
                for (index, name) in names.into_iter().enumerate() {
                    let stroke = line(layer, Colour::BLACK, index);
                    entries.push((Sample::Line(stroke), format!("{title} {name}")));
                }
                continue;
            }
            LayerMark::Line => Sample::Line(line(layer, Colour::GREY, 0)),
        };
        entries.push((sample, title.clone()));
    }
    entries
}
