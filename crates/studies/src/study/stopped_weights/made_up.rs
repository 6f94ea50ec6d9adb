//! Made-up results of the true shape, for tests only.

use cnn::probe::stopped::{BITS, Cause};

use super::networks::Networks;
use super::{INTERVALS, LONG, ORDERS, SHORT, causes, intervals, overlaps, raster};
use crate::aggregate::Frame;
use crate::figures::synthetic::provenance;
use crate::statistics::Bootstrap;
use crate::study::Results;
use crate::table::{Table, Values};

const OPTIMIZERS: [&str; 4] = ["SGD", "Momentum", "L2", "Adam"];
/// Filters of each of three layers, and weights of each filter.
const FILTERS: u32 = 8;
const WEIGHTS: u32 = 26;
/// Weights of the output layer.
const OUTPUT: u32 = 52;
const ALL: f64 = (3 * FILTERS * WEIGHTS + OUTPUT) as f64;

/// Columns that grow row by row.
#[derive(Default)]
struct Columns {
    numbers: Vec<(&'static str, Vec<f64>)>,
    words: Vec<(&'static str, Vec<String>)>,
}

impl Columns {
    fn push(&mut self, words: &[(&'static str, &str)], numbers: &[(&'static str, f64)]) {
        self.words.resize(words.len(), ("", Vec::new()));
        for (column, (name, value)) in self.words.iter_mut().zip(words) {
            column.0 = name;
            column.1.push((*value).to_owned());
        }
        self.numbers.resize(numbers.len(), ("", Vec::new()));
        for (column, (name, value)) in self.numbers.iter_mut().zip(numbers) {
            column.0 = name;
            column.1.push(*value);
        }
    }

    fn frame(self) -> Frame {
        let real = ["value", "held_out_accuracy", "train_accuracy"];
        let flag = |name: &str| {
            name.ends_with("at_end")
                || ["born_dead", "ever_dead", "dead_before_annealing"].contains(&name)
        };
        let words = self.words.into_iter();
        let words = words.map(|(name, values)| (name.to_owned(), Values::Text(values)));
        let numbers = self.numbers.into_iter().map(|(name, values)| {
            let typed = if real.iter().any(|real| name.starts_with(real)) {
                Values::Real(values)
            } else if flag(name) {
                Values::Flag(values.iter().map(|value| *value == 1.0).collect())
            } else {
                let whole = |value: &f64| value.is_finite().then_some(*value as i64);
                Values::Integer(values.iter().map(whole).collect())
            };
            (name.to_owned(), typed)
        });
        Frame::new(words.chain(numbers).collect()).unwrap()
    }
}

#[derive(Default)]
struct All {
    trial: f64,
    trials: Columns,
    censuses: Columns,
    filters: Columns,
    probes: Columns,
}

/// One network: filter `replicate % 8` of each layer is dead, and with it the filter after it in
/// replicate 1; later more and more weights stall.
struct Trial<'a> {
    arm: &'a str,
    optimizer: usize,
    replicate: u32,
    order: u32,
}

impl All {
    fn add(&mut self, trial: &Trial<'_>) {
        let Trial {
            arm,
            optimizer,
            replicate,
            order,
        } = *trial;
        // One network of plain SGD is not healthy.
        let healthy = !(arm == SHORT && optimizer == 0 && replicate == 3);
        let accuracy = if healthy { 0.99 } else { 0.9 };
        self.trials.push(
            &[
                ("arm", arm),
                ("optimizer", OPTIMIZERS[optimizer]),
                ("outcome", "working"),
            ],
            &[
                ("trial", self.trial),
                ("replicate", f64::from(replicate)),
                ("batches", f64::from(order)),
                ("annealing_step", 900.0),
                ("diverged_step", f64::NAN),
                ("collapsed_step", f64::NAN),
                ("layer_dead_step", f64::NAN),
                ("layer_dead", f64::NAN),
                ("held_out_accuracy", accuracy - 0.02),
                ("held_out_accuracy_before_annealing", accuracy - 0.02),
                ("train_accuracy", accuracy),
                ("dead_steps", 0.0),
                ("dead_steps_with_gradient", 0.0),
            ],
        );
        let dead = |filter: u32| {
            filter == replicate % FILTERS
                || (replicate == 1 && filter == 2)
                || (arm == ORDERS && filter == (replicate + order) % FILTERS)
        };
        let dead_filters = (0..FILTERS).filter(|&filter| dead(filter)).count() as f64;
        for layer in 0..3 {
            let layer = f64::from(layer);
            self.censuses.push(
                &[("outcome", "working")],
                &[
                    ("trial", self.trial),
                    ("step", 900.0),
                    ("layer", layer),
                    ("filters", f64::from(FILTERS)),
                    ("silent", dead_filters),
                    ("dead", dead_filters),
                    ("cut_off", 0.0),
                    ("units", 64.0),
                    ("silent_units", 8.0 * dead_filters),
                ],
            );
            for filter in 0..FILTERS {
                let flag = f64::from(u8::from(dead(filter)));
                let by = if dead(filter) { 45.0 } else { f64::NAN };
                self.filters.push(
                    &[],
                    &[
                        ("trial", self.trial),
                        ("layer", layer),
                        ("born_dead", 0.0),
                        ("ever_dead", flag),
                        ("dead_before_annealing", flag),
                        ("dead_at_end", flag),
                        ("silent_at_end", flag),
                        ("cut_off_at_end", 0.0),
                        ("revivals", 0.0),
                        ("final_death_after", by - 5.0),
                        ("final_death_by", by),
                    ],
                );
            }
        }
        self.probe(trial, &dead);
        self.trial += 1.0;
    }

    fn row(&mut self, step: u32, place: (Option<u32>, Option<u32>), what: &str, value: f64) {
        let number = |value: Option<u32>| value.map_or(f64::NAN, f64::from);
        self.probes.push(
            &[("probe", "stopped"), ("quantity", what)],
            &[
                ("trial", self.trial),
                ("step", f64::from(step)),
                ("layer", number(place.0)),
                ("filter", number(place.1)),
                ("value", value),
            ],
        );
    }

    fn probe(&mut self, trial: &Trial<'_>, dead: &dyn Fn(u32) -> bool) {
        let long = trial.arm == LONG;
        let (every, last) = if long { (1000, 20_000) } else { (100, 900) };
        for layer in 0..3 {
            let weights = f64::from(FILTERS * WEIGHTS);
            self.row(0, (Some(layer), None), "weights", weights);
        }
        let network = (None, None);
        self.row(0, network, "weights", ALL);
        let dead_weights =
            f64::from(3 * WEIGHTS) * (0..FILTERS).filter(|&filter| dead(filter)).count() as f64;
        for step in (every..=last).step_by(every as usize) {
            let late = f64::from(step) / (f64::from(step) + 15_000.0);
            self.row(step, network, "loss", 0.5 * libm::exp(-6.0 * late));
            self.row(step, network, "accuracy", 0.9 + 0.1 * late);
            for interval in INTERVALS.into_iter().filter(|&interval| interval <= every) {
                // L2 moves dead weights; the longer the interval the fewer weights stall.
                let still = if trial.optimizer == 2 {
                    0.0
                } else {
                    dead_weights
                };
                let fewer = libm::log10(f64::from(interval)) + 1.0;
                let stalled = libm::floor(0.3 * late * (ALL - dead_weights) / (fewer * fewer));
                let other = libm::floor(stalled / 4.0) + 3.0;
                for (what, value) in [
                    (Cause::Dead.name(), still),
                    (Cause::Starved.name(), libm::floor(still / 10.0)),
                    (Cause::Inactive.name(), other),
                    (Cause::QuietInput.name(), other + 2.0),
                    (Cause::Unreached.name(), libm::floor(other / 3.0)),
                    (Cause::NoInput.name(), libm::floor(other / 2.0)),
                    (Cause::Stalled.name(), stalled),
                    ("moving dead", dead_weights - still),
                    (
                        "rounding",
                        libm::floor((ALL - still - 3.0 * stalled) * 0.8 / fewer),
                    ),
                    ("close", libm::floor(60.0 / fewer)),
                    ("same digits", libm::floor(90.0 / fewer)),
                    ("median change", 1e-4 * fewer / (1.0 + 10.0 * late)),
                ] {
                    self.row(step, network, &format!("{interval} {what}"), value);
                }
                if step > every {
                    for (of, both) in [("", 0.8), ("awake ", 0.1 + 0.05 * f64::from(interval % 7))]
                    {
                        for (what, value) in
                            [("", both * 100.0), (" by chance", 5.0), (" at most", 100.0)]
                        {
                            let what = format!("{interval} {of}kept{what}");
                            self.row(step, network, &what, value);
                        }
                    }
                }
            }
            if long {
                self.each_filter(step, late, trial, dead);
            }
        }
        if !long {
            for interval in [1, 10, 100] {
                self.set(last, interval, trial, dead);
            }
        }
    }

    fn each_filter(&mut self, step: u32, late: f64, trial: &Trial<'_>, dead: &dyn Fn(u32) -> bool) {
        for layer in 0..3 {
            for filter in 0..FILTERS {
                let place = (Some(layer), Some(filter));
                if dead(filter) && trial.optimizer != 2 {
                    self.row(step, place, "1000 dead", f64::from(WEIGHTS));
                } else if filter % 3 == layer {
                    let count = libm::floor(late * f64::from(WEIGHTS * (filter + 1)) / 8.0);
                    self.row(step, place, "1000 stalled", count);
                }
            }
        }
    }

    /// Dead filters, and of each layer a few other weights that depend on the order.
    fn set(&mut self, step: u32, interval: u32, trial: &Trial<'_>, dead: &dyn Fn(u32) -> bool) {
        for layer in 0..3 {
            let members: Vec<bool> = (0..FILTERS * WEIGHTS)
                .map(|weight| {
                    dead(weight % FILTERS)
                        || (weight * 7 + trial.order * 13 + trial.replicate * 31)
                            .is_multiple_of(20 * interval)
                })
                .collect();
            for (word, bits) in members.chunks(BITS).enumerate() {
                let bits = bits.iter().enumerate();
                let value = bits.fold(0_u64, |word, (bit, &is_in)| word | u64::from(is_in) << bit);
                let place = (Some(layer), Some(word as u32));
                self.row(step, place, &format!("{interval} set"), value as f64);
            }
        }
    }
}

/// Four optimizers with 4 short and 2 long networks each, and 4 initial networks with 3 orders.
pub fn results() -> Results {
    let mut all = All::default();
    for (arm, replicates) in [(SHORT, 4), (LONG, 2)] {
        for optimizer in 0..OPTIMIZERS.len() {
            for replicate in 0..replicates {
                all.add(&Trial {
                    arm,
                    optimizer,
                    replicate,
                    order: 0,
                });
            }
        }
    }
    for order in 0..3 {
        for replicate in 0..4 {
            all.add(&Trial {
                arm: ORDERS,
                optimizer: 1,
                replicate,
                order,
            });
        }
    }
    Results {
        provenance: provenance(),
        trials: all.trials.frame(),
        censuses: all.censuses.frame(),
        filters: all.filters.frame(),
        probes: all.probes.frame(),
    }
}

/// The tables behind the figures, in their order.
pub fn tables() -> [Table; 4] {
    let networks = Networks::read(&results()).unwrap();
    let bootstrap = Bootstrap::new(networks.replicates(), 0);
    let orders = Bootstrap::new(networks.initial_networks(), 0);
    [
        causes::table(&networks, &bootstrap),
        intervals::table(&networks, &bootstrap),
        raster::table(&networks),
        overlaps::table(&networks, &bootstrap, &orders),
    ]
}
