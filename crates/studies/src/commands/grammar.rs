//! `mortality grammar`.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};
use serde::Serialize;
use studies::analysis::grammar::Grammar;
use studies::analysis::{Library, Shipped};
use studies::frames::sql::FUNCTIONS;
use studies::prose::{Language, Word, aligned, language};
use studies::schema::{self, Key};

use super::common::Output;
use super::{print, print_json};

/// Print what may stand in analysis.toml and templates: keys, shipped measures, functions
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  mortality grammar library                 shipped measures, populations, views and keys, with SQL
  mortality grammar templates               functions, filters and questions of findings.md.jinja
  mortality grammar keys                    every key of analysis.toml
  mortality grammar --json                  all of it for a program

`mortality settings` lists the settings of a trial, `mortality query STUDY` the recorded columns.")]
pub struct Arguments {
    /// One part of it; all if not said
    #[arg(value_enum, value_name = "PART")]
    part: Option<Part>,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// What is shipped: measures, populations, views, keys, special tables
    Library,
    /// The language of findings.md.jinja and captions
    Templates,
    /// The keys of analysis.toml
    Keys,
}

#[derive(Serialize)]
struct Printed {
    #[serde(skip_serializing_if = "Option::is_none")]
    library: Option<Library>,
    #[serde(skip_serializing_if = "Option::is_none")]
    templates: Option<Language>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keys: Option<Vec<Key>>,
    /// What SQL may call.
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<&'static [&'static str]>,
}

/// Prints.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let asked = |part| arguments.part.is_none_or(|own| own == part);
    let printed = Printed {
        library: asked(Part::Library).then(Library::new),
        templates: asked(Part::Templates).then(language),
        keys: asked(Part::Keys).then(|| schema::keys(&schema::of::<Grammar>())),
        sql: asked(Part::Library).then_some(&FUNCTIONS),
    };
    if arguments.output.json {
        return print_json(&printed);
    }
    let mut text = String::new();
    if let Some(own) = &printed.library {
        library(&mut text, own);
    }
    if let Some(own) = &printed.templates {
        templates(&mut text, own);
    }
    if let Some(own) = &printed.keys {
        keys(&mut text, own);
    }
    print(&text)
}

fn library(text: &mut String, library: &Library) {
    let Library {
        keys,
        populations,
        views,
        measures,
        special,
    } = library;
    for (title, all) in [
        (
            "Shipped keys: what measures are told apart by, beside factors",
            keys,
        ),
        (
            "Shipped populations: which networks have a value",
            populations,
        ),
        ("Shipped views: tables made from the recorded ones", views),
        ("Shipped measures: one number a network and key", measures),
    ] {
        let _ = writeln!(text, "{title}");
        for one in all {
            let _ = writeln!(text, "  {}{}: {}", one.name, details(one), one.words);
            let sql: Vec<&str> = one.sql.split_whitespace().collect();
            let _ = writeln!(text, "      {}", sql.join(" "));
        }
        text.push('\n');
    }
    let _ = writeln!(
        text,
        "Special tables (named under `special`): {}\nFunctions of SQL: {}; CASE, CAST, IN, LIKE, \
         BETWEEN and the usual operators.\n",
        special.join(", "),
        FUNCTIONS.join(", ")
    );
}

/// What a measure has beside its words.
fn details(one: &Shipped) -> String {
    let mut details = Vec::new();
    if !one.keys.is_empty() {
        details.push(format!("by {}", one.keys.join(", ")));
    }
    details.extend(one.population.as_ref().map(|own| format!("of {own}")));
    if let Some(statistic) = one.statistic {
        details.push(format!("{statistic:?}").to_lowercase());
    }
    if details.is_empty() {
        String::new()
    } else {
        format!(" ({})", details.join("; "))
    }
}

fn templates(text: &mut String, language: &Language) {
    let Language {
        functions,
        filters,
        questions,
        rows,
    } = language;
    for (title, words) in [
        ("Functions of templates", functions),
        ("Filters, behind `|`", filters),
        ("Questions, behind `is`", questions),
        ("Of a row, beside the columns of its table", rows),
    ] {
        let _ = writeln!(text, "{title}");
        for Word {
            written,
            meaning,
            example,
            ..
        } in words
        {
            let _ = writeln!(text, "  {written}: {meaning}\n      {example}");
        }
        text.push('\n');
    }
    text.push_str(
        "The rest is Jinja: {% if %}, {% for %}, {% set %}, {% with %}, {% macro %}, {# remark #}. \
         Examples are of the\nstudy that `mortality new` writes. A template computes nothing.\n\n",
    );
}

fn keys(text: &mut String, keys: &[Key]) {
    let _ = writeln!(
        text,
        "Keys of analysis.toml (`*`: must be said; [] each of a list)"
    );
    let rows = keys.iter().map(|key| {
        let star = if key.required { "*" } else { "" };
        vec![
            format!("{}{star}", key.path),
            key.kind.clone(),
            key.meaning.clone(),
        ]
    });
    text.push_str(&aligned(&rows.collect::<Vec<_>>()));
    for key in keys.iter().filter(|key| !key.words.is_empty()) {
        let _ = writeln!(text, "\n  {}", key.path);
        let words = key.words.iter();
        let words = words.map(|(word, meaning)| vec![format!("  {word}"), meaning.clone()]);
        text.push_str(&aligned(&words.collect::<Vec<_>>()));
    }
}
