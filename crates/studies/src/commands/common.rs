//! What several subcommands share.

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, bail};
use clap::Args;
use studies::grid::Assignment;
use studies::plan::{Plan, Variant};
use studies::spec::nearest;
use studies::store::Store;
use studies::study::{STUDIES, Study};

/// Options of every subcommand.
#[derive(Debug, Args)]
pub struct Common {
    /// Folder of the results
    #[arg(long, global = true, value_name = "DIR", default_value = "results")]
    pub results: PathBuf,
    /// Folder of the published figures
    #[arg(long, global = true, value_name = "DIR", default_value = "figures")]
    pub figures_dir: PathBuf,
    /// Folder of data sets that are not inside the program
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Print JSON for a machine to read
    #[arg(long, global = true)]
    pub json: bool,
}

impl Common {
    /// The store.
    pub fn store(&self) -> Store {
        Store::new(&self.results)
    }

    /// A study's plan.
    pub fn plan(&self, study: &'static dyn Study, variant: &Version) -> anyhow::Result<Plan> {
        Plan::new(study, &variant.variant(), self.data_dir.as_deref())
    }
}

/// Which version of a study. Anything but the published one is written beside its results.
#[derive(Debug, Default, Args)]
pub struct Version {
    /// Master seed, from which all seeds follow; the published one is 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// A small version: fewer seeds and arms
    #[arg(long)]
    pub quick: bool,
    /// Set a value of all trials, such as schedule.epochs=5 (may be repeated)
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<Assignment>,
    /// A changed copy of the study's specification (TOML)
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
}

impl Version {
    fn variant(&self) -> Variant {
        Variant {
            seed: self.seed,
            quick: self.quick,
            set: self.set.clone(),
            spec: self.spec.clone(),
        }
    }

    /// The options that give this version, for a command to be printed.
    pub fn options(&self) -> String {
        let mut options = String::new();
        if self.seed != 0 {
            let _ = write!(options, " --seed {}", self.seed);
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

/// The study of that name.
pub fn study(name: &str) -> anyhow::Result<&'static dyn Study> {
    if let Some(study) = STUDIES.iter().find(|study| study.name() == name) {
        return Ok(*study);
    }
    let names: Vec<&str> = STUDIES.iter().map(|study| study.name()).collect();
    match nearest(name, names.iter().copied()) {
        Some(nearest) => bail!("no study `{name}`; did you mean `{nearest}`?"),
        None => bail!("no study `{name}`; there are {}", names.join(", ")),
    }
}

/// The studies of these names, each once.
pub fn studies(names: &[String]) -> anyhow::Result<Vec<&'static dyn Study>> {
    let mut found: Vec<&'static dyn Study> = Vec::new();
    for name in names {
        let study = study(name)?;
        if found.iter().all(|other| other.name() != study.name()) {
            found.push(study);
        }
    }
    Ok(found)
}

/// The number of threads: as given, or one a core.
pub fn jobs(given: Option<NonZeroUsize>) -> usize {
    let cores = std::thread::available_parallelism();
    given.or(cores.ok()).map_or(1, NonZeroUsize::get)
}

/// Is set when the user asks to stop; who asks twice is obeyed at once, since what is finished is
/// safe at any moment.
pub fn stop_signal() -> anyhow::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let signal = Arc::clone(&stop);
    let handler = move || {
        if signal.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    };
    ctrlc::set_handler(handler).context("cannot listen for Ctrl-C")?;
    Ok(stop)
}
