//! Where results and figures are.

use std::path::{Path, PathBuf};

use clap::Args;
use studies::store::Store;

/// Where results are.
#[derive(Debug, Args)]
pub struct ResultsDir {
    /// Folder of the results [default: results, of the folder of studies that this one is in]
    #[arg(long, value_name = "DIR")]
    results: Option<PathBuf>,
}

impl ResultsDir {
    /// The folder.
    pub fn place(&self) -> PathBuf {
        let own = self.results.clone();
        own.unwrap_or_else(|| workspace().join("results"))
    }

    /// The store.
    pub fn store(&self) -> Store {
        Store::new(&self.place())
    }

    /// The option that gives this folder, for a command to be printed.
    pub fn option(&self) -> String {
        let Some(own) = &self.results else {
            return String::new();
        };
        let own = own.display().to_string();
        let plain = |c: char| c.is_alphanumeric() || "-_./".contains(c);
        if own.chars().all(plain) {
            return format!(" --results {own}");
        }
        format!(" --results '{}'", own.replace('\'', r"'\''"))
    }
}

/// Where published figures are.
#[derive(Debug, Args)]
pub struct FiguresDir {
    /// Folder of the published figures [default: figures, of the folder of studies that this one is
    /// in]
    #[arg(long, value_name = "DIR")]
    figures_dir: Option<PathBuf>,
}

impl FiguresDir {
    /// The folder.
    pub fn place(&self) -> PathBuf {
        let own = self.figures_dir.clone();
        own.unwrap_or_else(|| workspace().join("figures"))
    }
}

/// The folder of studies that the current one is in: the nearest above with results of trials, or
/// with the studies' texts; without one, the current folder.
fn workspace() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let is_one = |folder: &Path| {
        let texts = ["studies/learning-rate", "figures"];
        folder.join("results/trials").is_dir() || texts.iter().all(|own| folder.join(own).is_dir())
    };
    let above = here.ancestors().position(is_one).unwrap_or(0);
    std::iter::repeat_n("..", above).collect()
}
