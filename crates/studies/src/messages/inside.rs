//! A text that is a value of a TOML file, and where each of its bytes stands there.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::source::value;
use super::{At, Source};

/// A text as TOML reads it: without its quotation marks, escapes resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    /// The text.
    pub text: String,
    /// The file's bytes for the letter of each byte of the text.
    at: Vec<Range<usize>>,
    /// The byte behind it.
    end: usize,
}

impl Inside {
    /// The file's bytes for bytes of the text.
    pub fn span(&self, of: Range<usize>) -> Range<usize> {
        let start = self.at.get(of.start).map_or(self.end, |at| at.start);
        // Behind the last letter, not before what stands after an escaped line end.
        let last = of.end.checked_sub(1).filter(|last| *last >= of.start);
        let end = last.map(|last| self.at.get(last).map_or(self.end, |at| at.end));
        start..end.unwrap_or(start)
    }
}

impl Source {
    /// The text at a place of a TOML file; nothing if there is none.
    pub fn inside(&self, at: &[At<'_>]) -> Option<Inside> {
        let document = DeTable::parse(&self.text).ok()?;
        let (value, span) = value(document.into_inner(), at)?;
        let DeValue::String(text) = value else {
            return None;
        };
        let read = read(self.text.get(span.clone())?, span.start)?;
        (read.text == text.as_ref()).then_some(read)
    }
}

/// Reads a string with its quotation marks that begins at a byte of a file.
fn read(raw: &str, start: usize) -> Option<Inside> {
    for (mark, escapes) in [("\"\"\"", true), ("'''", false), ("\"", true), ("'", false)] {
        let Some(body) = raw
            .strip_prefix(mark)
            .and_then(|raw| raw.strip_suffix(mark))
        else {
            continue;
        };
        let mut skipped = mark.len();
        let mut body = body;
        if mark.len() == 3 {
            for end in ["\r\n", "\n"] {
                if let Some(rest) = body.strip_prefix(end) {
                    (body, skipped) = (rest, skipped + end.len());
                    break;
                }
            }
        }
        return decoded(body, start + skipped, escapes);
    }
    None
}

fn decoded(body: &str, start: usize, escapes: bool) -> Option<Inside> {
    let mut inside = Inside {
        text: String::with_capacity(body.len()),
        at: Vec::with_capacity(body.len()),
        end: start + body.len(),
    };
    let mut rest = body;
    while let Some(letter) = rest.chars().next() {
        let place = start + body.len() - rest.len();
        let (text, length) = match letter {
            '\\' if escapes => escaped(&rest[1..])?,
            _ => (Some(letter), 0),
        };
        let length = if length > 0 {
            1 + length
        } else {
            letter.len_utf8()
        };
        if let Some(text) = text {
            inside.text.push(text);
            inside.at.resize(inside.text.len(), place..place + length);
        }
        rest = &rest[length..];
    }
    Some(inside)
}

/// What follows a backslash: the letter, none for the end of a line, and how many bytes it takes.
fn escaped(rest: &str) -> Option<(Option<char>, usize)> {
    let first = rest.chars().next()?;
    let number = |digits: usize| {
        let code = u32::from_str_radix(rest.get(1..=digits)?, 16).ok()?;
        Some((Some(char::from_u32(code)?), 1 + digits))
    };
    match first {
        'b' => Some((Some('\u{8}'), 1)),
        't' => Some((Some('\t'), 1)),
        'n' => Some((Some('\n'), 1)),
        'f' => Some((Some('\u{c}'), 1)),
        'r' => Some((Some('\r'), 1)),
        'e' => Some((Some('\u{1b}'), 1)),
        '"' | '\\' => Some((Some(first), 1)),
        'x' => number(2),
        'u' => number(4),
        'U' => number(8),
        _ => {
            let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
            let skipped = rest.len() - trimmed.len();
            rest[..skipped].contains('\n').then_some((None, skipped))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of a value and what of the file stands for a part of it.
    fn part(file: &str, part: &str) -> (String, String) {
        let source = Source::new("a.toml", file);
        let inside = source.inside(&[At::Key("a"), At::Key("b")]).unwrap();
        let start = inside.text.find(part).unwrap();
        let span = inside.span(start..start + part.len());
        (inside.text, source.text[span].to_owned())
    }

    #[test]
    fn every_kind_of_text_is_read_and_its_parts_are_found() {
        for (value, text, same) in [
            ("\"x {{ y }}\"", "x {{ y }}", true),
            ("'x {{ y }}'", "x {{ y }}", true),
            ("\"\"\"\nx\n{{ y }}\"\"\"", "x\n{{ y }}", true),
            ("'''\nx \\ {{ y }}'''", "x \\ {{ y }}", true),
            (
                "\"\"\"\\\n  x \\\n   é\\t{{ y }}\"\"\"",
                "x é\t{{ y }}",
                true,
            ),
            ("\"\\u00e9 {{ y }}\"", "é {{ y }}", true),
            ("\"{{ \\\"y\\\" }}\"", "{{ \"y\" }}", false),
        ] {
            let file = format!("z = 1\n[a]\nb = {value} # remark\n");
            let wanted = if same { "{{ y }}" } else { "\"y\"" };
            let (read, found) = part(&file, wanted);
            assert_eq!(read, text);
            assert_eq!(found, if same { wanted } else { "\\\"y\\\"" });
        }
    }

    #[test]
    fn what_is_no_text_is_not_inside() {
        let source = Source::new("a.toml", "a = 1\nb = \"\"\n");
        assert_eq!(source.inside(&[At::Key("a")]), None);
        assert_eq!(source.inside(&[At::Key("c")]), None);
        let empty = source.inside(&[At::Key("b")]).unwrap();
        assert_eq!((empty.text.as_str(), empty.span(0..0)), ("", 11..11));
    }
}
