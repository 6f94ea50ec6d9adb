//! Rasters: a rectangle of cells, each filled by what it stands for.

use super::canvas::Canvas;
use super::panel::Rectangle;
use super::style::{Colour, Fill, Stroke};

/// Fills a frame with rows of cells, the first row on top. Column `i` reaches from `edges[i]` to
/// `edges[i + 1]`, both shares of the frame's width. Neighbours in a row that are filled alike
/// become one rectangle, so that no seams show.
pub fn raster(canvas: &mut Canvas, frame: Rectangle, edges: &[f64], rows: &[Vec<Fill>]) {
    let height = (frame.bottom - frame.top) / rows.len().max(1) as f64;
    let x = |edge: f64| frame.left + (frame.right - frame.left) * edge;
    for (index, row) in rows.iter().enumerate() {
        let top = frame.top + height * index as f64;
        for (start, end) in runs(row) {
            if let (Some(&from), Some(&to)) = (edges.get(start), edges.get(end)) {
                canvas.rectangle((x(from), top), (x(to), top + height), row[start]);
            }
        }
    }
}

/// A thin line around a frame.
pub fn border(canvas: &mut Canvas, frame: Rectangle) {
    let Rectangle {
        left,
        top,
        right,
        bottom,
    } = frame;
    let corners = [
        (left, top),
        (right, top),
        (right, bottom),
        (left, bottom),
        (left, top),
    ];
    canvas.line(&corners, Stroke::solid(Colour::GREY, 0.35));
}

/// Start and end (exclusive) of the runs of equal values.
fn runs<T: PartialEq>(values: &[T]) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut start = 0;
    for end in 1..=values.len() {
        if end == values.len() || values[end] != values[start] {
            runs.push((start, end));
            start = end;
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::canvas::picture;

    #[test]
    fn equal_neighbours_are_one_rectangle() {
        assert_eq!(runs(&[1, 1, 2, 1]), [(0, 2), (2, 3), (3, 4)]);
        assert_eq!(runs::<u8>(&[]), []);
        let frame = Rectangle {
            left: 1.0,
            top: 1.0,
            right: 5.0,
            bottom: 3.0,
        };
        let (live, dead) = (Fill::plain(Colour::PALE), Fill::plain(Colour::BLACK));
        let svg = picture(6.0, 4.0, |canvas| {
            raster(
                canvas,
                frame,
                &[0.0, 0.25, 0.5, 1.0],
                &[vec![live, live, dead], vec![dead, dead, dead]],
            );
        })
        .unwrap();
        assert_eq!(svg.matches("<polygon").count(), 3);
        assert!(svg.contains("100,100 300,100 300,200 100,200"));
    }
}
