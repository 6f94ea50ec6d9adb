//! What is told of a study over the tables of another program: `tests/foreign` with one thing
//! changed.

use std::fs;
use std::path::Path;

use super::SplitTold as _;
use crate::plan::{Plan, Variant};
use crate::study::Study;

/// The first thing that is told, without the folder's name.
fn first(changes: &[(&str, &str, &str)]) -> String {
    let tables = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/foreign"));
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(tables).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    for (file, from, to) in changes {
        let path = folder.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
    }
    let plan = Plan::new(
        Study::read(folder.path()).unwrap(),
        &Variant::default(),
        None,
    );
    match plan {
        Ok(_) => String::new(),
        Err(error) => error.told(folder.path()).remove(0),
    }
}

const FIGURE: &str = "[figures.a]\ntitle = 'x'\nwidth = 89\ncaption = 'x'\n[[figures.a.panels]]\n\
    mark = 'curves'\ntable = 'cells'\nwhere = { measure = 'dead_filters', layer = 'all' }\n\
    encoding.x = { field = 'learning_rte' }\nencoding.y = { field = 'value' }\n[[estimates]]";

#[test]
fn each_mistake_is_told_in_its_file_and_line() {
    assert_eq!(first(&[]), "");
    let measure = "[measures.m]\nwords = 'x'\nvalue = 'held_out_accuracy'\npopulation = 'workin'\n[tables.cells]";
    for (file, from, to, told) in [
        (
            "trials.csv",
            "learning_rate,outcome",
            "learning_rate,outcom",
            "trials.csv: no column `outcome` (text: working",
        ),
        (
            "trials.csv",
            "0,0,0.03,working",
            "0,zero,0.03,working",
            "trials.csv:2: column `replicate`: row 1 holds `zero`, which is no whole number",
        ),
        (
            "filters.csv",
            "0,0,1,false",
            "0,0,0,false",
            "filters.csv:3: rows 1 and 2 are both of trial 0, layer 0, filter 0",
        ),
        (
            "filters.csv",
            "0,0,0,false,false,false,false",
            "0,0,0,false,false,true,false",
            "filters.csv:2: row 1: trial 0, layer 0, filter 0 is dead and live",
        ),
        (
            "analysis.toml",
            "\"working\"]",
            "\"workin\"]",
            "analysis.toml:11:50: no measure `workin`; did you mean `working`?",
        ),
        (
            "analysis.toml",
            "where = { learning_rate = 0.3 }",
            "where = { learning_rate = 0.33 }",
            "analysis.toml:18:11: `learning_rate` has no level `0.33`; there are `0.03`, `0.3`",
        ),
        (
            "study.toml",
            "schema = 1",
            "schema = 2",
            "study.toml:10:1: schema 2: this program reads `schema = 1`",
        ),
        (
            "study.toml",
            "folder = \".\"",
            "folder = \"tables\"",
            "study.toml:11:1: no folder of tables",
        ),
        (
            "analysis.toml",
            "[tables.cells]",
            measure,
            "analysis.toml:10:1: no population `workin`; did you mean `working`?",
        ),
        (
            "findings.md.jinja",
            "rows(\"cells\"",
            "rows(\"cels\"",
            "findings.md.jinja:4:20: there is no table `cels`",
        ),
        (
            "analysis.toml",
            "[[estimates]]",
            FIGURE,
            "analysis.toml:22:16: table `cells` has no column `learning_rte`; did you mean",
        ),
    ] {
        let found = first(&[(file, from, to)]);
        assert!(found.starts_with(told), "{to}: {found}");
    }
}
