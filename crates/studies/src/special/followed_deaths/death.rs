//! The followed deaths, from the rows of the probe.

use std::collections::BTreeMap;

use super::trace::Trace;
use crate::frames::FrameError;
use crate::results::Results;

/// One followed death.
#[derive(Clone, Debug, PartialEq)]
pub struct Death {
    /// Index of its trial.
    pub trial: i64,
    /// Arm: which optimizer.
    pub arm: String,
    /// Learning rate.
    pub rate: f64,
    /// Number of the seed.
    pub replicate: u32,
    /// Whether its network works at the end.
    pub works: bool,
    /// Layer, counted from 1.
    pub layer: u32,
    /// Index of the filter.
    pub filter: u32,
    /// Step of its death.
    pub step: u32,
    /// Last step whose batch made it active.
    pub last_active: f64,
    /// The filter that died.
    pub dying: Trace,
    /// A filter that did not; empty if there was none.
    pub control: Trace,
}

impl Death {
    /// Largest update of the dying filter over that of its control; `NaN` without one.
    pub fn update_ratio(&self) -> f64 {
        self.dying.largest_update() / self.control.largest_update()
    }
}

/// Reads the deaths, in the order of trials, layers and filters.
///
/// # Errors
/// If a column is missing.
pub fn read(results: &Results) -> Result<Vec<Death>, FrameError> {
    let trials = &results.tables.trials;
    let outcome: BTreeMap<Option<i64>, String> = trials
        .integers("trial")?
        .into_iter()
        .zip(trials.texts("outcome")?)
        .collect();
    let rows = &results.tables.probes;
    if rows.rows() == 0 {
        return Ok(Vec::new());
    }
    let trial = rows.integers("trial")?;
    let (arm, rate) = (rows.texts("arm")?, rows.reals("learning_rate")?);
    let (replicate, step) = (rows.reals("replicate")?, rows.reals("step")?);
    let (layer, filter) = (rows.integers("layer")?, rows.integers("filter")?);
    let (quantity, value) = (rows.texts("quantity")?, rows.reals("value")?);
    let mut deaths: BTreeMap<[Option<i64>; 3], Death> = BTreeMap::new();
    for row in 0..rows.rows() {
        let (Some(layer_index), Some(filter_index)) = (layer[row], filter[row]) else {
            continue;
        };
        let key = [trial[row], layer[row], filter[row]];
        let death = deaths.entry(key).or_insert_with(|| Death {
            trial: trial[row].unwrap_or_default(),
            arm: arm[row].clone(),
            rate: rate[row],
            replicate: replicate[row] as u32,
            works: outcome.get(&trial[row]).is_some_and(|o| o == "working"),
            layer: layer_index as u32 + 1,
            filter: filter_index as u32,
            step: step[row] as u32,
            last_active: f64::NAN,
            dying: Trace::default(),
            control: Trace::default(),
        });
        let (trace, name) = match quantity[row].strip_prefix("control_") {
            Some(name) => (&mut death.control, name),
            None => (&mut death.dying, quantity[row].as_str()),
        };
        match name {
            "largest" => trace.largest.push(value[row]),
            "weights" => trace.weights.push(value[row]),
            "bias" => trace.bias.push(value[row]),
            "inputs" => trace.inputs.push(value[row]),
            "update" => trace.update.push(value[row]),
            "last_active" => {
                death.last_active = value[row];
                death.step = step[row] as u32;
            }
            _ => {}
        }
    }
    Ok(deaths.into_values().collect())
}
