//! When the network collapsed and when a layer was wholly dead, to a step.
//!
//! A training batch is part of the training set: a layer that is dead on all of it is dead on
//! the batch, and a collapsed network's logits hardly differ within the batch. So each batch either
//! excludes both, at no cost, or raises a suspicion that an extra census at that very step
//! confirms or refutes. Of a collapse only the beginning is asked for: it goes on until a batch, or
//! a census of the grid, shows otherwise.
//!
//! With batch norms a batch tells neither: it is normalized by its own statistics, and the censuses
//! ask the network that has the running ones. Then both events are known to a census of the grid.

use crate::CnnError;
use crate::census::{COLLAPSE_SPREAD, Census, Observatory};
use crate::data::Subset;
use crate::record::Outcome;

/// The two events so far.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// Since when the network is collapsed, if it is.
    pub collapsed: Option<u32>,
    /// First step at which a layer was wholly dead, with its index.
    pub layer_dead: Option<(u32, u32)>,
    /// Whether a training batch tells anything.
    batches_tell: bool,
    /// Step of the last census of the grid: nothing more is to be known at it.
    known: Option<u32>,
    /// Scratch: which layers are dead on the batch.
    pub suspected: Vec<bool>,
}

impl Events {
    pub fn new(layers: usize, batches_tell: bool) -> Self {
        Self {
            batches_tell,
            suspected: vec![false; layers],
            ..Self::default()
        }
    }

    /// Takes note of a census of the grid.
    pub fn census(&mut self, census: &Census) {
        self.known = Some(census.step);
        if let Some(layer) = census.dead_layer() {
            self.layer_dead = self.layer_dead.or(Some((census.step, layer as u32)));
        }
        if census.outcome == Outcome::Collapsed {
            self.collapsed = self.collapsed.or(Some(census.step));
        } else {
            self.collapsed = None;
        }
    }

    /// Takes note of a training batch's logit spread, with [`Events::suspected`] filled in, and
    /// takes an extra census where that raises a suspicion.
    pub fn batch(
        &mut self,
        step: u32,
        spread: f64,
        observatory: &mut Observatory,
        parameters: &[f32],
        training: &Subset,
    ) -> Result<(), CnnError> {
        if self.known == Some(step) || !self.batches_tell {
            return Ok(());
        }
        let mut may_be_collapsed = spread < COLLAPSE_SPREAD;
        if !may_be_collapsed {
            self.collapsed = None;
        }
        may_be_collapsed &= self.collapsed.is_none();
        if self.layer_dead.is_some() {
            self.suspected.fill(false);
        }
        if !may_be_collapsed && !self.suspected.contains(&true) {
            return Ok(());
        }
        let suspected = &mut self.suspected;
        observatory.confirm(parameters, training, suspected, &mut may_be_collapsed)?;
        if may_be_collapsed {
            self.collapsed = Some(step);
        }
        if let Some(layer) = self.suspected.iter().position(|&dead| dead) {
            self.layer_dead = Some((step, layer as u32));
        }
        Ok(())
    }
}
