//! What every study's tests ask of it, for tests only.

use std::fs;

use super::{Results, Study};
use crate::report;
use crate::table::Table;

/// Names of the estimates that the specification's predictions refer to.
pub fn predicted(study: &dyn Study) -> Vec<String> {
    let lines = study.spec().lines();
    lines
        .filter_map(|line| line.strip_prefix("estimate = "))
        .map(|name| name.trim_matches('"').to_owned())
        .collect()
}

/// Publishes into two folders, finds every file the same in both, and counts them.
pub fn published_twice(study: &dyn Study, results: &Results) -> usize {
    let [first, second] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    for directory in [&first, &second] {
        let none = directory.path().join("published");
        report::publish(study, &[], results, directory.path(), &none).unwrap();
    }
    let mut files = 0;
    for entry in fs::read_dir(first.path()).unwrap() {
        let name = entry.unwrap().file_name();
        let read = |directory: &tempfile::TempDir| fs::read(directory.path().join(&name)).unwrap();
        assert!(read(&first) == read(&second), "{} differs", name.display());
        files += 1;
    }
    files
}

/// What the study finds in all the tables that it would publish.
pub fn findings(study: &dyn Study, results: &Results) -> Vec<String> {
    let mut tables: Vec<Table> = study.tables(results).unwrap();
    let figures = study.figures(results).unwrap();
    tables.extend(figures.into_iter().map(|figure| figure.table));
    tables.push(report::estimates(&study.estimates(results).unwrap()));
    study.findings(&tables).unwrap()
}
