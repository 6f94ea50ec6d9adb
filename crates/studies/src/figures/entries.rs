//! The entries of a PDF in one order, so that two renderings are the same bytes.

/// The same PDF with neighbouring entries of a dictionary (`/name 12 0 R`) in alphabetical order.
///
/// svg2pdf writes the resources of a page in the order of a hash map, so that two renderings
/// differ. The order of a dictionary's entries has no meaning, and no object changes its length,
/// so that the file's table of offsets stays right.
pub(super) fn with_ordered_entries(pdf: &[u8]) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = pdf.split_inclusive(|&byte| byte == b'\n').collect();
    let mut in_stream = false;
    let mut start = 0;
    for end in 0..=lines.len() {
        let line = lines.get(end).copied().unwrap_or_default();
        if !in_stream && is_reference(line) {
            continue;
        }
        lines[start..end].sort_unstable();
        start = end + 1;
        let word = line.trim_ascii();
        in_stream = word == b"stream" || (in_stream && !word.ends_with(b"endstream"));
    }
    lines.concat()
}

/// Whether a line is an entry that refers to another object.
fn is_reference(line: &[u8]) -> bool {
    line.starts_with(b" ") && line.trim_ascii().starts_with(b"/") && line.ends_with(b" 0 R\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_ordered_outside_of_streams_only() {
        let pdf = b"<<\n  /gs1 8 0 R\n  /gs0 9 0 R\n>>\nstream\n /b 1 0 R\n /a 2 0 R\nendstream\n";
        let ordered =
            b"<<\n  /gs0 9 0 R\n  /gs1 8 0 R\n>>\nstream\n /b 1 0 R\n /a 2 0 R\nendstream\n";
        assert_eq!(with_ordered_entries(pdf), ordered);
    }
}
