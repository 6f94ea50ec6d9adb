//! The plan of a convolution's forward pass: runs of output pixels that skip the same taps.

use std::ops::Range;

use crate::kernels::conv2d::Conv2dShape;

/// The most pixels that are computed at once.
pub const MOST_PIXELS: usize = 6;

/// Output pixels, of one image or several, whose windows have the same taps inside the image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    pub pixels: usize,
    /// Rows of the filter.
    pub rows: Range<usize>,
    /// Columns of the filter.
    pub columns: Range<usize>,
    /// Where each pixel's first tap begins in the images.
    pub inputs: [u32; MOST_PIXELS],
    /// The position of each pixel in the outputs of the images.
    pub outputs: [u32; MOST_PIXELS],
}

/// All output pixels of some images next to each other, as tiles, the large ones first. Pixels
/// that share their taps lie in a rectangle of each image.
pub fn tiles(shape: &Conv2dShape, images: usize) -> Vec<Tile> {
    let (stride, padding, channels) = (shape.stride, shape.padding, shape.in_channels);
    let (height, width) = (shape.out_height(), shape.out_width());
    let row = shape.in_width * channels;
    let bands = runs(height, shape.in_height, shape.kernel_height, shape);
    let columns = runs(width, shape.in_width, shape.kernel_width, shape);
    let mut tiles = Vec::new();
    for (ys, rows) in &bands {
        for (xs, columns) in &columns {
            // A window that is all padding has no taps.
            let outside = rows.is_empty() || columns.is_empty();
            let rows = if outside { 0..0 } else { rows.clone() };
            let pixel = |index: usize| {
                let (image, index) = (index / (ys.len() * xs.len()), index % (ys.len() * xs.len()));
                let (y, x) = (ys.start + index / xs.len(), xs.start + index % xs.len());
                let top = (y * stride + rows.start).saturating_sub(padding);
                let left = (x * stride + columns.start).saturating_sub(padding);
                let input = (image * shape.in_height + top) * row + left * channels;
                let output = (image * height + y) * width + x;
                [input as u32, output as u32]
            };
            for part in parts(0..images * ys.len() * xs.len()) {
                let pixels = part.len();
                let place = |index: usize| pixel((part.start + index).min(part.end - 1));
                tiles.push(Tile {
                    pixels,
                    rows: rows.clone(),
                    columns: columns.clone(),
                    inputs: std::array::from_fn(|index| place(index)[0]),
                    outputs: std::array::from_fn(|index| place(index)[1]),
                });
            }
        }
    }
    // Stable, so that those of one size stay near each other.
    tiles.sort_by_key(|tile| std::cmp::Reverse(tile.pixels));
    tiles
}

/// Neighbouring positions along one axis with the taps that lie inside the image.
fn runs(
    outputs: usize,
    inputs: usize,
    kernel: usize,
    shape: &Conv2dShape,
) -> Vec<(Range<usize>, Range<usize>)> {
    let mut runs: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for position in 0..outputs {
        let start = position * shape.stride;
        let end = (inputs + shape.padding).saturating_sub(start).min(kernel);
        let inside = shape.padding.saturating_sub(start).min(end)..end;
        match runs.last_mut() {
            Some((positions, taps)) if *taps == inside => positions.end += 1,
            _ => runs.push((position..position + 1, inside)),
        }
    }
    runs
}

/// Cuts a run into parts of at most [`MOST_PIXELS`], as even as can be.
pub fn parts(run: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let count = run.len().div_ceil(MOST_PIXELS);
    let length = run.len();
    (0..count)
        .map(move |part| run.start + part * length / count..run.start + (part + 1) * length / count)
}

#[cfg(test)]
mod tests {
    use super::tiles;
    use crate::kernels::conv2d::Conv2dShape;

    #[test]
    fn every_pixel_lies_in_one_tile_and_has_all_its_taps() {
        for (size, kernel, stride, padding) in [
            (8, 3, 1, 1),
            (13, 5, 2, 2),
            (4, 1, 1, 0),
            (5, 2, 3, 4),
            (7, 3, 1, 0),
        ] {
            let shape = Conv2dShape {
                images: 3,
                in_height: size,
                in_width: size + 1,
                in_channels: 2,
                out_channels: 1,
                kernel_height: kernel,
                kernel_width: kernel,
                stride,
                padding,
            };
            let mut taps = vec![0; shape.outputs()];
            for tile in tiles(&shape, shape.images) {
                for &output in &tile.outputs[..tile.pixels] {
                    let count = tile.rows.len() * tile.columns.len();
                    taps[output as usize] += count;
                }
            }
            let mut expected = vec![0; shape.outputs()];
            shape.for_each_tap_inside(|position, _, _| expected[position] += 1);
            assert_eq!(taps, expected);
        }
    }
}
