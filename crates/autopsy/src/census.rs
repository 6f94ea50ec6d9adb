//! Every tensor of the files, interval by interval: what moved, by rows and by columns.
//!
//! Units are judged elsewhere, from layers and who reads whom. Here a tensor needs no layer: norms,
//! embeddings, adapters, gates and statistics are looked at like weights.

mod alone;
mod columns;
mod rounding;
mod rows;
mod saturation;
mod view;

use std::collections::BTreeMap;

use crate::Format;
use crate::checkpoint::{Checkpoint, Tensor};
use crate::layers::{Layer, Role, is_of_adapter, roles};
use crate::moments::{Held, Movement};

pub use alone::Alone;
pub use columns::Columns;
pub use rounding::Rounding;
pub use rows::{Row, Rows};
pub use view::View;

/// All tensors, and what they show together.
#[derive(Debug, Default)]
pub struct Census {
    /// In the order of the file.
    pub tensors: Vec<TensorCensus>,
    /// How often numbers of 16 bits kept their bits.
    pub rounding: Rounding,
    /// The same in the last interval.
    pub last_rounding: Rounding,
}

/// One tensor in all intervals.
#[derive(Debug)]
pub struct TensorCensus {
    /// Its name.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// Its axes.
    pub shape: Vec<usize>,
    /// How its numbers are stored.
    pub format: Format,
    /// Its place among the layers, if it is the weight of one.
    pub layer: Option<usize>,
    /// What each interval shows.
    pub seen: Vec<Seen>,
    /// Its rows, if it has more than one axis.
    pub rows: Rows,
    /// Its columns.
    pub columns: Columns,
    /// Whether it is all 0 in the first and in the last file.
    pub zero: [bool; 2],
    /// The smallest size of a number in the last file, if it never moved.
    pub smallest: f64,
    /// The largest size of a number in the last file, if it never moved.
    pub largest: f64,
    /// The largest size of a number in each row: of a norm's gains in the first and in the last
    /// file, of a weight in the last, where some of the gains after it are next to nothing.
    pub sizes: [Vec<f64>; 2],
    /// What the optimizer's state of the last file says of it.
    pub held: Option<Held>,
    extent: Extent,
}

/// Rows, columns, and numbers of a row in one column.
#[derive(Clone, Copy, Debug)]
struct Extent {
    rows: usize,
    columns: usize,
    taps: usize,
}

/// A tensor in one interval.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Share of its numbers that moved.
    pub moved: f64,
    /// Length of its difference; NaN or infinite where its numbers are.
    pub distance: f64,
    /// Its numbers' common factor, if nothing but decay moved them.
    pub alone: Option<Alone>,
    /// Whether it stood still, and what reads it moved as if its output were constant.
    pub saturated: bool,
}

impl TensorCensus {
    /// Whether it kept its bits in every interval.
    pub fn never_moved(&self) -> bool {
        self.seen.iter().all(|seen| seen.moved == 0.0)
    }

    /// Whether nothing but decay moved it in any interval, and it moved.
    pub fn only_decays(&self) -> bool {
        let quiet = |seen: &Seen| seen.moved == 0.0 || seen.alone.is_some();
        self.seen.iter().all(quiet) && !self.never_moved()
    }

    /// Whether something else than decay moved it in some interval.
    pub fn learns(&self) -> bool {
        !self.never_moved() && !self.only_decays()
    }

    /// Whether an optimizer is to train it.
    pub fn is_trained(&self) -> bool {
        self.role.is_trained()
    }

    /// Whether it is part of an adapter, and trained.
    pub fn is_adapter(&self) -> bool {
        self.is_trained() && is_of_adapter(&self.name)
    }

    /// How many numbers it has.
    pub fn size(&self) -> usize {
        self.shape.iter().product()
    }

    /// The share of its numbers that moved in the last interval.
    pub fn last_moved(&self) -> f64 {
        self.seen.last().map_or(0.0, |seen| seen.moved)
    }

    /// How it moved, for whoever looks for its parameter.
    pub fn movement(&self) -> Movement {
        if self.never_moved() {
            Movement::Still
        } else if self.only_decays() {
            Movement::Decays
        } else {
            Movement::Learns
        }
    }
}

impl Census {
    /// Of the tensors of a file whose layers are known.
    pub fn new(first: &Checkpoint, layers: &[Layer]) -> Self {
        let places: BTreeMap<&str, usize> = layers
            .iter()
            .enumerate()
            .map(|(place, layer)| (&layer.weight[..], place))
            .collect();
        let one = |(tensor, role): (&Tensor, Role)| {
            let layer = places.get(&tensor.name[..]).copied();
            let extent = layer.map_or_else(
                || extent(&tensor.shape),
                |place| Extent {
                    rows: layers[place].units,
                    columns: layers[place].inputs,
                    taps: layers[place].taps,
                },
            );
            let has_rows = tensor.shape.len() > 1;
            TensorCensus {
                name: tensor.name.clone(),
                role,
                shape: tensor.shape.clone(),
                format: tensor.format,
                layer,
                seen: Vec::new(),
                rows: Rows::new(if has_rows { extent.rows } else { 0 }),
                columns: Columns::default(),
                zero: [first.is_zero(tensor), false],
                smallest: 0.0,
                largest: 0.0,
                sizes: [Vec::new(), Vec::new()],
                held: None,
                extent,
            }
        };
        let tensors = first.tensors.iter().zip(roles(first));
        let tensors = tensors.filter(|(tensor, _)| !tensor.is_empty());
        let mut tensors: Vec<TensorCensus> = tensors.map(one).collect();
        for gain in tensors.iter_mut().filter(|own| own.role == Role::NormGain) {
            gain.sizes[0] = gain.row_sizes(first);
        }
        Self {
            tensors,
            rounding: Rounding::default(),
            last_rounding: Rounding::default(),
        }
    }

    /// Looks at the next interval.
    pub fn look(&mut self, view: &View<'_>) {
        self.last_rounding = Rounding::default();
        for census in &mut self.tensors {
            let Some(pair) = view.pair(&census.name) else {
                continue;
            };
            let still = census.look(view, pair);
            if census.is_trained() && census.last_moved() > 0.0 {
                let row = census.extent.columns * census.extent.taps;
                self.last_rounding.look(pair, row, &still);
            }
        }
        self.rounding.add(&self.last_rounding);
    }

    /// Leaves an interval out again.
    pub fn forget(&mut self, interval: usize) {
        for census in &mut self.tensors {
            census.seen.remove(interval);
        }
    }

    /// Looks at the last file alone.
    pub fn finish(&mut self, last: &Checkpoint, layers: &[Layer]) {
        let mut small: Vec<&str> = Vec::new();
        for gain in self
            .tensors
            .iter_mut()
            .filter(|own| own.role == Role::NormGain)
        {
            gain.sizes[1] = gain.row_sizes(last);
            let largest = gain.sizes[1].iter().copied().fold(0.0, f64::max);
            if gain.sizes[1].iter().any(|&own| own < SMALL * largest) {
                let follows = |layer: &&Layer| layer.companions.contains(&gain.name);
                small.extend(layers.iter().filter(follows).map(|layer| &layer.weight[..]));
            }
        }
        for census in &mut self.tensors {
            if small.contains(&&census.name[..]) {
                census.sizes[1] = census.row_sizes(last);
            }
            let Some(tensor) = last.tensor(&census.name) else {
                continue;
            };
            census.zero[1] = last.is_zero(tensor);
            if census.never_moved() {
                let sizes = (0..tensor.len()).map(|index| last.number(tensor, index).abs());
                census.smallest = sizes.clone().fold(f64::INFINITY, f64::min);
                census.largest = sizes.fold(0.0, f64::max);
            }
        }
    }
}

/// Gains this much smaller than the largest are looked at.
const SMALL: f64 = 1e-2;

fn extent(shape: &[usize]) -> Extent {
    Extent {
        rows: shape.first().copied().unwrap_or(1),
        columns: shape.get(1).copied().unwrap_or(1),
        taps: shape.iter().skip(2).product(),
    }
}
