//! Rasters: rows of cells, each filled by its category.

use super::super::block::{Block, Item};
use super::super::canvas::Canvas;
use super::super::legend::Sample;
use super::super::panel::Panel;
use super::super::raster::{border, raster};
use super::super::style::{Colour, Fill};
use super::{Kind, each_series, layers};

/// Rows of cells.
pub(super) struct Raster;

/// Height of a row in millimetres.
const ROW: f64 = 1.0;

impl Kind for Raster {
    fn height(&self, block: &Block, row: usize) -> f64 {
        let own = block.items.iter().filter(|item| item.cell.0 == row);
        let most = own.map(|item| item.y).fold(0.0, f64::max);
        f64::max(4.0, ROW * (most + 1.0))
    }

    fn draw(&self, canvas: &mut Canvas, panel: &Panel, block: &Block, cell: (usize, usize)) {
        let items: Vec<&Item> = block.in_cell(cell).collect();
        let mut ends: Vec<f64> = items.iter().map(|item| item.x).collect();
        ends.sort_by(f64::total_cmp);
        ends.dedup();
        // A cell reaches from the value of x before its own to its own.
        let scale = panel.x.scale;
        let start = scale.nearest(f64::MIN);
        let edges: Vec<f64> = [start]
            .into_iter()
            .chain(ends.iter().copied())
            .map(|edge| scale.place(scale.nearest(edge)))
            .collect();
        let most = items.iter().map(|item| item.y).fold(0.0, f64::max);
        let paper = Fill::plain(Colour::WHITE);
        let mut rows = vec![vec![paper; ends.len()]; most as usize + 1];
        for item in items {
            let column = ends.iter().position(|end| *end == item.x);
            let level = item.series.and_then(|series| block.levels.get(series));
            if let (Some(column), Some(level), true) = (column, level, item.y.is_finite()) {
                rows[item.y as usize][column] = level.fill;
            }
        }
        raster(canvas, panel.frame, &edges, &rows);
        border(canvas, panel.frame);
        layers::draw(canvas, panel, block, cell);
    }

    fn entries(&self, block: &Block) -> Vec<(Sample, String)> {
        let levels = block.levels.iter().enumerate();
        let seen = levels.filter(|(series, level)| {
            let mut items = block.items.iter();
            !level.words.is_empty() && items.any(|item| item.series == Some(*series))
        });
        seen.map(|(_, level)| (Sample::Area(level.fill), level.words.clone()))
            .collect()
    }

    fn describe(&self, block: &Block, cell: (usize, usize)) -> String {
        let last = block
            .in_cell(cell)
            .map(|item| item.x)
            .fold(f64::MIN, f64::max);
        let at_end = each_series(block, |series| {
            let own = block.series(cell, series).filter(|item| item.x == last);
            let (count, named) = (own.count(), !block.levels[series].words.is_empty());
            (count > 0 && named).then(|| count.to_string())
        });
        if at_end.is_empty() {
            "nothing in the last column".into()
        } else {
            format!("in the last column {at_end}")
        }
    }
}
