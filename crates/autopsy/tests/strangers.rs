//! The answers to strangers' runs against what a right answer says of them.
//!
//! The runs are in `MORTALITY_SHARED/data/strangers`; where that is absent the test says so and
//! passes. `cargo run --example strangers` prints the table.

#[path = "../examples/strangers/score.rs"]
mod score;

use std::env;
use std::path::PathBuf;

use autopsy::answer::answer;
use autopsy::history::Options;
use serde_json::Value;

/// Of 26, as many as were right when this was written.
const RIGHT: usize = 25;

#[test]
fn strangers_runs() {
    let Some(shared) = env::var_os("MORTALITY_SHARED").map(PathBuf::from) else {
        println!("skipped: no MORTALITY_SHARED");
        return;
    };
    let text = include_str!("strangers.json");
    let expected: serde_json::Map<String, Value> = serde_json::from_str(text).unwrap();
    let mut right = 0;
    for (name, expected) in expected.iter().filter(|(name, _)| *name != "about") {
        let folder = shared.join("data/strangers").join(name);
        let told = match answer(&[folder], &Options::default()) {
            Ok((answer, _)) => serde_json::to_value(answer).unwrap(),
            Err(problem) => {
                println!("{name}: refused: {problem}");
                continue;
            }
        };
        let fits = score::is_right(&told, expected);
        println!(
            "{name}: {} {}{}",
            told["answer"]["code"],
            score::places(&told["answer"]),
            if fits { "" } else { " (not right)" }
        );
        right += usize::from(fits);
        // Whatever is said, no unit is called dead that is not.
        assert_eq!(score::falsely_dead(&told, expected), 0, "{name}");
        // Nobody is told that nothing is to be done where most weights stand still for another
        // reason than that somebody froze them.
        let weights = &told["weights"];
        let [unchanged, all] = ["unchanged", "all"].map(|key| weights[key].as_f64().unwrap());
        let act = told["answer"]["do"].as_str().unwrap();
        assert!(
            2.0 * unchanged <= all || !act.starts_with("nothing"),
            "{name}: {act}"
        );
    }
    println!("{right} of {} right", expected.len() - 1);
    assert!(right >= RIGHT);
}
