//! A laid out sheet, drawn.

use super::axis;
use super::layout::{Frame, LEGEND_LINE, Sheet};
use super::rule_stroke;
use crate::figures::block::Side;
use crate::figures::canvas::{Canvas, TextLook};
use crate::figures::font::text_width;
use crate::figures::kinds;
use crate::figures::legend::{self, Sample};
use crate::figures::panel::{Panel, line_height};
use crate::figures::scale::Scale;
use crate::figures::spec::{Mark, PanelSpec, Rule};
use crate::figures::style::{Colour, Stroke};

/// Draws everything.
pub(super) fn sheet(canvas: &mut Canvas, sheet: &Sheet) {
    for legend in &sheet.legends {
        let entries = legend.entries.iter();
        let entries: Vec<(Sample, &str)> = entries.map(|(s, w)| (*s, w.as_str())).collect();
        legend::row(canvas, legend.at, legend.width, LEGEND_LINE, &entries);
    }
    for frame in &sheet.frames {
        self::frame(canvas, frame);
    }
}

fn frame(canvas: &mut Canvas, frame: &Frame) {
    let panel = &frame.panel;
    let spec = frame.block.spec;
    // Areas would cover what is below them.
    let covering = matches!(
        spec.mark,
        Mark::Areas | Mark::Bars | Mark::Tiles | Mark::Raster
    );
    if !covering {
        rules(canvas, panel, &spec.rules);
        zero(canvas, panel, spec);
    }
    kinds::of(spec.mark).draw(canvas, panel, frame.block, frame.cell);
    if covering {
        rules(canvas, panel, &spec.rules);
    }
    panel.x_axis(canvas);
    if spec.mark != Mark::Raster || panel.y.tick_labels {
        panel.y_axis(canvas);
    }
    axis::below(canvas, panel.frame, &frame.x_label);
    axis::beside(canvas, panel.frame, frame.y_distance, &frame.y_label);
    let middle = f64::midpoint(panel.frame.left, panel.frame.right);
    if let Some(above) = &frame.above {
        panel.upper_axis(canvas, above);
        let ticks = axis::TICK + TextLook::SMALL.cap_height() + 0.8;
        let place = (middle, panel.frame.top - ticks);
        axis::upwards_from(canvas, place, &frame.above_label);
    }
    axis::upwards_from(canvas, (middle, frame.heading_at), &frame.heading);
    if let Some((at, letter)) = &frame.letter {
        canvas.text(*at, letter, TextLook::LETTER);
    }
    if let Some(((x, y), lines)) = &frame.title {
        let look = TextLook::NORMAL;
        for (index, line) in lines.iter().rev().enumerate() {
            canvas.text((*x, y - line_height(look) * index as f64), line, look);
        }
    }
}

/// A line at 0 where the axis of values goes on beyond it and no rule stands there.
fn zero(canvas: &mut Canvas, panel: &Panel, spec: &PanelSpec) {
    let stroke = Stroke::solid(Colour::BLACK, 0.4);
    let beyond =
        |scale: Scale| matches!(scale, Scale::Linear { low, high } if low < 0.0 && high > 0.0);
    let ruled = |of: fn(&Rule) -> Option<f64>| spec.rules.iter().any(|r| of(r) == Some(0.0));
    match spec.value_side() {
        Some(Side::X) if ruled(|rule| rule.x) => {}
        Some(Side::Y) if ruled(|rule| rule.y) => {}
        Some(Side::X) if beyond(panel.x.scale) => panel.moment(canvas, 0.0, stroke),
        Some(Side::Y) if beyond(panel.y.scale) => panel.level(canvas, 0.0, stroke),
        _ => {}
    }
}

fn rules(canvas: &mut Canvas, panel: &Panel, rules: &[Rule]) {
    for (index, rule) in rules.iter().enumerate() {
        let stroke = rule_stroke(rules, index);
        let frame = panel.frame;
        let words = rule.label.as_deref().unwrap_or_default();
        let look = TextLook::SMALL.coloured(Colour::GREY);
        if let Some(y) = rule.y.filter(|y| panel.y.scale.contains(*y)) {
            panel.level(canvas, y, stroke);
            canvas.text((frame.right, panel.up(y) - 0.6), words, look.end());
        }
        if let Some(x) = rule.x.filter(|x| panel.x.scale.contains(*x)) {
            panel.moment(canvas, x, stroke);
            let place = panel.across(x);
            let width = text_width(words, look.size) + 0.6;
            let baseline = frame.top + look.cap_height() + 0.3;
            if place + width <= frame.right {
                canvas.text((place + 0.6, baseline), words, look);
            } else {
                canvas.text((place - 0.6, baseline), words, look.end());
            }
        }
        if rule.diagonal {
            diagonal(canvas, panel, stroke);
        }
    }
}

/// The line on which both values are equal, as far as both axes reach.
fn diagonal(canvas: &mut Canvas, panel: &Panel, stroke: Stroke) {
    if let Some((low, high)) = panel.x.scale.overlap(panel.y.scale) {
        canvas.line(&[panel.at(low, low), panel.at(high, high)], stroke);
    }
}
