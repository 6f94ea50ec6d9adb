//! Text for a person at a terminal.

/// Rows with their columns aligned, two spaces between them, indented by two.
pub fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let length = |text: &String| text.chars().count();
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(length).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line += "  ";
            line += cell;
            line += &" ".repeat(width - length(cell));
        }
        text += line.trim_end();
        text += "\n";
    }
    text
}

/// A finding in lines of at most 100 characters, as an item of a list; the lines of its own list
/// ([`listed`](super::listed)) stand below it, further in.
pub fn item(finding: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (index, part) in finding.lines().enumerate() {
        let own = part.trim_start().strip_prefix("- ").unwrap_or(part);
        let margin = if index == 0 { "  " } else { "    " };
        lines.push(format!("{margin}-"));
        for word in own.split_whitespace() {
            let full = |line: &String| line.chars().count() + 1 + word.chars().count() > 100;
            if lines.last().is_some_and(full) {
                lines.push(format!("{margin} "));
            }
            if let Some(line) = lines.last_mut() {
                *line += " ";
                *line += word;
            }
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_broken_between_words() {
        let text = item(&"word ".repeat(40));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("  - word") && lines[1].starts_with("    word"));
        assert!(lines.iter().all(|line| line.chars().count() <= 100));
        assert_eq!(text.matches("word").count(), 40);
    }

    #[test]
    fn a_list_within_a_finding_stands_further_in() {
        let text = item("Shares:\n  - a 1%\n  - b 2%");
        assert_eq!(text, "  - Shares:\n    - a 1%\n    - b 2%\n");
    }

    #[test]
    fn columns_stand_below_each_other() {
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        let text = aligned(&[row(["a", "b"]), row(["long", "c"])]);
        assert_eq!(text, "  a     b\n  long  c\n");
    }
}
