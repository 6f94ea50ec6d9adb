//! What predictions rested on when they were declared.
//!
//! The text of study.lock, or of an amendment's lock, is carried out on the trials that there were
//! with that file: those of study.toml alone, or those up to the amendment. Where the text is another
//! by now, or the trials that came later change the numbers, a prediction is judged twice.

use std::collections::BTreeMap;

use super::{Declaration, LOCK, Study, StudyError};
use crate::analysis::{Analysis, Lock};
use crate::messages::{Problem, Problems, Source};
use crate::predictions::{Estimate, Prediction};
use crate::provenance::short;
use crate::results::Results;
use crate::spec::{Written, amendment};
use crate::table::{PREDICTIONS, Table, TableError};

/// What a prediction rested on when it was declared.
#[derive(Clone, Debug)]
pub struct Declared {
    /// The prediction's id.
    pub prediction: String,
    /// Its estimate as it would have been.
    pub estimate: Estimate,
    /// What has changed since, in a sentence.
    pub since: String,
}

impl Study {
    /// The specification with all amendments.
    ///
    /// # Errors
    /// Everything that is wrong with them, and where one is not what was locked.
    pub fn written(&self) -> Result<Written, Problems> {
        let mut problems = Problems::default();
        let amendments = self.amendments.iter().map(|one| one.source.clone());
        let amendments: Vec<Source> = amendments.collect();
        let written = problems.take(Written::read(&self.spec.source, &amendments));
        for declaration in self.declarations() {
            problems.take(self.unchanged(declaration));
        }
        match written {
            Some(written) => problems.or(written),
            None => Err(problems),
        }
    }

    pub(super) fn declarations(&self) -> impl Iterator<Item = &Declaration> {
        [&self.spec].into_iter().chain(&self.amendments)
    }

    /// Whether the files that a lock is of are what they were.
    fn unchanged(&self, declaration: &Declaration) -> Result<(), Problems> {
        let Some(lock) = &declaration.lock else {
            return Ok(());
        };
        let mut problems = Problems::default();
        let files = Lock::read(lock)?.files;
        for Declaration { source, .. } in self.declarations() {
            let now = source.digest();
            if let Some(then) = files.get(source.name()).filter(|then| **then != now) {
                problems.add(Problem::of(
                    source,
                    format!(
                        "was changed after it was locked: its digest is {}, and {} in {}; put the \
                         old text back, and write what is new into {}.toml",
                        short(&now),
                        short(then),
                        lock.name(),
                        amendment(self.amendments.len() + 1)
                    ),
                ));
            }
        }
        problems.or(())
    }

    /// What the predictions of each file rest on now, and the name of the file that says so.
    ///
    /// # Errors
    /// All mistakes of `analysis.toml`.
    pub fn locks(&self) -> Result<Vec<(String, Lock)>, Problems> {
        let analysis = self.analysis()?;
        let mut files = BTreeMap::new();
        let mut locks = Vec::new();
        for (number, Declaration { source, .. }) in self.declarations().enumerate() {
            let lock = Lock::of(&analysis, &predictions(source));
            files.insert(source.name().to_owned(), source.digest());
            locks.push(match number {
                // study.toml is cited by its digest everywhere.
                0 => (LOCK.to_owned(), lock),
                _ => (format!("{}.lock", amendment(number)), lock.with(&files)),
            });
        }
        Ok(locks)
    }

    /// blake3 of `study.lock` and of the locks of so many amendments behind it, in hexadecimal. One
    /// that is not there yet counts as it would be written; where it cannot be, since analysis.toml
    /// has mistakes, it is left out.
    pub fn locked(&self, amendments: usize) -> String {
        let mut now = self.locks().unwrap_or_default().into_iter();
        let mut hasher = blake3::Hasher::new();
        for Declaration { lock, .. } in self.declarations().take(amendments + 1) {
            let now = now.next().map(|(_, lock)| lock.text());
            match lock {
                Some(lock) => hasher.update(lock.text.as_bytes()),
                None => hasher.update(now.unwrap_or_default().as_bytes()),
            };
        }
        hasher.finalize().to_hex().to_string()
    }

    /// Those of its files that do not say yet what their predictions rest on.
    ///
    /// # Errors
    /// All mistakes of `analysis.toml`.
    pub fn unlocked(&self) -> Result<Vec<(String, Lock)>, Problems> {
        let locks = self.locks()?.into_iter().zip(self.declarations());
        let missing = locks.filter(|(_, declaration)| declaration.lock.is_none());
        Ok(missing.map(|(lock, _)| lock).collect())
    }

    /// The estimates of predictions as declared, where they differ from those of `now`.
    pub(super) fn as_declared(
        &self,
        analysis: &Analysis,
        results: &Results,
        now: &[Estimate],
    ) -> Result<Vec<Declared>, StudyError> {
        let mut all = Vec::new();
        let amended = &results.provenance.amendments;
        // A specification in the place of the study's own has no amendments.
        let files = self.declarations().take(amended.len() + 1).enumerate();
        for (number, Declaration { source, lock }) in files {
            let predictions = predictions(source);
            let current = Lock::of(analysis, &predictions);
            let (lock, source) = match lock {
                Some(source) => (Lock::read(source)?, source),
                None => (current.clone(), source),
            };
            let changed = lock.amended(&current, &predictions);
            let later = amended.get(number).map(|later| later.first_trial);
            let later = later.filter(|first| *first < results.tables.trials.rows());
            if predictions.is_empty() || (changed.is_empty() && later.is_none()) {
                continue;
            }
            let own = match later {
                Some(first) => results.before(first)?,
                None => results.clone(),
            };
            let declared = lock.analysis(source)?;
            let estimates = declared.judged(&declared.carry_out(&own)?.estimates);
            for prediction in &predictions {
                let named = |one: &&Estimate| one.name == prediction.estimate;
                let Some(then) = estimates.iter().find(named) else {
                    continue;
                };
                let changed = changed.contains(&prediction);
                let same = now.iter().find(named).is_some_and(|now| now.same(then));
                if changed || !same {
                    all.push(Declared {
                        prediction: prediction.id.clone(),
                        estimate: then.clone(),
                        since: since(changed, later.map(|_| number)),
                    });
                }
            }
        }
        Ok(all)
    }
}

/// What the id of a prediction ends with where it is judged as it was declared.
pub const AS_DECLARED: &str = " (as declared)";

/// The tables with one row a prediction: what sentences are written of is its outcome now.
pub(super) fn without(tables: &[Table]) -> Result<Vec<Table>, TableError> {
    let mut tables = tables.to_vec();
    for table in tables.iter_mut().filter(|table| table.name == PREDICTIONS) {
        let ids = table.words("id")?.into_iter();
        let keep: Vec<bool> = ids.map(|id| !id.ends_with(AS_DECLARED)).collect();
        for column in &mut table.columns {
            column.values = column.values.kept(&keep);
        }
    }
    Ok(tables)
}

/// What has changed since a file was declared: what is judged, and the trials that came later.
fn since(changed: bool, file: Option<usize>) -> String {
    let trials = match file {
        None => String::new(),
        Some(0) => "on the trials of study.toml alone".into(),
        Some(number) => format!("on the trials up to {}.toml", amendment(number)),
    };
    let before = "before what it rests on was changed";
    match (changed, trials.is_empty()) {
        (_, true) => format!("As declared, {before}."),
        (false, false) => format!("As declared, {trials}."),
        (true, false) => format!("As declared, {before}, {trials}."),
    }
}

/// The predictions of a file; none where it cannot be read, which is told elsewhere.
pub(super) fn predictions(source: &Source) -> Vec<Prediction> {
    #[derive(Default, serde::Deserialize)]
    struct Only {
        #[serde(default)]
        predictions: Vec<Prediction>,
    }
    toml::from_str::<Only>(&source.text)
        .unwrap_or_default()
        .predictions
}
