//! Cumulative shares of final deaths, with lost networks beside them.

use super::marks::Measured;
use super::style::{Colour, Dash, Stroke};

/// What the curves count and do not count, for captions.
pub const COUNTED: &str = "whose final death (the start of the death that lasts to the end of \
     training) lies at or before each census, in networks that work at the end: mean over networks \
     (lines and markers) and 95% percentile bootstrap interval over seeds (bands; none where \
     nothing has died, see the table for the upper limit). Filters of networks that collapsed or \
     diverged for good compete with it and are drawn apart";

/// Two curves over the censuses, in per cent.
#[derive(Clone, Debug, Default)]
pub struct Curves {
    /// Died for good by each census.
    pub died: Vec<Measured>,
    /// In networks lost for good by each census.
    pub lost: Vec<Measured>,
}

impl Curves {
    /// Adds a census: shares from 0 to 1, that of the dead with its interval.
    pub fn push(&mut self, step: f64, died: f64, (low, high): (f64, f64), lost: f64) {
        let measured = |y: f64, low: f64, high: f64| Measured {
            x: step,
            y: 100.0 * y,
            low: 100.0 * low,
            high: 100.0 * high,
        };
        self.died.push(measured(died, low, high));
        self.lost.push(measured(lost, f64::NAN, f64::NAN));
    }
}

/// The line of lost networks.
pub fn lost(colour: Colour) -> Stroke {
    Stroke {
        colour,
        width: 0.75,
        dash: Dash::Dotted,
    }
}
