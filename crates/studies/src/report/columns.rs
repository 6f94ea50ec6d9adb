//! What the columns of the published tables mean, in words beside them.

use std::fmt::Write as _;

use crate::table::Table;

/// A page that describes every table and every column, in Markdown.
pub fn describe(study: &str, tables: &[&Table]) -> String {
    let mut page = format!(
        "# Tables of `{study}`\n\nEvery number that is drawn or said. An empty field is a missing \
         number; shares run from 0 to 1; `low95` and `high95` bound 95% intervals.\n"
    );
    for table in tables {
        let _ = write!(
            page,
            "\n## {name}.csv\n\n{description}\n\n| column | meaning |\n|---|---|\n",
            name = table.name,
            description = table.description,
        );
        for column in &table.columns {
            let _ = writeln!(page, "| `{}` | {} |", column.name, column.description);
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_described() {
        let table = Table::new("t", "One row a cell.").real("share", "Of filters.", vec![0.5]);
        let page = describe("example", &[&table]);
        assert!(page.contains("## t.csv\n\nOne row a cell.\n"));
        assert!(page.contains("| `share` | Of filters. |\n"));
    }
}
