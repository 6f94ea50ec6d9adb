//! Which numbers of a row moved in any row of a tensor: noted while a row is at hand, so that
//! nobody goes through memory again column by column.

use std::ops::Range;

/// For every place in a row whether a number there moved in some row.
///
/// As wide as the numbers themselves, so that both fill registers alike.
#[derive(Clone, Debug, Default)]
pub struct Moved(Vec<u32>);

impl Moved {
    /// Nothing has moved yet in rows of `length` numbers.
    pub fn nowhere(length: usize) -> Self {
        Self(vec![0; length])
    }

    /// Whether a number moved in one of these places.
    pub fn any(&self, places: Range<usize>) -> bool {
        self.0[places].iter().any(|&mark| mark != 0)
    }

    /// Adds what other rows of the tensor showed.
    pub fn join(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own |= other;
        }
    }

    /// By place, 0 where nothing moved.
    pub(super) fn marks(&mut self) -> &mut [u32] {
        &mut self.0
    }
}
