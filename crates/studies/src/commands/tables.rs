//! The tables that a command is given: a study's own, or a folder's.

use std::path::Path;

use anyhow::bail;
use clap::Args;
use studies::analysis::closure::names;
use studies::evaluate;
use studies::frames::foreign;
use studies::frames::sql::Catalog;
use studies::study::{FILES, STUDIES};

use super::common::{DataDir, StudyName, Version, study};
use super::place::ResultsDir;

/// Whose tables.
#[derive(Debug, Args)]
pub struct Whose {
    /// A study whose trials are finished, or a folder of tables
    #[arg(value_name = "STUDY|FOLDER", value_parser = StudyName)]
    pub source: String,
    #[command(flatten)]
    version: Version,
    #[command(flatten)]
    results: ResultsDir,
    #[command(flatten)]
    data: DataDir,
}

/// The recorded tables of a study whose trials are finished, with the special tables and views
/// that its analysis names; or those of a folder in the published schema. For a text of SQL only
/// those that it and the study may ask.
pub fn catalog(whose: &Whose, sql: Option<&str>) -> anyhow::Result<Catalog> {
    let (name, version) = (whose.source.as_str(), &whose.version);
    let known = STUDIES.iter().any(|study| study.name() == name);
    let folder = Path::new(name);
    if !known && folder.is_dir() && !folder.join(FILES[0]).is_file() {
        if !version.options().is_empty() {
            let options = version.options();
            bail!("{name} is a folder of tables;{options} chooses a version of a study");
        }
        return Ok(foreign::read(folder)?.catalog());
    }
    if !known && !folder.is_dir() && (name.contains('/') || name.contains('.')) {
        bail!("no folder {name}");
    }
    let plan = whose.data.plan(study(name)?, version)?;
    let asked = |table: &str| sql.is_none_or(|sql| names(sql, table)) || plan.study.asks(table);
    let results = evaluate::results(&plan, &whose.results.store(), asked)?;
    let analysis = plan.study.analysis()?;
    Ok(analysis.catalog(&results)?)
}
