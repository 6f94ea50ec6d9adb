//! The files of one version of a study: pictures, captions, tables and what their columns mean.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context;

use crate::figures::Figure;
use crate::figures::export::Picture;
use crate::provenance::{Amended, Data, Provenance, short};
use crate::table::Table;

/// Dots an inch of the PNG files: enough for print at the figure's own size.
const RESOLUTION: f32 = 300.0;

/// Writes a figure as SVG, PDF and PNG, and its caption with how to cite it.
///
/// # Errors
/// If the figure cannot be converted or a file cannot be written.
pub fn write_figure(
    figure: &Figure,
    provenance: &Provenance,
    directory: &Path,
) -> anyhow::Result<()> {
    let name = |extension: &str| directory.join(format!("{}.{extension}", figure.name));
    write(&name("svg"), figure.svg.as_bytes())?;
    let picture = Picture::of(figure)?;
    write(&name("pdf"), &picture.pdf()?)?;
    write(&name("png"), &picture.png(RESOLUTION)?)?;
    let caption = format!(
        "{}\n\n{}\n",
        figure.caption,
        citation(&figure.name, provenance)
    );
    write(&name("md"), caption.as_bytes())
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

/// How a figure is cited: what it was made of, so that it can be made again.
pub fn citation(figure: &str, provenance: &Provenance) -> String {
    let mut amendments = String::new();
    for (at, Amended { digest, .. }) in provenance.amendments.iter().enumerate() {
        let _ = write!(amendments, " amendment {} {},", at + 1, short(digest));
    }
    let mut images = String::new();
    for Data { set, digest } in &provenance.data {
        let _ = write!(images, " images of {set} {},", short(digest));
    }
    format!(
        "mortality {version}, figure `{figure}` of the study `{study}`; specification {spec},\
         {amendments}{images} seed {seed}, {trials} trials, results {results}.",
        version = provenance.version,
        study = provenance.study,
        spec = short(&provenance.spec),
        seed = provenance.seed,
        trials = provenance.trials,
        results = short(&provenance.results),
    )
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
    fn a_figure_is_four_files_and_its_caption_says_how_to_cite_it() {
        let directory = tempfile::tempdir().unwrap();
        let provenance = synthetic::provenance();
        let figure = synthetic::figure();
        write_figure(&figure, &provenance, directory.path()).unwrap();
        let files = std::fs::read_dir(directory.path()).unwrap().count();
        assert_eq!(files, 4);
        let caption = std::fs::read_to_string(directory.path().join("made-up.md")).unwrap();
        assert!(caption.contains("figure `made-up` of the study `example`"));
    }

    #[test]
    fn amendments_are_cited_behind_what_they_amend() {
        let mut provenance = synthetic::provenance();
        let plain = citation("made-up", &provenance);
        assert!(plain.contains("specification 0123456789abcdef, seed 0"));
        for digest in ["a", "b"] {
            provenance.amendments.push(Amended {
                digest: digest.repeat(64),
                first_trial: 448,
            });
        }
        let (a, b) = ("a".repeat(16), "b".repeat(16));
        let cited =
            format!("specification 0123456789abcdef, amendment 1 {a}, amendment 2 {b}, seed 0");
        assert!(citation("made-up", &provenance).contains(&cited));
    }

    #[test]
    fn images_of_a_data_directory_are_cited() {
        let mut provenance = synthetic::provenance();
        provenance.data.push(Data {
            set: "cifar10".into(),
            digest: "c".repeat(64),
        });
        let cited = format!("images of cifar10 {}, seed 0", "c".repeat(16));
        assert!(citation("made-up", &provenance).contains(&cited));
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("missing").join("a.csv");
        let error = write(&path, b"x").unwrap_err();
        assert!(format!("{error:#}").contains("a.csv"));
    }
}
