//! A study is a folder of text: `study.toml` (what is run and predicted), `analysis.toml` (what is
//! computed and drawn), `findings.md.jinja` (what is said), `study.lock` (what predictions rest on);
//! `amendment-1.toml` and `amendment-1.lock` where something was added later.
//!
//! The shipped ones are inside the program ([`STUDIES`]: a new one is a folder and a word there);
//! any other is read from its folder ([`Study::read`]).

mod declared;
mod error;
mod files;
pub mod normal;
mod shipped;

pub use declared::Declared;
pub use error::StudyError;
pub use shipped::STUDIES;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::analysis::{Analysis, Design, estimates_table};
use crate::figures::Figure;
use crate::figures::compose::compose;
use crate::messages::{Problems, Source};
use crate::predictions::Estimate;
use crate::prose;
use crate::provenance::Provenance;
use crate::results::Results;
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
    design: OnceLock<Design>,
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
    /// The full design, once a plan has checked the study on it.
    fn design(&self) -> Design {
        self.design.get().cloned().unwrap_or_default()
    }

    /// The figures of computed tables.
    fn drawn(
        &self,
        analysis: &Analysis,
        tables: &[Table],
        provenance: &Provenance,
    ) -> Result<Vec<Figure>, StudyError> {
        let page = analysis.page(&self.design(), tables);
        let mut figures = Vec::new();
        for (name, spec) in &analysis.grammar.figures {
            crate::stop::check()?;
            let file = format!("{}: figures.{name}.caption", self.analysis.file);
            let source = prose::Source {
                file: &file,
                text: &spec.caption,
            };
            let caption = prose::render(source, &page)?;
            figures.push(compose(
                name,
                spec,
                tables,
                &|field, level| analysis.grammar.label(field, level),
                caption,
                provenance,
            )?);
        }
        Ok(figures)
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

    /// How many amendments it has.
    pub fn amendments(&self) -> usize {
        self.amendments.len()
    }

    /// Everything that is wrong with tables, estimates, figures and sentences, as far as that can
    /// be known from the full design and the recorded tables without their rows.
    pub fn check(&self, design: &Design, blank: &Results) -> Problems {
        // The same for every version of a study.
        let _ = self.design.set(design.clone());
        let mut problems = Problems::default();
        let Some(analysis) = problems.take(Analysis::read(&self.analysis, design)) else {
            return problems;
        };
        problems.take(analysis.check_queries(&self.analysis, blank).or(()));
        if let Some(findings) = &self.findings {
            let page = analysis.page(design, &[]);
            let source = prose::Source {
                file: &findings.file,
                text: &findings.text,
            };
            if let Err(error) = prose::check(source, &page) {
                problems.add(crate::messages::Problem::of(findings, error.to_string()));
            }
        }
        problems
    }

    /// Tables, estimates and figures: pure functions of the results.
    ///
    /// # Errors
    /// If the results lack a column or a picture cannot be drawn.
    pub fn evaluated(&self, results: &Results) -> Result<Evaluated, StudyError> {
        let analysis = self.analysis()?;
        let carried = analysis.carry_out(results)?;
        let judged = analysis.judged(&carried.estimates);
        let mut tables = vec![estimates_table(&carried.estimates)];
        tables.extend(carried.tables);
        let declared = self.as_declared(&analysis, results, &judged)?;
        Ok(Evaluated {
            estimates: judged,
            declared,
            figures: self.drawn(&analysis, &tables, &results.provenance)?,
            tables,
        })
    }

    /// What was found: the sentences of the README, the answer first, with their numbers from the
    /// published tables and from nothing else.
    ///
    /// # Errors
    /// If a table or column is missing.
    pub fn findings(&self, tables: &[Table]) -> Result<Vec<String>, StudyError> {
        let Some(findings) = &self.findings else {
            return Ok(Vec::new());
        };
        let analysis = self.analysis()?;
        let page = analysis.page(&self.design(), tables);
        let source = prose::Source {
            file: &findings.file,
            text: &findings.text,
        };
        Ok(prose::findings(&prose::render(source, &page)?))
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
}

#[cfg(test)]
mod tests;
