//! How a figure is cited: in words, as BibTeX, as CSL-JSON and as a LaTeX environment; and what
//! stands beside it.
//!
//! All of it follows from the picture and its caption, so that it can be told again from the
//! published files ([`read`]).

mod bibtex;
mod csl;
mod latex;
mod read;
mod symbols;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

pub use read::{figures, read};

use crate::figures::Figure;
use crate::provenance::{AUTHORS, Amended, Cited, Data, short};

/// What stands in the repository of how the program is cited.
const CITATION: &str = include_str!("../../../../CITATION.cff");

/// What is in front of the alt text in a caption's file.
const ALT: &str = "\n\nAlt text: ";

/// A figure as it is cited.
#[derive(Clone, Debug, PartialEq)]
pub struct Citation {
    /// Which figure, and where its numbers come from.
    pub cited: Cited,
    /// Its title in one line.
    pub title: String,
    /// What is to be seen, in words.
    pub alt: String,
    /// Its caption in Markdown.
    pub caption: String,
    /// Its width on paper in millimetres.
    pub width: f64,
    /// The commit that its file is of, where there is one.
    pub commit: Option<String>,
}

impl From<&Figure> for Citation {
    fn from(figure: &Figure) -> Self {
        Self {
            cited: figure.cited.clone(),
            title: figure.title.clone(),
            alt: figure.alt.clone(),
            caption: figure.caption.clone(),
            width: figure.width,
            commit: None,
        }
    }
}

impl Citation {
    /// In words, for a list of references; Markdown.
    pub fn text(&self) -> String {
        let mut text = String::new();
        if self.author().is_some() {
            let _ = write!(text, "{AUTHORS} ({}). ", released()[0]);
        }
        let Cited { figure, provenance } = &self.cited;
        let _ = write!(
            text,
            "{title}. Figure `{figure}` of the study `{study}`, mortality {version}; {details}.",
            title = self.title.trim_end_matches('.'),
            study = provenance.study,
            version = provenance.version,
            details = self.details(),
        );
        text
    }

    /// The file beside the picture: caption, alt text, and how the figure is cited.
    pub fn markdown(&self) -> String {
        let name = &self.cited.figure;
        let licence = self.cited.provenance.licence;
        let licence = licence.map_or_else(String::new, |own| {
            format!(" Licence of the picture: [{}]({}).", own.name(), own.text())
        });
        format!(
            "{caption}{ALT}{alt}\n\nFor LaTeX: [{name}.tex]({name}.tex), [{name}.bib]({name}.bib).\
             {licence}\n\n{text}\n",
            caption = self.caption.trim(),
            alt = self.alt,
            text = self.text(),
        )
    }

    /// What it was made of, so that it can be made again.
    fn details(&self) -> String {
        let own = &self.cited.provenance;
        let mut text = format!("specification {}", short(&own.spec));
        for (at, Amended { digest, .. }) in own.amendments.iter().enumerate() {
            let _ = write!(text, ", amendment {} {}", at + 1, short(digest));
        }
        for (name, digest) in [("lock", &own.lock), ("analysis", &own.analysis)] {
            if !digest.is_empty() {
                let _ = write!(text, ", {name} {}", short(digest));
            }
        }
        for Data { set, digest } in &own.data {
            let _ = write!(text, ", images of {set} {}", short(digest));
        }
        let _ = write!(
            text,
            ", seed {}, {} trials, results {}",
            own.seed,
            own.trials,
            short(&own.results)
        );
        if let Some(versions) = own.versions {
            let (numerics, records) = (versions.numerics, versions.records);
            let _ = write!(text, ", numerics {numerics}, records {records}");
        }
        if let Some(commit) = &self.commit {
            let _ = write!(text, ", commit {}", short(commit));
        }
        if !own.changes.is_empty() {
            text.push_str("; not as published");
        }
        if let Some(licence) = own.licence {
            let _ = write!(text, "; {}", licence.name());
        }
        text
    }

    /// By whom the picture is: of somebody's own study that is not ours to say.
    fn author(&self) -> Option<&'static str> {
        self.cited.provenance.licence.map(|_| AUTHORS)
    }

    /// Under what documents refer to it.
    fn key(&self) -> String {
        let Cited { figure, provenance } = &self.cited;
        let words = format!("mortality-{}-{figure}", provenance.study);
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        words.chars().map(plain).collect()
    }
}

/// Year, month and day of this version, as CITATION.cff says.
pub fn released() -> [&'static str; 3] {
    let line = "date-released: ";
    let date = CITATION.lines().find_map(|own| own.strip_prefix(line));
    let mut parts = date.unwrap_or_default().trim_matches('"').splitn(3, '-');
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}
