//! SQL over frames: what can be asked of the recorded tables, by polars.
//!
//! A [`Catalog`] holds tables and named SELECTs (views). A statement is parsed and judged before
//! polars sees it (`guard`): one query over registered names, with functions from [`FUNCTIONS`],
//! and sums of whole numbers or flags only, since a parallel sum of reals is not the same bits
//! twice. What is refused says where it stands ([`SqlError`]).
//!
//! **Rows** of a result are sorted by all columns, the first deciding first, missing values first;
//! under an `ORDER BY` of the whole query by that, and what it leaves equal by all columns. So a
//! result does not depend on the order of the rows of the tables ([`Catalog::reversed`] checks
//! it). **Types** are those of frames: whole numbers of 64 bits, reals of 64 bits, text, flags; a
//! NaN becomes a missing value and -0 becomes 0.
//!
//! polars' own SQL differs from what one may expect in three places: `/` between whole numbers
//! gives a real one, a `SUM` over missing values only is missing, and a flag can be added like 0
//! and 1 (here always: a `SUM` adds whole numbers of 64 bits, whatever its argument).

mod catalog;
mod error;
mod functions;
mod guard;
mod judge;
mod limits;
#[cfg(test)]
mod refusals;
mod result;
mod rows;
mod sums;
#[cfg(test)]
mod tests;
mod words;

pub use catalog::Catalog;
pub use error::SqlError;
pub use functions::FUNCTIONS;
pub use limits::{Budget, Limits, Watch};
pub(super) use result::kind;
pub use rows::{Apart, apart};
pub use words::{Compared, compared};
