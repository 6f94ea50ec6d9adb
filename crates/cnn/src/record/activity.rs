//! Rows of the table `activity`.
//!
//! A table of its own, one row a moment, subset and filter: columns of `filters` would be 100 (ten
//! numbers of each moment and subset), each with its own header in every file, and a definition that
//! compares subsets could not be one line of SQL; rows of `probes` would be ten times as many, each
//! with its quantity in words. Of a default trial these are 640 rows.

use serde::{Deserialize, Serialize};

/// Which images were looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The first 64 training images (all, if there are fewer).
    First64,
    /// The first 512 training images (all, if there are fewer).
    First512,
    /// All training images; at the end only.
    Training,
    /// All held-out images; at the end only.
    HeldOut,
}

impl Part {
    /// The number of training images of those that are not a whole set.
    pub const PREFIXES: [u64; 2] = [64, 512];

    /// Its name in tables: `first_64`, `first_512`, `training`, `held_out`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::First64 => "first_64",
            Self::First512 => "first_512",
            Self::Training => "training",
            Self::HeldOut => "held_out",
        }
    }
}

/// What one filter puts out on some images, near the end of training. An output is one filter at
/// one position of one image, after the activation and before any pooling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivityRow {
    /// Updates done.
    pub step: u32,
    /// Epochs of training still to come: 5, 1 or 0.
    pub epochs_left: u32,
    /// Which images.
    pub subset: Part,
    /// Index among the layers with an activation, from 0.
    pub layer: u32,
    /// Index within the layer.
    pub filter: u32,
    /// Number of images.
    pub images_seen: u32,
    /// Number of outputs: images x positions of the filter.
    pub outputs_seen: u64,
    /// Dead on these images: silent, and the activation's derivative is exactly 0 throughout.
    pub dead: bool,
    /// Images on which it is active (pre-activation above 0) at some position.
    pub images_active: u32,
    /// Outputs at which it is active.
    pub outputs_active: u64,
    /// Outputs y with |y| <= .05 (of f32).
    pub outputs_near_zero: u64,
    /// Mean output.
    pub mean_output: f64,
    /// Mean |output|.
    pub mean_size: f64,
    /// Largest output.
    pub largest_output: f64,
    /// Largest |output|.
    pub largest_size: f64,
    /// Mean |output| over the layer's mean of it (Sokar et al. 2023): tau-dormant if at most tau.
    pub dormancy: f64,
}
