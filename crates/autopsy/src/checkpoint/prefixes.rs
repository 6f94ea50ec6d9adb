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
        let mut whole = String::new();
        while let Some(prefix) = self.common_prefix() {
            for tensor in &mut self.tensors {
                tensor.name.drain(..prefix.len());
            }
            whole.push_str(prefix);
        }
        for counter in &mut self.counters {
            if !whole.is_empty() && counter.name.starts_with(&whole) {
                counter.name.drain(..whole.len());
                self.prefixed.push(counter.name.clone());
            }
        }
        self.prefix = whole;
    }

    /// The name that a tensor has in the file.
    pub(crate) fn stored_name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The name that a counter has in the file.
    pub(crate) fn stored_counter(&self, name: &str) -> String {
        if self.prefixed.iter().any(|own| own == name) {
            self.stored_name(name)
        } else {
            name.to_owned()
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
