//! The rows of the table.

use crate::frames::{Frame, FrameError};
use crate::statistics::Bounds;
use crate::table::Values;

/// What is compared.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub kind: &'a str,
    pub arm: &'a str,
    pub optimizer: &'a str,
    pub set: &'a str,
    pub interval: Option<u32>,
    pub step: u32,
}

struct Row<'a> {
    place: Place<'a>,
    replicate: Option<i64>,
    bounds: Bounds,
    n: usize,
}

#[derive(Default)]
pub(super) struct Rows<'a>(Vec<Row<'a>>);

impl<'a> Rows<'a> {
    /// A row over seeds and, if asked for, one for each that has a value.
    pub fn push(&mut self, place: Place<'a>, bounds: Bounds, values: &[f64], each: bool) {
        let defined = values.iter().enumerate().filter(|(_, v)| !v.is_nan());
        self.0.push(Row {
            place,
            replicate: None,
            bounds,
            n: defined.clone().count(),
        });
        let own = defined.filter(|_| each).map(|(replicate, value)| Row {
            place,
            replicate: Some(replicate as i64),
            bounds: Bounds {
                value: *value,
                ..Bounds::UNDEFINED
            },
            n: 1,
        });
        self.0.extend(own);
    }

    /// These rows, then others.
    pub fn followed_by(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub fn frame(self) -> Result<Frame, FrameError> {
        let rows = &self.0;
        let text = |of: fn(&Place<'a>) -> &'a str| {
            Values::Text(rows.iter().map(|row| of(&row.place).to_owned()).collect())
        };
        let whole =
            |of: fn(&Row<'a>) -> Option<i64>| Values::Integer(rows.iter().map(of).collect());
        let real =
            |of: fn(&Bounds) -> f64| Values::Real(rows.iter().map(|row| of(&row.bounds)).collect());
        Frame::new([
            ("kind", text(|place| place.kind)),
            ("arm", text(|place| place.arm)),
            ("optimizer", text(|place| place.optimizer)),
            ("set", text(|place| place.set)),
            ("interval", whole(|row| row.place.interval.map(i64::from))),
            ("step", whole(|row| Some(i64::from(row.place.step)))),
            ("replicate", whole(|row| row.replicate)),
            ("value", real(|one| one.value)),
            ("low95", real(|one| one.interval95.low)),
            ("high95", real(|one| one.interval95.high)),
            ("low997", real(|one| one.interval997.low)),
            ("high997", real(|one| one.interval997.high)),
            ("n", whole(|row| Some(row.n as i64))),
        ])
    }
}
