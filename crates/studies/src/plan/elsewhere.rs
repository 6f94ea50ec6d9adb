//! A study whose results come from another program: `[results]` in study.toml instead of a design.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Plan, Variant, changes};
use crate::analysis::{Design, GRAMMAR, Level};
use crate::frames::{FRONT, SCHEMA_VERSION, Tables, foreign, schema as recorded};
use crate::messages::{At, Problem, Problems, Source};
use crate::predictions::Prediction;
use crate::provenance::Provenance;
use crate::results::Results;
use crate::schema;
use crate::spec::Spec;
use crate::study::Study;

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
    /// Whether a specification has `[results]` instead of a design.
    pub(super) fn is_it(source: &Source) -> bool {
        source.has(&[At::Key("results")])
    }

    /// Such a specification, where it can be read at all, and what is wrong with it.
    fn read(source: &Source) -> (Option<Self>, Problems) {
        let mut problems = Problems::default();
        for key in ["base", "arms", "quick"] {
            if source.has(&[At::Key(key)]) {
                let title =
                    format!("`{key}` is part of a design; these results come from [results]");
                problems.add(source.error(&[At::Key(key)], title));
            }
        }
        if problems.is_empty() {
            problems = schema::problems(source, &schema::of::<Self>());
        }
        let mut read: Self = match toml::from_str(&source.text) {
            Ok(read) => read,
            Err(error) => {
                if problems.is_empty() {
                    problems.add(source.refused(&error));
                }
                return (None, problems);
            }
        };
        let at = [At::Key("results"), At::Key("schema")];
        let (grammar, schema) = (read.grammar, read.results.schema);
        let others = [
            source.of_version(&[At::Key("grammar")], "grammar", grammar, GRAMMAR),
            source.of_version(&at, "schema", schema, SCHEMA_VERSION),
        ];
        for problem in others.into_iter().flatten() {
            problems.add(problem);
        }
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
        (Some(read), problems)
    }

    /// The folder of the tables.
    pub fn folder(&self) -> PathBuf {
        self.place.join(&self.results.folder)
    }

    /// The tables of another program.
    ///
    /// # Errors
    /// If the folder is not what the schema says; all that is wrong is said.
    fn tables(&self, source: &Source) -> Result<Tables, Problems> {
        let folder = self.folder();
        let at = [At::Key("results"), At::Key("folder")];
        if !folder.is_dir() {
            let title = format!("no folder of tables {}", folder.display());
            return Err(source.error(&at, title).into());
        }
        foreign::read(&folder).map_err(|error| {
            let mut problems = Problems::default();
            for (place, problem) in error.placed() {
                problems.add(Problem::option(place, problem));
            }
            problems
        })
    }

    /// Reads the tables; the digest is of their files.
    ///
    /// # Errors
    /// If the folder is not what the schema says; all that is wrong is said.
    pub fn results(&self, plan: &Plan) -> anyhow::Result<Results> {
        let tables = self.tables(&Source::new(plan.study.file(), plan.study.spec()))?;
        self.of(tables, plan)
    }

    fn of(&self, tables: Tables, plan: &Plan) -> anyhow::Result<Results> {
        let replicates = tables.trials.reals("replicate")?;
        let most = replicates.iter().copied().fold(-1.0, f64::max);
        let replicates = (most + 1.0) as u32;
        let provenance = Provenance {
            versions: None,
            ..plan.provenance(replicates, tables.trials.rows(), digest(&self.folder())?)
        };
        Ok(Results::new(tables, provenance))
    }
}

/// blake3 over the tables' files, by name.
fn digest(folder: &Path) -> anyhow::Result<String> {
    let mut files = Vec::new();
    for table in recorded() {
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
    source: &Source,
) -> anyhow::Result<Plan> {
    let (read, mut problems) = Elsewhere::read(source);
    let tables = read
        .as_ref()
        .and_then(|own| problems.take(own.tables(source)));
    let (Some(elsewhere), Some(tables)) = (read, tables) else {
        problems.take(study.check_alone().or(()));
        return Err(problems.into());
    };
    if variant.spec.is_none() && study.amendments() > 0 {
        bail!(
            "{}: its results come from {}; an amendment adds to a design, which it has none of",
            elsewhere.name,
            elsewhere.folder().display()
        );
    }
    if variant.seed != 0 || variant.quick || !variant.set.is_empty() {
        bail!(
            "{}: its results come from {}; --seed, --quick and --set change trials, which it has \
             none of",
            elsewhere.name,
            elsewhere.folder().display()
        );
    }
    let spec = Spec::without_design(&elsewhere.name, &elsewhere.question, &elsewhere.predictions);
    let changed = *source.text != *study.spec();
    let digest = super::digest(&source.text, variant);
    let mut plan = Plan {
        study,
        changes: changes::sentences(&spec, study, variant),
        comparable: !changed,
        spec,
        additions: Vec::new(),
        seed: variant.seed,
        variant: super::variant_name(variant, changed, &digest),
        digest,
        cells: Vec::new(),
        trials: Vec::new(),
        elsewhere: None,
        images: Vec::new(),
    };
    let design = design(&tables)?.judged(source, &elsewhere.predictions);
    let results = elsewhere.of(tables, &plan)?;
    problems.take(study.check(&design, &results).or(()));
    problems.or(())?;
    plan.elsewhere = Some(elsewhere);
    Ok(plan)
}

/// The factors of tables from elsewhere: the columns of `trials` that are no recorded ones.
fn design(tables: &Tables) -> anyhow::Result<Design> {
    let [trials, ..] = recorded();
    let layers = tables
        .filters
        .integers("layer")
        .or_else(|_| tables.censuses.integers("layer"));
    let most = layers
        .ok()
        .and_then(|layers| layers.into_iter().flatten().max());
    let most = most.and_then(|last| usize::try_from(last + 1).ok());
    let replicates = tables.trials.integers("replicate")?.into_iter().flatten();
    let seeds = replicates
        .max()
        .and_then(|last| u32::try_from(last + 1).ok());
    let mut design = Design {
        trials: tables.trials.clone(),
        recorded: true,
        // A network of fewer layers may be among them.
        layers: most.map(|most| (0, most)),
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
        for level in Level::column(&tables.trials.values(&column)?) {
            design.level(&column, level);
        }
    }
    Ok(design)
}
