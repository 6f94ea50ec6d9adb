//! Made-up results of the true shape, for tests only.

use crate::aggregate::Frame;
use crate::figures::synthetic::provenance;
use crate::study::Results;
use crate::table::Values;

/// Own share of the drop in the median death.
pub const OWN_SHARE: f64 = 0.8;
/// Largest update of every dying filter over that of its control.
pub const UPDATE_RATIO: f64 = 2.0;

#[derive(Default)]
struct Rows {
    trial: Vec<Option<i64>>,
    arm: Vec<String>,
    replicate: Vec<Option<i64>>,
    rate: Vec<f64>,
    step: Vec<Option<i64>>,
    layer: Vec<Option<i64>>,
    filter: Vec<Option<i64>>,
    quantity: Vec<String>,
    value: Vec<f64>,
}

struct Cell {
    trial: i64,
    arm: &'static str,
    replicate: i64,
    rate: f64,
}

impl Rows {
    fn push(&mut self, cell: &Cell, place: (i64, Option<i64>, i64), quantity: &str, value: f64) {
        self.trial.push(Some(cell.trial));
        self.arm.push(cell.arm.into());
        self.replicate.push(Some(cell.replicate));
        self.rate.push(cell.rate);
        self.layer.push(Some(place.0));
        self.filter.push(place.1);
        self.step.push(Some(place.2));
        self.quantity.push(quantity.into());
        self.value.push(value);
    }

    /// A filter that rises by 1/8 a step from 1 to 2 and then falls to -0.5 in the last `steps`
    /// steps, by `own` of the drop through its own weights (three quarters) and bias.
    fn death(&mut self, cell: &Cell, layer: i64, filter: i64, steps: i64, own: f64) {
        let death = 100 + 7 * filter;
        self.push(
            cell,
            (layer, Some(filter), death),
            "last_active",
            (death - 2) as f64,
        );
        self.push(cell, (layer, Some(filter), death), "control", 9.0);
        for (prefix, falls, scale) in [("", true, 1.0), ("control_", false, 0.5)] {
            let mut largest = 1.0;
            for back in (0..=20).rev() {
                let place = (layer, Some(filter), death - back);
                let last = back < steps && falls;
                let change = if last {
                    -2.5 / steps as f64
                } else {
                    1.0 / (20 - steps) as f64
                };
                if back < 20 {
                    largest += change;
                    let own = if last { own * change } else { 0.0 };
                    for (name, value) in [
                        ("weights", 0.75 * own),
                        ("bias", 0.25 * own),
                        ("inputs", change - own),
                        ("update", scale * if back < steps { 0.5 } else { 0.0625 }),
                    ] {
                        self.push(cell, place, &format!("{prefix}{name}"), value);
                    }
                }
                self.push(cell, place, &format!("{prefix}largest"), largest);
            }
        }
    }
}

/// Two arms, two rates, four replicates; in each network four filters of the second and third
/// convolution are followed. One network collapses.
pub fn results() -> Results {
    let mut rows = Rows::default();
    let mut trials: Vec<(Cell, &str)> = Vec::new();
    for (arm, rate) in [
        ("momentum", 0.125),
        ("momentum", 0.25),
        ("plain", 0.5),
        ("plain", 0.75),
    ] {
        for replicate in 0..4 {
            let cell = Cell {
                trial: trials.len() as i64,
                arm,
                replicate,
                rate,
            };
            let collapsed = rate == 0.75 && replicate == 3;
            for layer in 1..3 {
                rows.push(&cell, (layer, None, 900), "candidates", 5.0);
                for filter in 0..3 {
                    let own = [0.75 + 0.05 * layer as f64 - 0.05, 0.8, 0.95][filter as usize];
                    rows.death(&cell, layer, filter, 1 + filter * 2 + replicate % 2, own);
                }
            }
            trials.push((cell, if collapsed { "collapsed" } else { "working" }));
        }
    }
    let named = |name: &str, values| (name.to_owned(), values);
    let whole = |of: fn(&Cell) -> i64| {
        Values::Integer(trials.iter().map(|(cell, _)| Some(of(cell))).collect())
    };
    let texts = |of: fn(&(Cell, &str)) -> String| Values::Text(trials.iter().map(of).collect());
    let trials = vec![
        named("trial", whole(|cell| cell.trial)),
        named("arm", texts(|trial| trial.0.arm.into())),
        named("replicate", whole(|cell| cell.replicate)),
        named(
            "learning_rate",
            Values::Real(trials.iter().map(|(cell, _)| cell.rate).collect()),
        ),
        named("outcome", texts(|trial| trial.1.into())),
    ];
    let probes = vec![
        named("trial", Values::Integer(rows.trial)),
        named("arm", Values::Text(rows.arm)),
        named("replicate", Values::Integer(rows.replicate)),
        named("learning_rate", Values::Real(rows.rate)),
        named("step", Values::Integer(rows.step)),
        named("layer", Values::Integer(rows.layer)),
        named("filter", Values::Integer(rows.filter)),
        named("quantity", Values::Text(rows.quantity)),
        named("value", Values::Real(rows.value)),
    ];
    let mut provenance = provenance();
    provenance.replicates = 4;
    Results {
        provenance,
        trials: Frame::new(trials).unwrap(),
        censuses: Frame::default(),
        filters: Frame::default(),
        probes: Frame::new(probes).unwrap(),
    }
}
