//! What state filters are in, census by census: areas stacked to 100%.

use super::FigureError;
use super::canvas::Canvas;
use super::marks::Measured;
use super::panel::Panel;
use super::style::{Fill, Stroke};
use crate::table::Table;

/// A state of filters: its column, what it is called, how it is filled.
pub type State = (&'static str, &'static str, fn() -> Fill);

/// The columns of states in a table, read.
pub struct Shares(Vec<Vec<f64>>);

impl Shares {
    /// Reads the column of each state.
    ///
    /// # Errors
    /// If the table lacks one.
    pub fn read(table: &Table, states: &[State]) -> Result<Self, FigureError> {
        let columns = states.iter().map(|(column, ..)| table.numbers(column));
        Ok(Self(columns.collect::<Result<_, _>>()?))
    }
}

/// One panel: the states at each census.
#[derive(Clone, Debug, Default)]
pub struct Occupancy {
    steps: Vec<f64>,
    /// Percentages by state, then census.
    shares: Vec<Vec<f64>>,
    /// Of the lowest states together, with its interval.
    lowest: Vec<Measured>,
}

impl Occupancy {
    /// Adds a census from a row of the table; `bounds` is the interval of the sum of the `lowest`
    /// states.
    pub fn push(
        &mut self,
        step: f64,
        shares: &Shares,
        row: usize,
        lowest: usize,
        bounds: (f64, f64),
    ) {
        self.steps.push(step);
        self.shares.resize(shares.0.len(), Vec::new());
        for (own, column) in self.shares.iter_mut().zip(&shares.0) {
            own.push(100.0 * column[row]);
        }
        let sum: f64 = shares.0[..lowest].iter().map(|column| column[row]).sum();
        self.lowest.push(Measured {
            x: step,
            y: 100.0 * sum,
            low: 100.0 * bounds.0,
            high: 100.0 * bounds.1,
        });
    }

    /// The last census.
    pub fn last_step(&self) -> f64 {
        self.steps.iter().copied().fold(1.0, f64::max)
    }

    /// Draws areas, the beginning of annealing and the intervals.
    pub fn draw(&self, canvas: &mut Canvas, panel: &Panel, states: &[State], annealing_step: f64) {
        let fills: Vec<Fill> = states.iter().map(|(.., fill)| fill()).collect();
        panel.stack(canvas, &self.steps, &self.shares, &fills);
        panel.moment(canvas, annealing_step, Stroke::ANNEALING);
        // Where there is nothing the interval is a limit, and no part of the picture.
        for value in self.lowest.iter().filter(|value| !value.is_one_sided()) {
            let (top, bottom) = (panel.at(value.x, value.high), panel.at(value.x, value.low));
            canvas.line(&[top, bottom], Stroke::INTERVAL);
        }
    }

    /// What there is at the end: "dead 12.3%, live 87.7%".
    pub fn at_end(&self, states: &[State]) -> String {
        let parts: Vec<String> = states
            .iter()
            .zip(&self.shares)
            .filter_map(|((_, words, _), shares)| {
                let end = shares.last().copied().unwrap_or(0.0);
                (end >= 0.05).then(|| format!("{} {end:.1}%", words.to_lowercase()))
            })
            .collect();
        parts.join(", ")
    }
}
