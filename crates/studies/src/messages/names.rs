//! The name that somebody may have meant.

/// The candidate that is nearest to `name`, if one is near enough to be a slip of the pen.
/// None to a number, of which another is not a slip but another number.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.parse::<f64>().is_ok() {
        return None;
    }
    let distance = |candidate: &str| {
        let cut_short = candidate.starts_with(name) && name.len() > 2;
        if cut_short {
            0
        } else {
            strsim::damerau_levenshtein(name, candidate)
        }
    };
    let (best, away) = candidates
        .into_iter()
        .map(|candidate| (candidate, distance(candidate)))
        .min_by_key(|(_, away)| *away)?;
    (away <= best.len().max(name.len()).div_ceil(3)).then_some(best)
}

/// So many of what the word is the singular of.
pub fn counted(number: usize, of: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {of}{plural}")
}

/// Names that are listed, at most.
const LISTED: usize = 20;

/// What follows a sentence that says which name is not there: the nearest name, or all of them.
pub fn hint<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(nearest) = nearest(name, candidates.clone()) {
        return format!("; did you mean `{nearest}`?");
    }
    let mut all: Vec<String> = Vec::new();
    for candidate in candidates {
        let candidate = format!("`{candidate}`");
        if !all.contains(&candidate) {
            all.push(candidate);
        }
    }
    let more = if all.len() > LISTED { ", .." } else { "" };
    all.truncate(LISTED);
    match all.as_slice() {
        [] => "; there is none".into(),
        [only] => format!("; there is {only}"),
        all => format!("; there are {}{more}", all.join(", ")),
    }
}

/// What is wrong with a name that stands in tables and messages.
pub(crate) fn fault_of_name(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("is empty")
    } else if name.chars().any(char::is_control) {
        Some(
            "has a line break or another control character; it stands in tables: keep it on one line",
        )
    } else if name.chars().count() > 100 {
        Some("is longer than 100 characters")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_corrected_and_another_word_is_not() {
        let names = ["learning_rate", "momentum", "epochs"];
        assert_eq!(nearest("learnin_rate", names), Some("learning_rate"));
        assert_eq!(nearest("momentun", names), Some("momentum"));
        assert_eq!(nearest("learning", names), Some("learning_rate"));
        assert_eq!(nearest("colour", names), None);
        assert_eq!(nearest("x", []), None);
        assert_eq!(nearest("0.3", ["0.2", "0.32"]), None);
        assert!(hint("colour", names).starts_with("; there are `learning_rate`, `momentum`"));
        assert_eq!(hint("epoch", names), "; did you mean `epochs`?");
        assert_eq!(hint("colour", ["a", "a"]), "; there is `a`");
        assert_eq!(hint("colour", []), "; there is none");
    }
}
