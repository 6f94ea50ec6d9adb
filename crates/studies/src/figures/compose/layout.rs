//! Where everything stands on the sheet.

use super::place::Place;
use super::plan::Plan;
use crate::figures::block::Block;
use crate::figures::canvas::{Point, TextLook};
use crate::figures::legend::{self, Sample};
use crate::figures::panel::{Axis, Panel};
use crate::figures::spec::FigureSpec;

/// Millimetres around everything.
const EDGE: f64 = 2.0;
/// Millimetres between panels beside one another.
const BESIDE: f64 = 4.0;
/// Millimetres between panels below one another.
pub(super) const BELOW: f64 = 2.2;
/// Millimetres between lines of the legend.
pub(super) const LEGEND_LINE: f64 = 3.1;

/// A frame with all words around it.
pub(super) struct Frame<'a> {
    pub block: &'a Block<'a>,
    pub cell: (usize, usize),
    pub panel: Panel,
    pub x_label: Vec<String>,
    pub y_label: Vec<String>,
    /// Distance of the vertical axis's label.
    pub y_distance: f64,
    pub above: Option<Axis>,
    pub above_label: Vec<String>,
    pub heading: Vec<String>,
    /// Baseline of the last line of the heading.
    pub heading_at: f64,
    /// The letter and the title of a row of frames, at its first one.
    pub letter: Option<(Point, String)>,
    pub title: Option<(Point, Vec<String>)>,
}

impl Frame<'_> {
    /// Moves it down by so many millimetres.
    fn lower(&mut self, by: f64) {
        self.panel.frame.top += by;
        self.panel.frame.bottom += by;
        self.heading_at += by;
        let at = self.letter.as_mut().map(|(at, _)| at);
        let other = self.title.as_mut().map(|(at, _)| at);
        for at in at.into_iter().chain(other) {
            at.1 += by;
        }
    }
}

/// A legend and where it starts.
pub(super) struct Legend {
    pub at: Point,
    pub width: f64,
    pub entries: Vec<(Sample, String)>,
}

/// The whole figure.
pub(super) struct Sheet<'a> {
    pub width: f64,
    pub height: f64,
    pub frames: Vec<Frame<'a>>,
    pub legends: Vec<Legend>,
}

/// Lays out the blocks of a figure.
pub(super) fn lay<'a>(spec: &FigureSpec, blocks: &'a [Block<'a>]) -> Sheet<'a> {
    let width = spec.width.millimetres();
    let across = spec.across.unwrap_or(1).clamp(1, blocks.len().max(1));
    let band = (width - 2.0 * EDGE - BESIDE * (across as f64 - 1.0)) / across as f64;
    let mut plans: Vec<Plan> = blocks.iter().map(Plan::new).collect();
    let lefts: Vec<f64> = (0..across)
        .map(|column| {
            let own = plans.iter().skip(column).step_by(across);
            own.map(|plan| plan.left).fold(4.5, f64::max)
        })
        .collect();
    align(&mut plans, across);
    for (index, plan) in plans.iter_mut().enumerate() {
        plan.wrap(band, lefts[index % across]);
    }
    let letters = blocks.iter().map(|block| block.rows.len()).sum::<usize>() > 1;
    let mut sheet = Sheet {
        width,
        height: EDGE,
        frames: Vec::new(),
        legends: Vec::new(),
    };
    let mut said: Vec<(Sample, String)> = Vec::new();
    let mut letter = 0;
    for first in (0..plans.len()).step_by(across) {
        let row = first..plans.len().min(first + across);
        let mut entries = Vec::new();
        for block in &blocks[row.clone()] {
            for entry in super::entries(block) {
                let known = said.iter().any(|other| says_the_same(other, &entry));
                if !known {
                    said.push(entry.clone());
                    entries.push(entry);
                }
            }
        }
        sheet.legend(entries);
        let mut placed = Vec::new();
        for index in row {
            let start = EDGE + (index % across) as f64 * (band + BESIDE);
            let left = lefts[index % across];
            let mut place = Place {
                plans: &plans,
                index,
                across,
                start,
                left: start + left,
                right: start + band,
                width: plans[index].frame_width(band, left, plans[index].beside),
                letters: letters.then_some(&mut letter),
                y: sheet.height,
            };
            let mut frames = Vec::new();
            place.frames(&mut frames);
            placed.push((frames, place.y));
        }
        // Panels beside one another begin at one height, whatever words stand above them.
        let top = |frames: &[Frame]| frames.first().map_or(0.0, |frame| frame.panel.frame.top);
        let lowest = placed.iter().map(|(frames, _)| top(frames));
        let lowest = lowest.fold(0.0, f64::max);
        for (mut frames, end) in placed {
            let by = lowest - top(&frames);
            for frame in &mut frames {
                frame.lower(by);
            }
            sheet.height = f64::max(sheet.height, end + by);
            sheet.frames.extend(frames);
        }
        sheet.height += BELOW;
    }
    sheet.height = libm::ceil(10.0 * (sheet.height - BELOW + 0.8)) / 10.0;
    sheet
}

/// Frames below one another have the same edges where there are as many of them.
fn align(plans: &mut [Plan], across: usize) {
    for index in 0..plans.len() {
        let column = (index % across..plans.len()).step_by(across);
        let count = |plan: &Plan| plan.block.widest_row();
        let equal = column.filter(|other| count(&plans[*other]) == count(&plans[index]));
        let (gap, right, overhang) =
            equal.fold((0.0, 0.0, 0.0), |(gap, right, overhang), other| {
                let other = &plans[other];
                (
                    f64::max(gap, other.gap),
                    f64::max(right, other.right),
                    f64::max(overhang, other.overhang),
                )
            });
        let plan = &mut plans[index];
        (plan.gap, plan.right, plan.overhang) = (gap, right, overhang);
    }
}

/// Whether a legend needs only one of two entries: a marker alone is known from its series.
fn says_the_same(known: &(Sample, String), entry: &(Sample, String)) -> bool {
    let samples = match (known.0, entry.0) {
        (Sample::Series(one), Sample::Marker(other)) => one == other,
        (one, other) => one == other,
    };
    samples && known.1 == entry.1
}

impl Sheet<'_> {
    fn legend(&mut self, entries: Vec<(Sample, String)>) {
        let width = self.width - 2.0 * EDGE;
        let words = entries.iter().map(|(_, words)| words.as_str());
        let lines = legend::lines(width, words);
        if lines > 0 {
            let at = (EDGE, self.height + TextLook::NORMAL.cap_height());
            self.legends.push(Legend { at, width, entries });
            self.height += LEGEND_LINE * lines as f64 + 0.9;
        }
    }
}
