//! `trainer_state.json`, which the trainers of Hugging Face save beside the weights.

use std::fs;
use std::path::Path;

use serde::Deserialize;

/// Bytes of the largest that is read: it has a line for every log.
const LARGEST: u64 = 64 << 20;

/// Its name.
pub const NAME: &str = "trainer_state.json";

#[derive(Deserialize)]
struct TrainerState {
    global_step: Option<f64>,
}

/// The optimizer steps that the state at `path` counts.
pub fn global_step(path: &Path) -> Option<f64> {
    let is_small = fs::metadata(path).is_ok_and(|own| own.is_file() && own.len() <= LARGEST);
    let text = is_small.then(|| fs::read(path).ok())??;
    serde_json::from_slice::<TrainerState>(&text)
        .ok()?
        .global_step
}
