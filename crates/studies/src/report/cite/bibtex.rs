//! A figure as an entry of BibTeX.

use std::fmt::Write as _;

use super::latex::{markdown, text};
use super::{Citation, released};
use crate::provenance::Cited;

impl Citation {
    /// The entry. Its title keeps its capitals.
    pub fn bibtex(&self) -> String {
        let Cited { figure, provenance } = &self.cited;
        let of = format!(
            "Figure `{figure}` of the study `{}`, mortality {}",
            provenance.study, provenance.version
        );
        let mut fields = vec![
            ("title", format!("{{{}}}", text(&self.title))),
            ("howpublished", markdown(&of)),
            ("note", text(&capital(&self.details()))),
        ];
        match self.author() {
            Some(author) => {
                fields.insert(0, ("author", format!("{{{author}}}")));
                fields.insert(2, ("year", released()[0].into()));
            }
            // Under what a list without authors is sorted.
            None => fields.push(("key", text(&provenance.study))),
        }
        let mut entry = format!("@misc{{{},\n", self.key());
        for (name, value) in fields {
            let _ = writeln!(entry, "  {name} = {{{value}}},");
        }
        entry + "}\n"
    }
}

/// With a capital at the beginning.
fn capital(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(rest).collect()
}
