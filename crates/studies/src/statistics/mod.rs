//! Statistics of replicated networks: one method, one file; pure functions, no input or output.
//!
//! The replicate (seed) is the unit of replication: filters of one network are not independent.
//! Everything here therefore works on one number a replicate and cell, `NaN` where that number is
//! undefined (the dead share of a network that collapsed), and on statistics of those numbers
//! under a joint resampling of the replicates ([`Bootstrap`], the jackknife).
//!
//! A statistic is a function of the data and of a multiset of replicates, whose name ends in
//! `_at`; an interval comes from who draws the multisets:
//! `bootstrap.bounds(|drawn| largest_at(&cells, None, drawn))`. Where a statistic has limits that
//! resampling cannot know (shares without an event) it is a method of [`Bootstrap`]
//! ([`mean_of_shares`](Bootstrap::mean_of_shares), [`ratio`](Bootstrap::ratio)). Intervals by
//! Student's t ([`Inference`], [`logit_ratio`]) draw nothing.
//!
//! Rules that hold everywhere:
//! - sums run in the order of the slice (`moments`), so that a summary has the same bits whatever
//!   the number of threads;
//! - what is undefined is `NaN`, never 0; a limit that the data do not fix is `NaN` too, and every
//!   comparison with it is false;
//! - logarithms and gamma functions come from `libm`.

mod best;
mod binomial;
mod bonferroni;
mod bootstrap;
mod count;
#[cfg(test)]
mod coverage;
mod cross_fit;
mod crossing;
mod difference;
mod effect;
mod factorial;
mod half_rate;
mod incomplete_beta;
mod inference;
mod interval;
mod jackknife;
mod largest;
mod logit;
mod mean;
mod moments;
mod mover;
mod order;
mod pooled;
mod slope;
mod student_t;

pub use best::{Levels, best_difference_at};
pub use binomial::exact_share;
use bonferroni::{EXPLORATORY_LEVEL, PRIMARY_LEVEL};
pub use bootstrap::{Bootstrap, FEWEST};
pub use count::{count, share_of_events};
pub use crossing::{Curve, crossing_at, crossing_ratio_at};
pub use difference::{differences, mean_over_levels, pairs};
pub use effect::Crossed;
pub use half_rate::{half_rate_at, separated};
pub use inference::{Inference, Of};
pub use interval::{Bounds, Interval};
pub use jackknife::with_values;
pub use largest::{Good, largest_at};
pub use logit::logit_ratio;
pub use moments::{mean_defined, standard_deviation};
pub use order::tau_at;
pub use pooled::{Pooled, replicates_of};
pub use slope::Line;
