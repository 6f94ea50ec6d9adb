//! Axes: ticks that have room, labels in lines that have room.

use crate::figures::block::Along;
use crate::figures::canvas::{Canvas, TextLook};
use crate::figures::font::text_width;
use crate::figures::panel::{Axis, Rectangle, line_height};
use crate::figures::scale::{Scale, Tick};
use crate::figures::spec::ScaleType;

/// Length of a tick and the distances to its label and the axis's, in millimetres.
pub(super) const TICK: f64 = 1.4;
/// Distance between the labels of ticks and that of the axis.
pub(super) const BETWEEN: f64 = 0.9;

/// Which way an axis runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    /// To the right.
    Across,
    /// Upwards.
    Up,
}

/// An axis of a length in millimetres, with the finest ticks whose labels do not touch. Its label
/// is drawn by [`below`], [`above`] and [`beside`].
pub(super) fn axis(along: &Along, scale: Scale, length: f64, runs: Runs) -> Axis {
    let ticks = match along.kind {
        ScaleType::Ordinal => vec![levels(along, scale, length, runs)],
        ScaleType::Linear => [5, 4, 3, 2, 1].map(|count| scale.round(count)).to_vec(),
        ScaleType::Log1p => vec![scale.decades_and_end(), scale.decades(), ends(scale)],
        ScaleType::Log => logarithmic(scale),
    };
    let mut candidates = ticks.into_iter().map(with_thousands).collect::<Vec<_>>();
    let fitting = candidates
        .iter()
        .position(|ticks| has_room(ticks, scale, length, runs));
    let last = candidates.len().saturating_sub(1);
    Axis {
        scale,
        ticks: candidates.swap_remove(fitting.unwrap_or(last)),
        tick_labels: true,
    }
}

fn logarithmic(scale: Scale) -> Vec<Vec<Tick>> {
    let Scale::Log { low, high } = scale else {
        return vec![scale.decades()];
    };
    let powers = [1, 2, 3, 4, 5, 10].map(|every| scale.powers(every));
    if high / low > 2e4 || low < 1e-4 {
        return powers.to_vec();
    }
    let mut all = vec![scale.one_two_five(), scale.decades()];
    all.extend(powers);
    // A single label tells no ratio.
    let labelled = |ticks: &Vec<Tick>| ticks.iter().filter(|t| t.label.is_some()).count();
    if labelled(&all[1]) < 2 {
        all.truncate(1);
    }
    if labelled(&all[0]) < 2 {
        return [5, 4, 3, 2].map(|count| scale.round(count)).to_vec();
    }
    all
}

fn ends(scale: Scale) -> Vec<Tick> {
    let mut ticks = scale.decades();
    let last = ticks.len().saturating_sub(1);
    for (index, tick) in ticks.iter_mut().enumerate() {
        if index > 0 && index < last {
            tick.label = None;
        }
    }
    ticks
}

/// One tick a level; every second (third, ...) labelled where not all have room.
fn levels(along: &Along, scale: Scale, length: f64, runs: Runs) -> Vec<Tick> {
    let every = |step: usize| -> Vec<Tick> {
        let levels = along.levels.iter().enumerate();
        let ticks = levels.map(|(index, words)| Tick {
            value: index as f64,
            label: (index % step == 0).then(|| words.clone()),
        });
        ticks.filter(|tick| scale.contains(tick.value)).collect()
    };
    let fitting = (1..along.levels.len()).find(|s| has_room(&every(*s), scale, length, runs));
    every(fitting.unwrap_or(1))
}

fn has_room(ticks: &[Tick], scale: Scale, length: f64, runs: Runs) -> bool {
    let look = TextLook::SMALL;
    let mut taken: Vec<(f64, f64)> = ticks
        .iter()
        .filter_map(|tick| {
            let words = tick.label.as_ref()?;
            let half = match runs {
                Runs::Across => text_width(words, look.size) / 2.0 + 0.5,
                Runs::Up => look.cap_height() / 2.0 + 0.4,
            };
            let middle = length * scale.place(tick.value);
            Some((middle - half, middle + half))
        })
        .collect();
    taken.sort_by(|a, b| a.0.total_cmp(&b.0));
    taken.windows(2).all(|pair| pair[0].1 <= pair[1].0)
}

/// Whole numbers with their thousands apart, where any is 10,000 or more.
fn with_thousands(ticks: Vec<Tick>) -> Vec<Tick> {
    let mut ticks = ticks;
    let whole = |words: &str| words.bytes().all(|byte| byte.is_ascii_digit());
    let long = |tick: &Tick| matches!(&tick.label, Some(w) if w.len() > 4 && whole(w));
    if !ticks.iter().any(long) {
        return ticks;
    }
    for tick in &mut ticks {
        if let Some(words) = &mut tick.label
            && whole(words)
        {
            let mut apart = String::new();
            for (index, digit) in words.chars().enumerate() {
                if index > 0 && (words.len() - index).is_multiple_of(3) {
                    apart.push(',');
                }
                apart.push(digit);
            }
            *words = apart;
        }
    }
    ticks
}

/// Millimetres from a frame's left edge to the far side of its ticks' labels.
pub(super) fn labels_width(axis: &Axis) -> f64 {
    let labels = axis.ticks.iter().filter_map(|tick| tick.label.as_ref());
    let widths = labels.map(|label| text_width(label, TextLook::SMALL.size));
    TICK + widths.fold(0.0, f64::max)
}

/// A text in the fewest lines that are at most so wide, as equal as can be; broken before what
/// stands in brackets or else between words.
pub(super) fn lines(text: &str, width: f64, look: TextLook) -> Vec<String> {
    let broken = |width: f64| -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            match lines.last_mut() {
                Some(line) if text_width(&format!("{line} {word}"), look.size) <= width => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        lines
    };
    let fewest = broken(width);
    if fewest.len() < 2 {
        return fewest;
    }
    if let Some((before, unit)) = text.split_once(" (") {
        let own = [before.to_owned(), format!("({unit}")];
        if own.iter().all(|line| text_width(line, look.size) <= width) {
            return own.to_vec();
        }
    }
    // The narrowest width in steps of a millimetre that takes no more lines.
    let steps = (1..width as u32).map(f64::from);
    let narrowest = steps.map(broken).find(|lines| lines.len() == fewest.len());
    narrowest.unwrap_or(fewest)
}

/// Draws lines centred on `x`, the last on the baseline `y`.
pub(super) fn upwards_from(canvas: &mut Canvas, (x, y): (f64, f64), lines: &[String]) {
    let look = TextLook::NORMAL;
    for (index, line) in lines.iter().rev().enumerate() {
        let place = (x, y - line_height(look) * index as f64);
        canvas.text(place, line, look.middle());
    }
}

/// Draws the label of a horizontal axis below its frame.
pub(super) fn below(canvas: &mut Canvas, frame: Rectangle, lines: &[String]) {
    let look = TextLook::NORMAL;
    let first = frame.bottom + TICK + TextLook::SMALL.cap_height() + BETWEEN + look.cap_height();
    for (index, line) in lines.iter().enumerate() {
        let place = (
            f64::midpoint(frame.left, frame.right),
            first + line_height(look) * index as f64,
        );
        canvas.text(place, line, look.middle());
    }
}

/// Draws the label of a vertical axis left of its ticks' labels, `distance` from the frame.
pub(super) fn beside(canvas: &mut Canvas, frame: Rectangle, distance: f64, lines: &[String]) {
    let look = TextLook::NORMAL;
    for (index, line) in lines.iter().rev().enumerate() {
        let place = (
            frame.left - distance - BETWEEN - line_height(look) * index as f64,
            f64::midpoint(frame.top, frame.bottom),
        );
        canvas.text(place, line, look.middle().upwards());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_thin_out_until_they_have_room() {
        let along = Along {
            label: String::new(),
            kind: ScaleType::Log,
            levels: Vec::new(),
        };
        let scale = Scale::Log {
            low: 0.015,
            high: 3.0,
        };
        let labels = |length: f64| -> Vec<String> {
            let axis = axis(&along, scale, length, Runs::Across);
            axis.ticks.into_iter().filter_map(|t| t.label).collect()
        };
        assert_eq!(
            labels(60.0),
            ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"]
        );
        assert_eq!(labels(18.0), ["0.1", "1"]);
    }

    #[test]
    fn text_is_broken_between_words() {
        let look = TextLook::NORMAL;
        let whole = "Largest pre-activation (% of its highest)";
        assert_eq!(lines(whole, 200.0, look), [whole]);
        let two = lines(whole, 30.0, look);
        assert_eq!(two, ["Largest pre-activation", "(% of its highest)"]);
        let balanced = lines("one two three four", 15.0, look);
        assert_eq!(balanced, ["one two", "three four"]);
    }

    #[test]
    fn thousands_are_apart_from_ten_thousand_on() {
        let apart = with_thousands(vec![Tick::labelled(20000.0), Tick::labelled(1000.0)]);
        let labels: Vec<_> = apart.into_iter().filter_map(|t| t.label).collect();
        assert_eq!(labels, ["20,000", "1,000"]);
        let few = vec![Tick::labelled(1000.0)];
        assert_eq!(with_thousands(few.clone()), few);
    }
}
