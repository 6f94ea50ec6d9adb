//! `mortality new`.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use studies::report::files;
use studies::study::{FILES, STUDIES};

use super::print;

/// Write a small study that works, to begin with
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mortality new batch-size                  the folder batch-size/ with four commented files
  mortality run batch-size --quick          a part of it, in seconds
  mortality run batch-size                  all of it; what was found stands in batch-size/README.md")]
pub struct Arguments {
    /// The study's name, and its folder; a path ends with the name
    #[arg(value_name = "NAME")]
    name: PathBuf,
}

/// The files, in the order of [`FILES`].
const TEXTS: [&str; 3] = [
    include_str!("../../assets/new/study.toml"),
    include_str!("../../assets/new/analysis.toml"),
    include_str!("../../assets/new/findings.md.jinja"),
];

/// Writes the files.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let folder = &arguments.name;
    if folder.components().any(|part| part == Component::ParentDir) {
        bail!(
            "{}: `..` leads out of this folder; go there first, or give the whole path",
            folder.display()
        );
    }
    let name = folder.file_name().and_then(|name| name.to_str());
    let Some(name) = name.filter(|name| fits(name)) else {
        bail!(
            "{}: a study's name is made of letters, digits, `-`, `_` and `.`, and begins with a \
             letter or digit",
            folder.display()
        );
    };
    if STUDIES.iter().any(|study| study.name() == name) {
        bail!("`{name}` is a study that comes with the program; give another name");
    }
    if folder.exists() {
        bail!("{} is there already; give a new name", folder.display());
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    for (file, text) in FILES.iter().zip(TEXTS) {
        files::write(&folder.join(file), text.replace("NAME", name).as_bytes())?;
    }
    files::write(&folder.join("README.md"), readme(name).as_bytes())?;
    print(&told(folder))
}

fn fits(name: &str) -> bool {
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(letters)
}

fn readme(name: &str) -> String {
    format!(
        "# {name}\n\n<!-- findings: written by `mortality figures`, not by hand -->\n\n\
         <!-- end of findings -->\n"
    )
}

fn told(folder: &Path) -> String {
    let whole = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
    let (folder, whole) = (folder.display(), whole.display());
    format!(
        "written into {whole}: study.toml (what is run and predicted), analysis.toml (what is computed), \
         findings.md.jinja (what is said), README.md\n\
         try it: mortality run {folder} --quick\n"
    )
}
