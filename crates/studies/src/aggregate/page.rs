//! The columns of the stored tables as a page to read.

use std::fmt::Write as _;

use super::schema::documentation;

/// What stands in the folder of a finished trial, in Markdown: `studies/RESULTS.md`.
pub fn documentation_page() -> String {
    let mut page = String::from(
        "# What a finished trial holds\n\n\
         `results/trials/XX/ID/` (XX the first two digits of ID) holds `spec.json` (settings, seed, \
         versions, digests of the files) and four Parquet tables. A missing value is null. Steps count optimizer updates; layers \
         count those with an activation, from 0.\n",
    );
    for table in documentation() {
        let _ = write!(
            page,
            "\n## {}\n\n{}.\n\n| column | kind | meaning |\n|---|---|---|\n",
            table.file, table.row
        );
        for column in table.columns {
            let _ = writeln!(
                page,
                "| `{}` | {} | {} |",
                column.name, column.kind, column.meaning
            );
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    /// To write it anew: `MORTALITY_WRITE=1 cargo test --release -p studies page`.
    #[test]
    fn the_page_is_up_to_date() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../studies/RESULTS.md");
        if std::env::var_os("MORTALITY_WRITE").is_some() {
            std::fs::write(path, documentation_page()).unwrap();
        }
        let published = std::fs::read_to_string(path).unwrap();
        assert!(
            published == documentation_page(),
            "{path} does not say what is stored"
        );
    }
}
