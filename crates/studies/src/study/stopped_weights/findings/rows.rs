//! The table `causes`, read back.

use crate::report::numbers::percent;
use crate::study::StudyError;
use crate::table::Table;

/// The causes as columns and in words.
pub(super) const CAUSES: [(&str, &str); 10] = [
    ("dead", "their filter is dead"),
    ("starved", "they read a dead filter"),
    ("blank_input", "they read blank pixels"),
    ("cut_off", "their filter is cut off"),
    ("inactive", "their filter was silent on these batches"),
    (
        "quiet_input",
        "they read a filter that was silent on these batches",
    ),
    ("unreached", "no gradient reached their filter"),
    ("no_input", "their own input was 0 wherever a gradient came"),
    (
        "stalled",
        "their gradient was not 0 but the update rounded away",
    ),
    ("returned", "they changed and came back"),
];

/// A mean row of the table `causes`, or one network's.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub arm: String,
    pub optimizer: String,
    pub interval: u32,
    pub step: u32,
    pub single: bool,
    pub stopped: f64,
    pub causes: Vec<f64>,
    pub rounding: f64,
    pub moving_dead: f64,
    pub close: f64,
    pub same_digits: f64,
    pub median_change: f64,
    pub loss: f64,
}

pub(super) struct Causes(Vec<Row>);

impl Causes {
    pub fn read(table: &Table) -> Result<Self, StudyError> {
        let (arm, optimizer) = (table.words("arm")?, table.words("optimizer")?);
        let number = |name: &str| table.numbers(name);
        let (interval, step) = (number("interval")?, number("step")?);
        let (replicate, stopped) = (number("replicate")?, number("stopped")?);
        let causes = CAUSES
            .iter()
            .map(|(column, _)| number(column))
            .collect::<Result<Vec<_>, _>>()?;
        let (rounding, moving) = (number("rounding")?, number("moving_dead")?);
        let (close, digits) = (number("close")?, number("same_digits")?);
        let (median, loss) = (number("median_change")?, number("loss")?);
        let rows = (0..arm.len()).map(|row| Row {
            arm: arm[row].clone(),
            optimizer: optimizer[row].clone(),
            interval: interval[row] as u32,
            step: step[row] as u32,
            single: replicate[row].is_finite(),
            stopped: stopped[row],
            causes: causes.iter().map(|cause| cause[row]).collect(),
            rounding: rounding[row],
            moving_dead: moving[row],
            close: close[row],
            same_digits: digits[row],
            median_change: median[row],
            loss: loss[row],
        });
        Ok(Self(rows.collect()))
    }

    pub fn optimizers(&self, arm: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for row in self.0.iter().filter(|row| row.arm == arm) {
            if !names.contains(&row.optimizer) {
                names.push(row.optimizer.clone());
            }
        }
        names
    }

    /// The means over networks, by step.
    pub fn means(&self, arm: &str, optimizer: &str, interval: u32) -> Vec<&Row> {
        let own = self.0.iter().filter(|row| {
            row.arm == arm && row.optimizer == optimizer && row.interval == interval && !row.single
        });
        own.collect()
    }

    pub fn last(&self, arm: &str, optimizer: &str, interval: u32) -> Option<&Row> {
        self.means(arm, optimizer, interval).last().copied()
    }

    /// The single networks at the last step.
    pub fn networks(&self, arm: &str, optimizer: &str, interval: u32) -> Vec<&Row> {
        let last = self
            .last(arm, optimizer, interval)
            .map_or(0, |row| row.step);
        let own = self.0.iter().filter(|row| {
            row.arm == arm
                && row.optimizer == optimizer
                && row.interval == interval
                && row.step == last
                && row.single
        });
        own.collect()
    }

    /// Smallest to largest of single networks at the last step: "2.1 to 3.4%".
    pub fn range(&self, arm: &str, optimizer: &str, interval: u32, of: fn(&Row) -> f64) -> String {
        let own = self.networks(arm, optimizer, interval);
        let values: Vec<f64> = own.into_iter().map(of).collect();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if percent(low) == percent(high) {
            percent(low)
        } else {
            format!(
                "{} to {}",
                percent(low).trim_end_matches('%'),
                percent(high)
            )
        }
    }
}
