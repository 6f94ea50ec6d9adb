//! A hundred thousand trials, each of microseconds: what they take. Takes minutes, and prints
//! figures: `cargo test --release --test program -- --ignored --nocapture a_hundred_thousand`,
//! or with `--profile sweep` in place of `--release`.

use std::fs;
use std::path::Path;
use std::time::Instant;

use crate::place::{Place, said};

/// 40 rates, 25 momenta and 100 seeds, with 80 filters each; networks are looked at and not trained.
const STUDY: &str = r#"
name = "many"
question = "Can a folder hold a hundred thousand trials?"
sentence = "a folder a trial is enough"
source = "nobody"

[base]
architecture = ["conv 80 1x1", "relu", "global_average_pool", "linear 2"]
data = { set = "gratings", images = 10, size = [2, 2], classes = 2, noise = 0.2, seed = 1 }
optimizer = { kind = "sgd", momentum = 0.9 }
schedule = { learning_rate = 0.1, batch_size = 8, epochs = 0, annealed_epochs = 0 }

[[arms]]
name = "all"
replicates = 100
[arms.grid]
"schedule.learning_rate" = RATES
"optimizer.momentum" = MOMENTA

[quick]
replicates = 2

[[predictions]]
id = "few-dead"
kind = "primary"
sentence = "At most half of the filters are dead."
source = "a guess"
estimate = "dead"
claim = { at_most = 0.5 }
minimum_replicates = 5
"#;

const ANALYSIS: &str = r#"
grammar = 1

[factors.learning_rate]
words = "Rate."

[factors.momentum]
words = "Momentum."

[tables.cells]
words = "One row a cell and measure."
by = ["learning_rate", "momentum"]
measures = ["dead_filters", "silent_filters", "held_out_accuracy", "working"]

[[estimates]]
name = "dead"
words = "Share of dead filters."
mean = "dead_filters"
where = { learning_rate = 0.001, momentum = 0.0 }
"#;

const TRIALS: usize = 100_000;

#[test]
#[ignore = "takes minutes"]
fn a_hundred_thousand_trials_are_few_files() {
    let place = Place::new();
    let list = |number: u32, of: f64| {
        let all = (0..number).map(|at| format!("{}", f64::from(at) / of));
        format!("[{}]", all.collect::<Vec<_>>().join(", "))
    };
    let rates = list(41, 1000.0).replacen("0, ", "", 1);
    let momenta = list(25, 100.0).replacen('0', "0.0", 1);
    let study = STUDY.replace("RATES", &rates);
    let study = study.replace("MOMENTA", &momenta);
    fs::create_dir(place.path("many")).unwrap();
    for (file, text) in [("study.toml", &*study), ("analysis.toml", ANALYSIS)] {
        fs::write(place.path("many").join(file), text).unwrap();
    }
    let timed = |arguments: &[&str]| {
        let begun = Instant::now();
        let output = place.run(arguments);
        assert!(output.status.success(), "{}", said(&output));
        let seconds = begun.elapsed().as_secs_f64();
        println!("{seconds:8.2} s  {arguments:?}");
        (seconds, String::from_utf8(output.stdout).unwrap())
    };
    timed(&["run", "many", "--shard", "1/2"]);
    timed(&["run", "many", "--limit-seconds", "600"]);
    let (files, folders) = counted(&place.path("results"));
    println!("{files} files in {folders} folders");
    assert!(files + folders < 2000);
    let (seconds, listed) = timed(&["list", "many"]);
    assert!(listed.contains(&format!("{TRIALS} of {TRIALS} trials done")));
    let (dry, told) = timed(&["run", "many", "--dry-run"]);
    assert!(told.contains("0 to run"), "{told}");
    timed(&["list"]);
    timed(&["figures", "many", "--limit-seconds", "600"]);
    let sum = "SELECT COUNT(*) AS filters, SUM(dead_at_end) AS dead FROM filters";
    let (_, answer) = timed(&["query", "many", sum]);
    assert!(answer.contains("8000000"), "{answer}");
    assert!(seconds < 2.0 && dry < 2.0, "{seconds} {dry}");
}

/// Files and folders below a folder.
fn counted(folder: &Path) -> (usize, usize) {
    let (mut files, mut folders) = (0, 0);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let below = counted(&path);
            files += below.0;
            folders += below.1 + 1;
        } else {
            files += 1;
        }
    }
    (files, folders)
}
