//! One interval of one tensor.

use std::borrow::Cow;

use super::alone::alone;
use super::{Extent, Seen, TensorCensus, saturation};
use crate::checkpoint::Checkpoint;
use crate::compare::{Moved, Pair};
use crate::layers::Layer;
use crate::motion::{Glimpse, Motion};

/// Two files, how they are divided into layers, and what their units did.
pub struct View<'a> {
    /// The earlier file.
    pub old: &'a Checkpoint,
    /// The later file.
    pub new: &'a Checkpoint,
    /// The layers.
    pub layers: &'a [Layer],
    /// What is known of the units of every layer.
    pub glimpses: &'a [Vec<Glimpse>],
    /// By layer which places of its rows moved in any.
    pub moved: &'a [Moved],
    /// Steps between the files, if known.
    pub steps: Option<f64>,
}

impl View<'_> {
    /// Two versions of a tensor.
    pub(super) fn pair(&self, name: &str) -> Option<Pair<'_>> {
        let [old, new] = [self.old, self.new].map(|file| Some((file, file.tensor(name)?)));
        let ((old, before), (new, after)) = (old?, new?);
        Some(Pair {
            format: before.format,
            old: old.bytes(before),
            new: new.bytes(after),
        })
    }
}

impl TensorCensus {
    /// The largest size of a number in each row.
    pub(super) fn row_sizes(&self, file: &Checkpoint) -> Vec<f64> {
        let Some(tensor) = file.tensor(&self.name) else {
            return Vec::new();
        };
        let row = self.extent.columns * self.extent.taps;
        let size = |index: usize| file.number(tensor, index).abs();
        (0..self.extent.rows)
            .map(|unit| (unit * row..(unit + 1) * row).map(size).fold(0.0, f64::max))
            .collect()
    }

    /// Looks at the next interval; returns which rows stood still.
    pub(super) fn look(&mut self, view: &View<'_>, pair: Pair<'_>) -> Vec<bool> {
        let Extent {
            rows,
            columns,
            taps,
        } = self.extent;
        let row = columns * taps;
        let (mut moved, mut squares) = (0.0, 0.0);
        let mut still = Vec::new();
        let places = if let Some(layer) = self.layer {
            for glimpse in &view.glimpses[layer] {
                moved += f64::from(glimpse.moved) / rows as f64;
                squares += f64::from(glimpse.distance) * f64::from(glimpse.distance);
                still.push(glimpse.motion != Motion::Diverged && glimpse.moved == 0.0);
                if glimpse.motion == Motion::Diverged {
                    squares = f64::NAN;
                }
            }
            Cow::Borrowed(&view.moved[layer])
        } else {
            let mut places = Moved::nowhere(row);
            for index in 0..rows {
                let numbers = pair.slice(index * row, (index + 1) * row);
                let tally = numbers.tally_marking(&mut places);
                moved += (tally.count - tally.equal) as f64 / pair.len() as f64;
                squares += tally.squares;
                still.push(tally.equal == tally.count);
            }
            Cow::Owned(places)
        };
        // The square of a large difference may be beyond what is finite.
        let finite = squares.is_finite() || pair.is_finite();
        let quiet = moved == 0.0 || !self.is_trained();
        let alone = (!quiet).then(|| alone(pair, view.steps)).flatten();
        let saturated = moved == 0.0
            && self
                .layer
                .is_some_and(|layer| saturation::is_saturated(view, layer));
        self.seen.push(Seen {
            moved,
            distance: if finite {
                libm::sqrt(squares)
            } else {
                f64::NAN
            },
            alone,
            saturated,
        });
        if self.rows.is_empty() {
            return still;
        }
        let ask = (self.role.is_table() || self.layer.is_none()) && !quiet;
        let steps = ask.then_some(view.steps);
        self.rows.look(pair, row, &still, steps);
        self.columns.look(&places, columns, taps);
        still
    }
}
