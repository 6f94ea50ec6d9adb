//! The rows of a tensor: which never moved, which only decay, which were 0 and came back.

use super::alone::{Alone, alone, is_multiple};
use crate::compare::Pair;

/// A row in all intervals.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Whether it moved in some interval.
    pub moved: bool,
    /// Whether all that moved it, ever, was the decay that other rows show too.
    pub only_decays: bool,
    /// Whether it is 0 in the last file.
    pub zero: bool,
    /// The file in which it was 0 after it had not been.
    pub zeroed: Option<usize>,
    /// The file in which it was no longer 0 after that.
    pub back: Option<usize>,
    /// Whether all that moved it since then kept its direction, as stored momentum and decay do;
    /// `None` if nothing moved it since.
    pub coasts: Option<bool>,
}

/// All rows.
#[derive(Clone, Debug)]
pub struct Rows {
    all: Vec<Row>,
    files: usize,
    /// The factor that its decaying rows share, by interval.
    pub factors: Vec<Option<f64>>,
}

/// How many standard errors the factors of two rows of one group may differ by.
const ALIKE: f64 = 6.0;

/// How many rows must share a factor.
const COMPANY: usize = 3;

impl Rows {
    /// `count` rows of which nothing is known.
    pub fn new(count: usize) -> Self {
        let row = Row {
            moved: false,
            only_decays: true,
            zero: false,
            zeroed: None,
            back: None,
            coasts: None,
        };
        Self {
            all: vec![row; count],
            files: 0,
            factors: Vec::new(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of them.
    pub fn all(&self) -> &[Row] {
        &self.all
    }

    /// The numbers of those for which something holds.
    pub fn which(&self, holds: impl Fn(&Row) -> bool) -> Vec<usize> {
        let rows = self.all.iter().enumerate();
        rows.filter(|(_, row)| holds(row))
            .map(|(index, _)| index)
            .collect()
    }

    /// Looks at the next interval; `steps` only where the rows may decay.
    pub fn look(
        &mut self,
        pair: Pair<'_>,
        length: usize,
        still: &[bool],
        steps: Option<Option<f64>>,
    ) {
        let slice = |index: usize| pair.slice(index * length, (index + 1) * length);
        if self.files == 0 {
            for (index, row) in self.all.iter_mut().enumerate() {
                row.zero = slice(index).all(|old, _| old == 0.0);
            }
        }
        let decays: Vec<Option<Alone>> = (0..self.all.len())
            .map(|index| {
                steps
                    .filter(|_| !still[index])
                    .and_then(|own| alone(slice(index), own))
            })
            .collect();
        let factor = shared(&decays);
        self.files += 1;
        for (index, row) in self.all.iter_mut().enumerate() {
            if still[index] {
                continue;
            }
            row.moved = true;
            let own = decays[index].zip(factor);
            row.only_decays &= own.is_some_and(|(own, factor)| is_alike(own, factor));
            let zero = slice(index).all(|_, new| new == 0.0);
            if row.back.is_some() {
                let own = is_multiple(slice(index));
                row.coasts = Some(row.coasts.unwrap_or(true) && own);
            }
            match (row.zero, zero) {
                (false, true) => (row.zeroed, row.back) = (Some(self.files), None),
                (true, false) if row.zeroed.is_some() && row.back.is_none() => {
                    row.back = Some(self.files);
                }
                _ => {}
            }
            row.zero = zero;
        }
        self.factors.push(factor);
    }
}

fn is_alike(own: Alone, factor: f64) -> bool {
    // The middle of many is known better than one of them.
    (own.factor - factor).abs() <= ALIKE * own.error
}

/// The middle factor, if enough rows share it.
fn shared(decays: &[Option<Alone>]) -> Option<f64> {
    let mut factors: Vec<f64> = decays.iter().flatten().map(|own| own.factor).collect();
    factors.sort_by(f64::total_cmp);
    let middle = factors.get(factors.len() / 2).copied()?;
    let alike = decays
        .iter()
        .flatten()
        .filter(|own| is_alike(**own, middle));
    (alike.count() >= COMPANY).then_some(middle)
}
