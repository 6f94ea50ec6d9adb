//! Caption and alt text.

use std::fmt::Write as _;

use super::super::look::{heading, steps};
use super::table::Shown;
use super::{ACROSS, INTERVALS, KINDS, SETS};

impl Shown {
    pub fn caption(&self) -> String {
        let most = |kind: &str| {
            let own = self
                .rows
                .iter()
                .filter(|row| row.kind == kind && !row.single);
            own.map(|row| row.n).fold(0.0, f64::max)
        };
        let counts: Vec<String> = ACROSS
            .iter()
            .filter_map(|&interval| {
                let own = self.across("orders", interval, false);
                let n = own.first()?.n;
                Some(match interval {
                    None => format!("dead filters {n}"),
                    Some(interval) => format!("{} {n}", steps(interval)),
                })
            })
            .collect();
        let floor = self.floor(INTERVALS[1]);
        format!(
            "Is it always the same weights? Overlap of two sets of stopped weights, corrected for \
             chance within each layer: (in common - by chance) / (at most - by chance), 1 if one \
             set holds the other, 0 (dotted) at chance. a to d, the set of one network and its set \
             1,000 steps before, all weights (a, c) and those of filters dead at neither time (b, \
             d), stopped over one step (a, b) and over all 1,000 steps (c, d{floor}); markers are \
             means of the networks, beside one another where they would hide each other, dots the \
             networks (at most {long} an optimizer, no interval); a gap is where a set is empty. \
             e, two networks after 900 steps with momentum, batches in other \
             orders: the same initial weights, and others (0 by symmetry, a check); dots are \
             initial networks, bars 95% percentile bootstrap intervals over them. n, initial \
             networks that have such a set in common or not: {counts}.",
            floor = if floor > 0.0 {
                format!("; the axis starts at {floor}, far above chance")
            } else {
                String::new()
            },
            long = most("successive"),
            counts = counts.join(", "),
        )
    }

    pub fn description(&self) -> String {
        let mut text = String::from(
            "Overlap corrected for chance. Four panels of lines over training steps, one line an \
             optimizer: successive sets of one network. One panel of intervals: networks with \
             equal and with other initial weights. ",
        );
        for (index, name) in self.optimizers.iter().enumerate() {
            for (set, words) in SETS {
                for interval in INTERVALS {
                    let mean = self.successive(index, set, interval, false);
                    let Some(last) = mean.last().filter(|last| last.y.is_finite()) else {
                        continue;
                    };
                    let _ = write!(
                        text,
                        "{}, {}, over {}: {:.2} at the end. ",
                        heading(name),
                        words.to_lowercase(),
                        steps(interval),
                        last.y
                    );
                }
            }
        }
        for (kind, words, _) in KINDS {
            for interval in ACROSS {
                for row in self.across(kind, interval, false) {
                    let what = interval.map_or_else(|| "dead filters".into(), steps);
                    let _ = write!(text, "{words}, {what}: {:.2}. ", row.measured.y);
                }
            }
        }
        text.trim_end().into()
    }
}
