//! Prefixes of wrappers.

use super::Checkpoint;

/// Prefixes of wrappers: PyTorch's, and the usual attributes that hold a Lightning module's
/// network, and Flax's collection.
const WRAPPERS: [&str; 7] = [
    "module.",
    "_orig_mod.",
    "_forward_module.",
    "model.",
    "net.",
    "network.",
    "params.",
];

impl Checkpoint {
    /// Removes prefixes that wrappers put before all names: `module.` (`DataParallel`),
    /// `_orig_mod.` (`torch.compile`), and the attribute of a Lightning module.
    pub(super) fn set_prefixes_aside(&mut self) {
        while let Some(prefix) = self.common_prefix() {
            for tensor in &mut self.tensors {
                tensor.name.drain(..prefix.len());
            }
            for counter in &mut self.counters {
                if counter.name.starts_with(prefix) {
                    counter.name.drain(..prefix.len());
                }
            }
        }
    }

    /// A wrapper's prefix that every name has.
    fn common_prefix(&self) -> Option<&'static str> {
        WRAPPERS.into_iter().find(|prefix| {
            !self.tensors.is_empty()
                && self
                    .tensors
                    .iter()
                    .all(|tensor| tensor.name.starts_with(prefix))
        })
    }
}
