//! A study as it is to be run: its trials, in their order.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use cnn::CnnError;
use cnn::data::{DataSettings, Images, Pixels};

use crate::aggregate::{Part, Value};
use crate::grid::{self, Assignment, Cell};
use crate::seed::replicate_seed;
use crate::spec::{At, Source, Spec, SpecError};
use crate::store::Store;
use crate::study::Study;

/// Which version of a study.
#[derive(Clone, Debug, Default)]
pub struct Variant {
    /// Master seed; the published one is 0.
    pub seed: u64,
    /// The small version.
    pub quick: bool,
    /// Values that the command line sets.
    pub set: Vec<Assignment>,
    /// A specification to use instead of the study's own.
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
    pub study: &'static dyn Study,
    /// Its specification.
    pub spec: Spec,
    /// Master seed.
    pub seed: u64,
    /// Name of the version, for a folder; nothing for the published one.
    pub variant: Option<String>,
    /// blake3 of the specification with what is changed in it.
    pub digest: String,
    /// Combinations of settings.
    pub cells: Vec<Cell>,
    /// All trials: cell by cell, replicate by replicate.
    pub trials: Vec<Trial>,
    /// Of each cell.
    images: Vec<Arc<Images>>,
}

impl Plan {
    /// Reads a study's specification, expands it and checks every cell against its images.
    ///
    /// # Errors
    /// If the specification or an option is wrong, or the images cannot be read.
    pub fn new(
        study: &'static dyn Study,
        variant: &Variant,
        data_dir: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let source = source(study, variant)?;
        let spec = Spec::read(&source)?;
        if spec.name != study.name() {
            let (name, expected) = (&spec.name, study.name());
            let problem = format!("is the specification of `{name}`, not of `{expected}`");
            return Err(source.error(&[At::Key("name")], problem).into());
        }
        let cells = grid::cells(&spec, &source, variant.quick, &variant.set)?;
        let images = load(&cells, data_dir).context(format!("images of {}", study.name()))?;
        let mut trials = Vec::new();
        for (index, (cell, images)) in cells.iter().zip(&images).enumerate() {
            cell.settings
                .check(images)
                .map_err(|error| blame(&source, &variant.set, cell, &error))?;
            for replicate in 0..cell.replicates {
                let seed = replicate_seed(variant.seed, replicate);
                trials.push(Trial {
                    index: trials.len(),
                    cell: index,
                    replicate,
                    seed,
                    id: cnn::trial::id(&cell.settings, seed, images),
                });
            }
        }
        let changed = source.text != study.spec();
        let digest = digest(&source.text, variant);
        Ok(Self {
            study,
            spec,
            seed: variant.seed,
            variant: variant_name(variant, changed, &digest),
            digest,
            cells,
            trials,
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

    /// Where a finished trial's tables are, and what goes in front of their rows.
    pub fn part(&self, trial: &Trial, store: &Store) -> Part {
        let cell = self.cell(trial);
        let whole = |number: usize| Value::from(number as i64);
        let first = [whole(trial.index), cell.arm.as_str().into()];
        let then = [whole(trial.cell), trial.replicate.into()];
        let names = grid::FIRST.iter().map(|name| (*name).to_owned());
        let front = names.zip(first.into_iter().chain(then));
        Part {
            directory: store.folder(&trial.id),
            settings: front.chain(cell.columns.iter().cloned()).collect(),
        }
    }
}

fn source(study: &dyn Study, variant: &Variant) -> anyhow::Result<Source> {
    let Some(path) = &variant.spec else {
        return Ok(Source {
            file: format!("studies/{}/study.toml", study.name()),
            text: study.spec().into(),
        });
    };
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
    Ok(Source {
        file: path.display().to_string(),
        text: text?,
    })
}

/// The images of each cell; each set is read once.
fn load(cells: &[Cell], data_dir: Option<&Path>) -> Result<Vec<Arc<Images>>, CnnError> {
    let mut loaded: BTreeMap<String, Arc<Images>> = BTreeMap::new();
    let mut of = |cell: &Cell| {
        let settings = DataSettings {
            pixels: Pixels::default(),
            ..cell.settings.data.clone()
        };
        let key = serde_json::to_string(&settings).unwrap_or_default();
        if let Some(images) = loaded.get(&key) {
            return Ok(Arc::clone(images));
        }
        let images = Arc::new(settings.load(data_dir)?);
        loaded.insert(key, Arc::clone(&images));
        Ok(images)
    };
    cells.iter().map(&mut of).collect()
}

/// Where the setting that is wrong was written.
fn blame(source: &Source, set: &[Assignment], cell: &Cell, error: &CnnError) -> SpecError {
    let key = match error {
        CnnError::Setting { key, .. } => key.as_str(),
        CnnError::Layer { .. } => "architecture",
        _ => "data",
    };
    let concerns = |path: &str| {
        let inside = |long: &str, short: &str| long.starts_with(&format!("{short}."));
        path == key || inside(key, path) || inside(path, key)
    };
    if let Some(option) = set.iter().find(|option| concerns(&option.path)) {
        return SpecError {
            place: format!("--set {}", option.text),
            problem: error.to_string(),
        };
    }
    let parts: Vec<&str> = key.split('.').collect();
    let prefixes = (1..=parts.len())
        .rev()
        .map(|length| parts[..length].join("."));
    for path in prefixes {
        for table in ["grid", "set"] {
            let arm = [At::Key("arms"), At::Index(cell.arm_index)];
            let at = [arm[0], arm[1], At::Key(table), At::Key(&path)];
            if source.has(&at) {
                return source.error(&at, error.to_string());
            }
        }
    }
    let at: Vec<At<'_>> = [At::Key("base")]
        .into_iter()
        .chain(parts.iter().map(|part| At::Key(part)))
        .collect();
    source.error(&at, error.to_string())
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
