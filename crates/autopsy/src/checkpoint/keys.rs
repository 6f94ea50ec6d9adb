//! `--key` for files whose tensors lie in no dictionaries: the key is a prefix of names.

use std::path::Path;

use super::{Contents, Reading};
use crate::AutopsyError;

/// Keeps the tensors below the key that is asked for, where the reader has not done so.
pub fn select(path: &Path, reading: &Reading, contents: &mut Contents) -> Result<(), AutopsyError> {
    let Some(key) = reading.key.as_deref().filter(|_| contents.key.is_none()) else {
        return Ok(());
    };
    let below = |name: &str| {
        let rest = name.strip_prefix(key)?.strip_prefix(['.', '/'])?;
        Some(rest.to_owned())
    };
    contents.tensors.retain_mut(|tensor| {
        let name = below(&tensor.name);
        let keep = name.is_some();
        tensor.name = name.unwrap_or_default();
        keep
    });
    contents.counters.retain_mut(|counter| {
        let name = below(&counter.name);
        let keep = name.is_some();
        counter.name = name.unwrap_or_default();
        keep
    });
    if contents.tensors.is_empty() {
        return Err(AutopsyError::file(
            path,
            format!("has no tensor whose name begins with `{key}.` or `{key}/`"),
        ));
    }
    contents.key = Some(key.to_owned());
    Ok(())
}
