//! The answers to strangers' runs beside what a right answer says:
//! `cargo run --release -p autopsy --example strangers -- FOLDER [PROGRAM]`.
//!
//! Prints the table of the README: for each of the folders of `tests/strangers.json` the code and
//! the places that are expected, those given, the answer's first sentence, and whether both are
//! right. With PROGRAM, `PROGRAM autopsy FOLDER --json` answers, otherwise this library.

mod score;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use autopsy::answer::answer;
use autopsy::history::Options;
use score::{is_right, places};
use serde_json::Value;

/// What an answer says, as JSON, or the error.
fn ask(folder: &Path, program: Option<&str>) -> Result<Value, String> {
    let text = |error: &dyn Error| error.to_string();
    let Some(program) = program else {
        let given = answer(&[folder.to_owned()], &Options::default());
        let (answer, _) = given.map_err(|error| text(&error))?;
        return serde_json::to_value(answer).map_err(|error| text(&error));
    };
    let mut command = Command::new(program);
    let command = command.arg("autopsy").arg(folder).arg("--json");
    let output = command.output().map_err(|error| text(&error))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| text(&error))
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = PathBuf::from(
        arguments
            .first()
            .ok_or("give the folder of strangers' runs")?,
    );
    let expected: Value = serde_json::from_str(include_str!("../../tests/strangers.json"))?;
    let (mut right, mut all) = (0, 0);
    println!("| run | expected | given | first sentence | right |\n|---|---|---|---|---|");
    for (name, expected) in expected.as_object().into_iter().flatten() {
        if name == "about" {
            continue;
        }
        all += 1;
        let told = ask(&folder.join(name), arguments.get(1).map(String::as_str));
        let (given, sentence, right_one) = match &told {
            Err(problem) => ("refused".to_owned(), problem.clone(), false),
            Ok(told) => {
                let answer = &told["answer"];
                let code = answer["code"].as_str().unwrap_or_default();
                let sentence = answer["sentence"].as_str().unwrap_or_default();
                (
                    format!("`{code}` {}", places(answer)),
                    sentence.to_owned(),
                    is_right(told, expected),
                )
            }
        };
        right += usize::from(right_one);
        let root = format!("{}/", folder.display());
        println!(
            "| {name} | `{}` {} | {given} | {} | {} |",
            expected["code"].as_str().unwrap_or_default(),
            places(expected),
            sentence
                .replace(&root, "")
                .replace('|', "\\|")
                .replace('\n', " "),
            if right_one { "yes" } else { "no" },
        );
    }
    println!("\n{right} of {all} right.");
    Ok(())
}
