//! Scatters: one marker for each row of a table.

use super::super::block::{Block, Item};
use super::super::canvas::Canvas;
use super::super::legend::Sample;
use super::super::panel::Panel;
use super::super::scale::Scale;
use super::super::spec::Channel;
use super::super::style::Series;
use super::{Kind, each_series, layers, range};

/// Markers by two columns.
pub(super) struct Scatter;

/// Size of a marker in millimetres.
const SIZE: f64 = 0.9;
/// The same where a frame has many of them, and how many are many.
const SMALL: f64 = 0.6;
const MANY: usize = 300;

impl Kind for Scatter {
    fn height(&self, _: &Block, _: usize) -> f64 {
        56.0
    }

    fn least_width(&self, _: &Block) -> f64 {
        40.0
    }

    fn draw(&self, canvas: &mut Canvas, panel: &Panel, block: &Block, cell: (usize, usize)) {
        let marks = in_turn(block, cell, |item| drawn(panel, block, item));
        let size = if marks.len() > MANY { SMALL } else { SIZE };
        for (item, look) in marks {
            let place = panel.at(panel.x.scale.nearest(item.x), panel.y.scale.nearest(item.y));
            canvas.marker(place, look.marker, size, look.colour);
        }
        layers::draw(canvas, panel, block, cell);
    }

    fn entries(&self, block: &Block) -> Vec<(Sample, String)> {
        let mut entries = Vec::new();
        for (series, level) in block.levels.iter().enumerate() {
            let seen = |item: &Item| item.series == Some(series) && shown(item);
            if !level.words.is_empty() && block.items.iter().any(seen) {
                entries.push((Sample::Marker(level.look), level.words.clone()));
            }
        }
        entries
    }

    fn describe(&self, block: &Block, cell: (usize, usize)) -> String {
        each_series(block, |series| {
            let own = || block.series(cell, series).filter(|item| shown(item));
            let (x, y) = (range(own().map(|i| i.x))?, range(own().map(|i| i.y))?);
            Some(format!("{} points, x {x}, y {y}", own().count()))
        })
    }
}

/// The marks of a frame, those of all series in turn: no series lies over another as a whole.
fn in_turn<'a>(
    block: &'a Block,
    cell: (usize, usize),
    shown: impl Fn(&Item) -> bool,
) -> Vec<(&'a Item, Series)> {
    let mut marks = Vec::new();
    for (series, level) in block.levels.iter().enumerate() {
        let own: Vec<&Item> = block.series(cell, series).filter(|i| shown(i)).collect();
        let share = |index: usize| (index as f64 + 0.5) / own.len() as f64;
        let own = own.iter().enumerate();
        marks.extend(own.map(|(index, item)| (share(index), *item, level.look)));
    }
    marks.sort_by(|a, b| a.0.total_cmp(&b.0));
    marks
        .into_iter()
        .map(|(_, item, look)| (item, look))
        .collect()
}

/// Whether a row has a place: what is 0 on a logarithmic axis stands at its foot if the axis has
/// an end of its own, else nowhere.
fn drawn(panel: &Panel, block: &Block, item: &Item) -> bool {
    let placed = |scale: Scale, channel: &Channel, value: f64| {
        channel.scale.domain.is_some() || scale.place(value).is_finite()
    };
    let encoding = &block.spec.encoding;
    shown(item)
        && placed(panel.x.scale, &encoding.x, item.x)
        && placed(panel.y.scale, &encoding.y, item.y)
}

fn shown(item: &Item) -> bool {
    item.x.is_finite() && item.y.is_finite()
}
