//! How likely it is that weights which learn look as if they did not.

use crate::compare::Tally;
use crate::motion::Motion;

/// How many of a number of weights that stopped would have moved, where the rest of their row
/// shows no motion either and only its bias says that it learns: half, as a guess.
pub const GUESSED_SHARE: f64 = 0.5;

/// ln of a chance of which no more need be known.
pub const IMPOSSIBLE: f64 = -1e6;

/// ln of the chance that one weight stands still in a row of `count` weights of which the share
/// `moved` moved and the share `live` reads something else than 0.
pub fn still(moved: f64, live: f64, count: usize) -> f64 {
    let read = count as f64 * live;
    if read < 1.0 {
        return libm::log(1.0 - GUESSED_SHARE);
    }
    // Of n weights that all moved, the next one moves with n / (n + 1).
    let moved = (moved / live).min(read / (read + 1.0));
    libm::log(1.0 - moved)
}

/// The share of weights that moved in the quarter of a layer's learning rows that moved most.
pub fn best_moved(tallies: &[Tally], motions: &[Motion]) -> Option<f64> {
    let moved = |(tally, motion): (&Tally, &Motion)| {
        let learns = matches!(motion, Motion::Learning | Motion::Stalled);
        learns.then(|| 1.0 - tally.equal as f64 / tally.count.max(1) as f64)
    };
    let mut shares: Vec<f64> = tallies.iter().zip(motions).filter_map(moved).collect();
    shares.sort_by(|a, b| b.total_cmp(a));
    shares.truncate(shares.len().div_ceil(4));
    if shares.is_empty() {
        return None;
    }
    let mean = shares.iter().sum::<f64>() / shares.len() as f64;
    // Below one, so that its logarithm is finite.
    Some(mean.min(1.0 - f64::EPSILON))
}

/// The same of all rows of the network that moved, for layers that have none; where only biases
/// move, what would have moved is a guess.
pub fn network_best(tallies: &[Vec<Tally>], bias_moves: &[Vec<bool>]) -> f64 {
    let all = tallies.iter().flatten().copied();
    let moved: Vec<Tally> = all.filter(|tally| tally.equal < tally.count).collect();
    let biases = bias_moves.iter().flatten().any(|&moves| moves);
    best_moved(&moved, &vec![Motion::Learning; moved.len()]).unwrap_or(if biases {
        GUESSED_SHARE
    } else {
        0.0
    })
}

/// Root of the mean squared difference of a weight in the quarter of a layer's rows that moved
/// farthest.
pub fn best_pace(tallies: &[Tally]) -> f64 {
    let mut squares: Vec<f64> = tallies
        .iter()
        .map(|tally| tally.squares / tally.count.max(1) as f64)
        .collect();
    squares.sort_by(|a, b| b.total_cmp(a));
    squares.truncate(squares.len().div_ceil(4));
    (squares.iter().sum::<f64>() / squares.len().max(1) as f64).sqrt()
}
