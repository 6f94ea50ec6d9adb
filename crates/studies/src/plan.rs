//! A study as it is to be run: its trials, in their order.

mod blame;
mod changes;
mod elsewhere;
mod images;
mod origin;
mod pooled;
mod trials;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use cnn::data::Images;

use crate::analysis::Design;
use crate::frames::{FRONT, Kind, Value, blank_tables};
use crate::grid::{self, Assignment, Cell};
use crate::messages::{At, Problem, Problems, Source};
use crate::provenance::Provenance;
use crate::results::Results;
use crate::spec::{Spec, Written, is_pool};
use crate::study::Study;
pub use elsewhere::Elsewhere;
use images::Loaded;
pub use pooled::Pooled;
pub use trials::Addition;

/// Which version of a study.
#[derive(Clone, Debug, Default)]
pub struct Variant {
    /// Master seed; the published one is 0.
    pub seed: u64,
    /// The small version.
    pub quick: bool,
    /// Values that the command line sets.
    pub set: Vec<Assignment>,
    /// A specification to use instead of the study's own and its amendments.
    pub spec: Option<PathBuf>,
}

/// One training run.
#[derive(Clone, Debug)]
pub struct Trial {
    /// Place in the study, from 0.
    pub index: usize,
    /// Its cell's place in [`Plan::cells`].
    pub cell: usize,
    /// Which seed of the cell.
    pub replicate: u32,
    /// That seed.
    pub seed: u64,
    /// Hash of settings, seed, images and versions.
    pub id: String,
}

/// A version of a study with all its trials.
#[derive(Clone)]
pub struct Plan {
    /// The study.
    pub study: &'static Study,
    /// Its specification, as amended.
    pub spec: Spec,
    /// What amends it.
    pub additions: Vec<Addition>,
    /// Master seed.
    pub seed: u64,
    /// Name of the version, for a folder; nothing for the published one.
    pub variant: Option<String>,
    /// What is not as published, a sentence each; nothing for the published version.
    pub changes: Vec<String>,
    /// Whether its outcomes can be compared with the published ones: at most the seed differs.
    pub comparable: bool,
    /// blake3 of the specification with what is changed in it.
    pub digest: String,
    /// Combinations of settings.
    pub cells: Vec<Cell>,
    /// All trials: cell by cell, replicate by replicate; behind them those of amendments.
    pub trials: Vec<Trial>,
    /// Results that come from elsewhere instead of from trials.
    pub elsewhere: Option<Elsewhere>,
    /// Of each cell.
    images: Vec<Arc<Images>>,
}

impl Plan {
    /// Reads a study's specification, expands it and checks every cell against its images.
    ///
    /// # Errors
    /// [`Problems`] if the specification or an option is wrong; otherwise if a file cannot be read.
    pub fn new(
        study: &'static Study,
        variant: &Variant,
        data_dir: Option<&Path>,
    ) -> anyhow::Result<Self> {
        Self::read(study, variant, data_dir, true)
    }

    /// The same, to be listed: of a study that comes with the program, whose texts were checked when
    /// it was built, only the design is looked at.
    ///
    /// # Errors
    /// As [`Plan::new`].
    pub fn listed(
        study: &'static Study,
        variant: &Variant,
        data_dir: Option<&Path>,
    ) -> anyhow::Result<Self> {
        Self::read(study, variant, data_dir, study.place().is_some())
    }

    fn read(
        study: &'static Study,
        variant: &Variant,
        data_dir: Option<&Path>,
        texts: bool,
    ) -> anyhow::Result<Self> {
        let source = source(study, variant)?;
        if Elsewhere::is_it(&source) {
            return elsewhere::plan(study, variant, &source);
        }
        if is_pool(&source) {
            return pooled::plan(study, variant, data_dir, &source, texts);
        }
        let written = match &variant.spec {
            Some(_) => Written::read(&source, &[]),
            None => study.written(),
        };
        let written = match written {
            Ok(written) => written,
            Err(mut problems) => {
                problems.take(study.check_alone().or(()));
                return Err(problems.into());
            }
        };
        let mut problems = Problems::default();
        let spec = written.spec.clone();
        if spec.name != study.name() {
            let (name, expected) = (&spec.name, study.name());
            let title = format!("is the specification of `{name}`, not of `{expected}`");
            problems.add(source.error(&[At::Key("name")], title));
        }
        // The small version is to be a part of the full one whenever it is asked for, and the full
        // one without mistakes whatever part of it is run.
        problems.take(grid::cells(&written, true, &[]));
        let full = problems.take(grid::cells(&written, false, &[]));
        let whole = !variant.quick && variant.set.is_empty();
        let cells = if whole {
            full.clone()
        } else {
            problems.take(grid::cells(&written, variant.quick, &variant.set))
        };
        let (Some(full), Some(cells), true) = (full, cells, problems.is_empty()) else {
            problems.take(study.check_alone().or(()));
            return Err(problems.into());
        };
        let mut loaded = Loaded::new(data_dir);
        let images = loaded.all(&cells);
        for error in images.as_ref().err().into_iter().flatten() {
            let place = format!("images of {}", study.name());
            problems.add(Problem::option(place, error));
        }
        let published = Variant::default();
        let versions = [(&published, &full), (variant, &cells)];
        for (variant, cells) in &versions[usize::from(whole)..] {
            // What has no images here is looked at where it is run.
            let own = cells
                .iter()
                .filter_map(|cell| Some((cell, loaded.of(cell).ok()?)));
            let own: Vec<(&Cell, Arc<Images>)> = own.collect();
            problems.take(blame::check(&written, variant, &own).or(()));
        }
        if texts {
            let mut design = Design::of(&full, &cells)?;
            for (source, predictions) in written.predicted() {
                design = design.judged(source, predictions);
            }
            problems.take(study.check(&design, &blank(&full)?).or(()));
        }
        let images = images.unwrap_or_default();
        problems.or(())?;
        let (trials, additions) = trials::trials(&written, variant.seed, &cells, &images);
        let without = variant.spec.is_some() && study.amendments() > 0;
        let changed = *source.text != *study.spec() || without;
        let digest = digest(&source.text, variant);
        Ok(Self {
            study,
            changes: changes::sentences(&spec, study, variant),
            comparable: !variant.quick && variant.set.is_empty() && !changed,
            spec,
            additions,
            seed: variant.seed,
            variant: variant_name(variant, changed, &digest),
            digest,
            cells,
            trials,
            elsewhere: None,
            images,
        })
    }

    /// The cell of a trial.
    pub fn cell(&self, trial: &Trial) -> &Cell {
        &self.cells[trial.cell]
    }

    /// The images of a trial.
    pub fn images(&self, trial: &Trial) -> &Images {
        &self.images[trial.cell]
    }

    /// Updates that a trial will take.
    pub fn steps(&self, trial: &Trial) -> u64 {
        self.cell(trial).settings.steps(self.images(trial))
    }

    /// What stands in front of the rows of a few networks of each cell.
    pub fn sample(&self) -> Vec<Vec<(String, Value)>> {
        let first = self.trials.iter().filter(|trial| trial.replicate < 2);
        first.take(12).map(|trial| self.front(trial)).collect()
    }

    /// The recorded tables before any trial has run: all columns, no rows.
    ///
    /// # Errors
    /// If two columns share a name.
    pub fn blank(&self) -> anyhow::Result<Results> {
        blank(&self.cells)
    }

    /// What goes in front of the rows of a trial.
    pub fn front(&self, trial: &Trial) -> Vec<(String, Value)> {
        let cell = self.cell(trial);
        let whole = |number: usize| Value::from(number as i64);
        let front = [
            self.study.name().into(),
            whole(trial.index),
            cell.arm.as_str().into(),
            whole(trial.cell),
            trial.replicate.into(),
            Value::Text(trial.seed.to_string()),
        ];
        let names = FRONT.iter().map(|column| column.name.to_owned());
        let columns = cell.columns.iter().cloned();
        names.zip(front).chain(columns).collect()
    }
}

fn source(study: &Study, variant: &Variant) -> anyhow::Result<Source> {
    let Some(path) = &variant.spec else {
        return Ok(Source::new(study.file(), study.spec()));
    };
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
    Ok(Source::new(path.display().to_string(), text?))
}

/// The recorded tables of these cells before any trial has run: all columns, no rows.
fn blank(cells: &[Cell]) -> anyhow::Result<Results> {
    let front = FRONT.iter().map(|column| {
        let value = match column.kind {
            Kind::Integer => Value::Integer(None),
            _ => Value::Text(String::new()),
        };
        (column.name.to_owned(), value)
    });
    let columns = cells.first().map_or(&[][..], |cell| &cell.columns);
    let front: Vec<(String, Value)> = front.chain(columns.iter().cloned()).collect();
    Ok(Results::new(blank_tables(&front)?, Provenance::default()))
}

fn digest(text: &str, variant: &Variant) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(text.as_bytes());
    if variant.quick {
        hasher.update(b"\0quick");
    }
    for option in &variant.set {
        let text = format!("\0{} = {}", option.path, option.value);
        hasher.update(text.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

fn variant_name(variant: &Variant, changed: bool, digest: &str) -> Option<String> {
    if variant.seed == 0 && !variant.quick && variant.set.is_empty() && !changed {
        return None;
    }
    let mut name = format!("seed-{}", variant.seed);
    if variant.quick {
        name += "-quick";
    }
    if !variant.set.is_empty() || changed {
        name = format!("{name}-changed-{}", &digest[..8]);
    }
    Some(name)
}
