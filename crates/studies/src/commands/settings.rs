//! `mortality settings`.

use std::fmt::Write as _;

use clap::Args;
use studies::prose::aligned;
use studies::settings::{Setting, settings};

use super::common::Output;
use super::{print, print_json};

/// List every setting of a trial: what --set and grids may name
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mortality settings                        path, type, default, example and meaning of each
  mortality settings schedule               those of the schedule
  mortality settings --json                 the same for a program

In study.toml they stand under [base], and in quotes as keys of [arms.grid] and [arms.set]; on the \
command line: --set schedule.epochs=5.")]
pub struct Arguments {
    /// Only paths that begin so
    #[arg(value_name = "PATH")]
    path: Option<String>,
    #[command(flatten)]
    output: Output,
}

/// Prints.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let start = arguments.path.as_deref().unwrap_or_default();
    let all = settings();
    let shown: Vec<&Setting> = all
        .iter()
        .filter(|own| own.key.path.starts_with(start))
        .collect();
    if shown.is_empty() {
        let names = all.iter().map(|own| own.key.path.as_str());
        let near = studies::messages::nearest(start, names);
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        anyhow::bail!("no setting begins with `{start}`{near}");
    }
    if arguments.output.json {
        return print_json(&shown);
    }
    let header = ["path", "type", "default", "example"]
        .map(str::to_owned)
        .to_vec();
    let mut rows = vec![header];
    for Setting { key, example } in &shown {
        let default = match &key.default {
            Some(value) => value.to_string(),
            None if key.required => "must be said".into(),
            None => "none".into(),
        };
        rows.push(vec![
            key.path.clone(),
            key.kind.clone(),
            default,
            example.clone(),
        ]);
    }
    let mut text = String::new();
    let table = aligned(&rows);
    let mut lines = table.lines();
    let _ = writeln!(text, "{}", lines.next().unwrap_or_default());
    let mut before: Option<&(String, String)> = None;
    for (line, Setting { key, .. }) in lines.zip(shown) {
        if let Some(with) = key.with.as_ref().filter(|with| before != Some(with)) {
            let _ = writeln!(text, "  with {} = {}:", with.0, with.1);
        }
        before = key.with.as_ref();
        let _ = writeln!(text, "{line}\n      {}", key.meaning);
        for (word, meaning) in &key.words {
            let _ = writeln!(text, "        {word}: {meaning}");
        }
    }
    print(&text)
}
