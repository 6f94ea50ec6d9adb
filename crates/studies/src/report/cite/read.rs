//! Figures that are there, as they are cited.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use resvg::usvg::roxmltree::Document;

use super::{ALT, Citation};
use crate::messages::hint;

/// The names of the figures in a folder, sorted.
///
/// # Errors
/// If it cannot be read.
pub fn figures(folder: &Path) -> anyhow::Result<Vec<String>> {
    let place = || format!("cannot read {}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(place)? {
        let name = entry.with_context(place)?.file_name();
        let name = name.to_str().and_then(|name| name.strip_suffix(".svg"));
        names.extend(name.map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

/// The figure of that name in a folder, with the commit of its picture where there is one.
///
/// # Errors
/// If there is none (the nearest name is told), or its files are not those of a figure.
pub fn read(folder: &Path, name: &str) -> anyhow::Result<Citation> {
    let names = figures(folder)?;
    if names.iter().all(|own| own != name) {
        let hint = hint(name, names.iter().map(String::as_str));
        bail!("no figure `{name}` in {}{hint}", folder.display());
    }
    let text = |extension: &str| {
        let path = folder.join(format!("{name}.{extension}"));
        let text = fs::read_to_string(&path);
        text.with_context(|| format!("cannot read {}", path.display()))
    };
    let picture = folder.join(format!("{name}.svg"));
    let mut citation = parsed(&text("svg")?)
        .with_context(|| format!("{} is no figure of this program", picture.display()))?;
    let page = text("md")?;
    let caption = page.rsplit_once(ALT).map(|(caption, _)| caption);
    // Before there was alt text, the citation alone stood behind the caption.
    let caption = caption.or_else(|| page.trim_end().rsplit_once("\n\n").map(|(first, _)| first));
    citation.caption = caption.unwrap_or_default().into();
    citation.commit = commit(folder, &format!("{name}.svg"));
    Ok(citation)
}

/// What an SVG says of itself.
fn parsed(svg: &str) -> anyhow::Result<Citation> {
    let document = Document::parse(svg)?;
    let root = document.root_element();
    let text = |name: &'static str| {
        let mut children = root.children();
        let found = children.find(|node| node.tag_name().name() == name);
        let text = found.and_then(|node| node.text());
        text.with_context(|| format!("it has no <{name}>"))
    };
    let width = root.attribute("width").unwrap_or_default();
    let width = width.strip_suffix("mm").unwrap_or_default();
    Ok(Citation {
        cited: serde_json::from_str(text("metadata")?)
            .context("its <metadata> does not say where it comes from")?,
        title: text("title")?.into(),
        alt: text("desc")?.into(),
        caption: String::new(),
        width: width.parse().context("its width is not in mm")?,
        commit: None,
    })
}

/// The last commit that changed a file; none where it was changed since, or is in no repository, or
/// there is no git.
fn commit(folder: &Path, file: &str) -> Option<String> {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(folder).args(arguments);
        let output = command.args(["--", file]).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    let changed = git(&["status", "--porcelain"])?;
    let commit = git(&["log", "-1", "--format=%H"])?;
    (changed.is_empty() && !commit.is_empty()).then_some(commit)
}
