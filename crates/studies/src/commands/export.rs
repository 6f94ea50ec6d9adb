//! `mortality export`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use studies::frames::Frame;
use studies::messages::{counted, hint};
use studies::report::files;

use super::common::{Output, SqlLimits};
use super::tables::{Whose, catalog};
use super::{print, print_json};

/// Hand out the tables as Parquet or CSV
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mortality export activation --out tables                    every table, as Parquet
  mortality export activation --out tables --format csv
  mortality export activation --out filters.parquet           one row a filter of each network
  mortality export activation --out networks.csv --table trials
  mortality export mechanism --out deaths.csv --table followed_deaths

The recorded tables, and the special ones that the study's analysis.toml names. studies/RESULTS.md says what each column is; `mortality query tables ...` reads such a folder.")]
pub struct Arguments {
    #[command(flatten)]
    whose: Whose,
    /// FILE.parquet or FILE.csv for one table; any other name is a folder for all of them
    #[arg(long, value_name = "FILE|DIR")]
    out: PathBuf,
    /// Which table goes into a file; filters if none is named
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,
    /// Format of the files in a folder
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    #[command(flatten)]
    limits: SqlLimits,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Parquet,
    Csv,
}

#[derive(serde::Serialize)]
struct Written {
    table: String,
    file: PathBuf,
    rows: usize,
}

/// Writes the tables.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let out = &arguments.out;
    let extension = out.extension().and_then(|extension| extension.to_str());
    let one_file = matches!(extension, Some("csv" | "parquet"));
    if one_file && arguments.format.is_some() {
        bail!(
            "--format is for a folder; the name {} says the format",
            out.display()
        );
    }
    if !one_file && arguments.table.is_some() {
        bail!("--table is for a file: --out FILE.parquet or FILE.csv");
    }
    let limits = arguments.limits.limits()?;
    // Ended before a file is begun: nothing half-written stays.
    let watch = limits.watch(&format!("tables of {}", arguments.whose.source));
    let catalog = catalog(&arguments.whose, None)?;
    drop(watch);
    let mut written = Vec::new();
    if one_file {
        let name = arguments.table.as_deref().unwrap_or("filters");
        let Some((_, frame)) = catalog.tables().find(|(table, _)| *table == name) else {
            let hint = hint(name, catalog.tables().map(|(known, _)| known));
            bail!("{} has no table `{name}`{hint}", arguments.whose.source);
        };
        written.push(write(name, frame, out)?);
    } else {
        fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
        for (name, frame) in catalog.tables() {
            let extension = match arguments.format.unwrap_or(Format::Parquet) {
                Format::Parquet => "parquet",
                Format::Csv => "csv",
            };
            written.push(write(
                name,
                frame,
                &out.join(format!("{name}.{extension}")),
            )?);
        }
    }
    if arguments.output.json {
        return print_json(&written);
    }
    let mut text = String::new();
    for Written { table, file, rows } in &written {
        let _ = writeln!(
            text,
            "{table}: {} written to {}",
            counted(*rows, "row"),
            file.display()
        );
    }
    print(&text)
}

fn write(name: &str, frame: &Frame, path: &Path) -> anyhow::Result<Written> {
    files::write(path, &frame.encode(path)?)?;
    Ok(Written {
        table: name.into(),
        file: path.into(),
        rows: frame.rows(),
    })
}
