//! Could it be that the changes are very small?

use std::fmt::Write as _;

use super::rows::{Causes, Row};
use super::share;
use crate::report::numbers::{percent, significant};
use crate::study::estimated::Estimates;
use crate::study::stopped_weights::{INTERVALS, LONG, PREDICTED, SHORT};

/// Of the weights whose bits differ, how many look the same.
fn of_changed(row: &Row, look_the_same: f64) -> f64 {
    look_the_same / (1.0 - row.stopped)
}

/// Weights that change too little to be seen.
pub(super) fn small(causes: &Causes, estimates: &Estimates) -> Option<String> {
    let last = causes.last(SHORT, PREDICTED, 1)?;
    let rounded = of_changed(last, last.rounding);
    let verdict = if rounded >= 0.5 {
        "Yes, most are"
    } else if rounded >= 0.1 {
        "Some are"
    } else {
        "Few are"
    };
    let mut text = format!(
        "Could it be that the changes are very small? {verdict}: of the weights that one step \
         changes, after 900 steps with momentum, {} are equal again once both files are rounded to \
         bfloat16, {} print the same to four decimals, and {} pass numpy.allclose; the median \
         change is {} of the weight. With those that did not change at all, {} of the weights are \
         equal in bfloat16.",
        percent(rounded),
        percent(of_changed(last, last.same_digits)),
        percent(of_changed(last, last.close)),
        significant(last.median_change),
        share(estimates.get("bfloat16_equal_over_one_step")),
    );
    if let Some(late) = causes.last(LONG, PREDICTED, 1) {
        let _ = write!(
            text,
            " After 20,000 steps it is {} of them, and the median change is {}.",
            percent(late.stopped + late.rounding),
            significant(late.median_change)
        );
    }
    if last.rounding + last.same_digits > 0.0 {
        text += " They are changes all the same: f32 files show them, printed numbers do not.";
    }
    if let Some(late) = causes.last(LONG, PREDICTED, INTERVALS[3]) {
        let _ = write!(
            text,
            " Over the last 1,000 of 20,000 steps {} of the weights are equal in bfloat16, {} in \
             f32.",
            percent(late.stopped + late.rounding),
            percent(late.stopped)
        );
    }
    Some(text)
}
