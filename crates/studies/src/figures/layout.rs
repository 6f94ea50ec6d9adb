//! Small multiples: equal frames in rows and columns.

use super::panel::Rectangle;

/// Rows and columns of frames within a figure, in millimetres.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Width of the figure.
    pub width: f64,
    /// Space left of the first column, for its axis.
    pub left: f64,
    /// Space right of the last column.
    pub right: f64,
    /// Space above the first row, for headings.
    pub top: f64,
    /// Space below the last row, for its axis.
    pub bottom: f64,
    /// Number of columns.
    pub columns: usize,
    /// Space between columns.
    pub column_gap: f64,
    /// Height of each row's frames.
    pub row_heights: Vec<f64>,
    /// Space between rows.
    pub row_gap: f64,
}

impl Grid {
    /// The frame in a row and column, both counted from 0.
    pub fn frame(&self, row: usize, column: usize) -> Rectangle {
        let gaps = self.column_gap * (self.columns.max(1) - 1) as f64;
        let width = (self.width - self.left - self.right - gaps) / self.columns.max(1) as f64;
        let left = self.left + column as f64 * (width + self.column_gap);
        let above: f64 = self.row_heights.iter().take(row).sum();
        let top = self.top + above + row as f64 * self.row_gap;
        Rectangle {
            left,
            top,
            right: left + width,
            bottom: top + self.row_heights.get(row).copied().unwrap_or(0.0),
        }
    }

    /// Height of the figure.
    pub fn height(&self) -> f64 {
        let gaps = self.row_gap * (self.row_heights.len().max(1) - 1) as f64;
        self.top + self.row_heights.iter().sum::<f64>() + gaps + self.bottom
    }
}

/// Index of a word among those seen so far, added if it is new: panels, rows and series stand in
/// the order in which a table names them.
pub fn first_seen(seen: &mut Vec<String>, word: &str) -> usize {
    seen.iter()
        .position(|known| known == word)
        .unwrap_or_else(|| {
            seen.push(word.to_owned());
            seen.len() - 1
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_fill_the_width_and_the_height() {
        let grid = Grid {
            width: 89.0,
            left: 9.0,
            right: 2.0,
            top: 5.0,
            bottom: 8.0,
            columns: 2,
            column_gap: 4.0,
            row_heights: vec![30.0, 10.0],
            row_gap: 3.0,
        };
        assert_eq!(grid.height(), 56.0);
        let last = grid.frame(1, 1);
        assert!((last.right - 87.0).abs() < 1e-12);
        assert_eq!((last.top, last.bottom), (38.0, 48.0));
        assert_eq!(grid.frame(0, 0).right + 4.0, grid.frame(0, 1).left);
    }
}
