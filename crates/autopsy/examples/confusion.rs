//! Verdicts of `mortality autopsy` against the census of trials of our own:
//! `cargo run --release -p autopsy --example confusion -- [SEEDS]`.
//!
//! Ten settings of the learning-rate study's network, SEEDS trials each (20 unless told),
//! 900 steps, saved every 180. Only the files are read; the truth is in the trial's record.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use autopsy::answer::answer;
use autopsy::history::Options;
use autopsy::verdict::Verdict;
use cnn::CnnError;
use cnn::record::FilterRow;
use cnn::settings::TrialSettings;
use cnn::trial::{self, Observer, Step};

/// Steps between two files; a trial has 900.
const EVERY: u32 = 180;

const SETTINGS: [(&str, &str, f64); 10] = [
    ("SGD, 0.2", r#"{"kind":"sgd","momentum":0.0}"#, 0.2),
    ("SGD, 0.5", r#"{"kind":"sgd","momentum":0.0}"#, 0.5),
    ("SGD, 0.8", r#"{"kind":"sgd","momentum":0.0}"#, 0.8),
    (
        "SGD, 0.8, L2 1e-4",
        r#"{"kind":"sgd","momentum":0.0,"weight_decay":1e-4}"#,
        0.8,
    ),
    (
        "momentum 0.9, 0.05",
        r#"{"kind":"sgd","momentum":0.9}"#,
        0.05,
    ),
    ("momentum 0.9, 0.2", r#"{"kind":"sgd","momentum":0.9}"#, 0.2),
    (
        "momentum 0.9, 0.32",
        r#"{"kind":"sgd","momentum":0.9}"#,
        0.32,
    ),
    (
        "momentum 0.9, 0.2, L2 1e-3",
        r#"{"kind":"sgd","momentum":0.9,"weight_decay":1e-3}"#,
        0.2,
    ),
    ("Adam, 0.01", r#"{"kind":"adam"}"#, 0.01),
    (
        "AdamW, 0.01, decay 0.01",
        r#"{"kind":"adamw","weight_decay":0.01}"#,
        0.01,
    ),
];

/// Saves the network's parameters.
struct Saver<'a>(&'a Path);

impl Observer for Saver<'_> {
    fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
        if step.step.is_multiple_of(EVERY) {
            let path = self.0.join(format!("step-{:04}.safetensors", step.step));
            let network = step.network;
            cnn::checkpoint::write(&path, &network.parameters, network.graph.parameters())?;
        }
        Ok(())
    }
}

fn settings(optimizer: &str, rate: f64) -> TrialSettings {
    let text = format!(
        r#"{{"data":{{"set":"digits","pixels":"raw"}},
            "architecture":["conv 16 3x3","relu","conv 32 3x3","relu","max_pool 2",
                            "conv 32 3x3","relu","global_average_pool","linear 10"],
            "initialization":{{"scheme":"he","distribution":"normal"}},
            "optimizer":{optimizer},"schedule":{{"learning_rate":{rate}}}}}"#
    );
    serde_json::from_str(&text).expect("settings of this file")
}

/// What a filter was at the end, worst first.
fn truth(filter: &FilterRow, steps: u32) -> &'static str {
    let silent_since = |step: u32| {
        filter.dead_at_end
            && filter.last_active_step.is_none_or(|last| last < step)
            && filter.last_gradient_step.is_none_or(|last| last <= step)
    };
    if silent_since(steps - 2 * EVERY) {
        "dead for two intervals"
    } else if silent_since(steps - EVERY) {
        "dead for one interval"
    } else if filter.dead_at_end {
        "dead at the end"
    } else if filter
        .last_gradient_step
        .is_none_or(|last| last <= steps - EVERY)
    {
        "alive, no gradient"
    } else {
        "alive"
    }
}

const TRUTHS: [&str; 5] = [
    "dead for two intervals",
    "dead for one interval",
    "dead at the end",
    "alive, no gradient",
    "alive",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seeds = std::env::args()
        .nth(1)
        .map_or(Ok(20), |text| text.parse::<u64>())?;
    let mut counts: BTreeMap<(Verdict, &str), usize> = BTreeMap::new();
    println!(
        "| setting | called dead | of these dead | dead for two intervals | of these called dead | of these cut off or dead |"
    );
    println!("|---|---|---|---|---|---|");
    for (name, optimizer, rate) in SETTINGS {
        let settings = settings(optimizer, rate);
        let images = settings.data.load(None)?;
        let mut own: BTreeMap<(Verdict, &str), usize> = BTreeMap::new();
        for seed in 0..seeds {
            let folder = tempfile::tempdir()?;
            let record = trial::run(&settings, seed, &images, &mut Saver(folder.path()))?;
            let files: Vec<PathBuf> = vec![folder.path().to_owned()];
            let (answer, _) = answer(&files, &Options::default())?;
            for row in &record.filters {
                let unit = &answer.layers[row.layer as usize].units[row.filter as usize];
                let truth = truth(row, record.trial.steps);
                *own.entry((unit.verdict, truth)).or_default() += 1;
            }
        }
        let sum = |verdict: Option<Verdict>, truths: &[&str]| -> usize {
            own.iter()
                .filter(|((own, truth), _)| {
                    verdict.is_none_or(|verdict| verdict == *own) && truths.contains(truth)
                })
                .map(|(_, count)| count)
                .sum()
        };
        println!(
            "| {name} | {} | {} | {} | {} | {} |",
            sum(Some(Verdict::Dead), &TRUTHS),
            sum(Some(Verdict::Dead), &TRUTHS[..2]),
            sum(None, &TRUTHS[..1]),
            sum(Some(Verdict::Dead), &TRUTHS[..1]),
            sum(Some(Verdict::CutOffOrDead), &TRUTHS[..1]),
        );
        for (key, count) in own {
            *counts.entry(key).or_default() += count;
        }
    }
    println!("\n| verdict | {} |", TRUTHS.join(" | "));
    println!("|---|---|---|---|---|---|");
    for verdict in Verdict::ALL {
        let row = TRUTHS.map(|truth| {
            let count = counts.get(&(verdict, truth)).copied().unwrap_or(0);
            count.to_string()
        });
        println!("| {} | {} |", verdict.words(), row.join(" | "));
    }
    Ok(())
}
