//! Files without a number in their names, placed by how far they say the training was.

use std::path::{Path, PathBuf};

use super::{Counted, LeftOut, Saved, Why};
use crate::checkpoint::{Beside, Progress};

/// How far a file, or the trainer's state beside it, says that the training was.
fn progress(path: &Path) -> Progress {
    let mut progress = Progress::of(path).unwrap_or_default();
    let beside = || Beside::find(&[path])[0].global_step();
    progress.step = progress.step.or_else(|| beside().map(|step| step as u64));
    progress
}

/// What two files both say: their steps, else their epochs.
fn both(a: Progress, b: Progress) -> Option<(u64, u64)> {
    a.step.zip(b.step).or_else(|| a.epoch.zip(b.epoch))
}

/// Puts files that are later than the last behind it, such as `last.pt`. One that is as far as the
/// last is its copy.
pub fn append(saved: &mut Vec<Saved>, left_out: &mut Vec<LeftOut>) {
    let bare = |own: &LeftOut| own.why == Why::NoNumber;
    if !left_out.iter().any(bare) {
        return;
    }
    let Some(last) = saved.last() else { return };
    let end = progress(&last.path);
    let mut later = Vec::new();
    left_out.retain_mut(|own| {
        // Some files are read whole for it: only those that it may place.
        if !bare(own) {
            return true;
        }
        match both(end, progress(&own.path)) {
            Some((last, own_step)) if own_step > last => {
                later.push((own_step, own.path.clone()));
                return false;
            }
            Some((last, own_step)) if own_step == last => own.why = Why::AsLast,
            Some(_) => own.why = Why::NotLater,
            None => {}
        }
        true
    });
    later.sort();
    saved.extend(later.into_iter().map(|(_, path)| super::unplaced(path)));
}

/// Files none of which has a number, in the order of the steps, or of the epochs, inside them; of
/// those that are as far as each other the first. `None` where some say nothing.
pub fn order(paths: &[PathBuf]) -> Option<(Vec<Saved>, Vec<LeftOut>)> {
    let all: Vec<Progress> = paths.iter().map(|path| progress(path)).collect();
    let steps: Option<Vec<u64>> = all.iter().map(|own| own.step).collect();
    let (word, counted) = match steps {
        Some(_) => ("step", Counted::Steps),
        None => ("epoch", Counted::Epochs),
    };
    let numbers = steps.or_else(|| all.iter().map(|own| own.epoch).collect())?;
    let mut placed: Vec<(u64, &PathBuf)> = numbers.into_iter().zip(paths).collect();
    placed.sort_by_key(|&(number, _)| number);
    let (mut saved, mut left_out): (Vec<Saved>, Vec<LeftOut>) = (Vec::new(), Vec::new());
    for (number, path) in placed {
        if saved.last().and_then(|last| last.number) == Some(number) {
            left_out.push(LeftOut {
                path: path.clone(),
                why: Why::AsFar,
            });
            continue;
        }
        saved.push(Saved {
            path: path.clone(),
            number: Some(number),
            counted,
            source: Some(format!("the {word} inside the files")),
        });
    }
    (saved.len() > 1).then_some((saved, left_out))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::order::files;

    /// A folder of files that hold the steps 9 and 40, under these names.
    fn folder(names: &[(&str, u64)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, step) in names {
            let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
            let holds = data.join(if *step == 9 {
                "arrays-2.pkl"
            } else {
                "embedded.p"
            });
            fs::copy(holds, folder.path().join(name)).unwrap();
        }
        folder
    }

    fn read(names: &[(&str, u64)]) -> (Vec<String>, Vec<Why>) {
        let folder = folder(names);
        let files = files(&[folder.path().to_owned()], false).unwrap();
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        let saved = files.saved.iter().map(|own| name(&own.path)).collect();
        (saved, files.left_out.iter().map(|own| own.why).collect())
    }

    #[test]
    fn the_last_comes_last() {
        let numbered = [("e-1.pkl", 9), ("e-2.pkl", 9)];
        let with = |name, step| read(&[&numbered[..], &[(name, step)]].concat());
        assert_eq!(with("last.pkl", 40).0, ["e-1.pkl", "e-2.pkl", "last.pkl"]);
        assert_eq!(with("last.pkl", 9).1, [Why::AsLast]);
        let late = [("e-1.pkl", 9), ("e-2.pkl", 40), ("best.pkl", 9)];
        assert_eq!(read(&late).1, [Why::NotLater]);
    }

    #[test]
    fn files_without_numbers_are_ordered_by_what_they_hold() {
        let (saved, left_out) = read(&[("best.pkl", 40), ("copy.pkl", 40), ("first.pkl", 9)]);
        assert_eq!(saved, ["first.pkl", "best.pkl"]);
        assert_eq!(left_out, [Why::AsFar]);
    }
}
