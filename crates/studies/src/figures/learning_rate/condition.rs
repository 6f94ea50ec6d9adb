//! What the study crosses with the learning rate: momentum and the scaling of pixels.

use crate::figures::FigureError;
use crate::figures::style::Series;
use crate::table::Table;

/// Momentum and pixels of an arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Momentum of SGD; 0 is plain SGD.
    pub momentum: f64,
    /// `raw` or `standardized`.
    pub pixels: String,
}

impl Condition {
    /// The condition of each row of a table with the columns `momentum` and `pixels`.
    ///
    /// # Errors
    /// If the table lacks one of them.
    pub fn of_rows(table: &Table) -> Result<Vec<Self>, FigureError> {
        let momentum = table.numbers("momentum")?;
        let pixels = table.words("pixels")?;
        Ok(momentum
            .into_iter()
            .zip(pixels)
            .map(|(momentum, pixels)| Self {
                momentum,
                pixels: pixels.clone(),
            })
            .collect())
    }

    /// Each condition once, in the order of first appearance.
    pub fn distinct(rows: &[Self]) -> Vec<Self> {
        let mut distinct: Vec<Self> = Vec::new();
        for row in rows {
            if !distinct.contains(row) {
                distinct.push(row.clone());
            }
        }
        distinct
    }

    /// How it is called in headings and legends.
    pub fn label(&self) -> String {
        let optimizer = if self.momentum == 0.0 {
            "Plain SGD".into()
        } else {
            format!("Momentum {}", self.momentum)
        };
        format!("{optimizer}, {} pixels", self.pixels)
    }

    /// How it is called within a sentence.
    pub fn phrase(&self) -> String {
        let optimizer = if self.momentum == 0.0 {
            "plain SGD".into()
        } else {
            format!("momentum {}", self.momentum)
        };
        format!("{optimizer} on {} pixels", self.pixels)
    }

    /// The effective rate that goes with a learning rate: rate / (1 - momentum).
    pub fn effective(&self, learning_rate: f64) -> f64 {
        learning_rate / (1.0 - self.momentum)
    }

    /// How it looks wherever conditions are compared.
    pub fn look(&self) -> Series {
        Series::arm(match (self.momentum == 0.0, self.pixels.as_str()) {
            (true, "raw") => 0,
            (false, "raw") => 1,
            (false, _) => 2,
            (true, _) => 3,
        })
    }
}
