//! `mortality autopsy`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use autopsy::AutopsyError;
use autopsy::command::{self, AutopsyArgs, Outcome, Surroundings};
use autopsy::normal::{Advice, Normal};
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
#[command(after_help = "Examples:
  mortality autopsy runs/7                        a folder of checkpoints, in order of their numbers
  mortality autopsy a.pt b.pt c.pt --keep-order   files as given
  mortality autopsy runs/7 --layer 4.weight       every unit of one layer
  mortality autopsy runs/7 --figure units.svg     a picture of units by time
  mortality autopsy runs/7 --fail-on 0.2          exit code 1 if more than a fifth is dead")]
pub struct Arguments {
    #[command(flatten)]
    autopsy: AutopsyArgs,
    #[command(flatten)]
    figures: FiguresDir,
    #[command(flatten)]
    output: Output,
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
    let folder = published(&arguments.figures);
    let normal = folder.as_deref().and_then(normal);
    let advice = folder.as_deref().map_or_else(Vec::new, advice);
    let surroundings = Surroundings {
        normal: normal.as_ref(),
        advice: &advice,
        draw: Some(&picture),
    };
    let arguments = AutopsyArgs {
        json: arguments.output.json,
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
fn published(figures: &FiguresDir) -> Option<PathBuf> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../figures");
    [figures.place(), built]
        .into_iter()
        .find(|folder| folder.join("learning-rate").is_dir())
}

/// The dead shares of networks that learned well; none where nothing is published.
fn normal(figures: &Path) -> Option<Normal> {
    let tables = read_tables(&figures.join("learning-rate")).ok()?;
    Some(Normal {
        shares: dead_shares(named(&tables, "networks").ok()?).ok()?,
        source: "figures/learning-rate/dose-response.svg (studies/learning-rate)".into(),
    })
}

/// What the finished studies found, the first sentence of each.
fn advice(figures: &Path) -> Vec<Advice> {
    let first = |name: &&str| {
        let study = STUDIES.iter().find(|study| study.name() == *name)?;
        let tables = read_tables(&figures.join(name)).ok()?;
        Some(Advice {
            text: study.findings(&tables, false).ok()?.into_iter().next()?,
            study: format!("studies/{name}"),
        })
    };
    ADVISING.iter().filter_map(first).collect()
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
