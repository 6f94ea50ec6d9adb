//! The largest mean over cells, not inflated by the choice.

use super::bootstrap::Replicates;
use super::cross_fit::cross_fit;
use super::mean::mean_at;

/// Which cells may be chosen: those that come near the best in some other measure.
#[derive(Clone, Copy, Debug)]
pub struct Good<'a> {
    /// The measure, of each cell by replicate.
    pub values: &'a [Vec<f64>],
    /// How far below the largest mean of it a cell's mean may lie.
    pub margin: f64,
}

/// Largest mean over cells (one list a cell, by replicate), chosen on the odd replicates and
/// measured on the even ones, and the reverse ([`cross_fit`]). With `good`, only cells whose mean
/// of that measure over the choosing replicates is at least the largest such mean minus the
/// margin are chosen from.
///
/// `NaN` where nothing can be chosen, or the pick has no value in the other half.
pub fn largest_at(cells: &[Vec<f64>], good: Option<Good<'_>>, drawn: &Replicates) -> f64 {
    cross_fit(
        drawn,
        |on| {
            let best = good.map_or(f64::NAN, |good| {
                let means = good.values.iter().map(|cell| mean_at(cell, on));
                means.fold(f64::NAN, f64::max)
            });
            let allowed = |index: usize| {
                good.is_none_or(|good| {
                    let cell = good.values.get(index);
                    cell.is_some_and(|cell| mean_at(cell, on) >= best - good.margin)
                })
            };
            let means = cells.iter().map(|cell| mean_at(cell, on)).enumerate();
            means
                .filter(|(index, mean)| !mean.is_nan() && allowed(*index))
                .max_by(|a, b| a.1.total_cmp(&b.1))
                .map(|(index, _)| index)
        },
        |&pick, on| mean_at(&cells[pick], on),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [u32; 4] = [0, 1, 2, 3];

    #[test]
    fn by_hand() {
        // On the odd replicates (1, 3) cell 1 is largest and its even mean is 4; on the even ones
        // cell 0 is largest and its odd mean is 1.
        let cells = [vec![9.0, 0.0, 7.0, 2.0], vec![5.0, 6.0, 3.0, 8.0]];
        assert_eq!(largest_at(&cells, None, &ALL), 2.5);
    }

    #[test]
    fn cells_far_below_the_best_are_not_chosen_from() {
        let dead = [vec![0.1; 4], vec![0.3; 4], vec![0.9; 4]];
        let accuracy = [vec![0.98; 4], vec![0.975; 4], vec![0.8; 4]];
        let good = |margin| Good {
            values: &accuracy,
            margin,
        };
        assert_eq!(largest_at(&dead, Some(good(0.01)), &ALL), 0.3);
        assert_eq!(largest_at(&dead, Some(good(0.001)), &ALL), 0.1);
        assert_eq!(largest_at(&dead, Some(good(0.5)), &ALL), 0.9);
        assert_eq!(largest_at(&dead, None, &ALL), 0.9);
    }

    #[test]
    fn without_a_value_there_is_none() {
        assert!(largest_at(&[], None, &ALL).is_nan());
        assert!(largest_at(&[vec![f64::NAN; 4]], None, &ALL).is_nan());
        let nothing = Good {
            values: &[],
            margin: 0.1,
        };
        assert!(largest_at(&[vec![1.0; 4]], Some(nothing), &ALL).is_nan());
    }
}
