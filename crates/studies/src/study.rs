//! A study is a folder of text: `study.toml` (what is run and predicted), `analysis.toml` (what is
//! computed and drawn), `findings.md.jinja` (what is said), `study.lock` (what predictions rest on).
//!
//! The shipped ones are inside the program ([`STUDIES`]: a new one is a folder and a word there);
//! any other is read from its folder ([`Study::read`]).

mod error;
pub mod normal;
mod shipped;

pub use error::StudyError;
pub use shipped::STUDIES;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, bail};

use crate::analysis::{Analysis, Design, Lock, estimates_table};
use crate::figures::Figure;
use crate::figures::compose::compose;
use crate::messages::{Problems, Source};
use crate::predictions::{Estimate, Prediction};
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
    spec: Source,
    analysis: Source,
    findings: Option<Source>,
    lock: Option<Source>,
    design: OnceLock<Design>,
}

/// Names of the files of a study.
pub const FILES: [&str; 3] = ["study.toml", "analysis.toml", "findings.md.jinja"];

/// Name of the file that says what predictions rest on, as declared.
pub const LOCK: &str = "study.lock";

impl Study {
    /// Reads the files of a folder, which lives as long as the program.
    ///
    /// # Errors
    /// If the folder has no `study.toml` or `analysis.toml`, or one cannot be read.
    pub fn read(place: &Path) -> anyhow::Result<&'static Self> {
        let file = |name: &str| {
            let path = place.join(name);
            let text = fs::read_to_string(&path);
            let text = text.with_context(|| format!("cannot read {}", path.display()))?;
            Ok::<Source, anyhow::Error>(Source::new(path.display().to_string(), text))
        };
        let [study, analysis, findings] = FILES;
        if !place.join(study).is_file() {
            bail!(
                "{}: no {study}; `mortality new NAME` writes a small study to begin with",
                place.display()
            );
        }
        let spec = file(study)?;
        // The name stands in the specification; what is wrong with that is told where it is read.
        let named: Option<toml::Table> = toml::from_str(&spec.text).ok();
        let name = named.as_ref().and_then(|table| table.get("name")?.as_str());
        let optional = |name: &str| place.join(name).is_file().then(|| file(name)).transpose();
        let folder = Self {
            name: name.unwrap_or_default().into(),
            place: Some(place.into()),
            analysis: file(analysis)?,
            findings: optional(findings)?,
            lock: optional(LOCK)?,
            design: OnceLock::new(),
            spec,
        };
        Ok(Box::leak(Box::new(folder)))
    }

    /// A study that is inside the program; an empty lock is none.
    fn shipped(name: &str, [spec, analysis, findings, lock]: [&str; 4]) -> Self {
        let source = |file: &str, text: &str| Source::new(format!("studies/{name}/{file}"), text);
        Self {
            name: name.into(),
            place: None,
            spec: source(FILES[0], spec),
            analysis: source(FILES[1], analysis),
            findings: Some(source(FILES[2], findings)),
            lock: Some(source(LOCK, lock)).filter(|lock| !lock.text.is_empty()),
            design: OnceLock::new(),
        }
    }

    /// The estimates of predictions that rest on something else than was declared, as declared.
    fn as_declared(
        &self,
        analysis: &Analysis,
        results: &Results,
    ) -> Result<Vec<Estimate>, StudyError> {
        let Some(source) = &self.lock else {
            return Ok(Vec::new());
        };
        let predictions = predictions(&self.spec);
        let lock = Lock::read(source)?;
        let amended = lock.amended(&Lock::of(analysis, &predictions), &predictions);
        if amended.is_empty() {
            return Ok(Vec::new());
        }
        let declared = lock.analysis(source)?;
        let estimates = declared.judged(&declared.carry_out(results)?.estimates);
        let asked = |one: &Estimate| {
            amended
                .iter()
                .any(|prediction| prediction.estimate == one.name)
        };
        Ok(estimates.into_iter().filter(asked).collect())
    }

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

/// The predictions of a specification; none where it cannot be read, which is told elsewhere.
fn predictions(spec: &Source) -> Vec<Prediction> {
    #[derive(Default, serde::Deserialize)]
    struct Only {
        #[serde(default)]
        predictions: Vec<Prediction>,
    }
    toml::from_str::<Only>(&spec.text)
        .unwrap_or_default()
        .predictions
}

impl Study {
    /// Its name, also of its folders: `learning-rate`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text of `study.toml`.
    pub fn spec(&self) -> &str {
        &self.spec.text
    }

    /// The file of the specification, for messages.
    pub fn file(&self) -> String {
        self.spec.file.clone()
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

    /// What its predictions rest on now.
    ///
    /// # Errors
    /// All mistakes of `analysis.toml`.
    pub fn lock(&self) -> Result<Lock, Problems> {
        Ok(Lock::of(&self.analysis()?, &predictions(&self.spec)))
    }

    /// Whether it says what they rested on when they were declared.
    pub fn locked(&self) -> bool {
        self.lock.is_some()
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
        let declared = self.as_declared(&analysis, results)?;
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
    /// Those of them that predictions rested on when they were declared, where they rest on
    /// something else now.
    pub declared: Vec<Estimate>,
    /// All published tables but that of predictions.
    pub tables: Vec<Table>,
    /// The figures.
    pub figures: Vec<Figure>,
}

#[cfg(test)]
mod tests;
