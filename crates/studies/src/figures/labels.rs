//! How levels and fields print.

use super::levels;
use super::spec::Channel;

/// How a study prints a level of a field. `None` where it has no words of its own: then the states
/// and causes have the words of `levels`, numbers stand as they are, and names lose their
/// underscores.
pub type Labels<'a> = dyn Fn(&str, &str) -> Option<String> + 'a;

/// Between the levels of several fields that are taken together.
pub(super) const JOINT: char = '\u{1f}';

/// How a level of a channel prints: each field's own, with the channel's title before a number.
pub(super) fn level(labels: &Labels<'_>, channel: &Channel, joined: &str) -> String {
    let together = joined.replace(JOINT, ", ");
    if let Some(own) = channel.labels.get(&together) {
        return own.clone();
    }
    let names = channel.field.names().iter();
    let parts = names
        .zip(joined.split(JOINT))
        .filter(|(_, part)| !part.is_empty());
    let words = parts.map(|(field, level)| {
        let own = channel.labels.get(level).cloned();
        let own = own.or_else(|| labels(field, level));
        let own = own.unwrap_or_else(|| one(field, level));
        // A number that has a name of its own says what it is.
        let numeral = own.starts_with(|first: char| first.is_ascii_digit() || first == '\u{2212}');
        match &channel.title {
            Some(title) if numeral && level.parse::<f64>().is_ok() => format!("{title} {own}"),
            _ => own,
        }
    });
    // A level with an empty label says nothing beside others.
    let words = words.filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(", ")
}

/// Label of a channel's axis.
pub(super) fn axis(channel: &Channel) -> String {
    channel.title.clone().unwrap_or_else(|| {
        let words = channel.field.names().iter().map(|name| sentence(name));
        words.collect::<Vec<_>>().join(", ")
    })
}

fn one(field: &str, level: &str) -> String {
    if field == "layer" && level == "all" {
        "All layers".into()
    } else if let Some(words) = levels::words(level) {
        words.into()
    } else if level.contains('_') || matches!(field, "measure" | "factor" | "effect") {
        sentence(level).replace(" x ", " \u{d7} ")
    } else if let Some(rest) = level.strip_prefix('-')
        && level.parse::<f64>().is_ok()
    {
        format!("\u{2212}{rest}")
    } else {
        level.into()
    }
}

/// A name as words: `dead_filters` is "Dead filters".
pub(super) fn sentence(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect::<String>().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_stand_before_numbers_only() {
        let channel = |field: &str, title: &str| -> Channel {
            toml::from_str(&format!("field = {field}\ntitle = \"{title}\"")).unwrap()
        };
        let level = |channel: &Channel, joined: &str| level(&|_, _| None, channel, joined);
        let layer = channel("\"layer\"", "Convolution");
        assert_eq!(level(&layer, "2"), "Convolution 2");
        assert_eq!(level(&layer, "all"), "All layers");
        let both = channel("[\"optimizer\", \"momentum\"]", "Momentum");
        assert_eq!(level(&both, "SGD\u{1f}0.9"), "SGD, Momentum 0.9");
        assert_eq!(axis(&layer), "Convolution");
    }
}
