//! Inputs of a layer whose weights never moved in any row.

use crate::compare::Pair;

/// The columns that have not moved yet.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// Those left; `None` before the first interval.
    still: Option<Vec<u32>>,
}

impl Columns {
    /// Drops those that moved in some row; `moved` says in which rows anything did.
    pub fn look(&mut self, pair: Pair<'_>, columns: usize, taps: usize, moved: &[bool]) {
        let row = columns * taps;
        let still = self
            .still
            .get_or_insert_with(|| (0..columns as u32).collect());
        for (index, _) in moved.iter().enumerate().filter(|(_, moved)| **moved) {
            if still.is_empty() {
                return;
            }
            let weights = pair.slice(index * row, (index + 1) * row);
            still.retain(|&column| {
                let start = column as usize * taps;
                weights.slice(start, start + taps).is_frozen()
            });
        }
    }

    /// Those that never moved.
    pub fn still(&self) -> &[u32] {
        self.still.as_deref().unwrap_or_default()
    }
}
