//! `followed_steps`: one row a followed filter (one that dies, or the surviving one beside it) and
//! step of its window.
//!
//! Columns: `trial`, `layer` (from 0), `filter` (the one that dies), `who` (dying, surviving),
//! `steps_before` (death, from 0), and in that moment `largest` (pre-activation over the training
//! set, as a share of its highest value in the window), `own` and `inputs` (part of its change
//! since the beginning of the window by own weights and bias, or by inputs, as a share of that
//! value), `update` (length of the last update of own weights and bias). Missing before the window
//! begins, and where no filter survived.

use super::followed_deaths::{Death, STEPS, Trace, read};
use crate::frames::{Frame, FrameError};
use crate::results::Results;
use crate::table::Values;

/// One row a followed filter and step.
///
/// # Errors
/// If the probe's rows lack a column.
pub fn frame(results: &Results) -> Result<Frame, FrameError> {
    let deaths = read(results)?;
    let rows: Vec<(&Death, &str, &Trace, usize)> = deaths
        .iter()
        .flat_map(|death| {
            let traces = [("dying", &death.dying), ("surviving", &death.control)];
            traces.map(|(who, trace)| (death, who, trace))
        })
        .flat_map(|(death, who, trace)| (0..=STEPS).map(move |before| (death, who, trace, before)))
        .collect();
    let whole = |of: fn(&Death) -> i64| {
        Values::Integer(rows.iter().map(|(death, ..)| Some(of(death))).collect())
    };
    let real = |of: fn(&Trace, usize) -> f64| {
        let values = rows.iter().map(|(.., trace, before)| of(trace, *before));
        Values::Real(values.collect())
    };
    let who = rows.iter().map(|(_, who, ..)| (*who).to_owned());
    let before = rows.iter().map(|(.., before)| Some(*before as i64));
    Frame::new([
        ("trial", whole(|death| death.trial)),
        ("layer", whole(|death| i64::from(death.layer) - 1)),
        ("filter", whole(|death| i64::from(death.filter))),
        ("who", Values::Text(who.collect())),
        ("steps_before", Values::Integer(before.collect())),
        ("largest", real(Trace::largest_before)),
        ("own", real(Trace::own_before)),
        ("inputs", real(Trace::inputs_before)),
        ("update", real(Trace::update_before)),
    ])
}
