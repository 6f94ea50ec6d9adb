//! Rows of the table `causes`, as they are drawn.

use super::super::look::CAUSES;
use super::INTERVALS;
use crate::figures::FigureError;
use crate::figures::layout::first_seen;
use crate::table::Table;

/// One row of the table.
pub(super) struct Row {
    pub optimizer: usize,
    pub interval: f64,
    pub step: f64,
    /// None for the mean.
    pub replicate: Option<u32>,
    /// Percentages.
    pub stopped: f64,
    pub causes: Vec<f64>,
    pub loss: f64,
    pub n: f64,
}

pub(super) struct Shown {
    pub optimizers: Vec<String>,
    pub rows: Vec<Row>,
}

impl Shown {
    pub fn read(table: &Table) -> Result<Self, FigureError> {
        let (arm, names) = (table.words("arm")?, table.words("optimizer")?);
        let number = |name: &str| table.numbers(name);
        let (interval, step) = (number("interval")?, number("step")?);
        let (replicate, stopped) = (number("replicate")?, number("stopped")?);
        let (loss, n) = (number("loss")?, number("n")?);
        let causes = CAUSES
            .iter()
            .map(|(column, _)| number(column))
            .collect::<Result<Vec<_>, _>>()?;
        let mut optimizers = Vec::new();
        let rows: Vec<Row> = (0..arm.len())
            .filter(|&row| arm[row] == "long")
            .map(|row| Row {
                optimizer: first_seen(&mut optimizers, &names[row]),
                interval: interval[row],
                step: step[row],
                replicate: replicate[row].is_finite().then_some(replicate[row] as u32),
                stopped: 100.0 * stopped[row],
                causes: causes.iter().map(|cause| 100.0 * cause[row]).collect(),
                loss: loss[row],
                n: n[row],
            })
            .collect();
        if rows.is_empty() {
            return Err(FigureError {
                figure: table.name.clone(),
                reason: "the table has no rows of the arm `long`".into(),
            });
        }
        Ok(Self { optimizers, rows })
    }

    fn of(&self, optimizer: usize, interval: f64) -> impl Iterator<Item = &Row> {
        let own = move |row: &&Row| row.optimizer == optimizer && row.interval == interval;
        self.rows.iter().filter(own)
    }

    pub fn mean(&self, optimizer: usize, interval: f64) -> Vec<&Row> {
        self.of(optimizer, interval)
            .filter(|row| row.replicate.is_none())
            .collect()
    }

    /// The single networks, each by step.
    pub fn single(&self, optimizer: usize, interval: f64) -> Vec<Vec<&Row>> {
        let rows: Vec<&Row> = self.of(optimizer, interval).collect();
        let mut replicates: Vec<u32> = rows.iter().filter_map(|row| row.replicate).collect();
        replicates.sort_unstable();
        replicates.dedup();
        let of = |replicate| {
            let own = rows
                .iter()
                .filter(move |row| row.replicate == Some(replicate));
            own.copied().collect()
        };
        replicates.into_iter().map(of).collect()
    }

    /// The causes that occur, as their places in [`CAUSES`].
    pub fn causes(&self) -> Vec<usize> {
        let occurs = |&cause: &usize| {
            let mut shown = self.rows.iter().filter(|r| INTERVALS.contains(&r.interval));
            shown.any(|row| row.causes[cause] > 0.0)
        };
        (0..CAUSES.len()).filter(occurs).collect()
    }

    pub fn highest(&self, interval: f64) -> f64 {
        let own = self.rows.iter().filter(|row| row.interval == interval);
        own.map(|row| row.stopped).fold(0.0, f64::max)
    }
}
