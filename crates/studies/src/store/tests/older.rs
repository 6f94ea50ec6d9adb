//! Folders of single trials, as stores had them before.

use std::collections::BTreeMap;

use super::super::folder::Manifest;
use super::*;
use crate::frames::{TABLE_FILES, write_records};

/// Writes a trial as it was written before there were packs.
fn folder(store: &Store, id: &str, versions: Versions) -> PathBuf {
    let folder = store.folder(id);
    fs::create_dir_all(&folder).unwrap();
    write_records(&folder, &[&record(id)]).unwrap();
    let checksum = |file: &str| {
        let bytes = fs::read(folder.join(file)).unwrap();
        (file.to_owned(), blake3::hash(&bytes).to_hex().to_string())
    };
    let mut manifest = Manifest {
        id: id.into(),
        settings: serde_json::json!({ "learning_rate": 0.1 }),
        seed: 7,
        data: "d".into(),
        numerics_version: versions.numerics_version,
        record_version: versions.record_version,
        tables: TABLE_FILES
            .map(checksum)
            .into_iter()
            .collect::<BTreeMap<_, _>>(),
        digest: String::new(),
    };
    manifest.digest = manifest.computed();
    let text = serde_json::to_string_pretty(&manifest).unwrap();
    fs::write(folder.join("spec.json"), text + "\n").unwrap();
    folder
}

#[test]
fn they_are_read_beside_packs_and_gathered() {
    let (_folder, store) = filled(&[&["abcd", "0001"]]);
    // One of them is in the pack too, one is of an older version.
    for id in ["ab12", "ffff", "0001"] {
        folder(&store, id, Versions::CURRENT);
    }
    let older = Versions {
        record_version: Versions::CURRENT.record_version - 1,
        ..Versions::CURRENT
    };
    folder(&store, "ab99", older);
    let store = again(&store);
    let counted = contents(&store).unwrap();
    assert_eq!((counted.trials, counted.old, counted.unreadable), (4, 1, 0));
    let all = ["abcd", "ab12", "ffff", "0001"];
    assert_whole(&store, &all);

    store.gather(true).unwrap();
    assert_eq!(names(&store.trials()).len(), 2);
    assert_whole(&again(&store), &all);
    let (_folder, whole) = filled(&[&all]);
    assert_eq!(names(&store.trials())[1..], names(&whole.trials()));
    assert_eq!(remove_old(&store).unwrap(), 1);
}

#[test]
fn what_is_damaged_is_named_and_set_aside() {
    let (_folder, store) = filled(&[]);
    let folder = folder(&store, "ab12", Versions::CURRENT);
    for file in ["filters.parquet", "spec.json"] {
        let path = folder.join(file);
        let whole = fs::read(&path).unwrap();
        for damaged in [&whole[..whole.len() / 2], b""] {
            fs::write(&path, damaged).unwrap();
            match store.find("ab12") {
                Found::Damaged(damaged) => assert_eq!(damaged.path, path),
                other => panic!("{file}: {other:?}"),
            }
        }
        store.gather(true).unwrap();
        assert!(folder.exists());
        fs::write(&path, whole).unwrap();
        assert_whole(&store, &["ab12"]);
    }
    fs::remove_file(folder.join("events.parquet")).unwrap();
    let Found::Damaged(damaged) = store.find("ab12") else {
        panic!("not damaged");
    };
    assert!(store.set_aside(&damaged).unwrap().ends_with("damaged/ab12"));
    assert!(!store.has("ab12"));
}
