//! A panel's numbers as it draws them: rows of a table as items in frames, with their series.

mod level;
mod read;
mod stack;

pub(super) use level::Looks;

use super::rows::Site;
use super::spec::{Channel, Mark, PanelSpec, ScaleType};
use super::style::{Fill, Series};

/// One row of a table in the units of the axes.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Row and column of its frame.
    pub cell: (usize, usize),
    /// Which level of colour, counted from 0; none if the panel does not show it.
    pub series: Option<usize>,
    /// Place along x; the index of the level on an axis of levels.
    pub x: f64,
    /// Place along y.
    pub y: f64,
    /// Lower end of the interval of the value.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The shade of a tile.
    pub shade: f64,
    /// Networks behind it.
    pub n: f64,
    /// Standard deviation between networks; NaN if the table does not have it.
    pub deviation: f64,
    /// The replicate, if it is of one network.
    pub replicate: String,
    /// Of a second scale on top.
    pub above: f64,
    /// The row among those selected.
    pub row: usize,
}

impl Item {
    /// Place along an axis.
    pub fn at(&self, side: Side) -> f64 {
        match side {
            Side::X => self.x,
            Side::Y => self.y,
        }
    }
}

/// A level of colour.
#[derive(Clone, Debug)]
pub(super) struct Level {
    /// As it prints; empty if there is no colour to tell apart.
    pub words: String,
    /// Its look as a series.
    pub look: Series,
    /// Its look as an area.
    pub fill: Fill,
}

/// What lies along an axis.
#[derive(Clone, Debug)]
pub(super) struct Along {
    /// Label of the axis.
    pub label: String,
    /// Which lengths are equal.
    pub kind: ScaleType,
    /// Levels as they print; of an ordinal axis only.
    pub levels: Vec<String>,
}

/// Axes by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The horizontal one.
    X,
    /// The vertical one.
    Y,
}

/// Everything that one panel of the specification shows.
#[derive(Clone, Debug)]
pub(super) struct Block<'a> {
    pub site: Site<'a>,
    pub spec: &'a PanelSpec,
    /// Words for the rows of frames; one that is empty if there are no rows.
    pub rows: Vec<String>,
    /// Headings of the frames of each row.
    pub columns: Vec<Vec<String>>,
    pub x: Along,
    pub y: Along,
    /// Label of the second scale on top.
    pub above: Option<String>,
    pub levels: Vec<Level>,
    /// Rows over networks.
    pub items: Vec<Item>,
    /// Rows of one network.
    pub networks: Vec<Item>,
    /// Rows of each layer.
    pub layers: Vec<Vec<Item>>,
}

impl Block<'_> {
    /// The items over networks in a frame.
    pub fn in_cell(&self, cell: (usize, usize)) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.cell == cell)
    }

    /// The items over networks of a series in a frame.
    pub fn series(&self, cell: (usize, usize), series: usize) -> impl Iterator<Item = &Item> {
        self.in_cell(cell)
            .filter(move |item| item.series == Some(series))
    }

    /// All frames.
    pub fn cells(&self) -> impl Iterator<Item = (usize, usize)> {
        let rows = self.columns.iter().enumerate();
        rows.flat_map(|(row, columns)| (0..columns.len()).map(move |column| (row, column)))
    }

    /// What lies along an axis.
    pub fn along(&self, side: Side) -> &Along {
        match side {
            Side::X => &self.x,
            Side::Y => &self.y,
        }
    }

    /// The value of an item, along the axis on which intervals lie.
    pub fn value(&self, item: &Item) -> f64 {
        item.at(self.spec.value_side().unwrap_or(Side::Y))
    }

    /// Frames in the row that has most.
    pub fn widest_row(&self) -> usize {
        self.columns.iter().map(Vec::len).max().unwrap_or(1)
    }

    /// A frame in words: its row and column.
    pub fn words(&self, (row, column): (usize, usize)) -> String {
        let heading = self.columns[row].get(column).map_or("", String::as_str);
        let words = [self.rows[row].as_str(), heading];
        let words: Vec<&str> = words.into_iter().filter(|w| !w.is_empty()).collect();
        words.join(", ")
    }
}

impl PanelSpec {
    /// The axis along which intervals lie.
    pub(super) fn value_side(&self) -> Option<Side> {
        match self.mark {
            Mark::Forest => Some(Side::X),
            Mark::Bars if self.encoding.x.field.first() == "value" => Some(Side::X),
            Mark::Bars | Mark::Areas | Mark::Curves => Some(Side::Y),
            Mark::Tiles | Mark::Scatter | Mark::Raster => None,
        }
    }

    /// The channel of an axis.
    pub(super) fn channel(&self, side: Side) -> &Channel {
        match side {
            Side::X => &self.encoding.x,
            Side::Y => &self.encoding.y,
        }
    }

    /// Which lengths of an axis are equal: as the scale says, else as the kind has it.
    pub(super) fn scale_type(&self, side: Side) -> ScaleType {
        let ordinal = match self.mark {
            Mark::Forest | Mark::Raster => side == Side::Y,
            Mark::Bars => self.value_side() != Some(side),
            Mark::Tiles => true,
            Mark::Areas | Mark::Curves | Mark::Scatter => false,
        };
        let own = if ordinal {
            ScaleType::Ordinal
        } else {
            ScaleType::Linear
        };
        self.channel(side).scale.kind.unwrap_or(own)
    }

    /// Whether colour is a number and no level.
    pub(super) fn shaded(&self) -> bool {
        self.mark == Mark::Tiles
    }
}
