//! Which files, in which order, and how many steps lie between them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::AutopsyError;
use crate::checkpoint::{is_checkpoint, refuse_by_name};

/// A file and the number in its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// The file.
    pub path: PathBuf,
    /// The number in its name, or in its folder's.
    pub number: Option<u64>,
}

/// The files to read.
#[derive(Clone, Debug, PartialEq)]
pub struct Files {
    /// In order.
    pub saved: Vec<Saved>,
    /// Files in a folder that have no number while others have, such as `best.pt`.
    pub left_out: Vec<PathBuf>,
}

/// The files to read, in order: those given, and those in the folders given, by the number in
/// their names or else in their folders'. With `keep_order` as given.
///
/// # Errors
/// [`AutopsyError`] if there are fewer than two, or their order is not known.
pub fn files(given: &[PathBuf], keep_order: bool) -> Result<Files, AutopsyError> {
    let mut paths = Vec::new();
    let mut left_out = Vec::new();
    let mut others = Vec::new();
    for path in given {
        // A path that is not there is told so, before anything is said of its number.
        let kind = fs::metadata(path).map_err(AutopsyError::io(path, "read"))?;
        if kind.is_dir() {
            let (weights, rest): (Vec<_>, Vec<_>) = within(path, 2)?
                .into_iter()
                .partition(|path| holds_weights(path));
            let numbered = |path: &PathBuf| !digits(&stem(path)).is_empty();
            if keep_order || !weights.iter().any(numbered) {
                paths.extend(weights);
            } else {
                let (own, bare): (Vec<_>, Vec<_>) = weights.into_iter().partition(numbered);
                paths.extend(own);
                left_out.extend(bare);
            }
            others.extend(rest);
        } else {
            paths.push(path.clone());
        }
    }
    // Where nothing else is, what is not read is the problem.
    let all = if paths.is_empty() { &others } else { &paths };
    all.iter().try_for_each(|path| refuse_by_name(path))?;
    if paths.is_empty() {
        let folder = given.first().map_or(Path::new(""), PathBuf::as_path);
        return Err(AutopsyError::file(
            folder,
            "holds no checkpoint that is read (.safetensors, .npz, .pt, .pth, .ckpt, .bin, .h5, \
             .keras, .caffemodel, or a file of another name with the same content)",
        ));
    }
    let saved = in_order(paths, keep_order)?;
    Ok(Files { saved, left_out })
}

/// Paths in the order of their numbers, or with `keep_order` as given.
fn in_order(paths: Vec<PathBuf>, keep_order: bool) -> Result<Vec<Saved>, AutopsyError> {
    if let [only] = &paths[..] {
        return Err(AutopsyError::file(
            only,
            "is the only checkpoint: two or more are needed to see what changes",
        ));
    }
    let numbers = numbers(&paths);
    let mut saved: Vec<Saved> = (paths.into_iter().zip(numbers))
        .map(|(path, number)| Saved { path, number })
        .collect();
    if keep_order {
        let increases = saved.windows(2).all(|pair| pair[0].number < pair[1].number);
        if !increases {
            // Numbers out of order count something else.
            for file in &mut saved {
                file.number = None;
            }
        }
        return Ok(saved);
    }
    if let Some(file) = saved.iter().find(|file| file.number.is_none()) {
        return Err(AutopsyError::file(
            &file.path,
            "has no number in its name or its folder's, so its place in time is not known: give \
             the files in order with --keep-order",
        ));
    }
    saved.sort_by_key(|file| file.number);
    if let Some(pair) = saved
        .windows(2)
        .find(|pair| pair[0].number == pair[1].number)
    {
        return Err(AutopsyError::file(
            &pair[1].path,
            format!(
                "has the same number as {}: give the files in order with --keep-order",
                pair[0].path.display()
            ),
        ));
    }
    Ok(saved)
}

/// The files in a folder and, `depth` levels down, in its folders.
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

/// What `mortality trial` writes beside the weights: files in folders of these names, and one of
/// this name.
const BESIDE_A_TRIAL: ([&str; 2], &str) = (["gradients", "moments"], "data.safetensors");

/// Whether a file is one of weights.
fn holds_weights(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    let folder = folder.unwrap_or_default().to_string_lossy();
    let (folders, file) = BESIDE_A_TRIAL;
    !folders.contains(&&folder[..])
        && path.file_name() != Some(OsStr::new(file))
        && is_checkpoint(path)
}

/// The number of each path: the one place of the names (else of the folders' names) where they
/// all have a number and no two the same.
fn numbers(paths: &[PathBuf]) -> Vec<Option<u64>> {
    let in_part = |part: &dyn Fn(&Path) -> Option<String>| -> Option<Vec<Option<u64>>> {
        let all: Vec<Vec<u64>> = paths
            .iter()
            .map(|path| digits(&part(path).unwrap_or_default()))
            .collect();
        let places = all.iter().map(Vec::len).min().unwrap_or(0);
        // The last number that tells all files apart: `model-2-step-100` counts steps.
        (1..=places).find_map(|from_end| {
            let column: Vec<u64> = all.iter().map(|own| own[own.len() - from_end]).collect();
            let mut sorted = column.clone();
            sorted.sort_unstable();
            sorted.dedup();
            (sorted.len() == column.len()).then(|| column.into_iter().map(Some).collect())
        })
    };
    let name = |path: &Path| Some(stem(path));
    let folder = |path: &Path| {
        let folder = path.parent().and_then(Path::file_name);
        folder.map(|name| name.to_string_lossy().into_owned())
    };
    in_part(&name)
        .or_else(|| in_part(&folder))
        .unwrap_or_else(|| {
            let own = |path: &PathBuf| digits(&stem(path)).pop();
            paths.iter().map(own).collect()
        })
}

/// A file's name without its ending.
fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// Runs of digits in a name.
fn digits(name: &str) -> Vec<u64> {
    name.split(|c: char| !c.is_ascii_digit())
        .filter_map(|run| run.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests;
