//! What an author is told before the first trial, of the study that `mortality new` writes with one
//! thing changed.

mod analysis;
mod elsewhere;
mod pooled;
mod templates;

use std::fs;
use std::path::Path;

use crate::plan::{Plan, Variant};
use crate::study::{FILES, Study};

const TEXTS: [&str; 3] = [
    include_str!("../../../assets/new/study.toml"),
    include_str!("../../../assets/new/analysis.toml"),
    include_str!("../../../assets/new/findings.md.jinja"),
];

const STUDY: usize = 0;
const ANALYSIS: usize = 1;
const FINDINGS: usize = 2;

/// A change of a file.
type Change<'a> = (usize, &'a str, &'a str);

/// The files with these changes.
fn changed(changes: &[Change<'_>]) -> [String; 3] {
    let mut texts = TEXTS.map(|text| text.replace("NAME", "mine"));
    for (file, from, to) in changes {
        assert!(texts[*file].contains(from), "{from}");
        texts[*file] = texts[*file].replacen(from, to, 1);
    }
    texts
}

/// What is told of the small version with these changes, `*` for the number of a line that is shown
/// as it stands there.
fn told(changes: &[Change<'_>]) -> Vec<String> {
    let texts = changed(changes);
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in FILES.iter().zip(&texts) {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let variant = Variant {
        quick: true,
        ..Variant::default()
    };
    match Plan::new(Study::read(folder.path()).unwrap(), &variant, None) {
        Ok(_) => Vec::new(),
        Err(error) => {
            let told = error.told(folder.path()).into_iter();
            told.map(|told| placed(&told, &texts)).collect()
        }
    }
}

fn placed(told: &str, texts: &[String; 3]) -> String {
    for (name, text) in FILES.iter().zip(texts) {
        let after = told
            .strip_prefix(name)
            .and_then(|told| told.strip_prefix(':'));
        let Some((number, rest)) = after.and_then(|after| after.split_once(':')) else {
            continue;
        };
        let line = text
            .lines()
            .nth(number.parse::<usize>().unwrap() - 1)
            .unwrap();
        let shown = told
            .lines()
            .find_map(|own| own.strip_prefix(&format!("{number} | ")));
        let shown = shown.unwrap().trim_matches('.');
        assert!(line.contains(shown), "{told}: {line}");
        return format!("{name}:*:{rest}");
    }
    told.to_owned()
}

/// What an error says.
trait SplitTold {
    /// Each problem by itself, without the folder's name.
    fn told(&self, folder: &Path) -> Vec<String>;
}

impl SplitTold for anyhow::Error {
    fn told(&self, folder: &Path) -> Vec<String> {
        let said = self
            .to_string()
            .replace(&format!("{}/", folder.display()), "");
        said.split("\n\n").map(str::to_owned).collect()
    }
}

/// The only thing that is told of a change begins with these words and goes on with those.
fn only(change: Change<'_>, start: &str, words: &[&str]) {
    let told = told(&[change]);
    assert_eq!(told.len(), 1, "{change:?}: {told:#?}");
    assert!(told[0].starts_with(start), "{change:?}: {}", told[0]);
    for word in words {
        assert!(told[0].contains(word), "{change:?}: {word}: {}", told[0]);
    }
}

#[test]
fn the_study_as_it_is_written_has_no_mistake() {
    assert_eq!(told(&[]), [""; 0]);
}

#[test]
fn a_mistake_of_the_full_design_is_told_of_its_small_version_too() {
    only(
        (STUDY, "[0.05, 0.2, 0.5]", "[0.05, -1.0, 0.5]"),
        "study.toml:*:1: schedule.learning_rate = -1",
        &["above 0"],
    );
}

#[test]
fn mistakes_of_all_three_files_are_told_at_once() {
    let several = [
        (STUDY, "epochs = 4", "epoch = 4"),
        (ANALYSIS, "\"working\"]\nnetworks", "\"workin\"]\nnetworks"),
        (
            ANALYSIS,
            "mean = \"dead_filters\"",
            "mean = \"dead_filter\"",
        ),
        (FINDINGS, "layer=\"all\"", "layr=\"all\""),
        (FINDINGS, "row.n }}", "row.m }}"),
        (FINDINGS, "| points", "| poins"),
    ];
    let told = told(&several);
    let places = [
        "study.toml:*:",
        "analysis.toml:*:",
        "analysis.toml:*:",
        "findings.md.jinja:*:",
        "findings.md.jinja:*:",
        "findings.md.jinja:*:",
    ];
    assert_eq!(told.len(), places.len() + 1, "{told:#?}");
    for (told, place) in told.iter().zip(places) {
        assert!(told.starts_with(place), "{place}: {told}");
    }
    assert_eq!(told[6], "6 mistakes; nothing was run");
}
