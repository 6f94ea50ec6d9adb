//! Which files, in which order, and how many steps lie between them.
//!
//! The order is that of the numbers in the names, see `columns`; what a number counts is told by
//! the word beside it, and a decimal fraction (`epoch=1-val_loss=0.83`) counts nothing. Steps that
//! files hold must not contradict it ([`follows`]); times of files, which copying changes, are
//! only compared ([`Files::notes`]).

mod columns;
mod names;
mod notes;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Serialize;

use crate::AutopsyError;
use crate::checkpoint::{is_checkpoint, refuse_by_name};
use columns::{Place, places};
use names::marks;

pub use names::Counted;

/// A file and its place in time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Saved {
    /// The file.
    pub path: PathBuf,
    /// The number in its name, or in its folder's.
    pub number: Option<u64>,
    /// What the number counts.
    pub counted: Counted,
    /// What says so, such as "the number beside `epoch` in the files' names"; `None` if files
    /// were given in order.
    pub source: Option<String>,
}

/// The files to read.
#[derive(Clone, Debug, PartialEq)]
pub struct Files {
    /// In order.
    pub saved: Vec<Saved>,
    /// Files in a folder that have no number while others have, such as `best.pt`.
    pub left_out: Vec<PathBuf>,
}

/// Holds two neighbouring files against the steps that they hold, as far as they hold any.
///
/// # Errors
/// [`AutopsyError`] if the step in the later file is smaller.
pub fn follows(
    (before, earlier): (&Path, Option<u64>),
    (after, later): (&Path, Option<u64>),
) -> Result<(), AutopsyError> {
    match (earlier, later) {
        (Some(earlier), Some(later)) if later < earlier => Err(AutopsyError::file(
            after,
            format!(
                "holds step {later}, but comes by its name after {}, which holds step {earlier}: \
                 give the files in order with --keep-order",
                before.display()
            ),
        )),
        _ => Ok(()),
    }
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
            let numbered = |path: &PathBuf| !marks(stem(&file_name(path))).is_empty();
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
    let in_time = places(&paths.iter().map(PathBuf::as_path).collect::<Vec<_>>());
    let mut saved: Vec<(Vec<u64>, Saved)> = match in_time {
        Some(places) => paths
            .into_iter()
            .zip(places)
            .map(|(path, place)| (place.key.clone(), saved(path, place)))
            .collect(),
        None if keep_order => paths
            .into_iter()
            .map(|path| (Vec::new(), unplaced(path)))
            .collect(),
        None => return Err(no_order(&paths)),
    };
    if keep_order {
        let increases = saved.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let known = |(_, own): (Vec<u64>, Saved)| {
            // Numbers out of order count something else.
            let mut own = if increases { own } else { unplaced(own.path) };
            own.source = None;
            own
        };
        return Ok(saved.into_iter().map(known).collect());
    }
    saved.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(saved.into_iter().map(|(_, own)| own).collect())
}

fn saved(path: PathBuf, place: Place) -> Saved {
    Saved {
        path,
        number: place.number,
        counted: place.counted,
        source: Some(place.source),
    }
}

/// A file of which nobody knows when it was saved.
fn unplaced(path: PathBuf) -> Saved {
    Saved {
        path,
        number: None,
        counted: Counted::Unknown,
        source: None,
    }
}

/// Why the files have no order.
fn no_order(paths: &[PathBuf]) -> AutopsyError {
    let counts = |path: &&PathBuf| places(&[path.as_path()]).is_none();
    if let Some(path) = paths.iter().find(counts) {
        return AutopsyError::file(
            path,
            "has no number in its name or its folder's, so its place in time is not known: give \
             the files in order with --keep-order",
        );
    }
    for (index, path) in paths.iter().enumerate() {
        let twin = |other: &&PathBuf| places(&[path.as_path(), other.as_path()]).is_none();
        if let Some(twin) = paths[..index].iter().find(twin) {
            return AutopsyError::file(
                path,
                format!(
                    "has the same number as {}: give the files of one run, in order with \
                     --keep-order",
                    twin.display()
                ),
            );
        }
    }
    AutopsyError::file(
        &paths[0],
        "and the other files have their numbers in different places of their names, so that their \
         order is not known: give them in order with --keep-order",
    )
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

/// A file's name.
fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// A file's name without its endings (`.pt`, `.pth.tar`, `.weights.h5`), which may hold digits;
/// a number is no ending (`model.ckpt-100`, `weights.05`).
fn stem(name: &str) -> &str {
    let mut stem = name;
    while let Some((before, ending)) = stem.rsplit_once('.') {
        let is_word = ending.starts_with(|c: char| c.is_ascii_alphabetic());
        let has_number = ending.len() > 2 && ending.ends_with(|c: char| c.is_ascii_digit());
        if before.is_empty() || !is_word || has_number {
            break;
        }
        stem = before;
    }
    stem
}

#[cfg(test)]
mod tests;

#[cfg(test)]
#[path = "order/pattern_tests.rs"]
mod pattern_tests;
