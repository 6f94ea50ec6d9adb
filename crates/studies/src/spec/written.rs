//! A design that stands in several files: the specification, then what amends it.

use super::{Amendment, Spec};
use crate::messages::{At, Problem, Problems, Source};
use crate::predictions::Prediction;

/// A specification with its amendments, and where each part of it is written.
#[derive(Clone, Debug)]
pub struct Written {
    /// All of it as one: the arms and predictions of all files, the seeds as the last one has them.
    pub spec: Spec,
    /// The specification, then the amendments.
    pub files: Vec<File>,
}

/// One file of a design.
#[derive(Clone, Debug)]
pub struct File {
    /// Its text.
    pub source: Source,
    /// Why it amends; empty for the specification.
    pub reason: String,
    /// Seeds of each arm, of this file and of those before it.
    pub replicates: Vec<u32>,
    /// Predictions of this file and of those before it.
    pub predictions: usize,
}

impl Written {
    /// Reads and checks a specification and its amendments.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn read(source: &Source, amendments: &[Source]) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let spec = problems.take(Spec::read(source));
        let mut read = Vec::new();
        for source in amendments {
            read.extend(problems.take(Amendment::read(source)));
        }
        // What one file adds is told from what stands before it, so that all must be readable.
        let (Some(spec), true) = (spec, problems.is_empty()) else {
            return Err(problems);
        };
        let mut written = Self {
            files: Vec::new(),
            spec,
        };
        written.end(source, String::new());
        for (source, amendment) in amendments.iter().zip(read) {
            for problem in amendment.check(source, &written).iter() {
                problems.add(problem.clone());
            }
            written.amend(source, amendment);
        }
        problems.or(written)
    }

    fn amend(&mut self, source: &Source, amendment: Amendment) {
        for arm in &mut self.spec.arms {
            if let Some(seeds) = amendment.replicates.get(&arm.name) {
                arm.replicates = *seeds;
            }
        }
        self.spec.arms.extend(amendment.arms);
        self.spec.predictions.extend(amendment.predictions);
        self.end(source, amendment.reason);
    }

    /// What stands here by now is what the files up to this one say.
    fn end(&mut self, source: &Source, reason: String) {
        let arms = self.spec.arms.iter();
        self.files.push(File {
            source: source.clone(),
            reason,
            replicates: arms.map(|arm| arm.replicates).collect(),
            predictions: self.spec.predictions.len(),
        });
    }

    /// The specification.
    pub fn source(&self) -> &Source {
        &self.files[0].source
    }

    /// The number of the file that an arm stands in (the specification is 0), and its place there.
    fn place(&self, arm: usize) -> (usize, usize) {
        let arms = |file: &File| file.replicates.len();
        let number = self.files.partition_point(|file| arms(file) <= arm);
        let before = number.checked_sub(1).map_or(0, |at| arms(&self.files[at]));
        (number, arm - before)
    }

    /// Whether an arm was added by an amendment.
    pub fn is_amended(&self, arm: usize) -> bool {
        self.place(arm).0 > 0
    }

    /// Seeds of an arm up to each of the files.
    pub fn seeds(&self, arm: usize) -> Vec<u32> {
        let of = |file: &File| file.replicates.get(arm).copied().unwrap_or(0);
        self.files.iter().map(of).collect()
    }

    /// Each file with its own predictions.
    pub fn predicted(&self) -> impl Iterator<Item = (&Source, &[Prediction])> {
        let before = [0].into_iter();
        let before = before.chain(self.files.iter().map(|file| file.predictions));
        self.files.iter().zip(before).map(|(file, before)| {
            (
                &file.source,
                &self.spec.predictions[before..file.predictions],
            )
        })
    }

    /// What is wrong with an arm.
    pub fn wrong_arm(&self, arm: usize, title: impl Into<String>) -> Problem {
        let (number, index) = self.place(arm);
        let at = [At::Key("arms"), At::Index(index), At::Key("name")];
        self.files[number].source.error(&at, title)
    }

    /// What is wrong with a key of an arm's `set` or `grid`.
    pub fn wrong_in_arm(
        &self,
        arm: usize,
        table: &str,
        key: &str,
        title: impl Into<String>,
    ) -> Problem {
        let (number, index) = self.place(arm);
        let at = in_arm(index, table, key);
        self.files[number].source.error(&at, title)
    }

    /// Whether an arm says this key in its `set` or `grid`.
    pub fn has_in_arm(&self, arm: usize, table: &str, key: &str) -> bool {
        let (number, index) = self.place(arm);
        self.files[number].source.has(&in_arm(index, table, key))
    }

    /// What is wrong with the number of an arm's seeds, where it was said last.
    pub fn wrong_replicates(&self, arm: usize, title: impl Into<String>) -> Problem {
        let at = [At::Key("replicates"), At::Key(&self.spec.arms[arm].name)];
        let mut files = self.files.iter().rev();
        if let Some(file) = files.find(|file| file.source.has(&at)) {
            return file.source.error(&at, title);
        }
        let (number, index) = self.place(arm);
        let at = [At::Key("arms"), At::Index(index), At::Key("replicates")];
        self.files[number].source.error(&at, title)
    }
}

fn in_arm<'a>(arm: usize, table: &'a str, key: &'a str) -> [At<'a>; 4] {
    [
        At::Key("arms"),
        At::Index(arm),
        At::Key(table),
        At::Key(key),
    ]
}
