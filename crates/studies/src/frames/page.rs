//! The schema as a page to read, `studies/RESULTS.md`.

use std::fmt::Write as _;

use super::schema::{ColumnSchema, SCHEMA_VERSION, schema};

const HEAD: &str = "# The recorded tables

Six tables hold all that was recorded of the trials of a study. `mortality query STUDY` asks them \
in SQL, `mortality export STUDY --out DIR` hands them out as Parquet or CSV files, and any program \
may write them for this one to read: a folder with `trials`, `censuses`, `filters`, \
`probes`, `activity` and `events`, each as `.parquet` or `.csv`. There `trials` and the columns marked *required* must be; the other \
tables and columns may lack, columns of other names (the factors of the design, say) are kept and \
can be asked. The store keeps finished trials in packs, `results/trials/pack-N-DIGEST/` with N \
trials, sorted by their ids: `ids.txt` (a line each), `specs.parquet` (settings, seed, digest of the \
images, number of rows in each table), the six tables without the columns in front, trial behind \
trial, and `pack.json` (versions, digests of the files).

A missing value is null, in CSV an empty field; booleans are `true` and `false`. Steps count \
optimizer updates; layers count those with an activation, from 0. A share is of 1. A filter that is \
dead is silent.
";

/// What stands in the recorded tables, in Markdown: `studies/RESULTS.md`.
fn documentation_page() -> String {
    let mut page = String::from(HEAD);
    let _ = write!(page, "\nThis is version {SCHEMA_VERSION} of the format.\n");
    let tables = schema();
    page += "\n## In front of each row\n\nThen the settings that the design varies, one column each.\n\n";
    if let Some(trials) = tables.first() {
        columns(&mut page, &trials.front());
    }
    for table in &tables {
        let (name, file, row) = (table.name, table.file, table.row);
        let key = table.key.join("`, `");
        let _ = write!(
            page,
            "\n## {name}\n\n{row}. No two have the same `{key}`. In the store: `{file}`.\n\n"
        );
        columns(&mut page, &table.columns);
    }
    page
}

fn columns(page: &mut String, columns: &[ColumnSchema]) {
    *page += "| column | type | unit | | meaning |\n|---|---|---|---|---|\n";
    for column in columns {
        let ColumnSchema {
            name,
            kind,
            unit,
            required,
            meaning,
        } = column;
        let required = if *required { "required" } else { "" };
        let _ = writeln!(
            page,
            "| `{name}` | {kind} | {unit} | {required} | {meaning} |"
        );
    }
}

/// To write it anew: `MORTALITY_WRITE=1 cargo test --release -p studies page`.
#[test]
fn the_page_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../studies/RESULTS.md");
    if std::env::var_os("MORTALITY_WRITE").is_some() {
        std::fs::write(path, documentation_page()).unwrap();
    }
    let published = std::fs::read_to_string(path).unwrap();
    assert!(
        published == documentation_page(),
        "{path} does not say what is stored"
    );
}
