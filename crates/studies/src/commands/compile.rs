//! `mortality compile`.

mod check;

use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;
use studies::plan::Addition;
use studies::prose::aligned;
use studies::provenance::short;
use studies::report::files;
use studies::study::Study;

use super::common::{DataDir, Output, SqlLimits, StudyName, Version, study};
use super::place::ResultsDir;
use super::{print, print_json};

/// Print what a study's files mean: cells, SQL, estimates, columns
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mortality compile my-study                its cells, the SQL of each measure, what predictions
                                            rest on with its digest
  mortality compile my-study --json         the same for a program: views and measures with SQL
  mortality compile my-study --check        asks each query again with all rows reversed, and
                                            compares the study with its lock")]
pub struct Arguments {
    /// A study of text files: its name or folder
    #[arg(value_name = "STUDY|FOLDER", value_parser = StudyName)]
    study: String,
    #[command(flatten)]
    version: Version,
    #[command(flatten)]
    data: DataDir,
    #[command(flatten)]
    results: ResultsDir,
    /// Write study.lock, or the lock of an amendment: what predictions rest on, as declared; before
    /// the first run of it
    #[arg(long, conflicts_with = "json")]
    lock: bool,
    /// Ask each query again with all rows reversed, on results if there are any; fail unless all
    /// give the same bits and study.lock says what analysis.toml says
    #[arg(long, conflicts_with_all = ["json", "lock"])]
    check: bool,
    #[command(flatten)]
    limits: SqlLimits,
    #[command(flatten)]
    output: Output,
}

/// What a study's files mean.
#[derive(Debug, Serialize)]
struct Compiled {
    study: String,
    trials: usize,
    amendments: Vec<Addition>,
    cells: Vec<Vec<String>>,
    views: Vec<Named>,
    measures: Vec<Named>,
    estimates: Vec<String>,
    tables: Vec<String>,
    judged: Vec<Judged>,
    /// In what study.lock differs from what stands here.
    amended: Vec<String>,
}

/// A name and its SQL.
#[derive(Debug, Serialize)]
struct Named {
    name: String,
    sql: String,
}

/// A prediction and the digest of all that it rests on.
#[derive(Debug, Serialize)]
struct Judged {
    prediction: String,
    estimate: String,
    digest: String,
}

/// Prints.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let plan = arguments
        .data
        .plan(study(&arguments.study)?, &arguments.version)?;
    let analysis = plan.study.analysis()?;
    if arguments.lock {
        return lock(plan.study);
    }
    let amended = plan.study.amended()?;
    if arguments.check {
        let (store, limits) = (arguments.results.store(), arguments.limits.limits()?);
        return check::run(&plan, &analysis, &amended, &store, limits);
    }
    let grammar = &analysis.grammar;
    let named = |name: &String, sql: String| Named {
        name: name.clone(),
        sql,
    };
    let compiled = Compiled {
        study: plan.study.name().into(),
        trials: plan.trials.len(),
        amendments: plan.additions.clone(),
        cells: super::dry_run::cells(&plan, &plan.trials.iter().collect::<Vec<_>>()),
        views: analysis
            .views()
            .map(|(name, sql)| named(name, sql.clone()))
            .collect(),
        measures: analysis
            .queries()
            .map(|(name, sql)| named(&name, sql))
            .collect(),
        estimates: grammar
            .estimates
            .iter()
            .map(|one| one.name.clone())
            .collect(),
        tables: grammar.tables.keys().cloned().collect(),
        judged: plan
            .spec
            .predictions
            .iter()
            .map(|prediction| Judged {
                prediction: prediction.id.clone(),
                estimate: prediction.estimate.clone(),
                digest: analysis.digest(&prediction.estimate),
            })
            .collect(),
        amended,
    };
    if arguments.output.json {
        return print_json(&compiled);
    }
    print(&page(&compiled))
}

/// Writes what predictions rest on, once: what was declared stays.
fn lock(study: &Study) -> anyhow::Result<()> {
    let Some(place) = study.place() else {
        anyhow::bail!("{}: a shipped study is locked", study.name());
    };
    let (unlocked, locks) = (study.unlocked()?, study.locks()?);
    if let (true, Some((name, _))) = (unlocked.is_empty(), locks.last()) {
        anyhow::bail!(
            "{} is there already; what was declared is not declared again",
            place.join(name).display()
        );
    }
    for (name, lock) in unlocked {
        let path = place.join(name);
        files::write(&path, lock.text().as_bytes())?;
        print(&format!(
            "{} written; commit it before the run\n",
            path.display()
        ))?;
    }
    Ok(())
}

fn page(compiled: &Compiled) -> String {
    let mut text = format!(
        "{}: {} trials\n{}",
        compiled.study,
        compiled.trials,
        aligned(&compiled.cells)
    );
    for addition in &compiled.amendments {
        let _ = writeln!(
            text,
            "\n{} {}\n  {}",
            addition.file,
            short(&addition.amended.digest),
            addition.adds.join("\n  ")
        );
    }
    for (title, all) in [("views", &compiled.views), ("measures", &compiled.measures)] {
        let _ = writeln!(text, "\n{title}");
        for Named { name, sql } in all {
            let sql: Vec<&str> = sql.split_whitespace().collect();
            let _ = writeln!(text, "  {name}: {}", sql.join(" "));
        }
    }
    let _ = writeln!(text, "\ntables: {}", compiled.tables.join(", "));
    let _ = writeln!(text, "estimates: {}", compiled.estimates.join(", "));
    if !compiled.judged.is_empty() {
        let _ = writeln!(
            text,
            "\nwhat predictions rest on (digest of the expanded text)"
        );
    }
    for judged in &compiled.judged {
        let Judged {
            prediction,
            estimate,
            digest,
        } = judged;
        let _ = writeln!(text, "  {prediction}: {estimate} {}", short(digest));
    }
    for amended in &compiled.amended {
        let _ = writeln!(text, "\n{amended}");
    }
    text
}
