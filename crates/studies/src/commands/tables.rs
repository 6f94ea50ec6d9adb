//! The recorded tables that a command is given: a study's own, or a folder's.

use std::path::Path;

use anyhow::bail;
use clap::Args;
use studies::evaluate;
use studies::frames::{Tables, foreign};
use studies::study::{FILES, STUDIES};

use super::common::{DataDir, ResultsDir, StudyName, Version, study};

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

/// The tables of a study whose trials are finished, or of a folder in the published schema.
pub fn tables(whose: &Whose) -> anyhow::Result<Tables> {
    let (name, version) = (whose.source.as_str(), &whose.version);
    let known = STUDIES.iter().any(|study| study.name() == name);
    let folder = Path::new(name);
    if !known && folder.is_dir() && !folder.join(FILES[0]).is_file() {
        if !version.options().is_empty() {
            let options = version.options();
            bail!("{name} is a folder of tables;{options} chooses a version of a study");
        }
        return Ok(foreign::read(folder)?);
    }
    if !known && (name.contains('/') || name.contains('.')) {
        bail!("no folder {name}");
    }
    let plan = whose.data.plan(study(name)?, version)?;
    Ok(evaluate::results(&plan, &whose.results.store())?.tables)
}
