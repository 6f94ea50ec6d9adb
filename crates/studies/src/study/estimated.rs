//! The published table `estimates`, read back.

use crate::report::numbers::points_with_interval;
use crate::table::{Table, TableError};

/// An estimate with its 95% interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimated {
    /// The estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// The 99.7% interval, which judges primary predictions.
    pub judging: (f64, f64),
    /// Replicates or pairs.
    pub n: f64,
    /// Events counted, of an exact claim.
    pub events: f64,
    /// Opportunities for one.
    pub opportunities: f64,
}

impl Estimated {
    const UNKNOWN: Self = Self {
        value: f64::NAN,
        low: f64::NAN,
        high: f64::NAN,
        judging: (f64::NAN, f64::NAN),
        n: 0.0,
        events: f64::NAN,
        opportunities: f64::NAN,
    };

    /// A difference of shares: `-0.2 points (-0.5 to 0.1)`.
    pub fn points(self) -> String {
        points_with_interval(self.value, self.low, self.high)
    }
}

/// All estimates of a study by name.
#[derive(Clone, Debug)]
pub struct Estimates(Vec<(String, Estimated)>);

impl Estimates {
    /// Reads the table.
    ///
    /// # Errors
    /// If a column is missing.
    pub fn read(table: &Table) -> Result<Self, TableError> {
        let column = |name| table.numbers(name);
        let (value, low, high) = (column("value")?, column("low95")?, column("high95")?);
        let (low997, high997) = (column("low997")?, column("high997")?);
        let (n, events) = (column("n")?, column("events")?);
        let opportunities = column("opportunities")?;
        let names = table.words("name")?.into_iter().enumerate();
        let estimated = |(row, name)| {
            let estimated = Estimated {
                value: value[row],
                low: low[row],
                high: high[row],
                judging: (low997[row], high997[row]),
                n: n[row],
                events: events[row],
                opportunities: opportunities[row],
            };
            (name, estimated)
        };
        Ok(Self(names.map(estimated).collect()))
    }

    /// The estimate of that name; unknown if there is none.
    pub fn get(&self, name: &str) -> Estimated {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or(Estimated::UNKNOWN, |(_, estimated)| *estimated)
    }
}
