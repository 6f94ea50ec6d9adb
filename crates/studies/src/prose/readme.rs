//! The parts of a README that the program writes, between two markers.
//!
//! ```text
//! <!-- findings: written by `mortality figures`, not by hand -->
//! ...
//! <!-- end of findings -->
//! ```

/// Why a README's part cannot be found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no line `{0}`: the part that the program writes must stand between its two markers")]
pub struct NoMarker(String);

/// The text between the markers of a part, without the empty lines around it.
///
/// # Errors
/// If a marker is missing.
pub fn part<'a>(readme: &'a str, name: &str) -> Result<&'a str, NoMarker> {
    let (start, end) = span(readme, name)?;
    Ok(readme[start..end].trim())
}

/// The README with another text between the markers of a part.
///
/// # Errors
/// If a marker is missing.
pub fn with_part(readme: &str, name: &str, text: &str) -> Result<String, NoMarker> {
    let (start, end) = span(readme, name)?;
    Ok(format!(
        "{}\n{}\n\n{}",
        &readme[..start],
        text.trim(),
        &readme[end..]
    ))
}

/// Byte range between the line of the first marker and the second marker.
fn span(readme: &str, name: &str) -> Result<(usize, usize), NoMarker> {
    let opening = format!("<!-- {name}: written by `mortality figures`, not by hand -->\n");
    let closing = format!("<!-- end of {name} -->");
    let missing = |marker: &str| NoMarker(marker.trim_end().into());
    let start = readme.find(&opening).ok_or_else(|| missing(&opening))? + opening.len();
    let length = readme[start..]
        .find(&closing)
        .ok_or_else(|| missing(&closing))?;
    Ok((start, start + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    const README: &str = "# a\n<!-- findings: written by `mortality figures`, not by hand -->\nold\n\
                          <!-- end of findings -->\nb\n";

    #[test]
    fn a_part_is_replaced_and_the_rest_kept() {
        let new = with_part(README, "findings", "new\n").unwrap();
        assert_eq!(part(&new, "findings"), Ok("new"));
        assert!(new.starts_with("# a\n<!-- findings") && new.ends_with("-->\nb\n"));
        assert_eq!(with_part(&new, "findings", "new").unwrap(), new);
    }

    #[test]
    fn a_missing_marker_is_named() {
        let error = part("# a\n", "findings").unwrap_err().to_string();
        assert!(error.contains("<!-- findings"), "{error}");
        assert!(part(&README.replace("end of", ""), "findings").is_err());
    }
}
