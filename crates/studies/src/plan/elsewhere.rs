//! A study whose results come from another program: `[results]` in study.toml instead of a design.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Plan, Variant};
use crate::analysis::{Design, GRAMMAR, Level};
use crate::frames::{FRONT, SCHEMA_VERSION, Tables, foreign, schema};
use crate::messages::{At, Problems, Source};
use crate::predictions::Prediction;
use crate::provenance::Provenance;
use crate::results::Results;
use crate::spec::Spec;
use crate::study::{FILES, Study};

/// What stands in the study.toml of such a study.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// Version of the grammar.
    pub grammar: u32,
    /// The study's name.
    pub name: String,
    /// What it asks.
    pub question: String,
    /// The sentence that it tests, where somebody said one.
    #[serde(default)]
    pub sentence: String,
    /// Who said it, and where.
    #[serde(default)]
    pub source: String,
    /// Where the results are.
    pub results: From,
    /// What is predicted of them.
    #[serde(default)]
    pub predictions: Vec<Prediction>,
    /// Where study.toml is, from which the folder is named.
    #[serde(skip)]
    place: PathBuf,
}

/// Where the results are.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct From {
    /// Version of the recorded tables' schema.
    pub schema: u32,
    /// The folder with `trials`, `censuses`, `filters` and `probes` as .parquet or .csv, beside
    /// study.toml or as a whole path; only `trials` must be there.
    pub folder: PathBuf,
}

impl Elsewhere {
    /// The specification, if it has `[results]` instead of a design.
    ///
    /// # Errors
    /// If it has both, or a mistake.
    pub(super) fn read(source: &Source) -> Result<Option<Self>, Problems> {
        if !source.has(&[At::Key("results")]) {
            return Ok(None);
        }
        let mut problems = Problems::default();
        for key in ["base", "arms", "quick"] {
            if source.has(&[At::Key(key)]) {
                let title =
                    format!("`{key}` is part of a design; these results come from [results]");
                problems.add(source.error(&[At::Key(key)], title));
            }
        }
        problems.or(())?;
        let mut read: Self =
            toml::from_str(&source.text).map_err(|error| source.refused(&error))?;
        let mut problems = Problems::default();
        let mut version = |at: &[At<'_>], what: &str, found: u32, known: u32| {
            if found != known {
                let title = format!("{what} {found}: this program reads {what} {known}");
                problems.add(source.error(at, title));
            }
        };
        version(&[At::Key("grammar")], "grammar", read.grammar, GRAMMAR);
        let at = [At::Key("results"), At::Key("schema")];
        version(&at, "schema", read.results.schema, SCHEMA_VERSION);
        for (index, error) in crate::predictions::check(&read.predictions) {
            let at = [
                At::Key("predictions"),
                At::Index(index),
                At::Key(error.key()),
            ];
            problems.add(source.error(&at, error.to_string()));
        }
        let file = Path::new(&source.file);
        read.place = file.parent().unwrap_or(Path::new("")).into();
        problems.or(Some(read))
    }

    /// The folder of the tables.
    pub fn folder(&self) -> PathBuf {
        self.place.join(&self.results.folder)
    }

    /// Reads the tables; the digest is of their files.
    ///
    /// # Errors
    /// If the folder is not what the schema says; all that is wrong is said.
    pub fn results(&self, plan: &Plan) -> anyhow::Result<Results> {
        let folder = self.folder();
        if !folder.is_dir() {
            bail!(
                "{}: no such folder of tables (`folder` in [results])",
                folder.display()
            );
        }
        let tables = foreign::read(&folder)?;
        let replicates = tables.trials.reals("replicate")?;
        let most = replicates.iter().copied().fold(-1.0, f64::max);
        let provenance = Provenance {
            study: plan.study.name().into(),
            spec: plan.digest.clone(),
            amendments: Vec::new(),
            seed: plan.seed,
            replicates: (most + 1.0) as u32,
            trials: tables.trials.rows(),
            results: digest(&folder)?,
            version: env!("CARGO_PKG_VERSION").into(),
        };
        Ok(Results { provenance, tables })
    }
}

/// blake3 over the tables' files, by name.
fn digest(folder: &Path) -> anyhow::Result<String> {
    let mut files = Vec::new();
    for table in schema() {
        for extension in ["parquet", "csv"] {
            files.push(folder.join(format!("{}.{extension}", table.name)));
        }
    }
    let mut hasher = blake3::Hasher::new();
    for file in files.into_iter().filter(|file| file.is_file()) {
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        hasher.update(&bytes);
    }
    Ok(hasher.finalize().to_hex().to_string())
}

/// A plan without trials.
pub(super) fn plan(
    study: &'static Study,
    variant: &Variant,
    elsewhere: Elsewhere,
    source: &Source,
) -> anyhow::Result<Plan> {
    if variant.spec.is_none() && study.amendments() > 0 {
        bail!(
            "{}: its results come from {}; an amendment adds to a design, which it has none of",
            elsewhere.name,
            elsewhere.folder().display()
        );
    }
    if variant.quick || !variant.set.is_empty() {
        bail!(
            "{}: its results come from {}; --quick and --set change trials, which it has none of",
            elsewhere.name,
            elsewhere.folder().display()
        );
    }
    let spec = Spec::without_design(&elsewhere.name, &elsewhere.question, &elsewhere.predictions);
    let mut plan = Plan {
        study,
        spec,
        additions: Vec::new(),
        seed: variant.seed,
        variant: super::variant_name(variant, false, ""),
        changes: Vec::new(),
        comparable: true,
        digest: super::digest(&source.text, variant),
        cells: Vec::new(),
        trials: Vec::new(),
        elsewhere: None,
        images: Vec::new(),
    };
    let results = elsewhere.results(&plan)?;
    let design = design(&results.tables, &elsewhere.predictions)?;
    study.check(&design, &results).or(())?;
    plan.elsewhere = Some(elsewhere);
    Ok(plan)
}

/// The factors of tables from elsewhere: the columns of `trials` that are no recorded ones.
fn design(tables: &Tables, predictions: &[Prediction]) -> anyhow::Result<Design> {
    let [trials, ..] = schema();
    let named = predictions.iter();
    let replicates = tables.trials.integers("replicate")?.into_iter().flatten();
    let seeds = replicates
        .max()
        .and_then(|last| u32::try_from(last + 1).ok());
    let mut design = Design {
        predicted: named
            .map(|one| (FILES[0].to_owned(), one.estimate.clone()))
            .collect(),
        replicates: seeds.unwrap_or(0),
        ..Design::default()
    };
    for column in tables.trials.columns() {
        let recorded = trials.columns.iter().any(|known| known.name == column);
        let front = FRONT
            .iter()
            .any(|known| known.name == column && column != "arm");
        if recorded || front {
            continue;
        }
        let mut levels: Vec<Level> = Vec::new();
        for level in Level::column(&tables.trials.values(&column)?) {
            if !levels.contains(&level) {
                levels.push(level);
            }
        }
        design.levels.insert(column, levels);
    }
    Ok(design)
}
