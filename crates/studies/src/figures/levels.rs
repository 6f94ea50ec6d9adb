//! Levels that look the same in all figures of all studies: outcomes of networks, states of
//! filters, causes of stopped weights, layers; and looks in turn for all others.

use super::style::{Colour, Dash, Fill, Marker, Series};

/// How a level is filled.
type Filling = fn() -> Fill;

/// Levels by name: what they are called where a study has no words of its own, and their fill.
/// Only dead filters are of one colour, the darkest of all: in grey print too each other cause is
/// told by its lines.
const LEVELS: [(&str, &str, Filling); 22] = [
    ("born_dead", "Dead since step 0", Fill::born_dead),
    ("died", "Died", Fill::dead),
    ("dead", "Dead", Fill::dead),
    ("silent", "Silent, not dead", Fill::silent),
    ("cut_off", "Cut off", Fill::cut_off),
    ("live", "Live", Fill::working),
    ("working", "Working", Fill::working),
    ("learned", "Learned", Fill::working),
    ("not_learned", "Not learned", || {
        Fill::hatched(Colour::PALE, Colour::GREY, (1.0, 0.0), 0.9)
    }),
    ("collapsed", "Collapsed", Fill::collapsed),
    ("diverged", "Diverged", Fill::diverged),
    ("starved", "Reads a dead filter", || {
        Fill::hatched(Colour::SKY_BLUE, Colour::BLUE, (1.0, -1.0), 0.8)
    }),
    ("blank_input", "Reads blank pixels", Fill::born_dead),
    ("inactive", "Filter silent on these batches", || {
        Fill::hatched(Colour::GREEN, Colour::WHITE, (1.0, -1.0), 1.1)
    }),
    ("quiet_input", "Reads a filter silent on them", || {
        Fill::hatched(Colour::GREEN.tint(0.3), Colour::GREEN, (1.0, 1.0), 0.7)
    }),
    ("unreached", "No gradient reached its filter", || {
        Fill::hatched(Colour::PURPLE.tint(0.3), Colour::PURPLE, (1.0, -1.0), 0.7)
    }),
    ("no_input", "Own input 0 where gradient came", || {
        Fill::hatched(Colour::PURPLE, Colour::WHITE, (0.0, 1.0), 0.8)
    }),
    ("stalled", "Update rounds away", || {
        Fill::hatched(Colour::ORANGE, Colour::BLACK, (1.0, 1.0), 1.0)
    }),
    ("returned", "Changed and came back", || {
        Fill::hatched(Colour::WHITE, Colour::BLACK, (1.0, 0.0), 0.7)
    }),
    ("most", "50% or more, not all", || grey(0.42)),
    ("some", "10 to 50%", || grey(0.25)),
    ("few", "Less than 10%", || grey(0.11)),
];

/// Greys have no lines on them, causes of whole filters do.
fn grey(tint: f64) -> Fill {
    Fill::plain(Colour::BLACK.tint(tint))
}

/// What names of measures begin with whose levels are states: `state_dead`, `fate_died`.
const OF: [&str; 2] = ["state_", "fate_"];

/// Whether two names of a level are one: `cut off` is `cut_off`.
fn same(known: &str, level: &str) -> bool {
    known.len() == level.len()
        && known
            .bytes()
            .zip(level.bytes())
            .all(|(a, b)| a == b || (a == b'_' && b == b' '))
}

fn find(level: &str) -> Option<&'static (&'static str, &'static str, Filling)> {
    let state = OF.iter().find_map(|before| level.strip_prefix(before));
    let level = state.unwrap_or(level);
    LEVELS.iter().find(|(name, ..)| same(name, level))
}

/// What a state or cause is called.
pub(super) fn words(level: &str) -> Option<&'static str> {
    find(level).map(|(_, words, _)| *words)
}

/// The fill of a state or cause; nothing is paper.
pub(super) fn known_fill(level: &str) -> Option<Fill> {
    if level.is_empty() {
        return Some(Fill::plain(Colour::WHITE));
    }
    find(level).map(|(.., fill)| fill())
}

/// Number of looks in turn, for series and for fills.
pub(super) const IN_TURN: usize = 6;

/// Fills in turn, for levels that have none of their own.
pub(super) fn fill(index: usize) -> Fill {
    let fills: [Filling; IN_TURN] = [
        || Fill::plain(Colour::BLUE),
        || Fill::hatched(Colour::ORANGE, Colour::BLACK, (1.0, 1.0), 1.0),
        || Fill::hatched(Colour::SKY_BLUE, Colour::BLUE, (1.0, -1.0), 0.8),
        || Fill::hatched(Colour::GREEN, Colour::WHITE, (1.0, -1.0), 1.1),
        || Fill::hatched(Colour::PURPLE, Colour::WHITE, (0.0, 1.0), 0.8),
        || Fill::plain(Colour::PALE),
    ];
    fills[index % IN_TURN]()
}

/// The row over all layers: a line and no more.
pub(super) const ALL_LAYERS: Series = Series {
    colour: Colour::BLACK,
    dash: Dash::Solid,
    marker: Marker::None,
};

/// The look of a level that has one in all figures: layers.
pub(super) fn known_series(field: &str, level: &str) -> Option<Series> {
    if field != "layer" {
        return None;
    }
    if level == "all" {
        return Some(ALL_LAYERS);
    }
    let layer: usize = level.parse().ok()?;
    Some(Series::layer(layer.saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_states_of_one_figure_look_the_same() {
        // Of these only one stands in a figure: dead and died; the states that are well.
        let alike = [
            ["died", "dead"],
            ["live", "working"],
            ["live", "learned"],
            ["working", "learned"],
            ["born_dead", "blank_input"],
        ];
        for (index, (name, _, fill)) in LEVELS.iter().enumerate() {
            for (other, _, its) in &LEVELS[..index] {
                let expected = alike.contains(&[*other, *name]);
                assert_eq!(fill() == its(), expected, "{name} {other}");
            }
        }
        for a in 0..IN_TURN {
            for b in 0..a {
                assert_ne!(fill(a), fill(b));
            }
        }
    }

    #[test]
    fn names_may_have_spaces() {
        assert_eq!(known_fill("cut off"), known_fill("cut_off"));
        assert_eq!(words("blank input"), Some("Reads blank pixels"));
        assert_eq!(known_fill("cut"), None);
        assert_eq!(known_fill("fate_died"), known_fill("state_dead"));
    }
}
