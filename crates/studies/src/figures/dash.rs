//! Dashes cut from a line, since plotters draws unbroken lines only.

use super::canvas::Point;

/// The pieces of the line through `points` that a pattern of lengths (line, gap, line, gap, ...)
/// leaves, each a line through points of its own.
pub(crate) fn dashes(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    let mut pieces = Vec::new();
    let Some(&start) = points.first() else {
        return pieces;
    };
    let mut piece = vec![start];
    let mut part = 0;
    let mut left = pattern[0];
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let length = libm::hypot(to.0 - from.0, to.1 - from.1);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let share = done / length;
            let place = (
                from.0 + (to.0 - from.0) * share,
                from.1 + (to.1 - from.1) * share,
            );
            piece.push(place);
            if part % 2 == 0 {
                pieces.push(std::mem::take(&mut piece));
            }
            piece = vec![place];
            part = (part + 1) % pattern.len();
            left = pattern[part];
        }
        left -= length - done;
        piece.push(to);
    }
    if part % 2 == 0 && piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(points: &[Point]) -> f64 {
        points
            .windows(2)
            .map(|pair| libm::hypot(pair[1].0 - pair[0].0, pair[1].1 - pair[0].1))
            .sum()
    }

    #[test]
    fn dashes_go_around_corners_without_losing_length() {
        let corner = [(0.0, 0.0), (2.5, 0.0), (2.5, 2.5)];
        let pieces = dashes(&corner, &[1.0, 0.5]);
        let lengths: Vec<f64> = pieces.iter().map(|piece| length(piece)).collect();
        assert_eq!(lengths.len(), 4);
        assert!(lengths[..3].iter().all(|l| (l - 1.0).abs() < 1e-12));
        assert!((lengths[3] - 0.5).abs() < 1e-12);
        assert_eq!(pieces[1].last(), Some(&(2.5, 0.0)));
        assert_eq!(pieces[2].first().map(|p| p.0), Some(2.5));
    }

    #[test]
    fn a_line_shorter_than_a_dash_is_kept() {
        assert_eq!(dashes(&[(0.0, 0.0), (0.2, 0.0)], &[1.0, 1.0]).len(), 1);
    }
}
