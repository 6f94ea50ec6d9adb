use std::fs;
use std::path::Path;

use super::*;
use crate::prose;
use crate::report;
use crate::table::{PREDICTIONS, named};

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
        let findings = study.findings(&tables).unwrap();
        let predictions = named(&tables, PREDICTIONS).unwrap();
        let expected = report::findings(&findings, predictions).unwrap();
        assert_eq!(own, expected.trim(), "{}", study.name());
        assert_eq!(answer, report::answer(&findings), "{}", study.name());
    }
}

/// With `MORTALITY_WRITE=1` those that are empty yet are written: what was declared stays.
#[test]
fn shipped_studies_say_what_their_predictions_rested_on() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../studies"));
    for study in STUDIES.iter() {
        let path = root.join(study.name()).join(LOCK);
        if std::env::var_os("MORTALITY_WRITE").is_some() && !study.locked() {
            fs::write(&path, study.lock().unwrap().text()).unwrap();
        }
        let text = fs::read_to_string(&path).unwrap();
        let lock = Lock::read(&Source::new(path.display().to_string(), text)).unwrap();
        let now = study.lock().unwrap();
        let ids = |lock: &Lock| lock.digests.keys().cloned().collect::<Vec<_>>();
        assert_eq!(ids(&lock), ids(&now), "{}", study.name());
    }
}
