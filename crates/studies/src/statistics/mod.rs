//! Statistics of replicated networks: one method, one file; pure functions, no input or output.
//!
//! The replicate (seed) is the unit of replication: filters of one network are not independent.
//! Everything here therefore works on one number a replicate and cell, `NaN` where that number is
//! undefined (the dead share of a network that collapsed), and on statistics of those numbers
//! under a joint resampling of the replicates ([`Bootstrap`]).
//!
//! Rules that hold everywhere:
//! - sums run in the order of the slice ([`mean`]), so that a summary has the same bits whatever
//!   the number of threads;
//! - what is undefined is `NaN`, never 0; a limit that the data do not fix is `NaN` too, and every
//!   comparison with it is false;
//! - logarithms and gamma functions come from `libm`.

mod binomial;
mod bonferroni;
mod bootstrap;
mod cross_fit;
mod crossing;
mod equivalence;
mod factorial;
mod incidence;
mod incomplete_beta;
mod interval;
mod moments;
mod overlap;
mod quantile;

pub use binomial::{exact_interval, exact_share};
pub use bonferroni::{EXPLORATORY_LEVEL, PRIMARY_LEVEL, PRIMARY_PREDICTIONS, bonferroni_level};
pub use bootstrap::{Bootstrap, RESAMPLES, Replicates, mean_at};
pub use cross_fit::{cross_fit, even, odd};
pub use crossing::{Crossing, first_crossing};
pub use equivalence::{Equivalence, equivalence};
pub use factorial::{Factorial, FactorialError};
pub use incidence::{Fate, Incidence, cumulative_incidence};
pub use interval::{Bounds, Interval};
pub use moments::{mean, mean_defined, standard_deviation};
pub use overlap::{Overlap, overlap};
pub use quantile::{median, quantile};
