//! `mortality cite`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::{Args, ValueEnum};
use studies::report::cite::{Citation, figures, read};
use studies::study::{FILES, STUDIES, Study};

use super::common::{StudyName, study};
use super::place::FiguresDir;
use super::{print, print_json};

/// Say how a figure is cited, or which figures of a study there are
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mortality cite learning-rate                                    its figures
  mortality cite learning-rate/dose-response                      in words
  mortality cite learning-rate/dose-response --format latex       a figure environment
  mortality cite learning-rate --format bibtex > mortality.bib    entries of all its figures
  mortality cite my-study/deaths --format csl                     a study in a folder

Everything is read from the published figures. In a checkout the citation names the last commit of \
the picture, unless it was changed since.")]
pub struct Arguments {
    /// A figure, or a study, which is a name or a folder
    #[arg(value_name = "STUDY[/FIGURE]", value_parser = StudyName)]
    what: String,
    /// How [default: text]
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    figures: FiguresDir,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// In words
    Text,
    /// An entry of BibTeX
    Bibtex,
    /// CSL-JSON, a list of items
    Csl,
    /// An environment of LaTeX, with caption and alt text
    Latex,
}

/// Prints.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let (folder, figure) = place(arguments)?;
    let names = match &figure {
        Some(name) => vec![name.clone()],
        None => figures(&folder)?,
    };
    let cited = names.iter().map(|name| read(&folder, name));
    let cited: Vec<Citation> = cited.collect::<Result<_, _>>()?;
    let each = |text: fn(&Citation) -> String| {
        let texts = cited.iter().map(|own| text(own).trim_end().to_owned());
        print(&(texts.collect::<Vec<_>>().join("\n\n") + "\n"))
    };
    match (arguments.format, &figure) {
        (None, None) => list(&arguments.what, &cited),
        (None | Some(Format::Text), _) => each(Citation::text),
        (Some(Format::Bibtex), _) => each(Citation::bibtex),
        (Some(Format::Latex), _) => each(Citation::latex),
        (Some(Format::Csl), _) => print_json(&cited.iter().map(Citation::csl).collect::<Vec<_>>()),
    }
}

fn list(study: &str, cited: &[Citation]) -> anyhow::Result<()> {
    let mut text = String::new();
    for Citation { cited, title, .. } in cited {
        let study = study.trim_end_matches('/');
        let _ = writeln!(text, "{study}/{}\n  {title}", cited.figure);
    }
    print(&text)
}

/// Where the figures are, and which one is meant.
fn place(arguments: &Arguments) -> anyhow::Result<(PathBuf, Option<String>)> {
    let what = arguments.what.trim_end_matches('/');
    let figures = arguments.figures.place();
    let (name, folder, figure) = match (drawn(what, &figures), what.rsplit_once('/')) {
        (Some(folder), _) => (what, folder, None),
        (None, Some((name, figure))) if !name.is_empty() => match drawn(name, &figures) {
            Some(folder) => (name, folder, Some(figure.to_owned())),
            None => return Err(no_study(name)),
        },
        _ => return Err(no_study(what)),
    };
    if !folder.is_dir() {
        bail!(
            "nothing of `{name}` is drawn in {}; `mortality run {name}` runs it and draws",
            folder.display()
        );
    }
    Ok((folder, figure))
}

/// Where the figures of a study are: that of a name, of a folder with its files, or a folder of
/// figures.
fn drawn(name: &str, figures: &Path) -> Option<PathBuf> {
    if STUDIES.iter().any(|study| Study::name(study) == name) {
        return Some(figures.join(name));
    }
    let folder = Path::new(name);
    if folder.join(FILES[0]).is_file() {
        return Some(folder.join("figures"));
    }
    folder.is_dir().then(|| folder.to_owned())
}

/// What is said of a name that is none, with the nearest.
fn no_study(name: &str) -> anyhow::Error {
    match study(name) {
        Err(error) => error,
        Ok(study) => anyhow::anyhow!("nothing of `{}` is drawn", study.name()),
    }
}
