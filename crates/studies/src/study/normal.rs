//! What is normal: the dead shares of networks that learned well.

use crate::table::{Table, TableError};

/// How far below the best cell's mean accuracy a network may lie to count as one that learned
/// well.
const MARGIN: f64 = 0.01;

/// The share of dead filters of each working network of `learning-rate` whose held-out accuracy is
/// at least the mean of the best cell (momentum, pixels, rate) less 1 point. `networks` is that
/// study's published table of the same name.
///
/// # Errors
/// If the table lacks a column.
pub fn dead_shares(networks: &Table) -> Result<Vec<f64>, TableError> {
    let (momentum, pixels) = (networks.numbers("momentum")?, networks.words("pixels")?);
    let rate = networks.numbers("learning_rate")?;
    let accuracy = networks.numbers("held_out_accuracy")?;
    let (dead, outcome) = (
        networks.numbers("dead_filters")?,
        networks.words("outcome")?,
    );
    let rows = 0..accuracy.len();
    let alike = |a: usize, b: usize| {
        momentum[a] == momentum[b] && pixels[a] == pixels[b] && rate[a] == rate[b]
    };
    let mean_of_cell = |row: usize| {
        let cell: Vec<usize> = rows.clone().filter(|&other| alike(row, other)).collect();
        cell.iter().map(|&row| accuracy[row]).sum::<f64>() / cell.len() as f64
    };
    let best = rows.clone().map(mean_of_cell).fold(f64::NAN, f64::max);
    Ok(rows
        .filter(|&row| outcome[row] == "working" && accuracy[row] >= best - MARGIN)
        .map(|row| dead[row])
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_networks_near_the_best_cell_count() {
        let words = |words: [&str; 5]| words.map(String::from).to_vec();
        let table = Table::new("networks", "")
            .real("momentum", "", vec![0.9; 5])
            .text("pixels", "", vec!["raw".into(); 5])
            .real("learning_rate", "", vec![0.1, 0.1, 0.2, 0.2, 0.3])
            .real("held_out_accuracy", "", vec![0.98, 0.96, 0.965, 0.90, 0.99])
            .real("dead_filters", "", vec![0.1, 0.2, 0.3, 0.4, 0.5])
            .text(
                "outcome",
                "",
                words(["working", "working", "working", "working", "collapsed"]),
            );
        // The best cell is the last one, 0.99, but its network does not work.
        assert_eq!(dead_shares(&table).unwrap(), [0.1]);
    }
}
