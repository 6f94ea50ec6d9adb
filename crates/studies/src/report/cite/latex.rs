//! Text and Markdown as LaTeX, and the figure's environment.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::Citation;
use super::symbols::{special, symbol};

/// Columns of a line.
const WIDTH: usize = 98;

/// Plain text as LaTeX prints it. Letters that every LaTeX of today reads stay as they are.
pub(super) fn text(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len());
    let mut open = false;
    for character in plain.chars() {
        if character == '"' {
            let before = plain_end(&out);
            open = !open && before.is_none_or(|c| c.is_whitespace() || "([{~".contains(c));
            add(&mut out, if open { "``" } else { "''" });
        } else if character.is_whitespace() && symbol(character).is_none() {
            out.push(' ');
        } else if let Some(written) = special(character).or_else(|| symbol(character)) {
            add(&mut out, written);
        } else if !character.is_control() {
            add(&mut out, character.encode_utf8(&mut [0; 4]));
        }
    }
    out
}

fn plain_end(out: &str) -> Option<char> {
    out.chars().next_back()
}

/// Adds what is printed by itself: two hyphens, quotes or commas in a row would become one sign, and
/// so would a quote behind a question.
fn add(out: &mut String, written: &str) {
    let pairs = ["--", "''", "``", ",,", "?`", "!`"];
    if let (Some(before), Some(first)) = (plain_end(out), written.chars().next())
        && pairs.contains(&&*String::from_iter([before, first]))
    {
        out.push_str("{}");
    }
    out.push_str(written);
}

/// Text that is not printed but handed on, such as alt text: only what LaTeX would take for
/// something else is written otherwise.
pub(super) fn handed_on(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len());
    for character in plain.chars() {
        match special(character) {
            Some(written) => out.push_str(written),
            None if character.is_whitespace() => out.push(' '),
            None if character.is_control() => {}
            None => out.push(character),
        }
    }
    out
}

/// Markdown as LaTeX in one paragraph, as captions are: emphasis, code and links, of all else the
/// text.
pub(super) fn markdown(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    for event in Parser::new(source) {
        match event {
            Event::Start(Tag::Strong) => out.push_str(r"\textbf{"),
            Event::Start(Tag::Emphasis) => out.push_str(r"\emph{"),
            Event::End(TagEnd::Strong | TagEnd::Emphasis) => out.push('}'),
            Event::Code(code) => {
                out.push_str(r"\texttt{");
                out.push_str(&text(&code));
                out.push('}');
            }
            Event::Text(plain) | Event::Html(plain) | Event::InlineHtml(plain) => {
                // An event may end within a word: `a--b` is three of them.
                let plain = text(&plain);
                add(&mut out, &plain);
            }
            Event::SoftBreak
            | Event::HardBreak
            | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_)) => out.push(' '),
            _ => {}
        }
    }
    out.trim_end().to_owned()
}

/// Breaks lines at spaces, so that a file can be read; LaTeX takes a line's end for a space.
fn wrapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            out.push_str("\n    ");
            column = 4;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

impl Citation {
    /// A ready `figure` environment: the picture no wider than printed or than there is room, alt
    /// text, caption with the citation, label.
    pub fn latex(&self) -> String {
        let (name, key) = (&self.cited.figure, self.key());
        let study = &self.cited.provenance.study;
        let licence = self.cited.provenance.licence;
        let licence = licence.map_or_else(String::new, |own| format!(" Picture: {}.", own.name()));
        let commit = self.commit.as_ref();
        let commit = commit.map_or_else(String::new, |own| format!(" Commit {own}."));
        // What is wider than a column of two stands across both; with one column it is the same.
        let environment = if self.width > 100.0 {
            "figure*"
        } else {
            "figure"
        };
        let width = self.width;
        let mut caption = markdown(&self.caption);
        if caption.is_empty() {
            caption = text(&self.title);
        }
        format!(
            "% Figure {name} of the study {study}.{licence}{commit}\n\
             % Preamble: \\usepackage{{graphicx}}, \\graphicspath{{{{folder of {name}.pdf/}}}}. \
             Entry: {name}.bib.\n\
             \\begin{{{environment}}}\n  \\centering\n  \
             \\includegraphics[width=\\ifdim\\linewidth<{width}mm \\linewidth\\else {width}mm\\fi,\n    \
             alt={{{alt}}}]{{{name}.pdf}}\n  \
             \\caption[{{{title}}}]{{{caption}}}\n  \
             \\label{{fig:{label}}}\n\
             \\end{{{environment}}}\n",
            alt = wrapped(&handed_on(&self.alt)),
            title = text(&self.title),
            caption = wrapped(&format!("{caption} \\cite{{{key}}}")),
            label = key.trim_start_matches("mortality-"),
        )
    }
}
