//! Sentences of Markdown, and how many words and numbers a reader has to take in of each.

use super::levels::Levels;
use super::numbers::{digit, name, number};

/// What ends with a dot and ends no sentence.
const SHORT: [&str; 5] = ["al.", "e.g.", "i.e.", "vs.", "no."];

/// What a sentence asks of its reader.
#[derive(Debug, PartialEq)]
pub struct Counted {
    pub words: usize,
    pub numbers: Vec<String>,
}

/// Text without its marks: links are their words, code is one word, a minus is a hyphen.
pub fn plain(markdown: &str) -> String {
    let parts = markdown.split('`').enumerate();
    let mut text: String = parts
        .map(|(part, text)| if part % 2 == 1 { "CODE" } else { text })
        .collect();
    while let Some(middle) = text.find("](") {
        let (before, after) = (&text[..middle], &text[middle + 2..]);
        let (before, words) = before.rsplit_once('[').unwrap_or((before, ""));
        let (_, after) = after.split_once(')').unwrap_or(("", after));
        text = format!("{before}{words}{after}");
    }
    let text = text.replace('\u{2212}', "-").replace(['*', '_'], "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The sentences of plain text. A dot ends one outside of brackets, if a new one can begin there.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, sign) in text.char_indices() {
        match sign {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let (before, after) = text.split_at(at + sign.len_utf8());
        let ended = before
            .trim_end_matches(['"', ')'])
            .ends_with(['.', '!', '?']);
        if ended && depth == 0 && begins(after) && !abbreviated(before) {
            found.push(text[start..before.len()].trim());
            start = before.len();
        }
    }
    found.push(text[start..].trim());
    found.retain(|sentence| !sentence.is_empty());
    found
}

/// Whether white space follows, and then what a sentence begins with.
fn begins(after: &str) -> bool {
    let Some(next) = after.strip_prefix(' ') else {
        return false;
    };
    let number = next.strip_prefix('-').unwrap_or(next);
    next.starts_with(['"', '(']) || next.starts_with(char::is_uppercase) || digit(number)
}

fn abbreviated(before: &str) -> bool {
    let word = before.rsplit([' ', '(']).next().unwrap_or(before);
    let initial = word.len() == 2 && word.starts_with(|sign: char| sign.is_ascii_uppercase());
    SHORT.contains(&word) || initial && word.ends_with('.')
}

/// The words and numbers of a sentence.
pub fn counted(sentence: &str, levels: &Levels) -> Counted {
    let (mut words, mut numbers) = (String::new(), Vec::new());
    let mut at = 0;
    while let Some(sign) = sentence[at..].chars().next() {
        let (before, text) = sentence.split_at(at);
        if let Some(rest) = number(before, text) {
            at = sentence.len() - rest.len();
            numbers.push(text[..text.len() - rest.len()].to_owned());
            words.push_str("NUM");
            if let Some(rest) = name(before, text, levels) {
                at = sentence.len() - rest.len();
                numbers.pop();
            }
        } else {
            words.push(sign);
            at += sign.len_utf8();
        }
    }
    let words = words.split(' ');
    let words = words
        .filter(|word| word.contains(char::is_alphanumeric))
        .count();
    Counted { words, numbers }
}

#[test]
fn sentences_end_where_one_can_begin() {
    let text = "Is it? \"Yes.\" 3 of Lu et al. So A. Rister (who? Both. Yes) e.g. One is 0.5. then \
                **No.** (End.) `x` is.";
    let text = plain(text);
    let expected = [
        "Is it?",
        "\"Yes.\"",
        "3 of Lu et al. So A. Rister (who? Both. Yes) e.g. One is 0.5. then No.",
        "(End.)",
        "CODE is.",
    ];
    assert_eq!(sentences(&text), expected);
}
