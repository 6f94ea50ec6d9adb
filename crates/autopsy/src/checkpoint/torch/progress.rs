//! How far the training was, as the file says.

use super::Reader;
use crate::checkpoint::Progress;
use crate::checkpoint::pickle::{Id, Value};

/// Keys of the number of optimizer steps, the most explicit first.
const STEP_KEYS: [&str; 12] = [
    "global_step",
    "num_updates",
    "iteration",
    "iter",
    "step",
    "steps",
    "iterations",
    "iters",
    "n_iter",
    "it",
    "global_steps",
    "updates",
];

/// Keys of the number of epochs.
const EPOCH_KEYS: [&str; 3] = ["epoch", "current_epoch", "epochs"];

/// Keys of dictionaries that may hold these numbers.
const WITHIN: [&str; 5] = [
    "meta",
    "trainer_state",
    "train_state",
    "extra_state",
    "progress",
];

impl Reader<'_> {
    pub(super) fn progress(&mut self) -> Progress {
        let root = self.pickle.root;
        let mut places = vec![root];
        places.extend(WITHIN.iter().filter_map(|key| self.pickle.get(root, key)));
        Progress {
            step: self.first(&places, &STEP_KEYS),
            epoch: self.first(&places, &EPOCH_KEYS),
        }
    }

    fn first(&mut self, places: &[Id], keys: &[&str]) -> Option<u64> {
        let found = places
            .iter()
            .flat_map(|&place| keys.iter().map(move |key| (place, key)));
        let found: Vec<Id> = found
            .filter_map(|(place, key)| self.pickle.get(place, key))
            .collect();
        found.into_iter().find_map(|id| self.count(id))
    }

    /// A number that counts something.
    fn count(&mut self, id: Id) -> Option<u64> {
        if let Value::Tensor(tensor) = &self.pickle.values[id] {
            return u64::try_from(self.integer(tensor)?).ok();
        }
        let number = self.pickle.number(id)?;
        (number >= 0.0 && number.fract() == 0.0 && number < 1e15).then_some(number as u64)
    }
}
