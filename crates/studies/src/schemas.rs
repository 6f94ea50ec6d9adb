//! The files that people write and editors know: one line a file.
//!
//! `write` writes them into `schemas/`; the first line of each text file names its own.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

use crate::analysis::grammar::Grammar;
use crate::plan::Elsewhere;
use crate::schema::of;
use crate::spec::Spec;

/// Name of a file in the folder `schemas/`, and its contents.
pub type Entry = (&'static str, fn() -> Value);

/// The schemas.
pub const SCHEMAS: &[Entry] = &[
    ("study.json", of::<Spec>),
    ("elsewhere.json", of::<Elsewhere>),
    ("analysis.json", of::<Grammar>),
];

/// Writes every schema into a folder.
///
/// # Errors
/// If a file cannot be written.
pub fn write(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (name, schema) in SCHEMAS {
        fs::write(folder.join(name), text(&schema()))?;
    }
    Ok(())
}

/// The names of those that are not in the folder as the structs have them now.
pub fn stale(folder: &Path) -> Vec<&'static str> {
    let differs = |(name, schema): &&Entry| {
        fs::read_to_string(folder.join(name)).ok() != Some(text(&schema()))
    };
    SCHEMAS
        .iter()
        .filter(differs)
        .map(|(name, _)| *name)
        .collect()
}

fn text(schema: &Value) -> String {
    // A value always has a text. Links of the documentation lead nowhere in an editor.
    let text = serde_json::to_string_pretty(schema).unwrap_or_default() + "\n";
    text.replace("[`", "`").replace("`]", "`")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With `MORTALITY_WRITE=1` they are written anew.
    #[test]
    fn the_schemas_are_those_of_the_structs() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas"));
        if std::env::var_os("MORTALITY_WRITE").is_some() {
            write(folder).unwrap();
        }
        let stale = stale(folder);
        assert!(
            stale.is_empty(),
            "{stale:?}: write them anew with MORTALITY_WRITE=1"
        );
        let written = fs::read_dir(folder).unwrap().count();
        assert_eq!(written, SCHEMAS.len(), "a file that no struct reads");
    }
}
