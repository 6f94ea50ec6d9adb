use std::fs;
use std::path::Path;

use super::*;
use crate::frames::{Part, Place, Tables, example_record, read_tables, write_records};

const TRIALS: &str = "trial,replicate,outcome,held_out_accuracy,width,optimizer
0,0,working,0.91,16,SGD
1,1,collapsed,,16,Adam
";
const FILTERS: &str = "trial,layer,filter,dead_at_end,silent_at_end
0,0,0,true,True
0,0,1,false,0
1,0,0,FALSE,1
1,0,1,1,TRUE
";
const CENSUSES: &str = "trial,step,layer,filters,dead,silent
0,0,0,2,0,0
0,90,0,2,1,1
1,90,0,2.0,1,2
";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// The folder of the three tables with one of them changed.
fn changed(file: &str, from: &str, to: &str) -> tempfile::TempDir {
    let files = [
        ("trials.csv", TRIALS),
        ("filters.csv", FILTERS),
        ("censuses.csv", CENSUSES),
    ];
    let folder = folder(&files);
    let (_, text) = files.iter().find(|(name, _)| *name == file).unwrap();
    assert!(text.contains(from));
    fs::write(folder.path().join(file), text.replacen(from, to, 1)).unwrap();
    folder
}

fn write(tables: &Tables, folder: &Path, extension: &str) {
    for (name, frame) in tables.named() {
        let path = folder.join(format!("{name}.{extension}"));
        fs::write(&path, frame.encode(&path).unwrap()).unwrap();
    }
}

#[test]
fn few_columns_are_enough_and_factors_stand_in_front_of_all_tables() {
    let folder = changed("trials.csv", "SGD", "SGD");
    let tables = read(folder.path()).unwrap();
    assert_eq!(
        tables.filters.columns(),
        [
            "trial",
            "replicate",
            "width",
            "optimizer",
            "layer",
            "filter",
            "dead_at_end",
            "silent_at_end"
        ]
    );
    assert_eq!(
        tables.filters.flags("silent_at_end").unwrap(),
        [true, false, true, true]
    );
    assert_eq!(
        tables.filters.texts("optimizer").unwrap(),
        ["SGD", "SGD", "Adam", "Adam"]
    );
    assert_eq!(tables.censuses.integers("filters").unwrap(), [Some(2); 3]);
    assert!(tables.trials.reals("held_out_accuracy").unwrap()[1].is_nan());
    let sql =
        "SELECT width, SUM(dead_at_end) AS dead, COUNT(*) AS filters FROM filters GROUP BY width";
    let found = tables.catalog().query(sql).unwrap();
    assert_eq!(found.csv().unwrap(), "width,dead,filters\n16,2,4\n");
    assert!(tables.named().all(|(name, _)| name != "probes"));
}

#[test]
fn what_a_study_hands_out_reads_back_as_the_same_bits() {
    let store = tempfile::tempdir().unwrap();
    write_records(store.path(), &[&example_record()]).unwrap();
    let part = |trial: u32| Part {
        place: Place::alone(store.path()),
        settings: vec![
            ("study".into(), "example".into()),
            ("trial".into(), trial.into()),
            ("replicate".into(), trial.into()),
            ("seed".into(), "9972049319085822316".into()),
            ("learning_rate".into(), (0.1 * f64::from(trial)).into()),
            ("pixels".into(), "raw".into()),
            ("padded".into(), (trial == 1).into()),
        ],
    };
    let tables = read_tables(&[part(1), part(2)], |_| true).unwrap();
    for extension in ["parquet", "csv"] {
        let folder = tempfile::tempdir().unwrap();
        write(&tables, folder.path(), extension);
        let read = read(folder.path()).unwrap();
        for ((name, one), (_, other)) in tables.named().zip(read.named()) {
            assert!(one.same(other), "{name}.{extension}");
        }
    }
}

#[test]
fn each_problem_names_file_and_place() {
    let cases = [
        (
            "trials.csv",
            "replicate",
            "replicat",
            "trials.csv: no column `replicate` (integer: number of the seed",
        ),
        (
            "trials.csv",
            "replicate",
            "replicat",
            "is `replicat` meant?",
        ),
        (
            "trials.csv",
            "0,0,working",
            "0,zero,working",
            "trials.csv: column `replicate`: row 1 holds `zero`, which is no whole number",
        ),
        (
            "trials.csv",
            "1,1,coll",
            "1,NA,coll",
            "row 2 holds `NA`, which is no whole number (a missing value is an empty field)",
        ),
        (
            "trials.csv",
            "1,1,coll",
            "1,,coll",
            "column `replicate`: row 2 has no value, and it is required",
        ),
        (
            "trials.csv",
            "1,1,coll",
            "0,1,coll",
            "trials.csv: rows 1 and 2 are both of trial 0",
        ),
        (
            "trials.csv",
            "working",
            "workin",
            "trials.csv: row 1: no outcome `workin`; did you mean `working`?",
        ),
        (
            "trials.csv",
            "0.91",
            "91",
            "column `held_out_accuracy`: row 1 holds 91, a share lies between 0 and 1",
        ),
        (
            "trials.csv",
            ",width",
            ",trial",
            "trials.csv: has two columns `trial`",
        ),
        ("trials.csv", "16,SGD", "16", "trials.csv: is no CSV"),
        (
            "filters.csv",
            "true,True",
            "true,false",
            "filters.csv: row 1: trial 0, layer 0, filter 0 is dead and live",
        ),
        (
            "filters.csv",
            "true,True",
            "yes,True",
            "filters.csv: column `dead_at_end`: row 1 holds `yes`, which is no `true` or `false`",
        ),
        (
            "filters.csv",
            "true,True",
            ",True",
            "column `dead_at_end`: row 1 has no value, and it is required",
        ),
        (
            "filters.csv",
            "0,0,1,",
            "0,0,0,",
            "filters.csv: rows 1 and 2 are both of trial 0, layer 0, filter 0",
        ),
        (
            "filters.csv",
            "1,0,0,",
            "7,0,0,",
            "filters.csv: trial 7 is not in trials.csv",
        ),
        (
            "censuses.csv",
            "2,1,1",
            "2,1,0",
            "censuses.csv: row 2 has 1 dead, 0 silent of 2 filters",
        ),
        (
            "censuses.csv",
            "2.0",
            "2.5",
            "row 3 holds `2.5`, which is no whole number",
        ),
    ];
    for (file, from, to, expected) in cases {
        let folder = changed(file, from, to);
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(
            error.contains(expected),
            "{file}: {from} -> {to}\n{error}\n{expected}"
        );
    }
}

#[test]
fn all_problems_of_a_folder_are_said_at_once() {
    let folder = folder(&[
        ("trial.csv", TRIALS),
        (
            "filters.csv",
            "trial,layer,filter,dead_at_end\n0,0,0,maybe\n",
        ),
        ("censuses.parquet", "not a table"),
    ]);
    let error = read(folder.path()).unwrap_err();
    let all = error.to_string();
    for expected in [
        "no trials.parquet or trials.csv",
        "is `trial.csv` meant?",
        "filters.csv: no column `silent_at_end`",
        "row 1 holds `maybe`",
        "censuses.parquet: is no Parquet file",
    ] {
        assert!(all.contains(expected), "{expected}\n{all}");
    }
    assert_eq!(error.problems.len(), 4, "{all}");
    assert!(
        read(&folder.path().join("none"))
            .unwrap_err()
            .to_string()
            .contains("cannot be read")
    );
    let both = changed("trials.csv", "SGD", "SGD");
    fs::write(both.path().join("trials.parquet"), "x").unwrap();
    assert!(
        read(both.path())
            .unwrap_err()
            .to_string()
            .contains("which of them is the table?")
    );
}

#[test]
fn parquet_columns_of_near_types_are_read_and_others_named() {
    let columns = |outcome| {
        let accuracy = Values::Integer(vec![Some(1), None]);
        vec![
            ("trial".to_owned(), Values::Real(vec![0.0, 1.0])),
            (
                "replicate".to_owned(),
                Values::Integer(vec![Some(0), Some(1)]),
            ),
            ("outcome".to_owned(), outcome),
            ("train_accuracy".to_owned(), accuracy),
            ("seed".to_owned(), Values::Integer(vec![Some(7), Some(8)])),
        ]
    };
    let write = |outcome| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trials.parquet");
        let bytes = Frame::new(columns(outcome)).unwrap().encode(&path);
        fs::write(&path, bytes.unwrap()).unwrap();
        folder
    };
    let words = ["working", "diverged"].map(Into::into);
    let good = write(Values::Text(words.to_vec()));
    let trials = read(good.path()).unwrap().trials;
    assert_eq!(trials.integers("trial").unwrap(), [Some(0), Some(1)]);
    assert_eq!(trials.texts("seed").unwrap(), ["7", "8"]);
    assert!(trials.reals("train_accuracy").unwrap()[1].is_nan());
    let bad = write(Values::Flag(vec![Some(true), Some(false)]));
    let error = read(bad.path()).unwrap_err().to_string();
    assert!(
        error.contains("trials.parquet: column `outcome`: is of type bool, not text"),
        "{error}"
    );
}
