//! A sequence of tasks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Tasks that one network learns one after the other (continual learning: Goodfellow et al. 2013,
/// arXiv 1312.6211; Dohare et al. 2024). Training and held-out images are those of the task at hand;
/// a census is taken at the end of each.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tasks {
    /// What each task but the first puts in a new order, drawn from one substream a task of
    /// [`Stream::Permutations`](crate::random::Stream).
    pub permuted: Permuted,
    /// Epochs of a task, such as 4; at least 1.
    pub epochs: usize,
    /// Whether the optimizer begins each task without what it remembers.
    #[serde(default)]
    pub fresh_optimizer: bool,
}

/// What a new task changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Permuted {
    /// The positions of the pixels, in all images alike.
    Pixels,
    /// Which class has which label.
    Classes,
}
