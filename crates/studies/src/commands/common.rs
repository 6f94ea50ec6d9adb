//! What several subcommands share.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};
use studies::frames::sql::Limits;
use studies::grid::Assignment;
use studies::messages::{Problems, nearest};
use studies::plan::{Plan, Variant};
use studies::stop;
use studies::study::{STUDIES, Study};

use super::place::{FiguresDir, ResultsDir};

/// Where data sets are.
#[derive(Debug, Args)]
pub struct DataDir {
    /// Folder of data sets that are not inside the program
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
}

impl DataDir {
    /// A study's plan.
    pub fn plan(&self, study: &'static Study, version: &Version) -> anyhow::Result<Plan> {
        Plan::new(study, &version.variant(), self.data_dir.as_deref())
    }

    /// A study's plan, to be listed.
    pub fn listed(&self, study: &'static Study, version: &Version) -> anyhow::Result<Plan> {
        Plan::listed(study, &version.variant(), self.data_dir.as_deref())
    }

    /// The plans of several studies; everything that is wrong with any of them is told at once.
    pub fn plans(
        &self,
        studies: Vec<&'static Study>,
        version: &Version,
    ) -> anyhow::Result<Vec<Plan>> {
        let (mut plans, mut problems) = (Vec::new(), Problems::default());
        for study in studies {
            match self.plan(study, version) {
                Ok(plan) => plans.push(plan),
                Err(error) => {
                    problems.take(Err::<(), Problems>(error.downcast()?));
                }
            }
        }
        Ok(problems.or(plans)?)
    }
}

/// What is drawn, from which results and to where.
#[derive(Debug, Args)]
pub struct Drawing {
    #[command(flatten)]
    pub version: Version,
    #[command(flatten)]
    pub results: ResultsDir,
    #[command(flatten)]
    pub figures: FiguresDir,
    #[command(flatten)]
    pub data: DataDir,
    #[command(flatten)]
    pub limits: SqlLimits,
    #[command(flatten)]
    pub output: Output,
}

/// How answers are printed.
#[derive(Debug, Args)]
pub struct Output {
    /// Print JSON for a machine to read
    #[arg(long)]
    pub json: bool,
}

/// What SQL may take.
#[derive(Debug, Args)]
pub struct SqlLimits {
    /// Seconds after which the SQL of a study, or a query, is ended
    #[arg(long, value_name = "S", default_value_t = Limits::default().seconds)]
    pub limit_seconds: f64,
    /// Memory of the program at which it is ended, in GiB (on Linux)
    #[arg(long, value_name = "GIB", default_value_t = Limits::default().gib)]
    pub limit_gib: f64,
}

impl SqlLimits {
    /// The limits, which are more than 0.
    pub fn limits(&self) -> anyhow::Result<Limits> {
        for (option, limit) in [
            ("--limit-seconds", self.limit_seconds),
            ("--limit-gib", self.limit_gib),
        ] {
            if limit.is_nan() || limit <= 0.0 {
                bail!("{option} {limit}: a limit is more than 0");
            }
        }
        Ok(Limits {
            seconds: self.limit_seconds,
            gib: self.limit_gib,
        })
    }
}

/// The name of a study. Which ones there are is known to completions and help; what is none is
/// refused by [`study`].
#[derive(Clone, Debug)]
pub struct StudyName;

impl TypedValueParser for StudyName {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = STUDIES.iter().map(Study::name);
        Some(Box::new(names.map(PossibleValue::new)))
    }
}

/// The seed of a version.
#[derive(Debug, Default, Args)]
pub struct MasterSeed {
    /// Master seed, from which all seeds follow; the published one is 0
    #[arg(
        long,
        value_name = "N",
        default_value_t = 0,
        value_parser = whole,
        allow_negative_numbers = true
    )]
    pub seed: u64,
}

/// Which version of a study. Anything but the published one is written beside its results.
#[derive(Debug, Default, Args)]
pub struct Version {
    #[command(flatten)]
    pub master: MasterSeed,
    /// A small version: fewer seeds and arms
    #[arg(long)]
    pub quick: bool,
    /// Set a value of all trials, such as schedule.epochs=5 (may be repeated)
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<Assignment>,
    /// A changed copy of the study's specification (TOML), in place of it and its amendments
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
}

impl Version {
    fn variant(&self) -> Variant {
        Variant {
            seed: self.master.seed,
            quick: self.quick,
            set: self.set.clone(),
            spec: self.spec.clone(),
        }
    }

    /// The options that give this version, for a command to be printed.
    pub fn options(&self) -> String {
        let mut options = String::new();
        if self.master.seed != 0 {
            let _ = write!(options, " --seed {}", self.master.seed);
        }
        if self.quick {
            options += " --quick";
        }
        for set in &self.set {
            let _ = write!(options, " --set '{}'", set.text);
        }
        if let Some(spec) = &self.spec {
            let _ = write!(options, " --spec {}", spec.display());
        }
        options
    }
}

/// A number of the command line that counts something.
pub fn whole(text: &str) -> Result<u64, String> {
    let wrong = |_| format!("a whole number from 0 to {}", u64::MAX);
    text.parse().map_err(wrong)
}

/// The study of that name, or in that folder.
pub fn study(name: &str) -> anyhow::Result<&'static Study> {
    if let Some(study) = STUDIES.iter().find(|study| study.name() == name) {
        return Ok(study);
    }
    let folder = Path::new(name);
    if folder.is_dir() {
        return Study::read(folder);
    }
    if name.contains(std::path::is_separator) || name.starts_with('.') {
        bail!("no folder {name}");
    }
    let names: Vec<&str> = STUDIES.iter().map(Study::name).collect();
    match nearest(name, names.iter().copied()) {
        Some(nearest) => bail!("no study `{name}`; did you mean `{nearest}`?"),
        None => bail!("no study `{name}`; there are {}", names.join(", ")),
    }
}

/// The studies of these names, each once; without a name all that come with the program.
pub fn studies(names: &[String]) -> anyhow::Result<Vec<&'static Study>> {
    if names.is_empty() {
        return Ok(STUDIES.iter().collect());
    }
    let mut found: Vec<&'static Study> = Vec::new();
    for name in names {
        let study = study(name)?;
        if found.iter().all(|other| other.name() != study.name()) {
            found.push(study);
        }
    }
    Ok(found)
}

/// The same; without a name those that need no data directory.
pub fn studies_without_data(names: &[String]) -> anyhow::Result<Vec<&'static Study>> {
    let mut found = studies(names)?;
    if names.is_empty() {
        found.retain(|study| study.needs().is_empty());
    }
    Ok(found)
}

/// The number of threads: as given, or one a core.
pub fn jobs(given: Option<NonZeroUsize>) -> usize {
    let cores = std::thread::available_parallelism();
    given.or(cores.ok()).map_or(1, NonZeroUsize::get)
}

/// Listens for Ctrl-C, which asks to [`stop`]; who asks twice is obeyed at once, since what is
/// finished is safe at any moment.
pub fn stop_at_signal() -> anyhow::Result<()> {
    let handler = || {
        if stop::ask() {
            std::process::exit(130);
        }
    };
    ctrlc::set_handler(handler).context("cannot listen for Ctrl-C")
}
