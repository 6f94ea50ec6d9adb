//! The plan of a convolution's forward pass: runs of output pixels that skip the same taps.

use std::ops::Range;

use crate::kernels::conv2d::Conv2dShape;

/// The most pixels that are computed at once.
pub const MOST_PIXELS: usize = 6;

/// Output pixels in a row or column whose windows have the same taps inside the image.
#[derive(Clone, Debug)]
pub struct Tile {
    pub pixels: usize,
    /// Rows of the filter.
    pub rows: Range<usize>,
    /// Columns of the filter.
    pub columns: Range<usize>,
    /// Where the first pixel's first tap begins in an image.
    pub input: usize,
    /// From one pixel's taps to the next one's.
    pub input_step: usize,
    /// The first pixel's position in the output.
    pub output: usize,
    /// From one pixel to the next.
    pub output_step: usize,
}

/// All pixels of an output image, as tiles. Pixels that share their taps lie in a rectangle;
/// each is cut along its longer side.
pub fn tiles(shape: &Conv2dShape) -> Vec<Tile> {
    let (stride, padding, channels) = (shape.stride, shape.padding, shape.in_channels);
    let (width, row) = (shape.out_width(), shape.in_width * channels);
    let bands = runs(
        shape.out_height(),
        shape.in_height,
        shape.kernel_height,
        shape,
    );
    let columns = runs(width, shape.in_width, shape.kernel_width, shape);
    let mut tiles = Vec::new();
    for (ys, rows) in &bands {
        for (xs, columns) in &columns {
            // A window that is all padding has no taps.
            let outside = rows.is_empty() || columns.is_empty();
            let rows = if outside { 0..0 } else { rows.clone() };
            let mut add = |y: usize, x: usize, pixels, input_step, output_step| {
                let top = (y * stride + rows.start).saturating_sub(padding);
                let left = (x * stride + columns.start).saturating_sub(padding);
                tiles.push(Tile {
                    pixels,
                    rows: rows.clone(),
                    columns: columns.clone(),
                    input: top * row + left * channels,
                    input_step,
                    output: y * width + x,
                    output_step,
                });
            };
            if xs.len() >= ys.len() {
                for y in ys.clone() {
                    for part in parts(xs.clone()) {
                        add(y, part.start, part.len(), stride * channels, 1);
                    }
                }
            } else {
                for x in xs.clone() {
                    for part in parts(ys.clone()) {
                        add(part.start, x, part.len(), stride * row, width);
                    }
                }
            }
        }
    }
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
                images: 1,
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
            for tile in tiles(&shape) {
                for pixel in 0..tile.pixels {
                    let count = tile.rows.len() * tile.columns.len();
                    taps[tile.output + pixel * tile.output_step] += count;
                }
            }
            let mut expected = vec![0; shape.outputs()];
            shape.for_each_tap_inside(|position, _, _| expected[position] += 1);
            assert_eq!(taps, expected);
        }
    }
}
