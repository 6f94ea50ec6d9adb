//! Small packs become a large one, and no kill or second process loses a trial.

use super::*;

const ALL: [&str; 5] = ["abcd", "0001", "ab12", "0f0f", "ffff"];

/// What [`ALL`] is in one pack.
fn one() -> (tempfile::TempDir, Store) {
    filled(&[&ALL])
}

/// All bytes below `trials/`, by path.
fn bytes(store: &Store) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    for folder in below(&store.trials()).unwrap() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            all.push((path.strip_prefix(store.root()).unwrap().to_owned(), bytes));
        }
    }
    all.sort();
    all
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn however_trials_were_written_they_end_in_the_same_bytes() {
    let (_folder, whole) = one();
    let single = filled(&[&["ffff"], &["abcd"], &["0001"], &["0f0f"], &["ab12"]]);
    let overlapping = filled(&[&["ffff", "abcd"], &["abcd", "0001", "0f0f"], &["ab12"]]);
    for (_folder, store) in [single, overlapping] {
        store.gather(false).unwrap();
        store.gather(true).unwrap();
        assert_eq!(bytes(&store), bytes(&whole));
        assert_whole(&again(&store), &ALL);
        assert!(names(&store.partial()).is_empty());
    }
}

#[test]
fn a_kill_at_any_step_of_gathering_loses_nothing() {
    let (_folder, whole) = one();
    let packs: [&[&str]; 3] = [&["ffff", "abcd"], &["0001", "0f0f"], &["ab12"]];
    let large = whole.trials().join(&names(&whole.trials())[0]);
    let place = large.file_name().unwrap();
    for step in 0..6 {
        let (_folder, store) = filled(&packs);
        let small = below(&store.trials()).unwrap();
        // A half-written pack in `partial/`, with the lock of who wrote it.
        fs::write(store.partial().join("gather.lock"), "").unwrap();
        let partial = store.partial().join("gather");
        copy(&large, &partial);
        if step == 0 {
            fs::remove_file(partial.join("pack.json")).unwrap();
            fs::write(partial.join("trial.parquet"), "half").unwrap();
        }
        // The large pack in its place, beside none, some or all of the small ones.
        if step >= 2 {
            fs::rename(&partial, store.trials().join(place)).unwrap();
        }
        let gone = store.partial().join("gone");
        for (at, small) in small.iter().enumerate() {
            if step >= 3 + at {
                fs::create_dir_all(&gone).unwrap();
                fs::rename(small, gone.join(small.file_name().unwrap())).unwrap();
            }
        }
        if step == 5 {
            // Of what went, a part is removed.
            let last = gone.join(small[2].file_name().unwrap());
            fs::remove_file(last.join("ids.txt")).unwrap();
        }
        let store = again(&store);
        assert_whole(&store, &ALL);
        store.prepare().unwrap();
        store.gather(true).unwrap();
        assert_eq!(bytes(&store), bytes(&whole), "step {step}");
        assert_whole(&again(&store), &ALL);
        assert_eq!(fs::read_dir(store.partial()).unwrap().count(), 0);
    }
}

#[test]
fn a_process_reads_on_while_another_gathers() {
    let (_folder, store) = filled(&[&["ffff", "abcd"], &["0001", "0f0f", "ab12"]]);
    let reader = again(&store);
    store.gather(true).unwrap();
    assert_eq!(names(&store.trials()).len(), 1);
    assert_whole(&reader, &ALL);
    // While one gathers, another does not.
    keep(&store, &["0002"]);
    let claim = store.claim("gather").unwrap().unwrap();
    reader.gather(true).unwrap();
    assert_eq!(names(&store.trials()).len(), 2);
    drop(claim);
    reader.gather(true).unwrap();
    assert_eq!(names(&store.trials()).len(), 1);
}

#[test]
fn merging_is_copying() {
    let (_folder, whole) = one();
    let (_one, first) = filled(&[&["ffff", "abcd"], &["0001"]]);
    let (_other, second) = filled(&[&["0001", "0f0f"], &["ab12"]]);
    copy(&second.trials(), &first.trials());
    let store = again(&first);
    assert_eq!(contents(&store).unwrap().trials, ALL.len());
    assert_whole(&store, &ALL);
    store.gather(true).unwrap();
    assert_eq!(bytes(&store), bytes(&whole));
}

#[test]
fn what_is_damaged_is_not_gathered_and_the_rest_is() {
    let (_folder, store) = filled(&[&["ffff", "abcd"], &["0001"], &["0f0f"], &["ab12"]]);
    let packs = names(&store.trials());
    let pair = packs
        .iter()
        .find(|name| name.starts_with("pack-2-"))
        .unwrap();
    fs::write(store.trials().join(pair).join("events.parquet"), "x").unwrap();
    let store = again(&store);
    store.gather(true).unwrap();
    assert_eq!(names(&store.trials()).len(), 2);
    assert_whole(&store, &["0001", "0f0f", "ab12"]);
    assert!(matches!(store.find("abcd"), Found::Damaged(_)));
}

#[test]
fn many_packs_are_gathered_on_the_way() {
    let (_folder, store) = filled(&[]);
    for number in 0..64 {
        assert_eq!(names(&store.trials()).len(), number);
        keep(&store, &[&format!("{number:04x}")]);
        store.gather(false).unwrap();
    }
    assert_eq!(names(&store.trials()).len(), 1);
    assert_eq!(contents(&again(&store)).unwrap().trials, 64);
}
