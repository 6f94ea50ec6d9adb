//! `mortality autopsy`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use autopsy::AutopsyError;
use autopsy::command::{self, AUTOPSY_EXAMPLES, AutopsyArgs, Outcome, Surroundings, examples};
use autopsy::normal::{Advice, Normal, Published};
use autopsy::raster::Raster;
use clap::Args;
use studies::figures::FigureError;
use studies::figures::autopsy::draw;
use studies::figures::export::Picture;
use studies::report::files::read_tables;
use studies::study::STUDIES;
use studies::study::normal::dead_shares;
use studies::table::named;

use super::common::Output;
use super::place::FiguresDir;

/// Say why the weights in saved files stopped changing
#[derive(Debug, Args)]
#[command(after_help = examples(
    "mortality autopsy",
    &[&AUTOPSY_EXAMPLES[..], &[["runs/7 --figure units.svg", "a picture of units by time"]]].concat(),
))]
pub struct Arguments {
    #[command(flatten)]
    autopsy: AutopsyArgs,
    /// Draws units by time, the worst layers first: SVG, PDF or PNG by the name's ending
    #[arg(long, value_name = "FILE.svg|pdf|png", value_parser = figure)]
    figure: Option<PathBuf>,
    #[command(flatten)]
    figures: FiguresDir,
    #[command(flatten)]
    output: Output,
}

/// Endings of the pictures that can be drawn.
const PICTURES: [&str; 3] = ["svg", "pdf", "png"];

fn figure(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    if PICTURES.iter().any(|own| ending == *own) {
        Ok(path)
    } else {
        Err(format!(
            "a picture's name ends in .{}",
            PICTURES.join(", .")
        ))
    }
}

/// Studies whose first finding is advice to somebody with dead filters.
const ADVISING: [&str; 3] = ["learning-rate", "permanence", "activation"];

/// More units are dead than `--fail-on` allows.
#[derive(Debug)]
pub struct TooManyDead;

impl fmt::Display for TooManyDead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("more units are dead than --fail-on allows")
    }
}

impl std::error::Error for TooManyDead {}

/// Reads the files and answers.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let figures = folder(&arguments.figures);
    let published = figures.as_deref().and_then(published);
    let published = published.unwrap_or_else(Published::carried);
    let surroundings = Surroundings {
        normal: Some(&published.normal),
        advice: &published.advice,
        draw: Some(&picture),
        prune: None,
    };
    let arguments = AutopsyArgs {
        json: arguments.output.json,
        figure: arguments.figure.clone(),
        ..arguments.autopsy.clone()
    };
    let mut out = Vec::new();
    let outcome = command::autopsy(&arguments, &surroundings, &mut out)?;
    super::print(&String::from_utf8_lossy(&out))?;
    match outcome {
        Outcome::Done => Ok(()),
        Outcome::TooManyDead => Err(TooManyDead.into()),
    }
}

/// The published figures: the folder asked for, else that of the checkout this was built from.
fn folder(figures: &FiguresDir) -> Option<PathBuf> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../figures");
    [figures.place(), built]
        .into_iter()
        .find(|folder| folder.join("learning-rate").is_dir())
}

/// The dead shares of networks that learned well, and the first sentence of what each finished
/// study found; `None` where nothing is published.
fn published(figures: &Path) -> Option<Published> {
    let tables = read_tables(&figures.join("learning-rate")).ok()?;
    let normal = Normal {
        shares: dead_shares(named(&tables, "networks").ok()?).ok()?,
        source: "figures/learning-rate/dose-response.svg (studies/learning-rate)".into(),
    };
    let first = |name: &&str| {
        let study = STUDIES.iter().find(|study| study.name() == *name)?;
        let tables = read_tables(&figures.join(name)).ok()?;
        Some(Advice {
            text: study.findings(&tables, false).ok()?.into_iter().next()?,
            study: format!("studies/{name}"),
        })
    };
    let advice = ADVISING.iter().filter_map(first).collect();
    Some(Published { normal, advice })
}

/// Dots an inch of a PNG.
const RESOLUTION: f32 = 300.0;

/// Writes a picture as the ending of its name says; another ending was refused before.
fn picture(raster: &Raster, path: &Path) -> Result<(), AutopsyError> {
    let failed = |error: FigureError| AutopsyError::Request(format!("--figure: {error}"));
    let figure = draw(raster).map_err(failed)?;
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    let read = || Picture::of(&figure);
    let bytes = match ending.to_str() {
        Some("pdf") => read().and_then(|picture| picture.pdf()),
        Some("png") => read().and_then(|picture| picture.png(RESOLUTION)),
        _ => Ok(figure.svg.clone().into_bytes()),
    };
    let bytes = bytes.map_err(failed)?;
    fs::write(path, bytes).map_err(AutopsyError::io(path, "write"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With `MORTALITY_WRITE=1` it is written anew.
    #[test]
    fn the_tool_alone_carries_what_is_published() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let published = published(&crates.join("../figures")).unwrap();
        if std::env::var_os("MORTALITY_WRITE").is_some() {
            let text = serde_json::to_string(&published).unwrap() + "\n";
            fs::write(crates.join("autopsy/src/normal/published.json"), text).unwrap();
        } else {
            let carried = Published::carried();
            assert!(carried == published, "write it anew with MORTALITY_WRITE=1");
        }
    }
}
