//! The networks whose sets are compared.

use std::collections::BTreeMap;

use crate::frames::FrameError;
use crate::results::Results;
use crate::special::stopped::{self, Probed};

/// A trial.
#[derive(Clone, Debug)]
pub struct Network {
    /// Arm of the design.
    pub arm: String,
    /// Name of the optimizer.
    pub optimizer: String,
    /// Which order of the batches.
    pub order: i64,
    /// Number of the seed.
    pub replicate: u32,
    /// Working, with at least 97% training accuracy.
    pub healthy: bool,
    /// Per layer whether each filter is dead at the end.
    pub dead: Vec<Vec<bool>>,
    /// What the probe wrote of it.
    pub probed: Probed,
}

/// All trials, in their order.
///
/// # Errors
/// If a column is missing.
pub fn read(results: &Results) -> Result<Vec<Network>, FrameError> {
    let trials = &results.tables.trials;
    let (arm, optimizer) = (trials.texts("arm")?, trials.texts("optimizer")?);
    let (outcome, accuracy) = (trials.texts("outcome")?, trials.reals("train_accuracy")?);
    let replicate = trials.reals("replicate")?;
    let order = if trials.has("batches") {
        trials.integers("batches")?
    } else {
        vec![None; trials.rows()]
    };
    let index: BTreeMap<Option<i64>, usize> =
        trials.integers("trial")?.into_iter().zip(0..).collect();
    let probed = stopped::read(results)?.into_iter().enumerate();
    let mut networks: Vec<Network> = probed
        .map(|(at, probed)| Network {
            arm: arm[at].clone(),
            optimizer: optimizer[at].clone(),
            order: order[at].unwrap_or(0),
            replicate: replicate[at] as u32,
            healthy: outcome[at] == "working" && accuracy[at] >= 0.97,
            dead: Vec::new(),
            probed,
        })
        .collect();
    let filters = &results.tables.filters;
    let (trial, layer) = (filters.integers("trial")?, filters.reals("layer")?);
    let dead = filters.flags("dead_at_end")?;
    for row in 0..filters.rows() {
        if let Some(&network) = index.get(&trial[row]) {
            let layers = &mut networks[network].dead;
            let layer = layer[row] as usize;
            layers.resize(layers.len().max(layer + 1), Vec::new());
            layers[layer].push(dead[row]);
        }
    }
    Ok(networks)
}
