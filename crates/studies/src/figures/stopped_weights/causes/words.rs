//! Caption and alt text.

use std::fmt::Write as _;

use super::super::look::{CAUSES, heading, steps};
use super::INTERVALS;
use super::table::Shown;

impl Shown {
    fn networks(&self) -> f64 {
        self.rows.iter().map(|row| row.n).fold(0.0, f64::max)
    }

    pub fn caption(&self) -> String {
        let fewer: Vec<String> = self
            .optimizers
            .iter()
            .enumerate()
            .filter_map(|(index, name)| {
                let n = self.mean(index, 1.0).first().map_or(0.0, |row| row.n);
                (n < self.networks()).then(|| format!("{} {n}", heading(name)))
            })
            .collect();
        let fewer = if fewer.is_empty() {
            String::new()
        } else {
            format!(" (except {})", fewer.join(", "))
        };
        format!(
            "Some weights stop changing, and what stops them. Share of all weights and biases with \
             the same bits, a, before and after one step, b, in two files saved 1,000 steps apart, \
             stacked by cause: the first that holds, from the bottom up. Dead: silent on the whole \
             training set; what reads a dead filter has an input of exactly 0; cut off: active, and \
             yet without gradient for an epoch; silent on these batches: on those between the two \
             looks at the weight; own input 0 where gradient came: its filter got a gradient, and \
             at every place where it did the weight's own input was 0; update rounds away: the \
             gradient was not 0, and the update too small for the weight's last bit. Areas are means over the \
             networks, lines the single networks; no interval is given for so few. c, mean \
             cross-entropy over the training set. Constant learning rate, 20,000 steps; the rows \
             of a and b have scales of their own. n = {n} healthy networks (seeds) a \
             column{fewer}.",
            n = self.networks(),
        )
    }

    pub fn description(&self) -> String {
        let mut text = String::from(
            "Areas stacked over training steps, one column of panels an optimizer: above, weights \
             bit-equal over one step; in the middle, over 1,000 steps; below, the training loss. ",
        );
        for (index, name) in self.optimizers.iter().enumerate() {
            for interval in INTERVALS {
                let Some(last) = self.mean(index, interval).last().copied() else {
                    continue;
                };
                let parts: Vec<String> = CAUSES
                    .iter()
                    .zip(&last.causes)
                    .filter(|(_, share)| **share >= 0.05)
                    .map(|((_, words), share)| format!("{} {share:.1}%", words.to_lowercase()))
                    .collect();
                let _ = write!(
                    text,
                    "{}, over {}: at the end {:.1}% of the weights",
                    heading(name),
                    steps(interval),
                    last.stopped
                );
                let _ = if parts.is_empty() {
                    write!(text, ". ")
                } else {
                    write!(text, " ({}). ", parts.join(", "))
                };
            }
        }
        text.trim_end().into()
    }
}
