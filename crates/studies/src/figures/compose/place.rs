//! One block on the sheet: its frames from top to bottom, with the words around them.

use super::axis::{self, Runs, TICK};
use super::layout::{BELOW, Frame};
use super::plan::Plan;
use super::range::{Serves, scale};
use crate::figures::block::{Block, Side};
use crate::figures::canvas::TextLook;
use crate::figures::panel::{Axis, Panel, Rectangle, line_height};
use crate::figures::scale::Scale;
use crate::figures::spec::Scope;

/// Distance of words from a frame below them.
const ABOVE: f64 = 1.3;

/// A block being placed.
pub(super) struct Place<'p, 'a, 'l> {
    pub plans: &'p [Plan<'a>],
    pub index: usize,
    pub across: usize,
    /// Left edge of the block with its axis.
    pub start: f64,
    /// Left edge of its first frames.
    pub left: f64,
    /// Right edge of the block.
    pub right: f64,
    /// Width of a frame.
    pub width: f64,
    /// Letters given so far, if there are any.
    pub letters: Option<&'l mut u8>,
    pub y: f64,
}

impl<'a> Place<'_, 'a, '_> {
    /// Adds all frames of the block, and goes down below them.
    pub fn frames(&mut self, frames: &mut Vec<Frame<'a>>) {
        let plan = &self.plans[self.index];
        let block = plan.block;
        let over = self.index.checked_sub(self.across).map(|i| &self.plans[i]);
        let under = self.plans.get(self.index + self.across);
        let gap = plan.gap;
        let look = TextLook::NORMAL;
        for (number, line) in plan.lines.iter().enumerate() {
            let opens = number == 0 || plan.lines[number - 1].row != line.row;
            if number > 0 {
                self.y += BELOW;
            }
            let start = self.y;
            let title = if opens {
                title(block, line.row)
            } else {
                String::new()
            };
            let title = axis::lines(&title, self.right - self.left, look);
            self.y += line_height(look) * title.len() as f64;
            let title_at = self.y;
            let shows_headings = plan.has_broken_rows()
                || block.spec.resolve.column == Scope::Independent
                || (number == 0 && !over.is_some_and(|over| plan.has_headings_of(over)));
            let headings: Vec<Vec<String>> = line
                .columns
                .clone()
                .map(|column| {
                    let words = if shows_headings {
                        block.columns[line.row][column].as_str()
                    } else {
                        ""
                    };
                    axis::lines(words, self.width + f64::min(gap - 1.0, 5.0), look)
                })
                .collect();
            let most = headings.iter().map(Vec::len).max().unwrap_or(0);
            self.y += line_height(look) * most as f64;
            let heading_at = self.y;
            let above_label = block.above.as_deref().unwrap_or_default();
            let above_label = axis::lines(above_label, self.width + f64::min(gap - 1.0, 5.0), look);
            if !above_label.is_empty() {
                let label = line_height(look) * above_label.len() as f64;
                self.y += label + 0.6 + TICK + TextLook::SMALL.cap_height();
            }
            // What a kind prints above its frames needs a line, and a letter too.
            let has_words = self.y > start;
            if !has_words && (plan.right > 0.0 || (opens && self.letters.is_some())) {
                self.y += line_height(look);
            }
            self.y += ABOVE;
            let top = self.y;
            let bottom = top + plan.heights[line.row];
            let mut deepest = bottom + 1.0;
            for (place, column) in line.columns.clone().enumerate() {
                let left = self.left + place as f64 * (self.width + gap);
                let rectangle = Rectangle {
                    left,
                    top,
                    right: left + self.width,
                    bottom,
                };
                let cell = (line.row, column);
                let lowest = plan.is_lowest(number, place);
                let served = under.is_some_and(|under| plan.shares_x(under));
                let x_words = block.spec.resolve.x == Scope::Independent || (lowest && !served);
                let x = self.x_axis(cell);
                let x_label = if x_words {
                    axis::lines(&block.x.label, self.width + f64::min(gap - 1.0, 5.0), look)
                } else {
                    Vec::new()
                };
                if x_words {
                    let label = line_height(look) * x_label.len() as f64;
                    let depth = TICK + TextLook::SMALL.cap_height() + 0.9 + label;
                    deepest = f64::max(deepest, bottom + depth);
                }
                let y = plan.y_axis(cell);
                let y_distance = axis::labels_width(&y);
                let numbers = place == 0 || plan.y_everywhere();
                let first = place == 0 && opens;
                let lettered = if first { self.letter() } else { None };
                frames.push(Frame {
                    block,
                    cell,
                    above: block.above.is_some().then(|| self.above(cell, &x)),
                    panel: Panel {
                        frame: rectangle,
                        x: if x_words { x } else { x.bare() },
                        y: if numbers { y } else { y.bare() },
                    },
                    x_label,
                    y_label: if place == 0 {
                        plan.y_label.clone()
                    } else {
                        Vec::new()
                    },
                    y_distance,
                    above_label: above_label.clone(),
                    heading: headings[place].clone(),
                    heading_at: heading_at - 0.4 + if above_label.is_empty() { 0.3 } else { 0.0 },
                    letter: lettered.map(|letter| {
                        let lines = title.len().saturating_sub(1) as f64;
                        let at = if !title.is_empty() {
                            title_at - line_height(look) * lines
                        } else if most > 0 {
                            heading_at
                        } else {
                            top - ABOVE
                        };
                        ((self.start, at - 0.1), letter)
                    }),
                    title: (first && !title.is_empty())
                        .then(|| ((left, title_at - 0.1), title.clone())),
                });
            }
            self.y = deepest;
        }
    }

    fn letter(&mut self) -> Option<String> {
        let given = self.letters.as_deref_mut()?;
        let letter = char::from(b'a' + (*given).min(25));
        *given += 1;
        Some(letter.to_string())
    }

    /// The horizontal axis of a frame: shared by all panels of the figure that have the same.
    fn x_axis(&self, cell: (usize, usize)) -> Axis {
        let own = &self.plans[self.index];
        let scale = if own.block.spec.resolve.x == Scope::Independent {
            scale(&[own.block], Side::X, Serves::One(cell))
        } else {
            let all = self.plans.iter().map(|plan| plan.block);
            let sharing: Vec<&Block> = all.filter(|block| same_x(own.block, block)).collect();
            scale(&sharing, Side::X, Serves::All)
        };
        axis::axis(&own.block.x, scale, self.width, Runs::Across)
    }

    /// The second axis on top of a frame: `x` times the ratio that the frame's rows have.
    fn above(&self, cell: (usize, usize), x: &Axis) -> Axis {
        let block = self.plans[self.index].block;
        let ratio = super::above_ratio(block, cell).unwrap_or(f64::NAN);
        let scale = match x.scale {
            Scale::Linear { low, high } => Scale::Linear {
                low: low * ratio,
                high: high * ratio,
            },
            Scale::Log { low, high } => Scale::Log {
                low: low * ratio,
                high: high * ratio,
            },
            Scale::LogOnePlus { high } => Scale::LogOnePlus { high: high * ratio },
        };
        axis::axis(&block.x, scale, self.width, Runs::Across)
    }
}

/// Whether two blocks have one horizontal axis.
fn same_x(one: &Block, other: &Block) -> bool {
    one.shows_x_of(other) && one.spec.value_side() == other.spec.value_side()
}

/// Words above a row of frames: the panel's title and the row's level.
fn title(block: &Block, row: usize) -> String {
    let own = block.spec.title.as_deref().filter(|_| row == 0);
    let words = [own.unwrap_or_default(), &block.rows[row]];
    let words: Vec<&str> = words.into_iter().filter(|w| !w.is_empty()).collect();
    words.join(", ")
}
