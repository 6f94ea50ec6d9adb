//! Recorded tables asked in SQL, handed out, and read from a folder of somebody else's.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::place::Place;

/// Two networks with `filters` filters each, as another program would write them.
fn write_tables(folder: &Path, filters: usize) {
    fs::create_dir_all(folder).unwrap();
    let trials = "trial,replicate,outcome,width\n0,0,working,16\n1,1,collapsed,16\n";
    fs::write(folder.join("trials.csv"), trials).unwrap();
    let mut rows = String::from("trial,layer,filter,dead_at_end,silent_at_end\n");
    for trial in 0..2 {
        for filter in 0..filters {
            let dead = filter % 4 == 0;
            let _ = writeln!(rows, "{trial},0,{filter},{dead},{dead}");
        }
    }
    fs::write(folder.join("filters.csv"), rows).unwrap();
}

const DEAD: &str = "SELECT trial, width, SUM(dead_at_end) AS dead, COUNT(*) AS filters FROM filters \
                    GROUP BY trial, width";

#[test]
fn a_folder_is_asked_and_handed_on() {
    let place = Place::new();
    write_tables(&place.path("tables"), 8);
    let csv = "trial,width,dead,filters\n0,16,2,8\n1,16,2,8\n";
    assert_eq!(place.succeed(&["query", "tables", DEAD, "--check"]), csv);
    let json = place.succeed(&["query", "tables", DEAD, "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json[1],
        serde_json::json!({"trial": 1, "width": 16, "dead": 2, "filters": 8})
    );
    place.succeed(&["query", "tables", DEAD, "--out", "dead.csv"]);
    assert_eq!(fs::read_to_string(place.path("dead.csv")).unwrap(), csv);
    // As Parquet and back.
    place.succeed(&["export", "tables", "--out", "handed"]);
    assert_eq!(place.succeed(&["query", "handed", DEAD]), csv);
    place.succeed(&["export", "tables", "--out", "filters.csv"]);
    let filters = fs::read_to_string(place.path("filters.csv")).unwrap();
    assert!(filters.starts_with(
        "trial,replicate,width,layer,filter,dead_at_end,silent_at_end\n0,0,16,0,0,true,true\n"
    ));
    let listing = place.succeed(&["query", "tables"]);
    for words in [
        "filters (16 rows): one row a trial and filter",
        "dead at the end of training",
        "COALESCE",
    ] {
        assert!(listing.contains(words), "{listing}");
    }
    assert!(!place.path("results").exists());
}

#[test]
fn a_finished_study_is_asked_and_handed_out() {
    let place = Place::new();
    place.run_tiny(&["--jobs", "2"]);
    let tiny: Vec<&str> = crate::place::TINY
        .into_iter()
        .filter(|word| *word != "--json")
        .collect();
    let ask = |command: &str, more: &[&str]| {
        let arguments: Vec<&str> = [command]
            .into_iter()
            .chain(tiny.iter().copied())
            .chain(more.iter().copied())
            .collect();
        place.succeed(&arguments)
    };
    let sql = "SELECT study, arm, learning_rate, momentum, COUNT(DISTINCT seed) AS seeds, COUNT(*) AS n \
               FROM trials GROUP BY study, arm, learning_rate, momentum";
    let with = |command: &str, more: &[&str]| {
        // The study's name, then what follows, then its options.
        let mut arguments = vec![command, tiny[0]];
        arguments.extend(more);
        arguments.extend(&tiny[1..]);
        place.succeed(&arguments)
    };
    let found = with("query", &[sql, "--check"]);
    assert_eq!(found.lines().count(), 5, "{found}");
    assert!(
        found
            .lines()
            .skip(1)
            .all(|line| line.starts_with("learning-rate,") && line.ends_with(",2,2")),
        "{found}"
    );
    ask("export", &["--out", "tables"]);
    assert_eq!(place.succeed(&["query", "tables", sql]), found);
    let all = "SELECT * FROM filters";
    assert_eq!(
        place.succeed(&["query", "tables", all]),
        with("query", &[all])
    );
}

#[test]
fn a_query_is_ended_at_its_limits_and_leaves_nothing() {
    let place = Place::new();
    write_tables(&place.path("tables"), 4000);
    let endless = "SELECT COUNT(*) AS n FROM filters a CROSS JOIN filters b CROSS JOIN filters c";
    let said = place.refuse(&[
        "query",
        "tables",
        endless,
        "--limit-seconds",
        "1",
        "--out",
        "n.csv",
    ]);
    assert!(
        said.contains("query `SELECT COUNT(*) AS n FROM filters a")
            && said.contains("was ended after 1 seconds"),
        "{said}"
    );
    if cfg!(target_os = "linux") {
        let large = "SELECT a.filter + b.filter + c.filter AS s FROM filters a CROSS JOIN filters b CROSS JOIN filters c ORDER BY s";
        let said = place.refuse(&[
            "query",
            "tables",
            large,
            "--limit-gib",
            "0.5",
            "--out",
            "n.csv",
        ]);
        assert!(
            said.contains("GiB of memory, more than 0.5 (--limit-gib)"),
            "{said}"
        );
    }
    let names: Vec<_> = fs::read_dir(place.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["tables"]);
}

#[test]
fn what_cannot_be_asked_is_refused_with_its_place() {
    let place = Place::new();
    write_tables(&place.path("tables"), 4);
    let cases: [(&[&str], &str); 8] = [
        (
            &["query", "tables", "SELECT AVG(width) FROM trials"],
            "line 1, column 8: AVG is an aggregate of reals",
        ),
        (
            &["query", "tables", "SELECT wdth FROM trials"],
            "no column `wdth`; did you mean `width`?\n  | SELECT wdth FROM trials\n  |        ^^^^",
        ),
        (
            &["query", "tables", "SELECT * FROM probes"],
            "no table `probes`",
        ),
        (
            &[
                "query",
                "tables",
                "SELECT * FROM trials",
                "--out",
                "rows.xlsx",
            ],
            "a table is written as .csv or .parquet",
        ),
        (
            &[
                "query",
                "tables",
                "SELECT * FROM trials",
                "--limit-seconds",
                "0",
            ],
            "--limit-seconds 0: a limit is more than 0",
        ),
        (&["query", "no/tables"], "no folder no/tables"),
        (&["query", "activatoin"], "did you mean `activation`?"),
        (
            &["export", "tables", "--out", "handed", "--table", "trials"],
            "--table is for a file",
        ),
    ];
    for (arguments, words) in cases {
        let said = place.refuse(arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    assert!(!place.path("rows.xlsx").exists() && !place.path("handed").exists());
}
