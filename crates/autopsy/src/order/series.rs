//! Which of the files in a folder are one model's at several times.
//!
//! Beside those, trainers save averages (`unet_ema`), further models (`D_100.pt` beside
//! `G_100.pt`, `checkpoint-100/2_Dense`), copies of the best and the last, links.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use super::columns::places;
use super::names::marks;
use super::{LeftOut, Why, stem};
use crate::checkpoint::is_average;

/// A file that was found or given.
#[derive(Clone, Debug)]
pub struct Found {
    pub path: PathBuf,
    /// The names below what all files are in, the file's own last and without its endings.
    names: Vec<String>,
}

impl Found {
    /// A file below `folder`.
    pub fn new(path: PathBuf, folder: &Path) -> Self {
        let parts = path.strip_prefix(folder).unwrap_or(&path).components();
        let mut names: Vec<String> = parts
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect();
        if let Some(last) = names.last_mut() {
            *last = stem(last).to_owned();
        }
        Self { path, names }
    }

    /// Whether a name below what all files are in has a number.
    pub fn is_numbered(&self) -> bool {
        self.names.iter().any(|name| !marks(name).is_empty())
    }

    /// Whether its own name has a number.
    fn has_own_number(&self) -> bool {
        self.names
            .last()
            .is_some_and(|name| !marks(name).is_empty())
    }

    /// Its names with `#` for each number.
    fn pattern(&self) -> Vec<String> {
        self.names
            .iter()
            .map(|name| without_numbers(name))
            .collect()
    }
}

fn without_numbers(name: &str) -> String {
    let mut pattern = String::new();
    for char in name.chars() {
        match char {
            '0'..='9' if pattern.ends_with('#') => {}
            '0'..='9' => pattern.push('#'),
            _ => pattern.push(char),
        }
    }
    pattern.replace("#.#", "#")
}

/// The folder that all of these paths are in; of one folder, itself.
pub fn common_folder(given: &[PathBuf]) -> PathBuf {
    let folder = |path: &PathBuf| match path.parent() {
        Some(parent) if !path.is_dir() => parent.to_owned(),
        _ => path.clone(),
    };
    let mut folders = given.iter().map(folder);
    let first = folders.next().unwrap_or_default();
    folders.fold(first, |common, other| {
        let mut ancestors = common.ancestors();
        let shared = ancestors.find(|own| other.starts_with(own));
        shared.unwrap_or(Path::new("")).to_owned()
    })
}

/// One of the names of each file: those that are no links first.
pub fn without_links(found: &[Found]) -> Vec<Found> {
    let is_link = |own: &Found| fs::symlink_metadata(&own.path).is_ok_and(|own| own.is_symlink());
    let mut taken: HashMap<PathBuf, usize> = HashMap::new();
    for (index, own) in found.iter().enumerate() {
        let real = fs::canonicalize(&own.path).unwrap_or_else(|_| own.path.clone());
        let first = taken.entry(real).or_insert(index);
        if is_link(&found[*first]) && !is_link(own) {
            *first = index;
        }
    }
    let mut kept: Vec<usize> = taken.into_values().collect();
    kept.sort_unstable();
    kept.into_iter().map(|index| found[index].clone()).collect()
}

/// The files of the model that is read, and those that are left out.
pub fn choose(found: &[Found]) -> (Vec<PathBuf>, Vec<LeftOut>) {
    let numbered: [&dyn Fn(&Found) -> bool; 2] = [&Found::has_own_number, &Found::is_numbered];
    let several = |is: &&dyn Fn(&Found) -> bool| found.iter().filter(|own| is(own)).count() > 1;
    let Some(is_numbered) = numbered.into_iter().find(several) else {
        return (paths(found), Vec::new());
    };
    let (mut own, bare): (Vec<Found>, Vec<Found>) =
        found.iter().cloned().partition(|own| is_numbered(own));
    let mut left_out = leave(&bare, Why::NoNumber);
    if !has_order(&own)
        && let Some((main, others)) = main_series(&own)
    {
        own = main;
        left_out.extend(others);
    }
    (paths(&own), left_out)
}

fn paths(found: &[Found]) -> Vec<PathBuf> {
    found.iter().map(|own| own.path.clone()).collect()
}

fn leave(found: &[Found], why: Why) -> Vec<LeftOut> {
    let left_out = |own: &Found| LeftOut {
        path: own.path.clone(),
        why,
    };
    found.iter().map(left_out).collect()
}

fn has_order(found: &[Found]) -> bool {
    let paths: Vec<&Path> = found.iter().map(|own| &*own.path).collect();
    paths.len() > 1 && places(&paths).is_some()
}

/// The largest of several models whose files have the same numbers, but for averages; `None` where
/// there are none, or where they lie in different folders of numbered files, as several runs do.
fn main_series(found: &[Found]) -> Option<(Vec<Found>, Vec<LeftOut>)> {
    let mut series: BTreeMap<Vec<String>, Vec<Found>> = BTreeMap::new();
    for own in found {
        series.entry(own.pattern()).or_default().push(own.clone());
    }
    let (mut ordered, single): (Vec<_>, Vec<_>) =
        series.into_iter().partition(|(_, own)| has_order(own));
    let mut left_out: Vec<LeftOut> = single
        .iter()
        .flat_map(|(_, own)| leave(own, Why::OtherModel))
        .collect();
    let average = |pattern: &[String]| pattern.iter().any(|name| is_average(name));
    if ordered.iter().any(|(pattern, _)| !average(pattern)) {
        let averages = ordered.extract_if(.., |(pattern, _)| average(pattern));
        left_out.extend(averages.flat_map(|(_, own)| leave(&own, Why::Average)));
    }
    let root = |pattern: &[String]| -> Vec<String> {
        let folders = pattern.iter().take_while(|name| !name.contains('#'));
        folders.cloned().collect()
    };
    let first = root(&ordered.first()?.0);
    if ordered.iter().any(|(pattern, _)| root(pattern) != first) {
        return None;
    }
    let bytes = |found: &[Found]| -> u64 {
        let sizes = found.iter().filter_map(|own| fs::metadata(&own.path).ok());
        sizes.map(|own| own.len()).sum()
    };
    let largest = (0..ordered.len())
        .rev()
        .max_by_key(|&at| bytes(&ordered[at].1))?;
    let (_, main) = ordered.swap_remove(largest);
    left_out.extend(
        ordered
            .iter()
            .flat_map(|(_, own)| leave(own, Why::OtherModel)),
    );
    Some((main, left_out))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(names: &[&str]) -> (Vec<String>, Vec<String>) {
        let found = names
            .iter()
            .map(|name| Found::new(Path::new("run").join(name), Path::new("run")));
        let (taken, left_out) = choose(&found.collect::<Vec<_>>());
        let name = |path: &Path| {
            path.strip_prefix("run")
                .unwrap()
                .to_string_lossy()
                .into_owned()
        };
        (
            taken.iter().map(|path| name(path)).collect(),
            left_out
                .iter()
                .map(|own| format!("{:?} {}", own.why, name(&own.path)))
                .collect(),
        )
    }

    #[test]
    fn averages_and_further_models_are_left_out() {
        let (taken, left_out) = chosen(&[
            "checkpoint-8/unet/m.safetensors",
            "checkpoint-8/unet_ema/m.safetensors",
            "checkpoint-16/unet/m.safetensors",
            "checkpoint-16/unet_ema/m.safetensors",
        ]);
        assert_eq!(
            taken,
            [
                "checkpoint-8/unet/m.safetensors",
                "checkpoint-16/unet/m.safetensors"
            ]
        );
        assert_eq!(left_out[0], "Average checkpoint-8/unet_ema/m.safetensors");
        let (taken, left_out) = chosen(&[
            "checkpoint-8/2_Dense/m.safetensors",
            "checkpoint-8/m.safetensors",
            "checkpoint-16/2_Dense/m.safetensors",
            "checkpoint-16/m.safetensors",
            "m.safetensors",
        ]);
        assert_eq!(
            (taken.len(), left_out.len()),
            (2, 3),
            "{taken:?} {left_out:?}"
        );
        let (taken, _) = chosen(&["D_1.pt", "G_1.pt", "D_2.pt", "G_2.pt"]);
        assert_eq!(taken, ["D_1.pt", "D_2.pt"]);
    }

    #[test]
    fn several_runs_are_not_told_apart() {
        for names in [
            [
                "fast/step-1.pt",
                "fast/step-2.pt",
                "slow/step-1.pt",
                "slow/step-2.pt",
            ],
            [
                "run1/step-1.pt",
                "run1/step-2.pt",
                "run2/step-1.pt",
                "run2/step-2.pt",
            ],
        ] {
            assert_eq!(
                chosen(&names),
                (names.map(str::to_owned).to_vec(), Vec::new())
            );
        }
    }

    #[test]
    fn the_folder_given_does_not_number_its_files() {
        let found = [
            "run-2/m.pt",
            "run-2/checkpoint-8/m.pt",
            "run-2/checkpoint-16/m.pt",
        ];
        let found = found.map(|path| Found::new(path.into(), Path::new("run-2")));
        let (taken, left_out) = choose(&found);
        assert_eq!(taken.len(), 2);
        assert_eq!(left_out[0].path, Path::new("run-2/m.pt"));
    }

    #[test]
    fn what_all_files_are_in_does_not_number_them() {
        let common = |given: &[&str]| {
            let given: Vec<PathBuf> = given.iter().map(PathBuf::from).collect();
            common_folder(&given).to_string_lossy().into_owned()
        };
        assert_eq!(common(&["run-2/last.pt", "run-2/best.pt"]), "run-2");
        assert_eq!(common(&["a/c-1/m.pt", "a/c-2/m.pt"]), "a");
        assert_eq!(common(&["a.pt", "b/c.pt"]), "");
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(common_folder(&[folder.path().to_owned()]), folder.path());
    }

    #[test]
    fn numbers_are_no_part_of_a_pattern() {
        let pattern = without_numbers("epoch=10-val_loss=0.83");
        assert_eq!(pattern, without_numbers("epoch=9-val_loss=1"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_the_file_that_it_leads_to() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("step-8.pt");
        fs::write(&path, "").unwrap();
        let link = folder.path().join("last.pt");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let found = [link, path.clone()].map(|path| Found::new(path, folder.path()));
        assert_eq!(paths(&without_links(&found)), [path]);
    }
}
