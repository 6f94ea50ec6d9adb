//! What READMEs say is short enough to be taken in: words, sentences and numbers are counted.
//!
//! Counted are the findings of each study (answers, the line in italics that says on what they
//! rest, items) and the parts of the workspace's README that `mortality figures` writes. What is
//! written by hand is held to the length of sentences.

mod levels;
mod limits;
mod numbers;
mod parts;
mod sentences;

use std::fs;
use std::path::Path;

use levels::Levels;
use parts::{Block, Part, is_italic, is_item, parts};
use sentences::{counted, plain, sentences};

/// Words of a sentence, or of a clause in italics.
const SENTENCE: usize = 35;
/// Words of an answer that stands alone.
const ANSWER: usize = 60;
/// Words of an answer on the first screen, or of one of several.
const SHORT_ANSWER: usize = 40;
/// Numbers of a sentence or item, and of a whole short answer.
const NUMBERS: usize = 3;
const ITEMS: usize = 10;
/// Lines of the workspace's README that are seen first.
const SCREEN: usize = 40;

/// All that is too long, each with its place.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn at_most(&mut self, place: &str, text: &str, is: usize, limit: usize, what: &str) {
        if is > limit {
            let fault = format!("{place}: {is} {what}, at most {limit}:\n    {text}");
            self.0.push(fault);
        }
    }

    fn numbers(&mut self, place: &str, text: &str, numbers: &[String]) {
        let what = format!("numbers ({})", numbers.join(", "));
        self.at_most(place, text, numbers.len(), NUMBERS, &what);
    }

    /// Of each sentence the words, and the numbers if levels say which are none.
    fn sentences(&mut self, place: &str, text: &str, levels: Option<&Levels>) {
        let none = Levels::default();
        for sentence in sentences(text) {
            let counted = counted(sentence, levels.unwrap_or(&none));
            self.at_most(
                place,
                sentence,
                counted.words,
                SENTENCE,
                "words in a sentence",
            );
            if levels.is_some() {
                self.numbers(place, sentence, &counted.numbers);
            }
        }
    }

    fn answer(&mut self, place: &str, block: &Block, short: bool, levels: &Levels) {
        let text = plain(without_question(&block.text));
        let all = counted(&text, levels);
        let limit = if short { SHORT_ANSWER } else { ANSWER };
        self.at_most(place, &text, all.words, limit, "words");
        if short {
            self.numbers(place, &text, &all.numbers);
        }
        self.sentences(place, &text, Some(levels));
    }

    /// Answers, the line in italics and items of a part that was not written by hand.
    fn findings(&mut self, file: &str, part: &Part, levels: &Levels) {
        let place = format!("{file}:{}, {}", part.line, part.name);
        let is_answer = |block: &&Block| !is_italic(&block.text) && !is_item(&block.text);
        let answers = part.blocks.iter().take_while(is_answer).count();
        let first_screen = !file.contains('/') && part.line <= SCREEN;
        let short = first_screen || answers > 1;
        let (mut items, mut italics) = (0, 0);
        for (index, block) in part.blocks.iter().enumerate() {
            let place = format!("{file}:{}, {}", block.line, part.name);
            if index < answers {
                self.answer(
                    &format!("{place}, answer {}", index + 1),
                    block,
                    short,
                    levels,
                );
            } else if is_italic(&block.text) {
                italics += 1;
                for clause in plain(&block.text).split(';') {
                    self.sentences(&format!("{place}, in italics"), clause.trim(), None);
                }
            } else {
                items += 1;
                let (place, text) = (format!("{place}, item {items}"), plain(&block.text));
                let text = text.strip_prefix("- ").unwrap_or(&text);
                self.at_most(&place, text, sentences(text).len(), 1, "sentences");
                self.sentences(&place, text, Some(levels));
            }
        }
        self.at_most(&place, "", items, ITEMS, "items");
        // A study that was not run yet says nothing.
        if answers == 0 && !part.blocks.is_empty() {
            self.0
                .push(format!("{place}: no answer before the line in italics"));
        }
        if items > 0 && italics == 0 {
            self.0
                .push(format!("{place}: no line in italics before the items"));
        }
    }
}

/// An answer without the question in bold that it begins with.
fn without_question(text: &str) -> &str {
    let bold = text
        .strip_prefix("**")
        .and_then(|text| text.split_once("?**"));
    bold.map_or(text, |(_, answer)| answer)
}

/// All that is too long in a README; `levels` are those of a part's study.
fn faults(
    file: &str,
    text: &str,
    levels: impl Fn(&str) -> Result<Levels, String>,
) -> Result<Vec<String>, String> {
    let mut found = Faults::default();
    for part in parts(text) {
        // How a figure is cited is no prose.
        if part.name.starts_with("cite ") {
            continue;
        }
        if !part.name.is_empty() {
            found.findings(file, &part, &levels(&part.name)?);
            continue;
        }
        for block in &part.blocks {
            let text = plain(&block.text);
            let text = text.strip_prefix("- ").unwrap_or(&text);
            found.sentences(&format!("{file}:{}", block.line), text, None);
        }
    }
    Ok(found.0)
}

/// The same of all READMEs of a workspace.
fn faults_of(workspace: &Path) -> Result<Vec<String>, String> {
    let read = |path: &Path| {
        fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let studies = workspace.join("studies");
    // Findings in the workspace's README are called by their study, those in its own `findings`.
    let all = read(&workspace.join("README.md"))?;
    let mut found = faults("README.md", &all, |part| Levels::of(&studies, part))?;
    let folders =
        fs::read_dir(&studies).map_err(|error| format!("{}: {error}", studies.display()))?;
    let mut names: Vec<_> = folders.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    for name in names.iter().filter_map(|name| name.to_str()) {
        let file = studies.join(name).join("README.md");
        if file.exists() {
            let place = format!("studies/{name}/README.md");
            found.extend(faults(&place, &read(&file)?, |_| {
                Levels::of(&studies, name)
            })?);
        }
    }
    Ok(found)
}

#[test]
fn readmes_are_short() {
    let found = faults_of(&crate::workspace()).unwrap_or_else(|error| panic!("{error}"));
    let all = found.join("\n");
    assert!(
        found.is_empty(),
        "{} places are too long:\n{all}",
        found.len()
    );
}
