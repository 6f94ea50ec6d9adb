//! The files of one version of a study: pictures, captions, tables and what their columns mean.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context;

use super::cite::Citation;
use crate::figures::Figure;
use crate::figures::export::Picture;
use crate::table::Table;

/// Dots an inch of the PNG files: enough for print at the figure's own size.
const RESOLUTION: f32 = 300.0;

/// Writes a figure as SVG, PDF and PNG, and beside it its caption with alt text and how to cite it
/// (`.md`), a `figure` environment of LaTeX (`.tex`) and an entry of BibTeX (`.bib`).
///
/// # Errors
/// If the figure cannot be converted or a file cannot be written.
pub fn write_figure(figure: &Figure, directory: &Path) -> anyhow::Result<()> {
    let picture = Picture::of(figure)?;
    let citation = Citation::from(figure);
    for (extension, bytes) in [
        ("svg", figure.svg.clone().into_bytes()),
        ("pdf", picture.pdf()?),
        ("png", picture.png(RESOLUTION)?),
        ("md", citation.markdown().into_bytes()),
        ("tex", citation.latex().into_bytes()),
        ("bib", citation.bibtex().into_bytes()),
    ] {
        let name = format!("{}.{extension}", figure.cited.figure);
        write(&directory.join(name), &bytes)?;
    }
    Ok(())
}

/// Writes a table as CSV.
///
/// # Errors
/// If its columns differ in length, or the file cannot be written.
pub fn write_table(table: &Table, directory: &Path) -> anyhow::Result<()> {
    let path = directory.join(format!("{}.csv", table.name));
    let text = table.to_csv().with_context(|| path.display().to_string())?;
    write(&path, text.as_bytes())
}

/// The published tables of a study's folder, by name.
///
/// # Errors
/// If the folder or one of its CSV files cannot be read.
pub fn read_tables(directory: &Path) -> anyhow::Result<Vec<Table>> {
    let place = || format!("cannot read {}", directory.display());
    let mut names = Vec::new();
    for file in fs::read_dir(directory).with_context(place)? {
        let name = file.with_context(place)?.file_name().into_string();
        let name = name.ok();
        names.extend(name.and_then(|name| name.strip_suffix(".csv").map(str::to_owned)));
    }
    names.sort();
    let read = |name: &String| {
        let path = directory.join(format!("{name}.csv"));
        let place = || format!("cannot read {}", path.display());
        let text = fs::read_to_string(&path).with_context(place)?;
        Table::read_csv(name, &text).with_context(place)
    };
    names.iter().map(read).collect()
}

/// Writes a file whole or not at all, so that a full disk leaves the old one.
///
/// # Errors
/// If the file cannot be written; it is named.
pub fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let place = || format!("cannot write {}", path.display());
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(directory).with_context(place)?;
    file.write_all(bytes).with_context(place)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let readable = std::fs::Permissions::from_mode(0o644);
        file.as_file()
            .set_permissions(readable)
            .with_context(place)?;
    }
    file.persist(path).with_context(place)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::synthetic;

    #[test]
    fn a_figure_is_six_files() {
        let directory = tempfile::tempdir().unwrap();
        write_figure(&synthetic::figure(), directory.path()).unwrap();
        let files = std::fs::read_dir(directory.path()).unwrap().count();
        assert_eq!(files, 6);
        let page = std::fs::read_to_string(directory.path().join("made-up.md")).unwrap();
        assert!(page.starts_with("Nothing.\n\nAlt text: Made up. "));
        assert!(page.contains("Figure `made-up` of the study `example`"));
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("missing").join("a.csv");
        let error = write(&path, b"x").unwrap_err();
        assert!(format!("{error:#}").contains("a.csv"));
    }
}
