use super::*;
use crate::frames::example_record;

fn spec(id: &str) -> Manifest {
    Manifest {
        id: id.into(),
        settings: serde_json::json!({ "learning_rate": 0.1 }),
        seed: 7,
        data: "d".into(),
        numerics_version: cnn::trial::NUMERICS_VERSION,
        record_version: cnn::trial::RECORD_VERSION,
        tables: std::collections::BTreeMap::new(),
        digest: String::new(),
    }
}

fn filled(ids: &[&str]) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(&folder.path().join("results"));
    store.prepare().unwrap();
    for id in ids {
        let claim = store.claim(id).unwrap().unwrap();
        store.write(spec(id), &example_record(), &claim).unwrap();
    }
    (folder, store)
}

#[test]
fn what_is_written_is_found_whole_and_nothing_else_is_left() {
    let (_folder, store) = filled(&["abcd", "ab12"]);
    assert!(store.has("abcd") && !store.has("ffff"));
    assert!(matches!(store.find("ffff"), Found::Missing));
    match store.find("abcd") {
        Found::Whole(manifest) => assert_eq!((manifest.seed, manifest.tables.len()), (7, 6)),
        other => panic!("{other:?}"),
    }
    assert_eq!(fs::read_dir(store.partial()).unwrap().count(), 0);
    // A second time: the first stays.
    let claim = store.claim("abcd").unwrap().unwrap();
    store
        .write(spec("abcd"), &example_record(), &claim)
        .unwrap();
    assert!(matches!(store.find("abcd"), Found::Whole(_)));
}

#[test]
fn a_changed_byte_anywhere_is_damage() {
    let (_folder, store) = filled(&["abcd"]);
    let folder = store.folder("abcd");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert_eq!(files.len(), 7);
    for file in files {
        let whole = fs::read(&file).unwrap();
        let mut altered = whole.clone();
        // A digit in spec.json, any byte in a table.
        let place = if file.ends_with("spec.json") {
            whole.iter().position(|byte| *byte == b'7').unwrap()
        } else {
            whole.len() / 2
        };
        altered[place] ^= 1;
        for damaged in [altered, whole[..whole.len() / 2].to_vec(), Vec::new()] {
            fs::write(&file, damaged).unwrap();
            match store.find("abcd") {
                Found::Damaged { path, .. } => assert_eq!(path, file),
                other => panic!("{}: {other:?}", file.display()),
            }
        }
        fs::remove_file(&file).unwrap();
        assert!(matches!(store.find("abcd"), Found::Damaged { .. }));
        fs::write(&file, whole).unwrap();
        assert!(matches!(store.find("abcd"), Found::Whole(_)));
    }
}

#[test]
fn what_is_set_aside_is_gone_from_the_trials_and_kept() {
    let (_folder, store) = filled(&["abcd"]);
    let first = store.set_aside("abcd").unwrap();
    assert!(first.join("spec.json").exists() && !store.has("abcd"));
    let claim = store.claim("abcd").unwrap().unwrap();
    store
        .write(spec("abcd"), &example_record(), &claim)
        .unwrap();
    drop(claim);
    assert_ne!(store.set_aside("abcd").unwrap(), first);
    assert_eq!(contents(&store).unwrap().damaged, 2);
    assert_eq!(remove_old(&store).unwrap(), 2);
}

#[test]
fn a_trial_has_one_owner_and_its_remains_are_removed() {
    let (_folder, store) = filled(&[]);
    let remains = store.partial().join("abcd");
    fs::create_dir_all(&remains).unwrap();
    fs::write(remains.join("trial.parquet"), "half").unwrap();
    let claim = store.claim("abcd").unwrap().unwrap();
    assert!(!remains.exists());
    assert!(store.claim("abcd").unwrap().is_none());
    assert!(store.claim("ab12").unwrap().is_some());
    drop(claim);
    assert!(store.claim("abcd").unwrap().is_some());
}

#[test]
fn the_lock_of_a_finished_trial_is_cleared_away() {
    let (_folder, store) = filled(&["abcd"]);
    for id in ["abcd", "ab12"] {
        fs::write(store.partial().join(format!("{id}.lock")), "").unwrap();
    }
    store.prepare().unwrap();
    // The other one says that a trial may have been begun; whoever runs it takes it over.
    let left: Vec<_> = fs::read_dir(store.partial())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["ab12.lock"]);
}

#[test]
fn other_numerics_are_counted_and_removed() {
    let (_folder, store) = filled(&["abcd"]);
    let old = Manifest {
        numerics_version: cnn::trial::NUMERICS_VERSION + 1,
        ..spec("ef01")
    };
    let claim = store.claim("ef01").unwrap().unwrap();
    store.write(old, &example_record(), &claim).unwrap();
    let counted = contents(&store).unwrap();
    assert_eq!((counted.trials, counted.old), (1, 1));
    assert_eq!(remove_old(&store).unwrap(), 1);
    assert!(store.has("abcd") && !store.has("ef01"));
}

#[test]
fn an_older_record_is_counted_and_removed() {
    let (_folder, store) = filled(&["abcd"]);
    let old = Manifest {
        record_version: cnn::trial::RECORD_VERSION - 1,
        ..spec("ef01")
    };
    let claim = store.claim("ef01").unwrap().unwrap();
    store.write(old, &example_record(), &claim).unwrap();
    let counted = contents(&store).unwrap();
    assert_eq!((counted.trials, counted.old), (1, 1));
    assert_eq!(remove_old(&store).unwrap(), 1);
    assert!(store.has("abcd") && !store.has("ef01"));
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Store::new(&file.join("results")).prepare().unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("file/results") && message.contains("--results"),
        "{message}"
    );
}
