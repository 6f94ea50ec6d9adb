//! The table `causes`: stopped weights by cause, interval and step.

use cnn::probe::stopped::Cause;

use super::networks::{Network, Networks, Probed};
use super::{INTERVALS, LONG, SHORT};
use crate::statistics::{Bootstrap, Interval, mean_defined};
use crate::table::{Table, Values};

/// A number of one network at a step and over an interval.
type Number = fn(&Probed, u32, u32) -> f64;

/// Columns beside those of the causes: name, what it is, where it comes from.
const OTHERS: [(&str, &str, Number); 7] = [
    (
        "rounding",
        "Not stopped, and yet bit-equal once both snapshots are rounded to bfloat16: what rounding \
         the saved file adds.",
        |probed, step, interval| probed.share(step, interval, "rounding"),
    ),
    (
        "moving_dead",
        "Not stopped, though the filter was dead over the interval (momentum or decay moves it).",
        |probed, step, interval| probed.share(step, interval, "moving dead"),
    ),
    (
        "close",
        "Not stopped, and yet equal to numpy.allclose (relative 1e-5, absolute 1e-8).",
        |probed, step, interval| probed.share(step, interval, "close"),
    ),
    (
        "same_digits",
        "Not stopped, and yet the same number to four decimals.",
        |probed, step, interval| probed.share(step, interval, "same digits"),
    ),
    (
        "median_change",
        "Median of |change| / |weight| of the weights that are not stopped.",
        |probed, step, interval| probed.number(step, &format!("{interval} median change")),
    ),
    (
        "loss",
        "Mean cross-entropy over the training set at the step, in nats.",
        |probed, step, _| probed.number(step, "loss"),
    ),
    (
        "accuracy",
        "Share of the training set classified rightly at the step.",
        |probed, step, _| probed.number(step, "accuracy"),
    ),
];

/// Column of a cause: its name in snake case.
pub(super) fn column(cause: Cause) -> String {
    cause.name().replace(' ', "_")
}

#[derive(Default)]
struct Rows {
    arm: Vec<String>,
    optimizer: Vec<String>,
    interval: Vec<i64>,
    step: Vec<i64>,
    replicate: Vec<Option<i64>>,
    stopped: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    causes: Vec<Vec<f64>>,
    others: Vec<Vec<f64>>,
    n: Vec<i64>,
}

impl Rows {
    /// A row over networks, or of one.
    fn push(
        &mut self,
        (arm, optimizer, interval, step): (&str, &str, u32, u32),
        replicate: Option<i64>,
        networks: &[&Probed],
        bounds: Interval,
    ) {
        self.arm.push(arm.into());
        self.optimizer.push(optimizer.into());
        self.interval.push(i64::from(interval));
        self.step.push(i64::from(step));
        self.replicate.push(replicate);
        let mean = |of: &dyn Fn(&Probed) -> f64| {
            let values: Vec<f64> = networks.iter().map(|probed| of(probed)).collect();
            mean_defined(values.into_iter())
        };
        self.stopped
            .push(mean(&|probed| probed.stopped(step, interval)));
        self.low.push(bounds.low);
        self.high.push(bounds.high);
        self.causes.resize(Cause::ALL.len(), Vec::new());
        for (column, cause) in self.causes.iter_mut().zip(Cause::ALL) {
            column.push(mean(&|probed| probed.share(step, interval, cause.name())));
        }
        self.others.resize(OTHERS.len(), Vec::new());
        for (column, (.., of)) in self.others.iter_mut().zip(OTHERS) {
            column.push(mean(&|probed| of(probed, step, interval)));
        }
        self.n.push(networks.len() as i64);
    }
}

/// One row an arm, optimizer, interval and step over all healthy networks, and one for each.
pub(super) fn table(networks: &Networks, bootstrap: &Bootstrap) -> Table {
    let mut rows = Rows::default();
    for arm in [SHORT, LONG] {
        for optimizer in networks.optimizers(arm) {
            let own = networks.first_order(arm, &optimizer);
            let healthy: Vec<(&Network, &Probed)> = own
                .into_iter()
                .filter(|(network, _)| network.healthy())
                .collect();
            let steps = healthy.first().map(|(_, probed)| probed.steps());
            let steps = steps.unwrap_or_default();
            for interval in INTERVALS {
                if arm == SHORT && interval == INTERVALS[3] {
                    continue;
                }
                for &step in &steps {
                    let cell = (arm, optimizer.as_str(), interval, step);
                    let values = networks
                        .by_replicate(&healthy, |_, probed| Some(probed.stopped(step, interval)));
                    let bounds = if arm == SHORT {
                        bootstrap.mean_of_shares(&values).interval95
                    } else {
                        Interval::UNDEFINED
                    };
                    let all: Vec<&Probed> = healthy.iter().map(|(_, probed)| *probed).collect();
                    rows.push(cell, None, &all, bounds);
                    if arm == LONG || Some(&step) == steps.last() {
                        for (network, probed) in &healthy {
                            let replicate = Some(i64::from(network.replicate));
                            rows.push(cell, replicate, &[probed], Interval::UNDEFINED);
                        }
                    }
                }
            }
        }
    }
    rows.table()
}

impl Rows {
    fn table(self) -> Table {
        let mut table = Table::new(
            "causes",
            "Weights and biases that are bit-equal in two snapshots, as shares of all, by cause \
             (the first that holds, in the order of the columns): one row an optimizer, interval \
             and step over all healthy networks, and one for each network (of `short` at the last \
             step only).",
        )
        .text(
            "arm",
            "short: 900 steps; long: 20,000 steps and a few more.",
            self.arm,
        )
        .text("optimizer", "How the network was trained.", self.optimizer)
        .integer(
            "interval",
            "Steps between the two snapshots.",
            self.interval,
        )
        .integer("step", "Updates done at the second snapshot.", self.step)
        .column(
            "replicate",
            "Which network; missing for the mean over networks.",
            Values::Integer(self.replicate),
        )
        .real(
            "stopped",
            "Bit-equal in f32, whatever the cause.",
            self.stopped,
        )
        .real(
            "low95",
            "Lower end of the 95% interval of `stopped`; missing where there are 2 networks.",
            self.low,
        )
        .real("high95", "Its upper end.", self.high);
        let meanings = [
            "The bits changed between the snapshots and came back.",
            "The filter was dead: silent on the training set and on every batch between.",
            "The filter was not, but its input came from a filter that was.",
            "Reads nothing but pixels that are 0 in every training image.",
            "The filter is active, and yet got no gradient for an epoch.",
            "The filter was silent on every batch between the snapshots.",
            "The filter whose output it reads was silent on every batch between the snapshots.",
            "No gradient reached the filter at any step between, though it was active on some batch.",
            "Its input was 0 at every image and place at which a gradient reached its filter.",
            "The gradient was not 0 at some step, and every update rounded away.",
        ];
        let causes = Cause::ALL.into_iter().zip(meanings).zip(self.causes);
        for ((cause, meaning), values) in causes {
            table = table.real(&column(cause), meaning, values);
        }
        for ((name, meaning, _), values) in OTHERS.into_iter().zip(self.others) {
            table = table.real(name, meaning, values);
        }
        table.integer("n", "Healthy networks.", self.n)
    }
}
