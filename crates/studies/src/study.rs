//! A study is a folder of text: `study.toml` (what is run and predicted), `analysis.toml` (what is
//! computed and drawn), `findings.md.jinja` (what is said), `study.lock` (what predictions rest on);
//! `amendment-1.toml` and `amendment-1.lock` where something was added later.
//!
//! The shipped ones are inside the program ([`STUDIES`]: a new one is a folder and a word there);
//! any other is read from its folder ([`Study::read`]).

mod check;
mod declared;
mod error;
mod files;
mod needs;
pub mod normal;
mod shipped;

pub use declared::{AS_DECLARED, Declared};
pub use error::StudyError;
pub use shipped::STUDIES;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::analysis::closure::names;
use crate::analysis::{Analysis, Design, Foreseen, estimates_table};
use crate::figures::Figure;
use crate::figures::compose::compose;
use crate::figures::spec::FigureSpec;
use crate::messages::{At, Problems, Source};
use crate::predictions::Estimate;
use crate::prose;
use crate::results::Results;
use crate::spec::is_pool;
use crate::table::Table;

/// A study of text files. What stands in them is read and checked before the first trial.
#[derive(Clone, Debug)]
pub struct Study {
    name: String,
    /// None for a shipped study.
    place: Option<PathBuf>,
    spec: Declaration,
    amendments: Vec<Declaration>,
    analysis: Source,
    findings: Option<Source>,
    foreseen: OnceLock<Foreseen>,
}

/// Names of the files of a study.
pub const FILES: [&str; 3] = ["study.toml", "analysis.toml", "findings.md.jinja"];

/// Name of the file that says what predictions rest on, as declared.
pub const LOCK: &str = "study.lock";

/// A file that declares predictions.
#[derive(Clone, Debug)]
struct Declaration {
    source: Source,
    /// What they rested on then; nothing before they are locked.
    lock: Option<Source>,
}

impl Study {
    /// What is known before the first trial, once a plan has checked the study.
    fn foreseen(&self) -> Foreseen {
        self.foreseen.get().cloned().unwrap_or_default()
    }

    /// The caption of a figure, in analysis.toml.
    fn caption(&self, name: &str, spec: &FigureSpec) -> prose::Source {
        let at = [At::Key("figures"), At::Key(name), At::Key("caption")];
        prose::Source::inside(&self.analysis, &at, &spec.caption)
    }

    /// The figures of computed tables, and what a smaller version has no rows for.
    fn drawn(
        &self,
        analysis: &Analysis,
        tables: &[Table],
        results: &Results,
    ) -> Result<(Vec<Figure>, Vec<String>), StudyError> {
        let page = analysis.page(&self.foreseen(), tables, results.partial);
        let (mut figures, mut left_out) = (Vec::new(), Vec::new());
        for (name, spec) in &analysis.grammar.figures {
            crate::stop::check()?;
            let provenance = &results.provenance;
            let mut caption = prose::render(&self.caption(name, spec), &page)?;
            if !provenance.changes.is_empty() {
                let changes = provenance.changes.join(" ");
                caption = format!("*Not as published: {changes}* {caption}");
            }
            if let Some(remark) = prose::remark_on_missing(&caption, results.partial) {
                caption = format!("{} {remark}", caption.trim_end());
            }
            let label = |field: &str, level: &str| analysis.grammar.label(field, level);
            match compose(name, spec, tables, &label, caption, provenance) {
                Ok(figure) => figures.push(figure),
                Err(error) if results.partial => left_out.push(error.to_string()),
                Err(error) => {
                    let at = [At::Key("figures"), At::Key(name)];
                    return Err(Problems::from(self.analysis.error(&at, error.reason)).into());
                }
            }
        }
        Ok((figures, left_out))
    }
}

impl Study {
    /// Its name, also of its folders: `learning-rate`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text of `study.toml`.
    pub fn spec(&self) -> &str {
        &self.spec.source.text
    }

    /// Whether a recorded table may be asked by what stands in its files. Those that the shipped
    /// library asks always are; of the others a word says so, and a special table may read any.
    pub fn asks(&self, table: &str) -> bool {
        let locks = self.declarations();
        let locks = locks.filter_map(|declaration| declaration.lock.as_ref());
        ["trials", "censuses", "filters"].contains(&table)
            || [&self.analysis].into_iter().chain(locks).any(|source| {
                [table, "special"]
                    .iter()
                    .any(|word| names(&source.text, word))
            })
    }

    /// Whether it says what is to be run, and is not over the trials of other studies (`[pool]`).
    pub fn has_design(&self) -> bool {
        !is_pool(&self.spec.source)
    }

    /// The file of the specification, for messages.
    pub fn file(&self) -> String {
        self.spec.source.file.clone()
    }

    /// The folder of a study that is not shipped; what is published of it stands there.
    pub fn place(&self) -> Option<&Path> {
        self.place.as_deref()
    }

    /// What `analysis.toml` says.
    ///
    /// # Errors
    /// All its mistakes that need no design.
    pub fn analysis(&self) -> Result<Analysis, Problems> {
        Analysis::read(&self.analysis, &Design::default())
    }

    /// blake3 of `analysis.toml`, in hexadecimal.
    pub fn analysis_digest(&self) -> String {
        self.analysis.digest()
    }

    /// How many amendments it has.
    pub fn amendments(&self) -> usize {
        self.amendments.len()
    }

    /// Tables, estimates and figures: pure functions of the results.
    ///
    /// # Errors
    /// If the results lack a column or a picture cannot be drawn.
    pub fn evaluated(&self, results: &Results) -> Result<Evaluated, StudyError> {
        let analysis = self.analysis()?;
        let carried = analysis.carry_out(results);
        let carried = carried.map_err(|error| self.placed(error))?;
        let judged = analysis.judged(&carried.estimates);
        let mut tables = vec![estimates_table(&carried.estimates)];
        tables.extend(carried.tables);
        let declared = self.as_declared(&analysis, results, &judged)?;
        let (figures, left_out) = self.drawn(&analysis, &tables, results)?;
        Ok(Evaluated {
            estimates: judged,
            declared,
            figures,
            left_out,
            tables,
        })
    }

    /// What was found: the sentences of the README, the answer first, with their numbers from the
    /// published tables and from nothing else. A version that is `partial` may lack rows.
    ///
    /// # Errors
    /// If a table or column is missing.
    pub fn findings(&self, tables: &[Table], partial: bool) -> Result<Vec<String>, StudyError> {
        let Some(findings) = &self.findings else {
            return Ok(Vec::new());
        };
        let analysis = self.analysis()?;
        let tables = declared::without(tables)?;
        let page = analysis.page(&self.foreseen(), &tables, partial);
        let said = prose::render(&prose::Source::of(findings), &page)?;
        let mut found = prose::findings(&said);
        found.extend(prose::remark_on_missing(&said, partial));
        Ok(found)
    }
}

/// What a study makes of results.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// The numbers that predictions refer to, by the names that they use.
    pub estimates: Vec<Estimate>,
    /// What predictions rested on when they were declared, where that was something else.
    pub declared: Vec<Declared>,
    /// All published tables but that of predictions.
    pub tables: Vec<Table>,
    /// The figures.
    pub figures: Vec<Figure>,
    /// Figures for which a smaller or changed version has no rows, each with what it lacks.
    pub left_out: Vec<String>,
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod told;
