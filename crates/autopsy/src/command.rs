//! The subcommands `autopsy` and `prune` of the program, up to the writer they are given.

mod examples;

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::AutopsyError;
use crate::answer::answer;
use crate::checkpoint::Reading;
use crate::history::Options;
use crate::layers::Layout;
use crate::normal::{Advice, Normal};
use crate::prune::{Pruned, Wanted};
use crate::raster::{Raster, raster};
use crate::report::{details, report};

pub use examples::{AUTOPSY_EXAMPLES, PRUNE_EXAMPLES, examples};

/// Says why the weights in saved files stopped changing.
#[derive(Clone, Debug, clap::Args)]
pub struct AutopsyArgs {
    /// Two or more checkpoints of one run (of PyTorch, Keras, Caffe or NumPy, or safetensors), or a
    /// folder of them; ordered by the numbers in their names or their folders' names
    #[arg(required = true, value_name = "FILES | FOLDER")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub reading: ReadingArgs,
    /// Shows every unit of this layer
    #[arg(long, value_name = "NAME")]
    pub layer: Option<String>,
    /// Writes the whole answer as JSON; a flag of the program around it
    #[arg(skip)]
    pub json: bool,
    /// Where units by time are drawn, the worst layers first; a flag of programs that can draw
    #[arg(skip)]
    pub figure: Option<PathBuf>,
    /// Ends with exit code 1 if more than this share of the units is dead, such as 0.2
    #[arg(long, value_name = "SHARE", value_parser = share, allow_negative_numbers = true)]
    pub fail_on: Option<f64>,
}

/// How files are to be read.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ReadingArgs {
    /// Takes the files in the order given
    #[arg(long)]
    pub keep_order: bool,
    /// Optimizer steps between two files, where the numbers in their names count something else
    #[arg(long, value_name = "N", value_parser = positive, allow_negative_numbers = true)]
    pub steps_between: Option<f64>,
    /// Reads the model under this key of the files, such as ema or model.module, where they hold
    /// several
    #[arg(long, value_name = "NAME")]
    pub key: Option<String>,
    /// Which axis of a weight counts its units, where names and shapes leave doubt
    #[arg(long, value_enum)]
    pub layout: Option<LayoutArg>,
    /// Smallest and largest value of the network's input, such as 0,1: proves filters of the first
    /// layer silent
    #[arg(long, value_name = "LOW,HIGH", value_parser = range, allow_hyphen_values = true)]
    pub input_range: Option<[f64; 2]>,
    /// Layers of which each is read by the next alone, where names and shapes do not prove it;
    /// their shapes must follow each other
    #[arg(long, value_name = "A,B,C", value_delimiter = ',')]
    pub chain: Vec<String>,
}

/// [`Layout`] on the command line.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum LayoutArg {
    /// Units along the first axis.
    Pytorch,
    /// Units along the last axis (TensorFlow, Flax).
    Tensorflow,
}

impl ReadingArgs {
    /// The same as [`Options`].
    pub fn options(&self) -> Options {
        Options {
            reading: Reading {
                key: self.key.clone(),
            },
            layout: self.layout.map(|layout| match layout {
                LayoutArg::Pytorch => Layout::PyTorch,
                LayoutArg::Tensorflow => Layout::TensorFlow,
            }),
            keep_order: self.keep_order,
            steps_between: self.steps_between,
            input_range: self.input_range,
            chain: self.chain.clone(),
        }
    }
}

fn range(text: &str) -> Result<[f64; 2], String> {
    let ends: Vec<f64> = text
        .split(',')
        .filter_map(|end| end.trim().parse().ok())
        .collect();
    match ends[..] {
        [low, high] if low <= high => Ok([low, high]),
        _ => Err("give the smallest and the largest value, such as 0,1".to_owned()),
    }
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text
        .parse()
        .map_err(|_| "a share is a number from 0 to 1")?;
    if (0.0..=1.0).contains(&share) {
        Ok(share)
    } else {
        Err("a share is a number from 0 to 1".to_owned())
    }
}

fn positive(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "a number of steps, 1 or more")?;
    if number >= 1.0 && number.is_finite() {
        Ok(number)
    } else {
        Err("a number of steps, 1 or more".to_owned())
    }
}

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Exit code 0.
    Done,
    /// More units are dead than `--fail-on` allows: exit code 1.
    TooManyDead,
}

/// Draws a raster into a file.
pub type Draw<'a> = dyn Fn(&Raster, &Path) -> Result<(), AutopsyError> + 'a;

/// What the program around the command knows, how it draws, and what it is called.
#[derive(Default)]
pub struct Surroundings<'a> {
    /// The published distribution of dead shares.
    pub normal: Option<&'a Normal>,
    /// What finished studies advise about dead units.
    pub advice: &'a [Advice],
    /// The command that prunes, where it is not [`PRUNE`](crate::answer::PRUNE).
    pub prune: Option<&'a str>,
    /// What `--figure` draws with.
    pub draw: Option<&'a Draw<'a>>,
}

/// Runs `mortality autopsy`. Errors mean exit code 2.
///
/// # Errors
/// [`AutopsyError`] if the files cannot be read or compared, or the answer cannot be written.
pub fn autopsy(
    args: &AutopsyArgs,
    surroundings: &Surroundings<'_>,
    out: &mut dyn Write,
) -> Result<Outcome, AutopsyError> {
    let (mut answer, history) = answer(&args.files, &args.reading.options())?;
    if let Some(own) = surroundings.prune {
        answer.call_prune(own);
    }
    if let Some(path) = &args.figure {
        let draw = surroundings.draw.ok_or_else(|| {
            AutopsyError::Request("--figure: this program cannot draw".to_owned())
        })?;
        draw(&raster(&history, &answer.layers), path)?;
    }
    let written = if args.json {
        serde_json::to_writer_pretty(&mut *out, &answer)
            .map_err(std::io::Error::from)
            .and_then(|()| writeln!(out))
    } else if let Some(name) = &args.layer {
        let place = answer.layers.iter().position(|layer| layer.name == *name);
        let Some(place) = place else {
            let names: Vec<&str> = answer.layers.iter().map(|layer| &layer.name[..]).collect();
            return Err(AutopsyError::Request(format!(
                "--layer {name}: there is no such layer; there are {}",
                names.join(", ")
            )));
        };
        details(out, &history, &answer.layers[place], place)
    } else {
        report(out, &answer, surroundings.normal, surroundings.advice)
    };
    written.map_err(AutopsyError::io(Path::new("standard output"), "write"))?;
    let too_many = args
        .fail_on
        .is_some_and(|share| answer.summary.dead_share() > share);
    Ok(if too_many {
        Outcome::TooManyDead
    } else {
        Outcome::Done
    })
}

/// Removes dead units from a checkpoint, together with what reads them.
#[derive(Clone, Debug, clap::Args)]
pub struct PruneArgs {
    /// The checkpoint to prune: the last of those that show its units dead, or one with the same
    /// dead units
    pub checkpoint: PathBuf,
    /// Two or more checkpoints of the run, or a folder of them
    #[arg(long, required = true, num_args = 1.., value_name = "FILES | FOLDER")]
    pub using: Vec<PathBuf>,
    /// Where to write what is left, as safetensors
    #[arg(long, value_name = "FILE.safetensors")]
    pub out: PathBuf,
    /// Where to write the dead units by layer, as JSON; where nothing can be removed safely they
    /// are written to dead.json beside `--out`
    #[arg(long, value_name = "FILE.json")]
    pub dead: Option<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub reading: ReadingArgs,
    /// Writes what was removed as JSON; a flag of the program around it
    #[arg(skip)]
    pub json: bool,
}

/// Runs `mortality prune`. Errors mean exit code 2.
///
/// # Errors
/// As [`crate::prune::prune`].
pub fn prune(args: &PruneArgs, out: &mut dyn Write) -> Result<(), AutopsyError> {
    let options = args.reading.options();
    let wanted = Wanted {
        checkpoint: &args.checkpoint,
        using: &args.using,
        out: &args.out,
        dead: args.dead.as_deref(),
    };
    let pruned = crate::prune::prune(&wanted, &options)?;
    let written = if args.json {
        let answer = PruneAnswer {
            file: &args.out,
            pruned: &pruned,
        };
        serde_json::to_writer_pretty(&mut *out, &answer)
            .map_err(std::io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        out.write_all(words(&pruned, &args.out).as_bytes())
    };
    written.map_err(AutopsyError::io(Path::new("standard output"), "write"))
}

/// What `--json` prints.
#[derive(serde::Serialize)]
struct PruneAnswer<'a> {
    file: &'a Path,
    #[serde(flatten)]
    pruned: &'a Pruned,
}

fn words(pruned: &Pruned, out: &Path) -> String {
    let mut text = String::new();
    for layer in pruned.layers.iter().filter(|l| l.before != l.after) {
        text.push_str(&layer.name);
        text.push_str(": ");
        text.push_str(&format_units(layer.before, layer.after));
    }
    if text.is_empty() {
        text.push_str("No unit is dead with an output known to be 0: nothing was removed.\n");
    }
    for note in &pruned.notes {
        text.push_str(note);
        text.push('\n');
    }
    let share = 100.0 * pruned.bytes_after as f64 / pruned.bytes_before.max(1) as f64;
    format!(
        "{text}{}: {} bytes of weights before, {} after ({share:.0}%)\n",
        out.display(),
        pruned.bytes_before,
        pruned.bytes_after
    )
}

fn format_units(before: usize, after: usize) -> String {
    format!("{before} units before, {after} after\n")
}
