//! At which steps every trial takes a census.

/// The grid of a default trial: 900 steps, annealing from 765.
const DEFAULT: [u64; 13] = [0, 1, 2, 5, 10, 20, 45, 90, 180, 360, 540, ANNEALING, 900];
const ANNEALING: u64 = 765;

/// The steps of the census grid, ascending, without repetition.
///
/// Of a trial whose annealing begins at step A and that ends at step E: the default grid's steps
/// up to 765 times A / 765, rounded to the nearest (half up), and E.
pub fn grid(annealing_step: u32, steps: u32) -> Vec<u32> {
    let scaled = |step: u64| (step * u64::from(annealing_step) + ANNEALING / 2) / ANNEALING;
    let mut grid: Vec<u32> = DEFAULT
        .into_iter()
        .filter(|&step| step <= ANNEALING)
        .map(|step| scaled(step).min(u64::from(annealing_step)) as u32)
        .chain([annealing_step, steps])
        .collect();
    grid.dedup();
    grid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_trial_has_the_default_grid() {
        assert!(grid(765, 900).into_iter().map(u64::from).eq(DEFAULT));
    }

    #[test]
    fn another_length_scales_it() {
        let tenfold = [
            0, 10, 20, 50, 100, 200, 450, 900, 1800, 3600, 5400, 7650, 9000,
        ];
        assert_eq!(grid(7650, 9000), tenfold);
        assert_eq!(grid(77, 90), [0, 1, 2, 5, 9, 18, 36, 54, 77, 90]);
        assert_eq!(grid(1, 1), [0, 1]);
        // Without annealing the last two are one.
        assert_eq!(grid(765, 765).last_chunk(), Some(&[540, 765]));
    }
}
