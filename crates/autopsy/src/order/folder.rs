//! The files in a folder.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use crate::AutopsyError;
use crate::checkpoint::is_checkpoint;

/// How many folders down files are looked for: `outputs/DATE/TIME/lightning_logs/version_0/checkpoints`.
const DEEPEST: u32 = 5;

/// What `mortality trial` writes beside the weights: files in folders of these names, and one of
/// this name.
const BESIDE_A_TRIAL: ([&str; 2], &str) = (["gradients", "moments"], "data.safetensors");

/// The files in a folder and in its folders: those of weights, and the others.
pub fn files(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), AutopsyError> {
    let all = within(folder, DEEPEST)?;
    Ok(all.into_iter().partition(|path| holds_weights(path)))
}

fn within(folder: &Path, depth: u32) -> Result<Vec<PathBuf>, AutopsyError> {
    let failed = || AutopsyError::io(folder, "read");
    let entries = folder.read_dir().map_err(failed())?;
    let paths: io::Result<Vec<PathBuf>> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(failed())?;
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(path);
        } else if depth > 0 {
            found.extend(within(&path, depth - 1)?);
        }
    }
    Ok(found)
}

/// Whether a file is one of weights.
fn holds_weights(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    let folder = folder.unwrap_or_default().to_string_lossy();
    let (folders, file) = BESIDE_A_TRIAL;
    !folders.contains(&&folder[..])
        && path.file_name() != Some(OsStr::new(file))
        && is_checkpoint(path)
}
