//! `stopped_filters`: one row a trial, comparison and filter, where the probe of stopped weights
//! counts by filter.
//!
//! Columns: `trial`, `step`, `layer` (from 0), `filter`, `stopped` (share of its weights and bias
//! that are bit-equal over the longest interval), `cause` (of most of them, of equal ones the first
//! in the order of precedence; empty where there are none).

use cnn::probe::stopped::Cause;

use super::stopped;
use crate::frames::{Frame, FrameError};
use crate::results::Results;
use crate::table::Values;

/// One row a trial, comparison and filter.
///
/// # Errors
/// If the results lack a column.
pub fn frame(results: &Results) -> Result<Frame, FrameError> {
    let probed = stopped::read(results)?;
    let trials = results.tables.trials.integers("trial")?;
    let filters = &results.tables.filters;
    let (trial, layer) = (filters.integers("trial")?, filters.integers("layer")?);
    let filter = filters.integers("filter")?;
    let index: std::collections::BTreeMap<_, usize> = trials.into_iter().zip(0..).collect();
    let mut of: Vec<Vec<(u32, u32)>> = vec![Vec::new(); probed.len()];
    for row in 0..filters.rows() {
        if let (Some(&at), Some(layer), Some(filter)) =
            (index.get(&trial[row]), layer[row], filter[row])
        {
            of[at].push((layer as u32, filter as u32));
        }
    }
    let (mut trials, mut steps) = (Vec::new(), Vec::new());
    let (mut layers, mut filters) = (Vec::new(), Vec::new());
    let (mut shares, mut causes) = (Vec::new(), Vec::new());
    for (trial, &at) in &index {
        let probed = &probed[at];
        if !probed.has_filters() {
            continue;
        }
        for step in probed.steps() {
            for &(layer, filter) in &of[at] {
                let own = of[at].iter().filter(|(of, _)| *of == layer).count();
                let weights = probed.part(Some(layer)) / own as f64;
                let counts = Cause::ALL.map(|cause| probed.of_filter(step, layer, filter, cause));
                let all: f64 = counts.iter().sum();
                trials.push(*trial);
                steps.push(Some(i64::from(step)));
                layers.push(Some(i64::from(layer)));
                filters.push(Some(i64::from(filter)));
                shares.push(all / weights);
                causes.push(most(counts).map_or("", Cause::name).to_owned());
            }
        }
    }
    Frame::new([
        ("trial", Values::Integer(trials)),
        ("step", Values::Integer(steps)),
        ("layer", Values::Integer(layers)),
        ("filter", Values::Integer(filters)),
        ("stopped", Values::Real(shares)),
        ("cause", Values::Text(causes)),
    ])
}

/// The cause of most; of equal ones the first in the order of precedence.
fn most(counts: [f64; Cause::ALL.len()]) -> Option<Cause> {
    let mut most = (None, 0.0);
    for (cause, count) in Cause::ALL.into_iter().zip(counts) {
        if count > most.1 {
            most = (Some(cause), count);
        }
    }
    most.0
}
