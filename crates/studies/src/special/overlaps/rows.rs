//! The rows of the table.

use crate::frames::{Frame, FrameError};
use crate::statistics::Bounds;
use crate::table::Values;

/// What is compared.
pub(super) struct Place<'a> {
    pub kind: &'a str,
    pub arm: &'a str,
    pub optimizer: &'a str,
    pub set: &'a str,
    pub interval: Option<u32>,
    pub step: u32,
}

#[derive(Default)]
pub(super) struct Rows {
    kind: Vec<String>,
    arm: Vec<String>,
    optimizer: Vec<String>,
    set: Vec<String>,
    interval: Vec<Option<i64>>,
    step: Vec<Option<i64>>,
    replicate: Vec<Option<i64>>,
    bounds: Vec<Bounds>,
    n: Vec<Option<i64>>,
}

impl Rows {
    /// A row over seeds and, if asked for, one for each that has a value.
    pub fn push(&mut self, place: &Place<'_>, bounds: Bounds, values: &[f64], each: bool) {
        let n = values.iter().filter(|value| !value.is_nan()).count();
        self.one(place, None, bounds, n);
        for (replicate, &value) in values.iter().enumerate().filter(|_| each) {
            if !value.is_nan() {
                let bounds = Bounds {
                    value,
                    ..Bounds::UNDEFINED
                };
                self.one(place, Some(replicate as i64), bounds, 1);
            }
        }
    }

    fn one(&mut self, place: &Place<'_>, replicate: Option<i64>, bounds: Bounds, n: usize) {
        self.kind.push(place.kind.into());
        self.arm.push(place.arm.into());
        self.optimizer.push(place.optimizer.into());
        self.set.push(place.set.into());
        self.interval.push(place.interval.map(i64::from));
        self.step.push(Some(i64::from(place.step)));
        self.replicate.push(replicate);
        self.bounds.push(bounds);
        self.n.push(Some(n as i64));
    }

    /// These rows, then others.
    pub fn followed_by(mut self, other: Self) -> Self {
        self.kind.extend(other.kind);
        self.arm.extend(other.arm);
        self.optimizer.extend(other.optimizer);
        self.set.extend(other.set);
        self.interval.extend(other.interval);
        self.step.extend(other.step);
        self.replicate.extend(other.replicate);
        self.bounds.extend(other.bounds);
        self.n.extend(other.n);
        self
    }

    pub fn frame(self) -> Result<Frame, FrameError> {
        let real = |of: fn(&Bounds) -> f64| Values::Real(self.bounds.iter().map(of).collect());
        let bounds = [
            ("value", real(|one| one.value)),
            ("low95", real(|one| one.interval95.low)),
            ("high95", real(|one| one.interval95.high)),
            ("low997", real(|one| one.interval997.low)),
            ("high997", real(|one| one.interval997.high)),
        ];
        let front = [
            ("kind", Values::Text(self.kind)),
            ("arm", Values::Text(self.arm)),
            ("optimizer", Values::Text(self.optimizer)),
            ("set", Values::Text(self.set)),
            ("interval", Values::Integer(self.interval)),
            ("step", Values::Integer(self.step)),
            ("replicate", Values::Integer(self.replicate)),
        ];
        let columns = front.into_iter().chain(bounds);
        let columns = columns.chain([("n", Values::Integer(self.n))]);
        Frame::new(
            columns
                .map(|(name, values)| (name.to_owned(), values))
                .collect(),
        )
    }
}
