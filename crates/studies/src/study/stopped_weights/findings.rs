//! What the study found, in sentences whose numbers come from the published tables.

use std::fmt::Write as _;

use super::{INTERVALS, LONG, PREDICTED, SHORT};
use crate::report::numbers::{percent, percent_with_interval, significant};
use crate::study::StudyError;
use crate::table::{Table, named};

/// The causes as columns and in words.
const CAUSES: [(&str, &str); 9] = [
    ("dead", "their filter is dead"),
    ("starved", "they read a dead filter"),
    ("blank_input", "they read blank pixels"),
    ("cut_off", "their filter is cut off"),
    ("inactive", "their filter was silent on these batches"),
    (
        "quiet_input",
        "they read a filter that was silent on these batches",
    ),
    ("no_gradient", "they had no gradient for another reason"),
    (
        "stalled",
        "their gradient was not 0 but the update rounded away",
    ),
    ("returned", "they changed and came back"),
];

/// The sentences, the answer first.
///
/// # Errors
/// If a table or column is missing.
pub(super) fn findings(tables: &[Table]) -> Result<Vec<String>, StudyError> {
    let causes = Causes::read(named(tables, "causes")?)?;
    let estimates = Estimates::read(named(tables, "estimates")?)?;
    let networks = named(tables, "networks")?;
    let overlap = Overlaps::read(named(tables, "overlap")?)?;
    let mut sentences = vec![answer(&causes, &estimates)];
    sentences.push(each_step(&causes, &estimates));
    sentences.extend(why(&causes));
    sentences.push(small(&causes, &estimates));
    sentences.extend(same(&overlap, &estimates));
    sentences.extend(dead_weights(&causes, &estimates));
    sentences.push(outcomes(networks)?);
    Ok(sentences)
}

/// A mean row of the table `causes`, or one network's.
#[derive(Clone, Debug)]
struct Row {
    arm: String,
    optimizer: String,
    interval: u32,
    step: u32,
    single: bool,
    stopped: f64,
    causes: Vec<f64>,
    rounding: f64,
    moving_dead: f64,
    close: f64,
    same_digits: f64,
    median_change: f64,
    loss: f64,
}

struct Causes(Vec<Row>);

impl Causes {
    fn read(table: &Table) -> Result<Self, StudyError> {
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

    fn optimizers(&self, arm: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for row in self.0.iter().filter(|row| row.arm == arm) {
            if !names.contains(&row.optimizer) {
                names.push(row.optimizer.clone());
            }
        }
        names
    }

    /// The means over networks, by step.
    fn means(&self, arm: &str, optimizer: &str, interval: u32) -> Vec<&Row> {
        let own = self.0.iter().filter(|row| {
            row.arm == arm && row.optimizer == optimizer && row.interval == interval && !row.single
        });
        own.collect()
    }

    fn last(&self, arm: &str, optimizer: &str, interval: u32) -> Option<&Row> {
        self.means(arm, optimizer, interval).last().copied()
    }

    /// The single networks at the last step.
    fn networks(&self, arm: &str, optimizer: &str, interval: u32) -> Vec<&Row> {
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
    fn range(&self, arm: &str, optimizer: &str, interval: u32, of: fn(&Row) -> f64) -> String {
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

/// Rows of the table `estimates` by name: value, interval, n.
struct Estimates {
    names: Vec<String>,
    numbers: Vec<[f64; 6]>,
}

impl Estimates {
    fn read(table: &Table) -> Result<Self, StudyError> {
        let columns = ["value", "low95", "high95", "n", "events", "opportunities"];
        let columns = columns
            .into_iter()
            .map(|name| table.numbers(name))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            names: table.words("name")?,
            numbers: (0..table.rows())
                .map(|row| std::array::from_fn(|column| columns[column][row]))
                .collect(),
        })
    }

    fn get(&self, name: &str) -> [f64; 6] {
        let row = self.names.iter().position(|own| own == name);
        row.map_or([f64::NAN; 6], |row| self.numbers[row])
    }

    fn of(&self, name: &str, optimizer: &str) -> [f64; 6] {
        if optimizer == PREDICTED {
            self.get(name)
        } else {
            self.get(&format!("{name}_{}", optimizer.to_lowercase()))
        }
    }
}

fn share([value, low, high, ..]: [f64; 6]) -> String {
    percent_with_interval(value, low, high)
}

/// How an optimizer is called within a sentence.
fn phrase(optimizer: &str) -> String {
    match optimizer {
        "SGD" => "plain SGD".into(),
        "Momentum" => "momentum".into(),
        "L2" => "momentum and L2".into(),
        other => other.into(),
    }
}

/// Is it normal?
fn answer(causes: &Causes, estimates: &Estimates) -> String {
    let one = estimates.get("bit_equal_over_one_step");
    let any = estimates.get("networks_with_a_stopped_weight");
    let verdict = if any[0] >= 0.5 {
        "Yes, it is normal: healthy networks have weights that do not change"
    } else {
        "No, it is not the rule: most healthy networks change all their weights"
    };
    let saves = causes.optimizers(LONG).into_iter().map(|optimizer| {
        let range = causes.range(LONG, &optimizer, INTERVALS[3], |row| row.stopped);
        format!("{range} with {}", phrase(&optimizer))
    });
    let saves: Vec<String> = saves.collect();
    format!(
        "{verdict}. After 900 steps with momentum, {with} of {n} healthy networks have some, on \
         average {share} of all weights and biases with the same bits before and after the last \
         step. In the regime of the question (20,000 steps, saved every 1,000), the last two files \
         agree to the bit in {saves} of the weights (two networks each).",
        with = (any[0] * any[3]).round(),
        n = any[3],
        share = share(one),
        saves = saves.join(", "),
    )
}

/// Do all weights change in each iteration?
fn each_step(causes: &Causes, estimates: &Estimates) -> String {
    let short: Vec<String> = causes
        .optimizers(SHORT)
        .iter()
        .map(|optimizer| {
            let one = share(estimates.of("bit_equal_over_one_step", optimizer));
            format!("{one} with {}", phrase(optimizer))
        })
        .collect();
    let long: Vec<String> = causes
        .optimizers(LONG)
        .iter()
        .map(|optimizer| {
            let range = causes.range(LONG, optimizer, 1, |row| row.stopped);
            format!("{range} with {}", phrase(optimizer))
        })
        .collect();
    format!(
        "Do all weights change in each iteration? No. Over the last of 900 steps these are \
         bit-equal: {}. Over the last of 20,000 steps: {}.",
        short.join("; "),
        long.join("; ")
    )
}

/// The causes at the end of the long runs, largest first.
fn why(causes: &Causes) -> Vec<String> {
    let mut sentences = Vec::new();
    for (interval, words) in [(1, "one step"), (INTERVALS[3], "1,000 steps")] {
        let parts: Vec<String> = causes
            .optimizers(LONG)
            .iter()
            .filter_map(|optimizer| {
                let last = causes.last(LONG, optimizer, interval)?;
                if last.stopped == 0.0 {
                    return Some(format!("with {} none are", phrase(optimizer)));
                }
                let mut own: Vec<(f64, &str)> = last
                    .causes
                    .iter()
                    .zip(CAUSES)
                    .map(|(&cause, (_, words))| (cause / last.stopped, words))
                    .filter(|(part, _)| *part >= 0.01)
                    .collect();
                own.sort_by(|a, b| b.0.total_cmp(&a.0));
                let own: Vec<String> = own
                    .into_iter()
                    .map(|(part, words)| format!("{} because {words}", percent(part)))
                    .collect();
                Some(format!(
                    "with {} (loss {}) {}",
                    phrase(optimizer),
                    significant(last.loss),
                    own.join(", ")
                ))
            })
            .collect();
        if !parts.is_empty() {
            sentences.push(format!(
                "Why, at the end of the 20,000 steps, of the weights that are bit-equal over \
                 {words}: {}.",
                parts.join("; ")
            ));
        }
    }
    sentences
}

/// Could it be that the changes are very small?
fn small(causes: &Causes, estimates: &Estimates) -> String {
    let bfloat16 = share(estimates.get("bfloat16_equal_over_one_step"));
    let mut text = format!(
        "Could it be that the changes are very small? Yes, most are: with momentum after 900 steps \
         {bfloat16} of the weights are equal over one step once both files are rounded to bfloat16",
    );
    if let Some(last) = causes.last(SHORT, PREDICTED, 1) {
        let _ = write!(
            text,
            ", {} print the same to four decimals though their bits differ ({} pass \
             numpy.allclose), and the median change of those that move is {} of the weight",
            percent(last.same_digits),
            percent(last.close),
            significant(last.median_change)
        );
    }
    if let Some(last) = causes.last(LONG, PREDICTED, 1) {
        let _ = write!(
            text,
            "; after 20,000 steps {} are equal in bfloat16 and the median change is {}",
            percent(last.stopped + last.rounding),
            significant(last.median_change)
        );
    }
    text += ". They are changes all the same: f32 files show them, printed numbers do not.";
    if let Some(last) = causes.last(LONG, PREDICTED, INTERVALS[3]) {
        let _ = write!(
            text,
            " Over the last 1,000 of 20,000 steps {} are equal in bfloat16 against {} in f32.",
            percent(last.stopped + last.rounding),
            percent(last.stopped)
        );
    }
    text
}

struct Overlaps {
    kind: Vec<String>,
    arm: Vec<String>,
    optimizer: Vec<String>,
    set: Vec<String>,
    interval: Vec<f64>,
    replicate: Vec<f64>,
    value: Vec<f64>,
    limits: Vec<(f64, f64)>,
    n: Vec<f64>,
}

impl Overlaps {
    fn read(table: &Table) -> Result<Self, StudyError> {
        let low = table.numbers("low95")?;
        let high = table.numbers("high95")?;
        Ok(Self {
            kind: table.words("kind")?,
            arm: table.words("arm")?,
            optimizer: table.words("optimizer")?,
            set: table.words("set")?,
            interval: table.numbers("interval")?,
            replicate: table.numbers("replicate")?,
            value: table.numbers("value")?,
            limits: low.into_iter().zip(high).collect(),
            n: table.numbers("n")?,
        })
    }

    /// Means over networks, by step.
    fn find(&self, kind: &str, optimizer: &str, set: &str, interval: f64) -> Vec<usize> {
        let fits = |&row: &usize| {
            self.kind[row] == kind
                && self.arm[row] != SHORT
                && (optimizer.is_empty() || self.optimizer[row] == optimizer)
                && self.set[row] == set
                && (self.interval[row] == interval
                    || (interval.is_nan() && self.interval[row].is_nan()))
                && self.replicate[row].is_nan()
        };
        (0..self.kind.len()).filter(fits).collect()
    }

    fn number(&self, row: usize) -> String {
        let (low, high) = self.limits[row];
        let value = significant(self.value[row]);
        if low.is_finite() && high.is_finite() {
            format!("{value} ({} to {})", significant(low), significant(high))
        } else {
            value
        }
    }
}

/// Always the same weights?
fn same(overlap: &Overlaps, estimates: &Estimates) -> Vec<String> {
    let mut sentences = Vec::new();
    let last = |optimizer: &str, set: &str, interval: f64| {
        let rows = overlap.find("successive", optimizer, set, interval);
        let row = rows.last()?;
        overlap.value[*row]
            .is_finite()
            .then(|| significant(overlap.value[*row]))
    };
    let mut names: Vec<String> = Vec::new();
    for row in 0..overlap.kind.len() {
        if overlap.kind[row] == "successive" && !names.contains(&overlap.optimizer[row]) {
            names.push(overlap.optimizer[row].clone());
        }
    }
    let parts: Vec<String> = names
        .iter()
        .map(|name| {
            let number = |set, interval| {
                last(name, set, interval).unwrap_or_else(|| "none to compare".into())
            };
            format!(
                "{} {} over one step and {} over 1,000 steps; without the dead filters {} and {}",
                phrase(name),
                number("all", 1.0),
                number("all", f64::from(INTERVALS[3])),
                number("awake", 1.0),
                number("awake", f64::from(INTERVALS[3])),
            )
        })
        .collect();
    if !parts.is_empty() {
        sentences.push(format!(
            "Always the same weights? Overlap of the last set with the one 1,000 steps before (1 if \
             one holds the other, 0 at chance within layers), mean of two networks: {}.",
            parts.join(". ")
        ));
    }
    let across = |kind: &str, interval: f64, set: &str| {
        let rows = overlap.find(kind, "", set, interval);
        rows.first()
            .map(|&row| (overlap.number(row), overlap.n[row]))
    };
    if let (Some((orders, n)), Some((draws, _)), Some((filters, with_dead))) = (
        across("orders", f64::from(INTERVALS[2]), "all"),
        across("draws", f64::from(INTERVALS[2]), "all"),
        across("orders", f64::NAN, "dead filters"),
    ) {
        let judged = estimates.get("overlap_across_orders");
        let verdict = if judged[1] > 0.0 {
            "are stopped by more than chance in the same places"
        } else if judged[2] < 0.0 {
            "avoid each other's stopped weights"
        } else {
            "cannot be told from chance"
        };
        sentences.push(format!(
            "And in another training? Networks with the same initial weights and the batches in \
             other orders {verdict}: overlap of the weights stopped over the last 100 of 900 steps \
             (momentum) {orders}, n = {n} initial networks; with other initial weights {draws}. \
             Of dead filters alone: {filters}, n = {with_dead}.",
        ));
    }
    sentences
}

/// Do the weights of dead filters stand still?
fn dead_weights(causes: &Causes, estimates: &Estimates) -> Option<String> {
    let sgd = estimates.get("moving_dead_weights_of_sgd");
    let parts: Vec<String> = causes
        .optimizers(SHORT)
        .iter()
        .filter_map(|optimizer| {
            let last = causes.last(SHORT, optimizer, INTERVALS[2])?;
            let (still, moving) = (last.causes[0], last.moving_dead);
            let all = still + moving;
            (all > 0.0).then(|| format!("{} with {}", percent(moving / all), phrase(optimizer)))
        })
        .collect();
    (!parts.is_empty()).then(|| {
        format!(
            "A dead filter's weights need not stand still: of the weights of filters dead over the \
             last 100 of 900 steps these changed all the same: {}. Under plain SGD that is {} of \
             {} such weights; momentum lets them coast, L2 shrinks them.",
            parts.join(", "),
            sgd[4],
            sgd[5]
        )
    })
}

/// How many networks the numbers rest on.
fn outcomes(networks: &Table) -> Result<String, StudyError> {
    let (arm, optimizer) = (networks.words("arm")?, networks.words("optimizer")?);
    let number = |name: &str| networks.numbers(name);
    let (all, healthy) = (number("networks")?, number("healthy")?);
    let (collapsed, diverged) = (number("collapsed")?, number("diverged")?);
    let (dead, accuracy) = (number("dead_filters")?, number("held_out_accuracy")?);
    let parts: Vec<String> = (0..arm.len())
        .map(|row| {
            format!(
                "{}, {}: {} of {} healthy ({} collapsed, {} diverged), {} of their filters dead at \
                 the end, held-out accuracy {}",
                arm[row],
                phrase(&optimizer[row]),
                healthy[row],
                all[row],
                collapsed[row],
                diverged[row],
                percent(dead[row]),
                percent(accuracy[row])
            )
        })
        .collect();
    Ok(format!(
        "All numbers are of healthy networks (working, at least 97% training accuracy). {}.",
        parts.join("; ")
    ))
}

#[cfg(test)]
mod tests {
    use super::super::{StoppedWeights, made_up};
    use super::*;
    use crate::report;
    use crate::study::Study;

    fn tables() -> Vec<Table> {
        let results = made_up::results();
        let estimates = StoppedWeights.estimates(&results).unwrap();
        let mut tables = vec![report::estimates(&estimates)];
        tables.extend(StoppedWeights.tables(&results).unwrap());
        tables.extend(made_up::tables());
        tables
    }

    #[test]
    fn sentences_follow_from_the_tables_as_published() {
        let tables = tables();
        let direct = findings(&tables).unwrap();
        let read: Vec<Table> = tables
            .iter()
            .map(|table| Table::read_csv(&table.name, &table.to_csv().unwrap()).unwrap())
            .collect();
        assert_eq!(findings(&read).unwrap(), direct);
        let all = direct.join("\n");
        assert!(direct[0].starts_with("Yes, it is normal"), "{all}");
        assert!(direct[0].contains("4 of 4 healthy networks"), "{all}");
        assert!(all.contains("short, plain SGD: 3 of 4 healthy"), "{all}");
        assert!(all.contains("100.0% with momentum and L2"), "{all}");
        for word in ["NaN", "n/a", "inf"] {
            assert!(!all.contains(word), "{all}");
        }
    }

    #[test]
    fn a_missing_table_is_named() {
        let error = findings(&tables()[..1]).unwrap_err();
        assert!(error.to_string().contains("causes"));
    }
}
