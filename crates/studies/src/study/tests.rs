use std::fs;
use std::ops::Range;
use std::path::Path;

use super::*;
use crate::analysis::Lock;
use crate::plan::{Plan, Variant};
use crate::prose;
use crate::report;

/// What a study's README and the workspace's say follows from the committed tables. A study
/// that has published nothing yet says nothing yet.
#[test]
fn readmes_and_published_tables_agree() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let readme = |path: &Path| fs::read_to_string(root.join(path)).unwrap();
    for study in STUDIES.iter() {
        let folder = root.join("figures").join(study.name());
        let own = readme(&Path::new("studies").join(study.name()).join("README.md"));
        let own = prose::readme::part(&own, "findings").unwrap();
        let all = readme(Path::new("README.md"));
        let answer = prose::readme::part(&all, study.name()).unwrap();
        if !folder.exists() {
            assert!(own.is_empty() && answer.is_empty(), "{}", study.name());
            continue;
        }
        let tables = report::files::read_tables(&folder).unwrap();
        let findings = study.findings(&tables, false).unwrap();
        let expected = report::findings(&findings, &tables).unwrap();
        assert_eq!(own, expected.trim(), "{}", study.name());
        assert_eq!(answer, report::answer(&findings), "{}", study.name());
    }
}

#[test]
fn a_study_asks_for_the_tables_that_its_files_name() {
    let asks = |name: &str| {
        let study = STUDIES.iter().find(|study| study.name() == name).unwrap();
        let tables = crate::frames::schema().map(|table| table.name);
        tables
            .into_iter()
            .filter(|table| study.asks(table))
            .collect::<Vec<_>>()
    };
    assert_eq!(asks("answers"), ["trials", "censuses", "filters"]);
    // Its special tables read what its probes measured.
    assert!(asks("stopped-weights").contains(&"probes"));
}

#[test]
fn the_readme_cites_the_figure_that_is_published() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let (_, marker) = readme.split_once("<!-- cite ").unwrap();
    let (name, _) = marker.split_once(':').unwrap();
    let (study, figure) = name.split_once('/').unwrap();
    let mut citation = report::cite::read(&root.join("figures").join(study), figure).unwrap();
    citation.commit = None;
    let expected = report::quoted(&citation.text());
    let part = prose::readme::part(&readme, &format!("cite {name}"));
    assert_eq!(part, Ok(expected.as_str()));
}

/// With `MORTALITY_WRITE=1` those that are empty yet are written: what was declared stays.
#[test]
fn shipped_studies_say_what_their_predictions_rested_on() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../studies"));
    for study in STUDIES.iter() {
        let path = |name: &str| root.join(study.name()).join(name);
        if std::env::var_os("MORTALITY_WRITE").is_some() {
            for (name, lock) in study.unlocked().unwrap() {
                fs::write(path(&name), lock.text()).unwrap();
            }
        }
        for (name, now) in study.locks().unwrap() {
            let text = fs::read_to_string(path(&name)).unwrap();
            let lock = Lock::read(&Source::new(name, text)).unwrap();
            let ids = |lock: &Lock| lock.digests.keys().cloned().collect::<Vec<_>>();
            assert_eq!(ids(&lock), ids(&now), "{}", study.name());
            assert_eq!(lock.files, now.files, "{}", study.name());
        }
    }
}

/// One that lies beside a shipped study and is not in the list would never be run.
#[test]
fn the_program_holds_all_amendments_of_shipped_studies() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../studies"));
    for study in STUDIES.iter() {
        let there = files::amendments(&root.join(study.name())).unwrap();
        assert_eq!(study.amendments(), there, "{}", study.name());
    }
}

/// One that is inside the program is the same as one in a folder.
#[test]
fn an_amended_study_is_inside_the_program() {
    let study: &'static Study = Box::leak(Box::new(shipped::amended()));
    assert_eq!(
        (study.amendments(), study.unlocked().unwrap().len()),
        (1, 0)
    );
    let plan = Plan::new(study, &Variant::default(), None).unwrap();
    let places = |first: usize| {
        plan.trials[first..]
            .iter()
            .map(|trial| (trial.cell, trial.replicate))
    };
    assert_eq!(places(0).take(10).collect::<Vec<_>>(), of_cells(0..2, 0..5));
    assert_eq!(
        places(10).take(10).collect::<Vec<_>>(),
        of_cells(0..2, 5..10)
    );
    assert_eq!(places(20).collect::<Vec<_>>(), of_cells(2..3, 0..5));
    assert!(
        plan.trials
            .iter()
            .enumerate()
            .all(|(at, trial)| trial.index == at)
    );
    assert_eq!(
        plan.digest,
        blake3::hash(study.spec().as_bytes()).to_hex().to_string()
    );
    assert_eq!(plan.additions[0].amended.first_trial, 10);
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/amended"));
    let read = Study::read(folder).unwrap();
    for (one, other) in study.locks().unwrap().iter().zip(read.locks().unwrap()) {
        assert_eq!(*one, other);
    }
}

fn of_cells(cells: Range<usize>, seeds: Range<u32>) -> Vec<(usize, u32)> {
    let seeds = |cell| seeds.clone().map(move |seed| (cell, seed));
    cells.flat_map(seeds).collect()
}
