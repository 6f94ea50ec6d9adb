//! Inputs of a layer whose weights never moved in any row.

use crate::compare::Moved;

/// The columns that have not moved yet.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// Those left; `None` before the first interval.
    still: Option<Vec<u32>>,
}

impl Columns {
    /// Drops those that moved in some row; `moved` says which places of a row did.
    pub fn look(&mut self, moved: &Moved, columns: usize, taps: usize) {
        let still = self
            .still
            .get_or_insert_with(|| (0..columns as u32).collect());
        still.retain(|&column| {
            let start = column as usize * taps;
            !moved.any(start..start + taps)
        });
    }

    /// Those that never moved.
    pub fn still(&self) -> &[u32] {
        self.still.as_deref().unwrap_or_default()
    }
}
