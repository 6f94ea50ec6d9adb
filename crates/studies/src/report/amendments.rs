//! What amends a study, as a published table and as Markdown.

use std::fmt::Write as _;

use crate::plan::Addition;
use crate::provenance::short;
use crate::table::{AMENDMENTS, Table, TableError};

/// The table `amendments`.
pub fn amendments(additions: &[Addition]) -> Table {
    let text = |of: fn(&Addition) -> String| additions.iter().map(of).collect::<Vec<_>>();
    let firsts = additions.iter().map(|one| one.amended.first_trial as i64);
    Table::new(
        AMENDMENTS,
        "One row an amendment: what was added to the study after it was published.",
    )
    .text("file", "Its file.", text(|one| one.file.clone()))
    .text(
        "digest",
        "blake3 of its file, in hexadecimal.",
        text(|one| one.amended.digest.clone()),
    )
    .integer(
        "first_trial",
        "The first trial that it adds, from 0; all before it are the study without it.",
        firsts.collect(),
    )
    .text("adds", "What it adds.", text(|one| one.adds.join("; ")))
    .text(
        "reason",
        "Why it was made.",
        text(|one| one.reason.split_whitespace().collect::<Vec<_>>().join(" ")),
    )
}

/// The table `amendments` in Markdown.
///
/// # Errors
/// If the table lacks a column.
pub fn markdown(amendments: &Table) -> Result<String, TableError> {
    let words = |name| amendments.words(name);
    let (file, digest) = (words("file")?, words("digest")?);
    let (adds, reason) = (words("adds")?, words("reason")?);
    let mut text = String::from("| amendment | adds | why | digest |\n|---|---|---|---|\n");
    for row in 0..amendments.rows() {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            file[row],
            adds[row].replace('|', "\\|"),
            reason[row].replace('|', "\\|"),
            short(&digest[row])
        );
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::Amended;
    use crate::table::AMENDMENT_COLUMNS;

    #[test]
    fn a_row_says_what_was_added_and_why_on_one_line() {
        let table = amendments(&[Addition {
            file: "amendment-1.toml".into(),
            reason: "more\n  seeds | arms".into(),
            adds: vec!["arm `a`".into(), "prediction `p`".into()],
            amended: Amended {
                digest: "ab".repeat(32),
                first_trial: 24,
            },
        }]);
        assert_eq!(table.numbers("first_trial").unwrap(), [24.0]);
        let names = table.columns.iter().map(|column| column.name.as_str());
        assert!(
            names.eq(AMENDMENT_COLUMNS),
            "what templates are checked with"
        );
        let digest = "ab".repeat(8);
        let row = format!(
            "| amendment-1.toml | arm `a`; prediction `p` | more seeds \\| arms | {digest} |"
        );
        assert_eq!(markdown(&table).unwrap().lines().nth(2), Some(&*row));
    }
}
