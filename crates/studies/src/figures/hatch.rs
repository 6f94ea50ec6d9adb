//! Parallel lines inside an outline, so that areas differ in more than colour.

use super::canvas::Point;
use super::style::Hatch;

/// The lines of a hatch inside a closed outline (even-odd rule), each from its start to its end.
///
/// Lines lie at whole multiples of the spacing from the canvas's corner, so that the hatches of
/// neighbouring areas meet. An area too thin for any of them has one through its middle.
pub(crate) fn hatch_lines(outline: &[Point], hatch: Hatch) -> Vec<(Point, Point)> {
    let length = libm::hypot(hatch.direction.0, hatch.direction.1);
    let along = (hatch.direction.0 / length, hatch.direction.1 / length);
    // Coordinates along the lines and across them.
    let turned: Vec<Point> = outline
        .iter()
        .map(|&(x, y)| (x * along.0 + y * along.1, y * along.0 - x * along.1))
        .collect();
    let low = turned.iter().map(|point| point.1).fold(f64::MAX, f64::min);
    let high = turned.iter().map(|point| point.1).fold(f64::MIN, f64::max);
    let first = (low / hatch.spacing).ceil() as i64;
    let last = (high / hatch.spacing).floor() as i64;
    let mut lines = Vec::new();
    let mut places: Vec<f64> = (first..=last)
        .map(|index| index as f64 * hatch.spacing)
        .collect();
    // A line on the edge of an area is not seen.
    let edge = hatch.spacing / 8.0;
    let is_inside = |&across: &f64| low + edge < across && across < high - edge;
    if low < high && !places.iter().any(is_inside) {
        places = vec![f64::midpoint(low, high)];
    }
    for across in places {
        let mut crossings: Vec<f64> = turned
            .iter()
            .zip(turned.iter().cycle().skip(1))
            .filter(|(a, b)| (a.1 <= across) != (b.1 <= across))
            .map(|(a, b)| a.0 + (b.0 - a.0) * (across - a.1) / (b.1 - a.1))
            .collect();
        crossings.sort_by(f64::total_cmp);
        for pair in crossings.chunks_exact(2) {
            let back = |a: f64| {
                (
                    a * along.0 - across * along.1,
                    a * along.1 + across * along.0,
                )
            };
            lines.push((back(pair[0]), back(pair[1])));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::style::{Colour, Stroke};

    fn hatch(direction: Point) -> Hatch {
        Hatch {
            direction,
            spacing: 1.0,
            stroke: Stroke::solid(Colour::BLACK, 0.25),
        }
    }

    #[test]
    fn a_square_is_crossed_from_side_to_side() {
        let square = [(0.5, 0.5), (3.5, 0.5), (3.5, 3.5), (0.5, 3.5)];
        let lines = hatch_lines(&square, hatch((1.0, 0.0)));
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0], ((0.5, 1.0), (3.5, 1.0)));
    }

    #[test]
    fn a_thin_area_has_its_line_in_the_middle() {
        for bottom in [1.0, 1.1, 1.3] {
            let thin = [
                (0.0, bottom),
                (3.0, bottom),
                (3.0, bottom + 0.5),
                (0.0, bottom + 0.5),
            ];
            let lines = hatch_lines(&thin, hatch((1.0, 0.0)));
            let across = bottom + 0.25;
            assert_eq!(lines, [((0.0, across), (3.0, across))]);
        }
    }

    #[test]
    fn slanted_lines_stay_inside_a_notched_outline() {
        let notched = [(0.0, 0.0), (6.0, 0.0), (6.0, 5.0), (3.0, 1.0), (0.0, 5.0)];
        let lines = hatch_lines(&notched, hatch((1.0, 1.0)));
        assert!(lines.len() > 5);
        for (from, to) in lines {
            assert!((to.0 - from.0) - (to.1 - from.1) < 1e-9);
            let middle: Point = (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1));
            let depth = if middle.0 < 3.0 {
                5.0 - middle.0 * 4.0 / 3.0
            } else {
                1.0 + (middle.0 - 3.0) * 4.0 / 3.0
            };
            assert!(middle.1 >= -1e-9 && middle.1 <= depth + 1e-9);
        }
    }
}
