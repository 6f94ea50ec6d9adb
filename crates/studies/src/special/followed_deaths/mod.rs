//! `followed_deaths`: one row a followed death, with what its trace says.
//!
//! Columns: `trial`, `layer` (from 0), `filter`, `step` (of its death), `last_active`, `working`
//! (its network works at the end), `highest`, `drop`, `weights_share`, `bias_share`,
//! `inputs_share`, `own_share` (weights and bias), `steps_90`, `largest_update`,
//! `control_largest_update`, `update_ratio` (of the two). Missing where a trace says nothing.

mod death;
mod trace;

pub use death::{Death, read};
pub use trace::{Part, Trace};

use crate::frames::{Frame, FrameError};
use crate::results::Results;
use crate::table::Values;

/// Steps of a window before a death.
pub const STEPS: usize = 20;

/// Share of the drop that the steps counted make.
pub const MOST: f64 = 0.9;

/// One row a followed death.
///
/// # Errors
/// If the probe's rows lack a column.
pub fn frame(results: &Results) -> Result<Frame, FrameError> {
    let deaths = read(results)?;
    let whole = |of: fn(&Death) -> i64| {
        Values::Integer(deaths.iter().map(|death| Some(of(death))).collect())
    };
    let real = |of: fn(&Death) -> f64| Values::Real(deaths.iter().map(of).collect());
    let works = deaths.iter().map(|death| Some(death.works)).collect();
    Frame::new([
        ("trial", whole(|death| death.trial)),
        ("layer", whole(|death| i64::from(death.layer) - 1)),
        ("filter", whole(|death| i64::from(death.filter))),
        ("step", whole(|death| i64::from(death.step))),
        ("last_active", real(|death| death.last_active)),
        ("working", Values::Flag(works)),
        ("highest", real(|death| death.dying.highest())),
        ("drop", real(|death| death.dying.drop())),
        (
            "weights_share",
            real(|death| death.dying.share(Part::Weights)),
        ),
        ("bias_share", real(|death| death.dying.share(Part::Bias))),
        (
            "inputs_share",
            real(|death| death.dying.share(Part::Inputs)),
        ),
        ("own_share", real(|death| death.dying.own_share())),
        ("steps_90", real(|death| death.dying.steps_for(MOST))),
        ("largest_update", real(|death| death.dying.largest_update())),
        (
            "control_largest_update",
            real(|death| death.control.largest_update()),
        ),
        ("update_ratio", real(Death::update_ratio)),
    ])
}
