//! Which files, in which order, and how many steps lie between them.
//!
//! The order is that of the numbers in the names, see `columns`; what a number counts is told by
//! the word beside it, and a decimal fraction (`epoch=1-val_loss=0.83`) counts nothing. Steps that
//! files hold must not contradict it ([`follows`]); times of files, which copying changes, are
//! only compared ([`Files::notes`]).

mod columns;
mod folder;
mod inside;
mod names;
mod notes;
mod series;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::AutopsyError;
use crate::checkpoint::{Progress, refuse, refuse_by_name};
use columns::{Place, places};
use series::{Found, choose, common_folder, without_links};

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
    /// Files that are not read, such as `best.pt`.
    pub left_out: Vec<LeftOut>,
}

/// A file that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The file.
    pub path: PathBuf,
    /// Why it is not.
    pub why: Why,
}

/// Why a file is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It has no number while others have, and says of no step that it holds.
    NoNumber,
    /// It is as far as the last file.
    AsLast,
    /// It is as far as a file that is read.
    AsFar,
    /// It has no number, and is not later than the last file.
    NotLater,
    /// By its name it is an average of the model that is read.
    Average,
    /// It is of another model, saved at the same times.
    OtherModel,
}

/// Holds two neighbouring files against how far the training was when they were saved, as far as
/// they say so. Steps may be counted anew in each epoch.
///
/// # Errors
/// [`AutopsyError`] if the later file says that it is the earlier one.
pub fn follows(
    before: &Path,
    after: &Path,
    [earlier, later]: [Progress; 2],
) -> Result<(), AutopsyError> {
    let pair = |of: fn(Progress) -> Option<u64>| of(earlier).zip(of(later));
    let epochs = pair(|own| own.epoch);
    let steps = pair(|own| own.step).filter(|_| epochs.is_none_or(|(old, new)| new <= old));
    let what = [("step", steps), ("epoch", epochs)];
    let back = |(word, pair): (&'static str, Option<(u64, u64)>)| {
        Some((word, pair.filter(|(old, new)| new < old)?))
    };
    match what.into_iter().find_map(back) {
        Some((word, (old, new))) => Err(AutopsyError::file(
            after,
            format!(
                "holds {word} {new}, but comes by its name after {}, which holds {word} {old}: \
                 give the files in order with --keep-order",
                before.display()
            ),
        )),
        None => Ok(()),
    }
}

/// The files to read, in order: those given, and those in the folders given, by the number in
/// their names or else in their folders', or where none has one by the step inside. With
/// `keep_order` as given.
///
/// # Errors
/// [`AutopsyError`] if there are fewer than two, or their order is not known.
pub fn files(given: &[PathBuf], keep_order: bool) -> Result<Files, AutopsyError> {
    let mut found = Vec::new();
    let mut others = Vec::new();
    let base = common_folder(given);
    for path in given {
        // A path that is not there is told so, before anything is said of its number.
        let kind = fs::metadata(path).map_err(AutopsyError::io(path, "read"))?;
        if kind.is_dir() {
            let (weights, rest) = folder::files(path)?;
            let weights = weights.into_iter();
            found.extend(weights.map(|own| Found::new(own, &base)));
            others.extend(rest);
        } else {
            found.push(Found::new(path.clone(), &base));
        }
    }
    if found.is_empty() {
        // What is not read is the problem.
        others.iter().try_for_each(|path| refuse(path))?;
        let folder = given.first().map_or(Path::new(""), PathBuf::as_path);
        return Err(AutopsyError::file(
            folder,
            "holds no checkpoint that is read (.safetensors, .npz, .pt, .pth, .ckpt, .bin, .h5, \
             .keras, .caffemodel, or a file of another name with the same content)",
        ));
    }
    let paths = |found: &[Found]| found.iter().map(|own| own.path.clone()).collect::<Vec<_>>();
    paths(&found)
        .iter()
        .try_for_each(|path| refuse_by_name(path))?;
    if keep_order {
        return Ok(Files {
            saved: in_order(paths(&found), true)?,
            left_out: Vec::new(),
        });
    }
    let numbered = found.iter().any(Found::is_numbered);
    let (paths, mut left_out) = choose(&without_links(&found));
    let saved = match in_order(paths.clone(), false) {
        Ok(mut saved) => {
            inside::append(&mut saved, &mut left_out);
            saved
        }
        // Numbers that tell no order are those of several runs.
        Err(problem) if numbered => return Err(problem),
        Err(problem) => {
            let (saved, others) = inside::order(&paths).ok_or(problem)?;
            left_out.extend(others);
            saved
        }
    };
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
