use std::fs;
use std::path::Path;

use super::super::fields::example_record;
use super::super::write::{TABLE_FILES, write_records};
use super::*;

fn part(directory: &Path, replicate: u32) -> Part {
    Part {
        place: Place::alone(directory),
        settings: vec![
            ("trial".into(), replicate.into()),
            ("learning_rate".into(), (0.1 * f64::from(replicate)).into()),
            ("pixels".into(), "raw".into()),
        ],
    }
}

#[test]
fn what_is_written_is_what_is_documented_and_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let record = example_record();
    write_records(folder.path(), &[&record]).unwrap();
    for table in schema() {
        let stored = super::super::parquet::read(&folder.path().join(table.file)).unwrap();
        let documented: Vec<_> = table.columns.iter().map(|c| c.name.to_string()).collect();
        assert_eq!(stored.columns(), documented, "{}", table.file);
    }
    let tables = read_tables(&[part(folder.path(), 1), part(folder.path(), 2)], |_| true).unwrap();
    assert_eq!(tables.trials.rows(), 2);
    assert_eq!(tables.censuses.rows(), 4);
    assert_eq!(tables.filters.rows(), 4);
    assert_eq!(
        tables.probes.integers("layer").unwrap(),
        [Some(0), None, Some(0), None]
    );
    assert!(tables.probes.reals("value").unwrap()[1].is_nan());
    assert_eq!(
        tables.filters.integers("trial").unwrap(),
        [1, 1, 2, 2].map(Some)
    );
    assert_eq!(tables.trials.reals("learning_rate").unwrap(), [0.1, 0.2]);
    assert_eq!(tables.trials.texts("outcome").unwrap(), ["collapsed"; 2]);
    assert_eq!(
        tables.trials.reals("held_out_accuracy").unwrap(),
        [1.0 / 3.0; 2]
    );
    assert_eq!(tables.trials.integers("layer_dead").unwrap(), [None; 2]);
    assert!(tables.censuses.reals("train_loss").unwrap()[1].is_nan());
    assert_eq!(
        tables.filters.integers("final_death_by").unwrap()[..2],
        [Some(5), None]
    );
    assert_eq!(
        tables.filters.flags("dead_at_end").unwrap(),
        [true, false, true, false]
    );
    let filters = read_tables(&[part(folder.path(), 1)], |name| name == "filters").unwrap();
    let named: Vec<_> = filters
        .named()
        .map(|(name, frame)| (name, frame.rows()))
        .collect();
    assert_eq!(named, [("filters", 2)]);
}

#[test]
fn a_flag_that_is_missing_stays_missing() {
    let folder = tempfile::tempdir().unwrap();
    let mut parts = Vec::new();
    for (number, learned) in [(0, Some(true)), (1, None), (2, Some(false))] {
        let mut record = example_record();
        record.trial.learned = learned;
        let directory = folder.path().join(number.to_string());
        fs::create_dir(&directory).unwrap();
        write_records(&directory, &[&record]).unwrap();
        parts.push(part(&directory, number));
    }
    let tables = read_tables(&parts, |_| true).unwrap();
    let Values::Flag(learned) = tables.trials.values("learned").unwrap() else {
        panic!("not flags");
    };
    assert_eq!(learned, [Some(true), None, Some(false)]);
    let sql = "SELECT COUNT(learned) AS known, SUM(learned) AS learned FROM trials";
    let counted = tables.catalog().query(sql).unwrap();
    assert_eq!(counted.integers("known").unwrap(), [Some(2)]);
    assert_eq!(counted.integers("learned").unwrap(), [Some(1)]);
}

#[test]
fn a_trial_without_probes_has_an_empty_table_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let record = cnn::record::TrialRecord {
        probes: Vec::new(),
        ..example_record()
    };
    write_records(folder.path(), &[&record]).unwrap();
    let probes = read_tables(&[part(folder.path(), 1)], |_| true)
        .unwrap()
        .probes;
    assert_eq!(probes.rows(), 0);
    assert!(probes.has("quantity") && probes.has("learning_rate"));
}

#[test]
fn the_same_record_gives_the_same_bytes() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_records(one.path(), &[&example_record()]).unwrap();
    write_records(other.path(), &[&example_record()]).unwrap();
    for file in TABLE_FILES {
        let bytes = fs::read(one.path().join(file)).unwrap();
        assert_eq!(bytes, fs::read(other.path().join(file)).unwrap(), "{file}");
    }
}

#[test]
fn damage_is_reported_by_name() {
    let folder = tempfile::tempdir().unwrap();
    write_records(folder.path(), &[&example_record()]).unwrap();
    let path = folder.path().join("filters.parquet");
    let bytes = fs::read(&path).unwrap();
    for broken in [
        &bytes[..bytes.len() / 2],
        b"",
        b"not a table at all, only words",
    ] {
        fs::write(&path, broken).unwrap();
        let error = read_tables(&[part(folder.path(), 1)], |_| true).unwrap_err();
        assert!(
            matches!(&error, FrameError::Damaged { path: p, .. } if *p == path),
            "{error}"
        );
    }
    // A table of the right form with other columns.
    fs::copy(folder.path().join("trial.parquet"), &path).unwrap();
    let error = read_tables(&[part(folder.path(), 1)], |_| true)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("filters.parquet") && error.contains("`layer`"),
        "{error}"
    );
    fs::remove_file(&path).unwrap();
    let error = read_tables(&[part(folder.path(), 1)], |_| true).unwrap_err();
    assert!(matches!(error, FrameError::File { .. }), "{error}");
}

#[test]
fn blank_tables_have_all_columns_and_can_be_asked() {
    let folder = tempfile::tempdir().unwrap();
    write_records(folder.path(), &[&example_record()]).unwrap();
    let part = part(folder.path(), 1);
    let blank = blank_tables(&part.settings).unwrap();
    let full = read_tables(&[part], |_| true).unwrap();
    for ((name, blank), (_, full)) in blank.named().zip(full.named()) {
        assert_eq!(blank.columns(), full.columns(), "{name}");
        assert_eq!(blank.rows(), 0);
    }
    let sql = "SELECT pixels, SUM(dead_at_end) AS dead FROM filters GROUP BY pixels";
    let (of_blank, of_full) = (blank.catalog().check(sql), full.catalog().check(sql));
    assert_eq!(of_blank.unwrap(), of_full.unwrap());
}

#[test]
fn no_trials_give_empty_tables() {
    assert_eq!(read_tables(&[], |_| true).unwrap().trials.rows(), 0);
}
