//! Which files, in which order, and how many steps lie between them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::AutopsyError;
use crate::checkpoint::refuse_by_name;

/// A file and the number in its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// The file.
    pub path: PathBuf,
    /// The number in its name, or in its folder's.
    pub number: Option<u64>,
}

/// Endings of files that hold weights.
const ENDINGS: [&str; 7] = ["safetensors", "npz", "npy", "pt", "pth", "ckpt", "bin"];

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
            format!(
                "holds no checkpoint (files ending in {})",
                ENDINGS.join(", ")
            ),
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

/// What trainers save beside the weights, in files with the same endings.
const BESIDE: [&str; 5] = [
    "optimizer",
    "scheduler",
    "rng_state",
    "training_args",
    "scaler",
];

/// Whether a file's name is one of weights.
fn holds_weights(path: &Path) -> bool {
    let lower = |part: Option<&OsStr>| part.unwrap_or_default().to_string_lossy().to_lowercase();
    let (name, ending) = (lower(path.file_stem()), lower(path.extension()));
    ENDINGS.contains(&&ending[..]) && !BESIDE.iter().any(|word| name.starts_with(word))
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
mod tests {
    use super::*;

    fn ordered(names: &[&str]) -> Result<Vec<(String, Option<u64>)>, AutopsyError> {
        let paths: Vec<PathBuf> = names.iter().map(PathBuf::from).collect();
        let files = in_order(paths, false)?;
        let named = |file: Saved| (file.path.to_string_lossy().into_owned(), file.number);
        Ok(files.into_iter().map(named).collect())
    }

    #[test]
    fn numbers_order_files() {
        let files = ordered(&["a-200.pt", "a-1000.pt", "a-0.pt"]).unwrap();
        let numbers: Vec<_> = files.iter().map(|file| file.1.unwrap()).collect();
        assert_eq!(numbers, [0, 200, 1000]);
        let files = ordered(&[
            "checkpoint-500/model.safetensors",
            "checkpoint-60/model.safetensors",
        ]);
        assert_eq!(files.unwrap()[0].1, Some(60));
        let files = ordered(&["net2-epoch1-step300.pt", "net2-epoch0-step20.pt"]).unwrap();
        assert_eq!(files[0].1, Some(20));
        let files = ordered(&["step10-v2.pt", "step9-v2.pt"]).unwrap();
        assert_eq!(files[0].1, Some(9));
    }

    #[test]
    fn doubt_is_an_error() {
        let error = |names: &[&str]| ordered(names).unwrap_err().to_string();
        assert!(error(&["a.pt"]).contains("two or more"));
        assert!(error(&["a.pt", "b-3.pt"]).contains("--keep-order"));
        assert!(error(&["x/a-3.pt", "x/b-3.pt"]).contains("same number"));
        let kept = in_order(vec!["b".into(), "a".into()], true).unwrap();
        assert_eq!(
            (kept[0].path.as_path(), kept[0].number),
            (Path::new("b"), None)
        );
    }

    #[test]
    fn folders_are_searched() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["checkpoint-10", "checkpoint-9"] {
            let own = folder.path().join(name);
            std::fs::create_dir(&own).unwrap();
            for file in ["model.safetensors", "optimizer.pt", "config.json"] {
                std::fs::write(own.join(file), "").unwrap();
            }
        }
        let found = || files(&[folder.path().to_owned()], false).unwrap();
        let numbers = |found: &Files| -> Vec<Option<u64>> {
            found.saved.iter().map(|file| file.number).collect()
        };
        assert_eq!(numbers(&found()), [Some(9), Some(10)]);
        for name in ["step-3.pt", "step-20.pt", "best.pt"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        // Names with numbers come before folders with numbers.
        let found = found();
        assert_eq!(numbers(&found), [Some(3), Some(20)]);
        assert_eq!(found.left_out.len(), 3);
    }

    #[test]
    fn what_is_not_there_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let error = |path: PathBuf| files(&[path], false).unwrap_err().to_string();
        let absent = error(folder.path().join("step-7.pt"));
        assert!(
            absent.contains("step-7.pt") && absent.contains("No such file"),
            "{absent}"
        );
        let of_folder = || error(folder.path().to_owned());
        assert!(of_folder().contains("holds no checkpoint"));
        std::fs::write(folder.path().join("config.json"), "").unwrap();
        assert!(of_folder().contains("holds no checkpoint"));
        std::fs::write(folder.path().join("epoch-3.h5"), "").unwrap();
        assert!(of_folder().contains("Keras"));
        std::fs::write(folder.path().join("step-3.pt"), "").unwrap();
        assert!(of_folder().contains("two or more"));
        let shard = folder.path().join("model-00001-of-00002.safetensors");
        std::fs::write(shard, "").unwrap();
        assert!(of_folder().contains("several files"));
    }
}
