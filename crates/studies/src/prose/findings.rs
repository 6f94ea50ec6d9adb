//! How the text of a template falls into an answer and findings.

use std::fmt::Write as _;

use super::numbers::MISSING;

/// A finding with a list of its own: `Intro:` and one line for each part.
pub fn listed(intro: &str, parts: impl IntoIterator<Item = String>) -> String {
    let mut text = format!("{intro}:");
    for part in parts {
        let _ = write!(text, "\n  - {part}");
    }
    text
}

/// The paragraphs and items of a Markdown text: the first, the answer, then a finding for each
/// item of a list (`- `) or paragraph. A list within an item stays in it, one line a part
/// (`\n  - part`). Broken lines are joined; a paragraph ends at an empty line or an item.
pub fn findings(rendered: &str) -> Vec<String> {
    let mut findings: Vec<String> = Vec::new();
    let mut open = false;
    for line in rendered.lines() {
        let words = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let deep = line.starts_with(' ');
        let item = words.strip_prefix("- ");
        match (item, findings.last_mut()) {
            _ if words.is_empty() => open = false,
            (Some(part), Some(last)) if deep => {
                let _ = write!(last, "\n  - {part}");
                open = true;
            }
            (Some(item), _) => {
                findings.push(item.into());
                open = true;
            }
            (None, Some(last)) if open || deep => {
                last.push(' ');
                last.push_str(&words);
                open = true;
            }
            (None, _) => {
                findings.push(words);
                open = true;
            }
        }
    }
    findings
}

/// What stands behind the sentences of a smaller or changed version that lacks what they ask for.
pub fn remark_on_missing(rendered: &str, partial: bool) -> Option<String> {
    let lacks = partial && rendered.contains(MISSING);
    lacks.then(|| format!("*{MISSING}: not available in this version.*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_comes_first_and_lists_stay_in_their_finding() {
        let text = "\nThe answer\nof two lines.\n\n- One,\n  and more:\n  - a 1%\n\n  - b,\n    2%\n\n\
                    - Two.\n";
        let expected = [
            "The answer of two lines.",
            "One, and more:\n  - a 1%\n  - b, 2%",
            "Two.",
        ];
        assert_eq!(findings(text), expected);
        assert_eq!(findings(" \n\n"), [""; 0]);
        assert_eq!(findings("- a\n\nb\nc\n"), ["a", "b c"]);
    }

    #[test]
    fn only_a_version_that_may_lack_something_says_so() {
        let said = "Of n/a networks.";
        let remark = remark_on_missing(said, true).unwrap();
        assert_eq!(remark, "*n/a: not available in this version.*");
        assert_eq!(remark_on_missing(said, false), None);
        assert_eq!(remark_on_missing("Of 4 networks.", true), None);
    }

    #[test]
    fn what_is_split_is_what_was_listed() {
        let own = listed("Shares", ["a 1%".to_owned(), "b 2%".to_owned()]);
        assert_eq!(
            findings(&format!("Answer.\n\n- {own}\n")),
            ["Answer.".to_owned(), own]
        );
    }
}
