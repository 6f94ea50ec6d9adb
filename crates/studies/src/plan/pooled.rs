//! A study over the trials of other studies: `[pool]` in study.toml instead of a design.

use std::collections::BTreeMap;
use std::path::Path;

use cnn::settings::{Probes, TrialSettings};
use schemars::JsonSchema;
use serde::Deserialize;

use super::trials::of_cells;
use super::{Plan, Variant};
use crate::analysis::{Design, GRAMMAR};
use crate::grid::name_alike;
use crate::messages::{At, Problems, Source, hint};
use crate::schema;
use crate::seed::replicate_seed;
use crate::spec::Spec;
use crate::study::{STUDIES, Study};

/// What stands in the study.toml of such a study.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pooled {
    /// Version of the grammar.
    grammar: u32,
    /// The study's name.
    name: String,
    /// What it asks.
    question: String,
    /// Whose trials.
    pool: Pool,
}

/// Whose trials, and what stands in front of their rows.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Pool {
    /// Names of studies that come with the program. A network that several of them train, whatever
    /// looks at it, is one trial, of the first of them; the column `arm` holds its name.
    studies: Vec<String>,
    /// Name of a column, and the path of the setting that stands in it.
    columns: BTreeMap<String, String>,
}

impl Pooled {
    fn read(source: &Source) -> Result<Self, Problems> {
        let mut problems = schema::problems(source, &schema::of::<Self>());
        problems.clone().or(())?;
        let read: Self = toml::from_str(&source.text).map_err(|error| source.refused(&error))?;
        let at = [At::Key("grammar")];
        let other = source.of_version(&at, "grammar", read.grammar, GRAMMAR);
        if let Some(problem) = other {
            problems.add(problem);
        }
        problems.or(read)
    }

    /// The studies that it names, each once.
    fn studies(&self, source: &Source) -> Result<Vec<&'static Study>, Problems> {
        let mut problems = Problems::default();
        let mut found: Vec<&'static Study> = Vec::new();
        let names = || STUDIES.iter().map(Study::name);
        for (index, name) in self.pool.studies.iter().enumerate() {
            let at = [At::Key("pool"), At::Key("studies"), At::Index(index)];
            let mut wrong = |title: String| problems.add(source.error(&at, title));
            let known = STUDIES.iter().find(|study| study.name() == name);
            match known {
                None => wrong(format!("no study `{name}`{}", hint(name, names()))),
                Some(study) if !study.has_design() => {
                    wrong(format!(
                        "`{name}` is over the trials of others itself: name those"
                    ));
                }
                Some(study) if found.iter().any(|other| other.name() == name) => {
                    wrong(format!("`{}` stands twice", study.name()));
                }
                Some(study) => found.push(study),
            }
        }
        if self.pool.studies.is_empty() {
            let at = [At::Key("pool"), At::Key("studies")];
            problems.add(source.error(&at, "names no study"));
        }
        problems.or(found)
    }
}

/// The settings that train the same networks as these, in one form: probes look on, and a rate
/// annealed to all of itself is a constant one.
fn training(settings: &TrialSettings) -> TrialSettings {
    let mut alike = settings.clone();
    alike.probes = Probes::default();
    let schedule = &mut alike.schedule;
    if schedule.annealing_factor == 1.0 || schedule.annealed_epochs == 0 {
        (schedule.annealing_factor, schedule.annealed_epochs) = (1.0, 0);
    }
    alike
}

/// A plan of the trials of other plans, each network once.
pub(super) fn plan(
    study: &'static Study,
    variant: &Variant,
    data_dir: Option<&Path>,
    source: &Source,
    texts: bool,
) -> anyhow::Result<Plan> {
    let pooled = Pooled::read(source)?;
    let mut digest = blake3::Hasher::new();
    digest.update(super::digest(&source.text, variant).as_bytes());
    let (mut cells, mut images) = (Vec::new(), Vec::new());
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let inner = Variant {
        spec: None,
        ..variant.clone()
    };
    for (index, own) in pooled.studies(source)?.into_iter().enumerate() {
        let plan = Plan::listed(own, &inner, data_dir)?;
        digest.update(plan.digest.as_bytes());
        for addition in &plan.additions {
            digest.update(addition.amended.digest.as_bytes());
        }
        for (cell, own_images) in plan.cells.iter().zip(&plan.images) {
            let alike = training(&cell.settings);
            let network = cnn::trial::id(&alike, replicate_seed(plan.seed, 0), own_images);
            let place = *places.entry(network).or_insert(cells.len());
            match cells.get_mut(place) {
                None => {
                    let mut cell = cell.clone();
                    cell.arm = own.name().into();
                    cell.arm_index = index;
                    cell.seeds = vec![cell.replicates];
                    cells.push(cell);
                    images.push(own_images.clone());
                }
                // The trials of the one with more seeds are there for all of them.
                Some(known) if cell.replicates > known.replicates => {
                    known.settings = cell.settings.clone();
                    known.replicates = cell.replicates;
                    known.seeds = vec![cell.replicates];
                }
                Some(_) => {}
            }
        }
    }
    let refused = |(column, title): (String, String)| {
        source.error(
            &[At::Key("pool"), At::Key("columns"), At::Key(&column)],
            title,
        )
    };
    name_alike(&mut cells, &pooled.pool.columns).map_err(|fault| Problems::from(refused(fault)))?;
    if texts {
        let design = Design::of(&cells, &cells)?;
        study.check(&design, &super::blank(&cells)?).or(())?;
    }
    let spec = Spec::without_design(&pooled.name, &pooled.question, &[]);
    let digest = digest.finalize().to_hex().to_string();
    let changed = *source.text != *study.spec();
    Ok(Plan {
        study,
        changes: super::changes::sentences(&spec, study, variant),
        comparable: !variant.quick && variant.set.is_empty() && !changed,
        spec,
        additions: Vec::new(),
        seed: variant.seed,
        variant: super::variant_name(variant, changed, &digest),
        digest,
        trials: of_cells(variant.seed, &cells, &images),
        cells,
        elsewhere: None,
        images,
    })
}
