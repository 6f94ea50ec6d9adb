//! What the filters put out on the training images at the end of training, on the first of them
//! also 1 and 5 epochs before, and on the held-out images at the end.

use crate::census::{Activity, LayerActivity};
use crate::network::Network;
use crate::record::{ActivityRow, Part};

/// Epochs before the end at which every trial looks.
const EPOCHS_LEFT: [u32; 3] = [5, 1, 0];

/// The largest of the prefixes: so many training images are looked at before the end.
pub(super) const IMAGES_BEFORE: usize = Part::PREFIXES[1] as usize;

/// The looks, and what they saw so far.
#[derive(Debug)]
pub(super) struct Activities {
    /// Step of each look, with the epochs that are left there.
    looks: Vec<(u32, u32)>,
    pub training: Activity,
    pub held_out: Activity,
    pub rows: Vec<ActivityRow>,
}

impl Activities {
    /// Of a trial of so many steps. Looks before the beginning there are none.
    pub fn new(network: &Network, steps: u32, steps_per_epoch: u32) -> Self {
        let before =
            |left: u32| Some((steps.checked_sub(left.checked_mul(steps_per_epoch)?)?, left));
        Self {
            looks: EPOCHS_LEFT.into_iter().filter_map(before).collect(),
            training: Activity::new(network, &Part::PREFIXES),
            held_out: Activity::new(network, &[]),
            rows: Vec::new(),
        }
    }

    /// Looks nowhere.
    pub fn clear(&mut self) {
        self.looks.clear();
    }

    /// The epochs left at a step, if there is a look at it.
    pub fn left(&self, step: u32) -> Option<u32> {
        let look = self.looks.iter().find(|(own, _)| *own == step);
        look.map(|(_, left)| *left)
    }

    /// Writes what was seen of the training images at a step, unless the network is diverged there;
    /// forgets it.
    pub fn write_training(&mut self, step: u32, epochs_left: u32, is_finite: bool) {
        if is_finite {
            let prefixes = [Part::First64, Part::First512].into_iter().enumerate();
            for (index, subset) in prefixes {
                let layers = self.training.prefix(index);
                self.rows.extend(rows(layers, step, epochs_left, subset));
            }
            if epochs_left == 0 {
                let layers = &self.training.whole;
                self.rows.extend(rows(layers, step, 0, Part::Training));
            }
        }
        self.training.clear();
    }

    /// Writes what was seen of the held-out images at the end.
    pub fn write_held_out(&mut self, step: u32) {
        let held_out = rows(&self.held_out.whole, step, 0, Part::HeldOut);
        self.rows.extend(held_out);
    }
}

/// The rows of all layers.
fn rows(
    layers: &[LayerActivity],
    step: u32,
    epochs_left: u32,
    subset: Part,
) -> impl Iterator<Item = ActivityRow> {
    layers.iter().enumerate().flat_map(move |(layer, found)| {
        let dormancy = found.dormancy().into_iter().enumerate();
        dormancy.map(move |(filter, dormancy)| ActivityRow {
            step,
            epochs_left,
            subset,
            layer: layer as u32,
            filter: filter as u32,
            images_seen: found.images as u32,
            outputs_seen: found.outputs(),
            dead: found.is_dead(filter),
            images_active: found.active_images[filter] as u32,
            outputs_active: found.active_outputs[filter],
            outputs_near_zero: found.near_zero[filter],
            mean_output: found.mean(filter),
            mean_size: found.mean_size(filter),
            largest_output: f64::from(found.largest[filter]),
            largest_size: f64::from(found.largest_size(filter)),
            dormancy,
        })
    })
}
