//! The answers to strangers' runs beside what a right answer says:
//! `cargo run --release -p autopsy --example strangers -- FOLDER [PROGRAM]`.
//!
//! Prints the table of the README: for each of the folders of `tests/strangers.json` the code and
//! the places that are expected, those given, the answer's first sentence, and whether both are
//! right. With PROGRAM, `PROGRAM autopsy FOLDER --json` answers, otherwise this library.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use autopsy::answer::answer;
use autopsy::history::Options;
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

fn numbers(value: &Value) -> BTreeSet<u64> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect()
}

/// Units that are called dead and are not among those expected.
fn falsely_dead(given: &Value, expected: &Value) -> usize {
    let layers = given["layers"].as_array().into_iter().flatten();
    let mut wrong = 0;
    for layer in layers.filter(|layer| layer["is_output"] != true) {
        let known = numbers(&expected["units"][layer["name"].as_str().unwrap_or_default()]);
        let units = layer["units"].as_array().into_iter().flatten();
        let dead = units.filter(|unit| unit["verdict"] == "dead");
        wrong += dead
            .filter(|unit| {
                unit["unit"]
                    .as_u64()
                    .is_some_and(|unit| !known.contains(&unit))
            })
            .count();
    }
    if expected["of"] == "units" && expected["code"] == "dead-units" {
        // Only how many is known.
        wrong.saturating_sub(expected["count"].as_u64().unwrap_or(0) as usize)
    } else {
        wrong
    }
}

/// What is expected or given, in words.
fn places(value: &Value) -> String {
    if let Some(units) = value["units"].as_object().filter(|units| !units.is_empty()) {
        let layers = units.iter().map(|(layer, units)| {
            let units = numbers(units)
                .iter()
                .map(u64::to_string)
                .collect::<Vec<_>>();
            format!("{layer}: {}", units.join(" "))
        });
        return layers.collect::<Vec<_>>().join("; ");
    }
    match (&value["count"], &value["of"]) {
        (Value::Number(count), Value::String(of)) if count.as_u64() != Some(0) => {
            format!("{count} {of}")
        }
        _ => value["tensors"]
            .as_array()
            .map_or_else(String::new, |tensors| {
                let names = tensors.iter().filter_map(Value::as_str);
                names.collect::<Vec<_>>().join(", ")
            }),
    }
}

/// Whether the places given are those expected.
fn places_are_right(given: &Value, expected: &Value) -> bool {
    let tensors = |value: &Value| -> BTreeSet<String> {
        let names = value["tensors"].as_array().into_iter().flatten();
        names
            .filter_map(|own| own.as_str().map(str::to_owned))
            .collect()
    };
    if expected.get("tensors").is_some() && tensors(given) != tensors(expected) {
        return false;
    }
    if let Some(units) = expected["units"].as_object() {
        let given = given["units"].as_object().cloned().unwrap_or_default();
        let same = |layer: &String| given.get(layer).map(numbers) == units.get(layer).map(numbers);
        if given.len() != units.len() || !units.keys().all(same) {
            return false;
        }
    }
    expected
        .get("count")
        .is_none_or(|count| given["count"] == *count && given["of"] == expected["of"])
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = PathBuf::from(
        arguments
            .first()
            .ok_or("give the folder of strangers' runs")?,
    );
    let expected: Value = serde_json::from_str(include_str!("../tests/strangers.json"))?;
    let (mut right, mut all) = (0, 0);
    println!("| run | expected | given | first sentence | right |\n|---|---|---|---|---|");
    for (name, expected) in expected.as_object().into_iter().flatten() {
        if name == "about" {
            continue;
        }
        all += 1;
        let told = ask(&folder.join(name), arguments.get(1).map(String::as_str));
        let (given, sentence, is_right) = match &told {
            Err(problem) => ("refused".to_owned(), problem.clone(), false),
            Ok(told) => {
                let answer = &told["answer"];
                let fits = answer["code"] == expected["code"]
                    && places_are_right(answer, expected)
                    && falsely_dead(told, expected) == 0;
                let code = answer["code"].as_str().unwrap_or_default();
                let sentence = answer["sentence"].as_str().unwrap_or_default();
                (
                    format!("`{code}` {}", places(answer)),
                    sentence.to_owned(),
                    fits,
                )
            }
        };
        right += usize::from(is_right);
        let root = format!("{}/", folder.display());
        println!(
            "| {name} | `{}` {} | {given} | {} | {} |",
            expected["code"].as_str().unwrap_or_default(),
            places(expected),
            sentence
                .replace(&root, "")
                .replace('|', "\\|")
                .replace('\n', " "),
            if is_right { "yes" } else { "no" },
        );
    }
    println!("\n{right} of {all} right.");
    Ok(())
}
