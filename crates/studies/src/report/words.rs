//! The words of a study in the READMEs.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context;

use super::{amendments, files, verdicts};
use crate::prose::readme;
use crate::table::{AMENDMENTS, PREDICTIONS, Table, TableError, named};

/// What stands between the markers `findings` of `studies/NAME/README.md`: what was found, the table
/// of predictions, and that of amendments if there is one.
///
/// # Errors
/// If there is no table of predictions, or a table lacks a column.
pub fn findings(findings: &[String], tables: &[Table]) -> Result<String, TableError> {
    let mut text = String::new();
    let (answers, others) = findings.split_at(answers(findings));
    for answer in answers {
        let _ = writeln!(text, "{answer}\n");
    }
    for finding in others {
        // A paragraph in italics says on what all rests: it is no item.
        let _ = if is_remark(finding) {
            writeln!(text, "{finding}\n")
        } else {
            writeln!(text, "- {finding}")
        };
    }
    let predictions = named(tables, PREDICTIONS)?;
    if predictions.rows() > 0 {
        let _ = write!(
            text,
            "\n## Predictions\n\n{}",
            verdicts::markdown(predictions)?
        );
    }
    if let Ok(amendments) = named(tables, AMENDMENTS) {
        let _ = write!(
            text,
            "\n## Amendments\n\n{}",
            amendments::markdown(amendments)?
        );
    }
    Ok(text)
}

/// Whether all of a paragraph is in italics.
fn is_remark(finding: &str) -> bool {
    let inside = finding
        .strip_prefix('*')
        .and_then(|text| text.strip_suffix('*'));
    inside.is_some_and(|text| !text.contains('*'))
}

/// How many paragraphs are the answer: those before the one that says on what they rest, or the
/// first.
fn answers(findings: &[String]) -> usize {
    let remark = findings.iter().position(|finding| is_remark(finding));
    remark.unwrap_or(1).min(findings.len())
}

/// What stands between the markers of a study's name in the workspace's README: the answer, its
/// links as they are from there.
pub fn answer(findings: &[String]) -> String {
    let answer = findings[..answers(findings)].join("\n\n");
    let answer = answer.replace("](../../", "](");
    answer.replace("](../", "](studies/")
}

/// Writes the words of a study into the READMEs below `root`. One that is not there is left out:
/// the program may run outside of its workspace. So is a citation that the README has no markers
/// for, `cite STUDY/FIGURE`.
///
/// # Errors
/// If a README lacks its other markers or cannot be written.
pub fn update(
    root: &Path,
    study: &str,
    sentences: &[String],
    tables: &[Table],
    cited: &[(String, String)],
) -> anyhow::Result<()> {
    let own = root.join("studies").join(study).join("README.md");
    fill(&own, "findings", &findings(sentences, tables)?)?;
    let all = root.join("README.md");
    fill(&all, study, &answer(sentences))?;
    let text = fs::read_to_string(&all).unwrap_or_default();
    for (figure, words) in cited {
        let part = format!("cite {study}/{figure}");
        if readme::part(&text, &part).is_ok() {
            fill(&all, &part, &quoted(words))?;
        }
    }
    Ok(())
}

/// A citation as it stands in the workspace's README.
pub(crate) fn quoted(citation: &str) -> String {
    format!("> {citation}")
}

/// Writes the words of a study that stands in a folder of its own into its README, which is made
/// if it is not there.
///
/// # Errors
/// If the README lacks its markers or cannot be written.
pub fn update_own(place: &Path, sentences: &[String], tables: &[Table]) -> anyhow::Result<()> {
    let path = place.join("README.md");
    if !path.exists() {
        let name = place
            .file_name()
            .unwrap_or(place.as_os_str())
            .to_string_lossy();
        let page = format!(
            "# {name}\n\n<!-- findings: written by `mortality figures`, not by hand -->\n\n\
             <!-- end of findings -->\n"
        );
        files::write(&path, page.as_bytes())?;
    }
    fill(&path, "findings", &findings(sentences, tables)?)
}

fn fill(path: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let Ok(old) = fs::read_to_string(path) else {
        return Ok(());
    };
    let new = readme::with_part(&old, name, text).with_context(|| path.display().to_string())?;
    if new != old {
        files::write(path, new.as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(name: &str) -> String {
        format!(
            "# x\n<!-- {name}: written by `mortality figures`, not by hand -->\n<!-- end of {name} -->\n"
        )
    }

    #[test]
    fn both_readmes_get_their_words_and_a_second_time_changes_nothing() {
        let root = tempfile::tempdir().unwrap();
        let own = root.path().join("studies/s");
        fs::create_dir_all(&own).unwrap();
        fs::write(own.join("README.md"), marked("findings")).unwrap();
        let all = marked("s") + &marked("cite s/one");
        fs::write(root.path().join("README.md"), all).unwrap();
        let sentences = [
            "The [answer](../t/README.md).",
            "Another.",
            "*On what it rests.*",
            "*A* detail.",
        ];
        let sentences = sentences.map(str::to_owned);
        let predictions = [verdicts::predictions(&[])];
        let cited = ["one", "two"].map(|name| (name.to_owned(), format!("Figure `{name}`.")));
        update(root.path(), "s", &sentences, &predictions, &cited).unwrap();
        let read = || {
            let text = fs::read_to_string(own.join("README.md")).unwrap();
            (
                text,
                fs::read_to_string(root.path().join("README.md")).unwrap(),
            )
        };
        let first = read();
        assert!(first.0.contains(
            "The [answer](../t/README.md).\n\nAnother.\n\n*On what it rests.*\n\n- *A* detail.\n"
        ));
        assert!(!first.0.contains("## Predictions"));
        assert_eq!(
            readme::part(&first.1, "s"),
            Ok("The [answer](studies/t/README.md).\n\nAnother.")
        );
        assert_eq!(readme::part(&first.1, "cite s/one"), Ok("> Figure `one`."));
        update(root.path(), "s", &sentences, &predictions, &cited).unwrap();
        assert_eq!(read(), first);
    }

    #[test]
    fn a_place_without_readmes_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        update(root.path(), "s", &[], &[verdicts::predictions(&[])], &[]).unwrap();
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    }
}
