//! What is kept is there, whole, whatever happens on the way.

mod gathering;
mod older;

use super::pack::State;
use super::*;
use crate::frames::{Part, example_record, read_tables};
use cnn::record::TrialRecord;

/// A trial to be kept. Its record has its number in it.
fn finished(store: &Store, id: &str) -> Finished {
    Finished {
        claim: store.claim(id).unwrap().unwrap(),
        id: id.into(),
        settings: r#"{"learning_rate":0.1}"#.into(),
        seed: 7,
        data: "d".into(),
        record: record(id),
    }
}

fn record(id: &str) -> TrialRecord {
    let mut record = example_record();
    record.trial.steps = u32::from_str_radix(id, 16).unwrap();
    record
}

fn keep(store: &Store, ids: &[&str]) {
    let finished: Vec<Finished> = ids.iter().map(|id| finished(store, id)).collect();
    store.keep(&finished).unwrap();
    drop(finished);
    store.look().unwrap();
}

/// A store with a pack for each of these lists of trials.
fn filled(packs: &[&[&str]]) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(&folder.path().join("results"));
    store.prepare().unwrap();
    for ids in packs {
        keep(&store, ids);
    }
    (folder, store)
}

/// The same folder, seen for the first time.
fn again(store: &Store) -> Store {
    let store = Store::new(store.root());
    store.look().unwrap();
    store
}

/// The packs and the first two digits of folders, by name.
fn names(folder: &Path) -> Vec<String> {
    let all = below(folder).unwrap().into_iter();
    let name = |path: PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    all.map(name).collect()
}

/// Checks that these trials are in the store, and that they read back as they were.
fn assert_whole(store: &Store, ids: &[&str]) {
    let parts = ids.iter().map(|id| match store.find(id) {
        Found::Whole { place, digest } => {
            assert_eq!(digest, crate::frames::digest_of(id, &record(id)));
            let settings = vec![("id".to_owned(), (*id).into())];
            Part { place, settings }
        }
        other => panic!("{id}: {other:?}"),
    });
    let tables = read_tables(&parts.collect::<Vec<_>>(), |_| true).unwrap();
    let steps = ids.iter().map(|id| i64::from_str_radix(id, 16).ok());
    assert!(
        tables
            .trials
            .integers("steps")
            .unwrap()
            .into_iter()
            .eq(steps)
    );
    assert_eq!(
        tables.filters.rows(),
        ids.len() * example_record().filters.len()
    );
    let owners = tables.filters.texts("id").unwrap();
    assert_eq!(owners.first().map(String::as_str), ids.first().copied());
}

#[test]
fn what_is_kept_is_found_whole_and_nothing_else_is_left() {
    let (_folder, store) = filled(&[&["abcd", "ab12"], &["0001"]]);
    assert!(store.has("abcd") && !store.has("ffff"));
    assert!(matches!(store.find("ffff"), Found::Missing));
    assert_whole(&store, &["abcd", "0001", "ab12"]);
    assert_eq!(fs::read_dir(store.partial()).unwrap().count(), 0);
    // A second time: the first stays.
    keep(&store, &["ab12", "abcd"]);
    assert_eq!(names(&store.trials()).len(), 2);
    assert_whole(&again(&store), &["ab12", "abcd"]);
}

#[test]
fn a_changed_byte_anywhere_is_damage() {
    let (_folder, store) = filled(&[&["abcd", "ab12"]]);
    let folder = store.trials().join(&names(&store.trials())[0]);
    let files = fs::read_dir(&folder).unwrap();
    let mut files: Vec<PathBuf> = files.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), 9);
    let damage = || {
        let store = again(&store);
        match (store.find("abcd"), store.unreadable().pop()) {
            (Found::Damaged(damaged), None) | (Found::Missing, Some(damaged)) => damaged.path,
            other => panic!("{other:?}"),
        }
    };
    for file in files {
        let whole = fs::read(&file).unwrap();
        let middle = whole.len() / 2;
        let mut altered = whole.clone();
        altered[middle] ^= 1;
        for damaged in [altered, whole[..middle].to_vec(), Vec::new()] {
            fs::write(&file, damaged).unwrap();
            assert_eq!(damage(), file);
        }
        fs::remove_file(&file).unwrap();
        assert_eq!(damage(), file);
        fs::write(&file, whole).unwrap();
        assert_whole(&again(&store), &["abcd", "ab12"]);
    }
}

#[test]
fn what_is_set_aside_is_gone_from_the_trials_and_kept() {
    let (_folder, store) = filled(&[&["abcd", "ab12"], &["ab12"]]);
    let names = names(&store.trials());
    let pack = names
        .iter()
        .find(|name| name.starts_with("pack-2-"))
        .unwrap();
    let damage = || fs::write(store.trials().join(pack).join("filters.parquet"), "x").unwrap();
    damage();
    let store = again(&store);
    let Found::Damaged(damaged) = store.find("abcd") else {
        panic!("not damaged");
    };
    let first = store.set_aside(&damaged).unwrap();
    assert!(first.join("specs.parquet").exists() && !store.has("abcd"));
    // The other pack has it too.
    assert_whole(&store, &["ab12"]);

    keep(&store, &["abcd", "ab12"]);
    damage();
    let store = again(&store);
    assert_ne!(store.set_aside(&damaged).unwrap(), first);
    assert_eq!(contents(&store).unwrap().damaged, 2);
    assert_eq!(remove_old(&store).unwrap(), 2);
}

#[test]
fn a_damaged_pack_does_not_stand_in_the_way_of_the_same_one() {
    let (_folder, store) = filled(&[&["abcd"]]);
    let pack = store.trials().join(&names(&store.trials())[0]);
    fs::write(pack.join("probes.parquet"), "x").unwrap();
    keep(&store, &["abcd"]);
    assert_whole(&again(&store), &["abcd"]);
    assert_eq!(names(&store.root().join("damaged")).len(), 1);
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
    let (_folder, store) = filled(&[&["abcd"]]);
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
fn other_versions_are_counted_and_only_older_ones_removed() {
    let (_folder, store) = filled(&[&["abcd"]]);
    let current = Versions::CURRENT;
    let older = Versions {
        record_version: current.record_version - 1,
        ..current
    };
    let newer = Versions {
        numerics_version: current.numerics_version + 1,
        record_version: current.record_version - 1,
    };
    for (id, versions) in [("ef01", older), ("ef02", newer)] {
        store.keep_as(&[finished(&store, id)], versions).unwrap();
    }
    let counted = contents(&store).unwrap();
    assert_eq!((counted.trials, counted.old, counted.newer), (1, 1, 1));
    store.gather(true).unwrap();
    assert_eq!(remove_old(&store).unwrap(), 1);
    assert!(store.has("abcd") && !store.has("ef01"));
    let counted = contents(&store).unwrap();
    assert_eq!((counted.trials, counted.old, counted.newer), (1, 0, 1));
}

#[test]
fn places_that_cannot_be_used_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Store::new(&file.join("results")).prepare().unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("file/results") && message.contains("--results"),
        "{message}"
    );
    // Where something damaged cannot be moved, it is told what it is.
    let (_folder, store) = filled(&[&["abcd"]]);
    let pack = store.trials().join(&names(&store.trials())[0]);
    fs::write(pack.join("pack.json"), "{").unwrap();
    fs::write(store.root().join("damaged"), "a file").unwrap();
    let store = again(&store);
    let damaged = store.unreadable().pop().unwrap();
    let message = store.set_aside(&damaged).unwrap_err().to_string();
    assert!(
        message.contains("pack.json") && message.contains("cannot be set aside"),
        "{message}"
    );
}

#[test]
fn a_list_of_trials_reads_heads_and_ids_alone() {
    let (_folder, store) = filled(&[&["abcd", "ab12"]]);
    let pack = store.trials().join(&names(&store.trials())[0]);
    for entry in fs::read_dir(&pack).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|own| own == "parquet") {
            fs::remove_file(path).unwrap();
        }
    }
    let store = again(&store);
    assert!(store.has("abcd") && store.has("ab12"));
    assert_eq!(contents(&store).unwrap().trials, 2);
    assert!(
        store
            .index()
            .packs
            .values()
            .all(|state| matches!(state, State::Readable(_)))
    );
}
