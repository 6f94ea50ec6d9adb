//! The verdicts against training runs whose truth is known: the table of the README.
//!
//! The runs are in a folder of their own, `../shared/data/checkpoints` beside the workspace, or
//! in `MORTALITY_SHARED/data/checkpoints`. `MORTALITY_RUNS` may name more, written by
//! `tests/pytorch/autopsy_runs.py`. Where a folder is absent its test says so and passes.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use autopsy::answer::answer;
use autopsy::history::{self, Options};
use autopsy::verdict::{LayerVerdicts, Verdict, judge};
use serde_json::Value;

type Units = BTreeSet<(String, u64)>;

/// What is known of a run.
struct Truth {
    /// Dead, that is silent and without gradient, throughout the last interval.
    dead_last: Units,
    /// The same throughout the last two.
    dead_two: Units,
    /// Without gradient in the last two intervals: what an oracle that knows every gradient
    /// calls dead.
    oracle: Units,
}

fn truth(folder: &Path) -> Truth {
    let text = fs::read_to_string(folder.join("truth.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let saves = file["truth"].as_object().unwrap();
    let mut steps: Vec<u64> = saves.keys().map(|step| step.parse().unwrap()).collect();
    steps.sort_unstable();
    let units = |step: u64, key: &str| -> Units {
        let layers = saves[&step.to_string()].as_object().unwrap().iter();
        layers
            .filter(|(layer, _)| *layer != "classifier")
            .flat_map(|(layer, state)| {
                let units = state[key].as_array().unwrap().iter();
                units.map(|unit| (layer.clone(), unit.as_u64().unwrap()))
            })
            .collect()
    };
    let both = |step: u64| -> Units {
        let dead = units(step, "dead_throughout");
        &dead & &units(step, "no_gradient_throughout")
    };
    let [.., before, last] = steps[..] else {
        panic!("two saves at least")
    };
    Truth {
        dead_last: both(last),
        dead_two: &both(before) & &both(last),
        oracle: &units(before, "no_gradient_throughout") & &units(last, "no_gradient_throughout"),
    }
}

fn with(layers: &[LayerVerdicts], verdict: Verdict) -> Units {
    let hidden = layers.iter().filter(|layer| !layer.is_output);
    hidden
        .flat_map(|layer| {
            let units = layer.units.iter().filter(|unit| unit.verdict == verdict);
            units.map(|unit| (layer.name.clone(), unit.unit as u64))
        })
        .collect()
}

/// Counts of one run, or of all.
#[derive(Default)]
struct Counts {
    called: usize,
    right: usize,
    dead_two: usize,
    found: usize,
    oracle: usize,
    oracle_right: usize,
    perhaps: usize,
    perhaps_right: usize,
    /// Of the dead for two intervals, those of which nothing that reads them learns.
    unknowable: usize,
    /// All units, and those of which the verdict is that weights cannot tell.
    units: usize,
    untold: usize,
    /// Of these, the dead for two intervals.
    untold_dead: usize,
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.called += other.called;
        self.right += other.right;
        self.dead_two += other.dead_two;
        self.found += other.found;
        self.oracle += other.oracle;
        self.oracle_right += other.oracle_right;
        self.perhaps += other.perhaps;
        self.perhaps_right += other.perhaps_right;
        self.unknowable += other.unknowable;
        self.units += other.units;
        self.untold += other.untold;
        self.untold_dead += other.untold_dead;
    }

    fn row(&self, name: &str, others: &str) -> String {
        format!(
            "| {name} | {} | {} | {} | {} | {} | {} of {} | {} of {} | {others} |",
            self.called,
            self.right,
            self.dead_two,
            self.found,
            self.unknowable,
            self.oracle_right,
            self.oracle,
            self.perhaps_right,
            self.perhaps,
        )
    }
}

const HEADING: &str = "| run | called dead | of these dead | dead for two intervals | of these \
    called dead | cut off or dead | oracle right | perhaps dead, right | other verdicts |\n\
    |---|---|---|---|---|---|---|---|---|";

/// Verdicts and truth of one run, counted; prints a row.
fn count(folder: &Path) -> (Counts, Vec<LayerVerdicts>) {
    let history = history::read(&[folder.to_owned()], &Options::default())
        .unwrap_or_else(|error| panic!("{error}"));
    let layers = judge(&history);
    let truth = truth(folder);
    let (dead, perhaps) = (
        with(&layers, Verdict::Dead),
        with(&layers, Verdict::PerhapsDead),
    );
    let untold = &perhaps | &with(&layers, Verdict::CutOffOrDead);
    let hidden = layers.iter().filter(|layer| !layer.is_output);
    let counts = Counts {
        units: hidden.map(|layer| layer.units.len()).sum(),
        untold: untold.len(),
        untold_dead: (&untold & &truth.dead_two).len(),
        called: dead.len(),
        right: (&dead & &truth.dead_last).len(),
        dead_two: truth.dead_two.len(),
        found: (&dead & &truth.dead_two).len(),
        oracle: truth.oracle.len(),
        oracle_right: (&truth.oracle & &truth.dead_last).len(),
        unknowable: (&with(&layers, Verdict::CutOffOrDead) & &truth.dead_two).len(),
        perhaps: perhaps.len(),
        perhaps_right: (&perhaps & &truth.dead_last).len(),
    };
    let others: Vec<String> = Verdict::ALL
        .into_iter()
        .filter(|verdict| {
            !matches!(
                verdict,
                Verdict::Dead | Verdict::PerhapsDead | Verdict::Learning
            )
        })
        .map(|verdict| (with(&layers, verdict).len(), verdict.words()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    let name = folder.file_name().unwrap().to_string_lossy();
    println!("{}", counts.row(&name, &others.join(", ")));
    if env::var_os("MORTALITY_DETAILS").is_some() {
        let list = |units: Units| {
            let named = units
                .iter()
                .take(12)
                .map(|(layer, unit)| format!("{layer}:{unit}"));
            named.collect::<Vec<_>>().join(" ")
        };
        let unknowable = with(&layers, Verdict::CutOffOrDead);
        println!("  wrong {}", list(&dead - &truth.dead_last));
        println!(
            "  missed {}",
            list(&(&truth.dead_two - &dead) - &unknowable)
        );
        println!("  perhaps wrong {}", list(&perhaps - &truth.dead_last));
        for note in &history.notes {
            println!("  note {note}");
        }
    }
    (counts, layers)
}

fn runs(folder: &Path) -> Option<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).ok()?;
    let mut runs: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    runs.retain(|run| run.join("truth.json").exists());
    runs.sort();
    Some(runs)
}

#[test]
fn the_fifteen_runs() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = env::var_os("MORTALITY_SHARED").map_or(beside, PathBuf::from);
    let Some(runs) = runs(&shared.join("data/checkpoints")) else {
        println!(
            "skipped: no {}/data/checkpoints (set MORTALITY_SHARED)",
            shared.display()
        );
        return;
    };
    println!("{HEADING}");
    let mut all = Counts::default();
    for run in &runs {
        let (counts, layers) = count(run);
        all.add(&counts);
        let dead = with(&layers, Verdict::Dead).len();
        match &*run.file_name().unwrap().to_string_lossy() {
            "leaky" | "bfloat16" => assert_eq!(dead, 0, "{}", run.display()),
            "bfloat16-adam" => assert_eq!(dead, 23),
            "frozen-layer" => {
                let untrained: BTreeSet<String> = with(&layers, Verdict::NotTrained)
                    .into_iter()
                    .map(|(layer, _)| layer)
                    .collect();
                assert_eq!(untrained, BTreeSet::from(["features.0".to_owned()]));
            }
            "weight-decay" => assert!(counts.found >= counts.dead_two - 1),
            // The loss is near 0, and all weights of living units fall as those of dead ones do.
            "adam-l2-41" | "adam-l2-42" => {
                let wrong = &with(&layers, Verdict::Dead) - &truth(run).oracle;
                assert!(wrong.is_empty(), "have gradients: {wrong:?}");
                assert_eq!(counts.found, counts.dead_two);
            }
            _ => {}
        }
    }
    println!("{}", all.row("all", ""));
    let share = |part: usize, whole: usize| part as f64 / whole as f64;
    println!(
        "precision {:.1}%, recall {:.1}%, of {} units {:.1}% not told",
        100.0 * share(all.right, all.called),
        100.0 * share(all.found, all.dead_two - all.untold_dead),
        all.units,
        100.0 * share(all.untold, all.units)
    );
    assert!(share(all.right, all.called) >= 0.97);
    assert!(share(all.found, all.dead_two) >= 0.97);
    assert!(share(all.untold, all.units) <= 0.05);
}

/// The last three files of one of the thirteen, in bfloat16, where rounding looks like death.
#[test]
fn a_run_of_the_thirteen_that_is_always_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bfloat16-adam");
    let (counts, layers) = count(&folder);
    assert_eq!((counts.called, counts.right, counts.found), (23, 23, 23));
    assert!(layers.iter().any(|layer| layer.count(Verdict::Stalled) > 0));
    // Three quarters of what neither is dead nor reads it keep their bits, the large ones first.
    let (told, _) = answer(&[folder], &Options::default()).unwrap();
    let told = serde_json::to_value(told).unwrap();
    assert_eq!(told["answer"]["code"], "rounds-away");
    assert_eq!(told["answer"]["also"], serde_json::json!(["dead-units"]));
}

#[test]
fn other_runs() {
    let Some(runs) = env::var_os("MORTALITY_RUNS").and_then(|folder| runs(Path::new(&folder)))
    else {
        println!("skipped: no MORTALITY_RUNS");
        return;
    };
    println!("{HEADING}");
    let mut all = Counts::default();
    for run in runs {
        all.add(&count(&run).0);
    }
    println!("{}", all.row("all", ""));
}
