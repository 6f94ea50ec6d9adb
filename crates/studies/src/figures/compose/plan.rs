//! Which frames of a block stand beside and below one another, and how wide they are.

use super::axis::{self, BETWEEN, Runs, labels_width};
use super::range::{Serves, scale};
use crate::figures::block::{Block, Side};
use crate::figures::canvas::TextLook;
use crate::figures::font::text_width;
use crate::figures::kinds;
use crate::figures::panel::{Axis, line_height};
use crate::figures::spec::{Mark, Scope};

/// Millimetres between frames.
const GAP: f64 = 3.5;

impl Block<'_> {
    /// Whether it has the horizontal axis of another one, shared by all frames.
    pub(super) fn shows_x_of(&self, other: &Self) -> bool {
        let (a, b) = (&self.spec.encoding.x, &other.spec.encoding.x);
        let shared = |block: &Self| block.spec.resolve.x == Scope::Shared;
        a.field == b.field
            && a.title == b.title
            && a.scale == b.scale
            && self.x.levels == other.x.levels
            && shared(self)
            && shared(other)
    }
}

/// Frames in a line: a row of the block, or as many of it as have room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Row of the block.
    pub row: usize,
    /// Its columns, from the first to before the last.
    pub columns: std::ops::Range<usize>,
}

/// A block's frames before they have a place.
pub(super) struct Plan<'a> {
    pub block: &'a Block<'a>,
    pub lines: Vec<Line>,
    /// Height of the frames of each row.
    pub heights: Vec<f64>,
    /// Lines of the label of the vertical axis.
    pub y_label: Vec<String>,
    /// Millimetres left of a frame for its axis with labels.
    pub left: f64,
    /// Millimetres right of a frame for printed numbers.
    pub right: f64,
    /// Most frames in a line.
    pub beside: usize,
    /// Millimetres between frames.
    pub gap: f64,
    /// Millimetres by which the last number of the horizontal axis reaches beyond its frame.
    pub overhang: f64,
}

impl<'a> Plan<'a> {
    pub fn new(block: &'a Block<'a>) -> Self {
        let rows = 0..block.rows.len();
        let kind = kinds::of(block.spec.mark);
        let heights: Vec<f64> = rows
            .map(|row| block.spec.height.unwrap_or_else(|| kind.height(block, row)))
            .collect();
        let lowest = heights.iter().copied().fold(f64::MAX, f64::min);
        let room = if block.spec.mark == Mark::Raster {
            heights.iter().copied().fold(0.0, f64::max)
        } else {
            lowest
        };
        let y_label = axis::lines(&block.y.label, room.max(14.0), TextLook::NORMAL);
        let mut plan = Self {
            block,
            lines: Vec::new(),
            heights,
            y_label,
            left: 0.0,
            right: kind.printed(block),
            beside: 1,
            gap: 0.0,
            overhang: 0.0,
        };
        let ticks = block
            .cells()
            .map(|cell| labels_width(&plan.y_axis(cell)))
            .fold(0.0, f64::max);
        plan.left = ticks + plan.label_width();
        let (before, after) = plan.overhangs();
        let numbers = if plan.y_everywhere() {
            ticks + 1.5
        } else {
            0.0
        };
        let printed = if plan.right > 0.0 {
            plan.right + 2.0
        } else {
            0.0
        };
        plan.gap = f64::max(GAP + numbers + printed, before + after + 1.6);
        plan.overhang = f64::max(1.5, after);
        plan
    }

    /// Millimetres by which the numbers of the horizontal axis reach beyond a frame on both sides.
    fn overhangs(&self) -> (f64, f64) {
        const LENGTH: f64 = 30.0;
        let scale = scale(&[self.block], Side::X, Serves::All);
        let axis = axis::axis(&self.block.x, scale, LENGTH, Runs::Across);
        let beyond = axis.ticks.iter().filter_map(|tick| {
            let half = text_width(tick.label.as_ref()?, TextLook::SMALL.size) / 2.0;
            let place = LENGTH * scale.place(tick.value);
            Some((half - place, half - (LENGTH - place)))
        });
        beyond.fold((0.0, 0.0), |(before, after), (left, right)| {
            (f64::max(before, left), f64::max(after, right))
        })
    }

    fn label_width(&self) -> f64 {
        if self.y_label.is_empty() {
            0.0
        } else {
            BETWEEN + line_height(TextLook::NORMAL) * self.y_label.len() as f64
        }
    }

    /// The vertical axis of a frame.
    pub fn y_axis(&self, cell: (usize, usize)) -> Axis {
        let serves = match self.block.spec.resolve.y {
            Scope::Independent => Serves::One(cell),
            Scope::Shared if self.block.spec.mark == Mark::Raster => Serves::Row(cell.0),
            Scope::Shared => Serves::All,
        };
        let scale = scale(&[self.block], Side::Y, serves);
        axis::axis(&self.block.y, scale, self.heights[cell.0], Runs::Up)
    }

    /// Whether every frame has numbers at its vertical axis.
    pub fn y_everywhere(&self) -> bool {
        self.block.spec.resolve.y == Scope::Independent
    }

    /// Width of each of `beside` frames within `width`, where `left` is taken for the axis.
    pub fn frame_width(&self, width: f64, left: f64, beside: usize) -> f64 {
        let gaps = self.gap * (beside as f64 - 1.0);
        (width - left - f64::max(self.right, self.overhang) - gaps) / beside as f64
    }

    /// Breaks rows where frames would be too narrow, into lines of about equal length.
    pub fn wrap(&mut self, width: f64, left: f64) {
        let all = self.block.widest_row();
        let least = kinds::of(self.block.spec.mark).least_width(self.block);
        let fits = |beside: &usize| self.frame_width(width, left, *beside) >= least;
        let most = (1..=all).rev().find(fits).unwrap_or(1);
        let beside = all.div_ceil(all.div_ceil(most));
        self.beside = beside;
        for (row, columns) in self.block.columns.iter().enumerate() {
            for start in (0..columns.len()).step_by(beside) {
                let columns = start..columns.len().min(start + beside);
                self.lines.push(Line { row, columns });
            }
        }
    }

    /// Whether some row takes several lines.
    pub fn has_broken_rows(&self) -> bool {
        self.lines.len() > self.block.rows.len()
    }

    /// Whether no frame stands below one.
    pub fn is_lowest(&self, line: usize, place: usize) -> bool {
        self.lines[line + 1..]
            .iter()
            .all(|l| l.columns.len() <= place)
    }

    /// Whether frames stand above those of another block, with the same horizontal axis.
    pub fn shares_x(&self, below: &Self) -> bool {
        self.block.shows_x_of(below.block)
            && self.beside == below.beside
            && self.lines.last().map(|line| line.columns.len())
                == below.lines.first().map(|line| line.columns.len())
    }

    /// Whether headings above `above` serve this block too.
    pub fn has_headings_of(&self, above: &Self) -> bool {
        !self.has_broken_rows()
            && !above.has_broken_rows()
            && self.block.spec.resolve.column == Scope::Shared
            && above.block.spec.resolve.column == Scope::Shared
            && self.beside == above.beside
            && self.block.columns.first() == above.block.columns.last()
    }
}
