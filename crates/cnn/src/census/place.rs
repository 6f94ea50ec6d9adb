//! Where in its map a unit stands.

/// Places of a map that differ in what a padded convolution reads there: all of it, or least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Not in the first or last row or column.
    Inner,
    /// In the first or last row and column, of a map with at least two of each.
    Corner,
}

impl Place {
    /// Whether a position (row by row) of a map of (height, width) is such a place.
    pub const fn holds(self, position: usize, [height, width]: [usize; 2]) -> bool {
        let (row, column) = (position / width, position % width);
        let first_or_last_row = row == 0 || row + 1 == height;
        let first_or_last_column = column == 0 || column + 1 == width;
        match self {
            Self::Inner => !first_or_last_row && !first_or_last_column,
            Self::Corner => first_or_last_row && first_or_last_column && height > 1 && width > 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(map: [usize; 2]) -> String {
        let name = |position| match (
            Place::Inner.holds(position, map),
            Place::Corner.holds(position, map),
        ) {
            (true, false) => 'i',
            (false, true) => 'c',
            _ => '.',
        };
        (0..map[0] * map[1]).map(name).collect()
    }

    #[test]
    fn a_map_has_four_corners_and_an_inner_part() {
        assert_eq!(drawn([3, 4]), "c..c.ii.c..c");
        assert_eq!(drawn([2, 2]), "cccc");
        assert_eq!((drawn([1, 3]), drawn([1, 1])), ("...".into(), ".".into()));
    }
}
