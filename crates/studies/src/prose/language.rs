//! The words of the language of templates: functions, filters, questions, and what a row has.
//!
//! Each list is the one from which the words are made known to templates and refused where they are
//! others, so that what is printed of them is what there is.

use std::sync::Arc;

use minijinja::Environment;
use serde::Serialize;

use super::page::Page;
use super::{filters, functions, questions, row};

/// A word of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Word {
    /// The word.
    pub name: &'static str,
    /// How it is written.
    pub written: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// One use, in the study that `mortality new` writes.
    pub example: &'static str,
}

/// A word and how templates get it.
pub(super) struct Entry {
    pub(super) word: Word,
    pub(super) register: fn(&mut Environment<'static>, &'static str, Arc<Page>),
}

/// The names of a list of words.
pub(super) const fn names<const N: usize>(entries: &[Entry; N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut at = 0;
    while at < N {
        names[at] = entries[at].word.name;
        at += 1;
    }
    names
}

/// Makes a list of words known.
pub(super) fn register(
    entries: &[Entry],
    environment: &mut Environment<'static>,
    page: &Arc<Page>,
) {
    for Entry { word, register } in entries {
        register(environment, word.name, page.clone());
    }
}

/// All words of templates.
#[derive(Clone, Debug, Serialize)]
pub struct Language {
    /// What a template asks for.
    pub functions: Vec<Word>,
    /// How it is shown, behind `|`.
    pub filters: Vec<Word>,
    /// What is asked of a number and its interval, behind `is`.
    pub questions: Vec<Word>,
    /// What a row has beside the columns of its table.
    pub rows: Vec<Word>,
}

/// The language of `findings.md.jinja` and captions.
pub fn language() -> Language {
    let words = |entries: &[Entry]| entries.iter().map(|entry| entry.word).collect();
    Language {
        functions: words(&functions::ALL),
        filters: words(&filters::ALL),
        questions: words(&questions::ALL),
        rows: row::ALL.to_vec(),
    }
}
