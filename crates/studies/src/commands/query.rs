//! `mortality query`.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use serde::Serialize;
use studies::frames::sql::{FUNCTIONS, Limits, SqlError};
use studies::frames::{Frame, Kind, SCHEMA_VERSION, Tables, schema};
use studies::prose::aligned;
use studies::report::files;

use super::common::{Output, SqlLimits};
use super::tables::{Whose, tables};
use super::{print, print_json};

/// Ask the recorded tables in SQL, or list them
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mortality query activation                                  the tables and their columns
  mortality query activation \"SELECT outcome, COUNT(*) AS n FROM trials GROUP BY outcome\"
  mortality query activation \"SELECT trial, layer, SUM(dead_at_end) AS dead, COUNT(*) AS filters
                              FROM filters GROUP BY trial, layer\" --out dead.csv
  mortality query tables \"SELECT * FROM trials\" --json         a folder of Parquet or CSV files

One SELECT or WITH over the tables. A terminal gets aligned columns, a pipe CSV. Rows are sorted by \
all columns, or as ORDER BY says. SUM adds whole numbers and booleans only: aggregates of reals are \
what the program's statistics are for. `/` gives a real number.")]
pub struct Arguments {
    #[command(flatten)]
    whose: Whose,
    /// One query; without it, the tables and columns are listed
    #[arg(value_name = "SQL")]
    sql: Option<String>,
    /// Write the rows into a file, FILE.csv or FILE.parquet
    #[arg(long, value_name = "FILE", requires = "sql")]
    out: Option<PathBuf>,
    #[command(flatten)]
    limits: SqlLimits,
    /// Ask again with all rows reversed, and fail unless the answer has the same bits
    #[arg(long, requires = "sql")]
    check: bool,
    #[command(flatten)]
    output: Output,
}

/// Answers.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if let Some(out) = &arguments.out {
        // What cannot be written is not computed.
        Frame::default().encode(out)?;
    }
    let limits = arguments.limits.limits()?;
    let tables = tables(&arguments.whose)?;
    let Some(sql) = &arguments.sql else {
        return list(&tables, arguments.output.json);
    };
    let answer = evaluate(&tables, sql, limits, arguments.check)?;
    if let Some(out) = &arguments.out {
        files::write(out, &answer.encode(out)?)?;
        return print(&format!(
            "{} rows written to {}\n",
            answer.rows(),
            out.display()
        ));
    }
    if arguments.output.json {
        return print_json(&answer.json()?);
    }
    if !io::stdout().is_terminal() {
        return print(&answer.csv()?);
    }
    let names = answer.columns();
    let columns = names.iter().map(|name| answer.fields(name));
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let row = |row: usize| columns.iter().map(|column| column[row].clone()).collect();
    let rows: Vec<Vec<String>> = (0..answer.rows()).map(row).collect();
    print(&aligned(&[vec![names], rows].concat()))
}

fn evaluate(tables: &Tables, sql: &str, limits: Limits, check: bool) -> anyhow::Result<Frame> {
    let catalog = tables.catalog();
    let short: String = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = short.chars().take(100).collect();
    let _watch = limits.watch(&format!("query `{short}`"));
    let answer = catalog.query(sql).map_err(shown)?;
    if check && !catalog.reversed().query(sql).map_err(shown)?.same(&answer) {
        bail!(
            "the answer depends on the order of the rows: with all tables reversed it is another"
        );
    }
    Ok(answer)
}

/// The error with its line of the query, marked.
fn shown(error: SqlError) -> anyhow::Error {
    match error.marked() {
        Some(marked) => anyhow::anyhow!("{error}\n{marked}"),
        None => error.into(),
    }
}

#[derive(Serialize)]
struct Listing {
    schema: u32,
    tables: Vec<Table>,
    functions: &'static [&'static str],
}

#[derive(Serialize)]
struct Table {
    #[serde(rename = "table")]
    name: &'static str,
    row: &'static str,
    rows: usize,
    columns: Vec<Column>,
}

#[derive(Serialize)]
struct Column {
    #[serde(rename = "column")]
    name: String,
    #[serde(rename = "type")]
    kind: Kind,
    unit: &'static str,
    meaning: &'static str,
}

fn list(tables: &Tables, json: bool) -> anyhow::Result<()> {
    let listing = Listing {
        schema: SCHEMA_VERSION,
        tables: listed(tables)?,
        functions: &FUNCTIONS,
    };
    if json {
        return print_json(&listing);
    }
    let mut text = String::new();
    for table in &listing.tables {
        let _ = writeln!(text, "{} ({} rows): {}", table.name, table.rows, table.row);
        let rows = table.columns.iter().map(|column| {
            let kind = column.kind.to_string();
            vec![
                column.name.clone(),
                kind,
                column.unit.into(),
                column.meaning.into(),
            ]
        });
        let _ = writeln!(text, "{}", aligned(&rows.collect::<Vec<_>>()));
    }
    let functions = FUNCTIONS.join(", ");
    let _ = writeln!(
        text,
        "Functions: {functions}; CASE, CAST and the usual operators."
    );
    print(&text)
}

fn listed(tables: &Tables) -> anyhow::Result<Vec<Table>> {
    let mut found = Vec::new();
    for (name, frame) in tables.named() {
        let Some(schema) = schema().into_iter().find(|table| table.name == name) else {
            continue;
        };
        let mut columns = Vec::new();
        for column in frame.columns() {
            let known = schema.column(&column);
            columns.push(Column {
                kind: frame.kind(&column)?,
                unit: known.map_or("", |known| known.unit),
                meaning: known.map_or("what the design varies, or the tables' own", |known| {
                    known.meaning
                }),
                name: column,
            });
        }
        found.push(Table {
            name,
            row: schema.row,
            rows: frame.rows(),
            columns,
        });
    }
    Ok(found)
}
