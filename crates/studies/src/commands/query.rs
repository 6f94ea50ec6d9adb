//! `mortality query`.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use serde::Serialize;
use studies::frames::sql::{Catalog, FUNCTIONS, Limits, SqlError};
use studies::frames::{Frame, Kind, SCHEMA_VERSION, schema};
use studies::messages::counted;
use studies::prose::aligned;
use studies::report::files;

use super::common::{Output, SqlLimits};
use super::tables::{Whose, catalog};
use super::{print, print_json};

/// Ask a study's tables in SQL, or list them
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mortality query activation                                  the tables and their columns
  mortality query activation \"SELECT outcome, COUNT(*) AS n FROM trials GROUP BY outcome\"
  mortality query activation \"SELECT trial, layer, SUM(dead_at_end) AS dead, COUNT(*) AS filters
                              FROM filters GROUP BY trial, layer\" --out dead.csv
  mortality query tables \"SELECT * FROM trials\" --json         a folder of Parquet or CSV files

One SELECT or WITH over the recorded tables, and the special tables and views of the study's \
analysis.toml. A terminal gets aligned columns, a pipe CSV. Rows are sorted by \
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
    let catalog = catalog(&arguments.whose, arguments.sql.as_deref())?;
    let Some(sql) = &arguments.sql else {
        return list(&catalog, arguments.output.json);
    };
    let answer = evaluate(&catalog, sql, limits, arguments.check)?;
    if let Some(out) = &arguments.out {
        files::write(out, &answer.encode(out)?)?;
        return print(&format!(
            "{} written to {}\n",
            counted(answer.rows(), "row"),
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

fn evaluate(catalog: &Catalog, sql: &str, limits: Limits, check: bool) -> anyhow::Result<Frame> {
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
    name: String,
    row: &'static str,
    /// Of a view it is not known before it is asked.
    rows: Option<usize>,
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

fn list(catalog: &Catalog, json: bool) -> anyhow::Result<()> {
    let listing = Listing {
        schema: SCHEMA_VERSION,
        tables: listed(catalog)?,
        functions: &FUNCTIONS,
    };
    if json {
        return print_json(&listing);
    }
    let mut text = String::new();
    for table in &listing.tables {
        let rows = table
            .rows
            .map(|rows| format!(" ({})", counted(rows, "row")));
        let rows = rows.unwrap_or_default();
        let _ = writeln!(text, "{}{rows}: {}", table.name, table.row);
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

fn listed(catalog: &Catalog) -> anyhow::Result<Vec<Table>> {
    let schemas = schema();
    let tables = catalog
        .tables()
        .map(|(name, frame)| (name, Some(frame.rows())));
    let views = catalog.views().map(|name| (name, None));
    let mut found = Vec::new();
    for (name, rows) in tables.chain(views) {
        let recorded = schemas.iter().find(|table| table.name == name);
        let row = match (recorded, rows) {
            (Some(recorded), _) => recorded.row,
            (None, Some(_)) => "a special table, made from the recorded ones",
            (None, None) => "a view of analysis.toml",
        };
        let column = |(name, kind): (String, Kind)| {
            let known = recorded.and_then(|table| table.column(&name));
            let own = match recorded {
                Some(_) => "what the design varies, or the tables' own",
                None => "",
            };
            Column {
                kind,
                unit: known.map_or("", |known| known.unit),
                meaning: known.map_or(own, |known| known.meaning),
                name,
            }
        };
        let columns = catalog.check(&format!("SELECT * FROM {name}"));
        found.push(Table {
            name: name.into(),
            row,
            rows,
            columns: columns.map_err(shown)?.into_iter().map(column).collect(),
        });
    }
    Ok(found)
}
