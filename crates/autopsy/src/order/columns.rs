//! Which of the numbers in the files' names tell their order.

use std::path::Path;

use super::names::{Counted, Mark, marks};

/// The place in time of a file, as a name tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What files are sorted by: one number, or an epoch and a step in it.
    pub key: Vec<u64>,
    /// The number, if it is one that counts.
    pub number: Option<u64>,
    /// What it counts.
    pub counted: Counted,
    /// Where it stands, in words: "after `epoch` in the files' names".
    pub source: String,
}

/// How many folders up names are read.
const LEVELS: usize = 3;

/// The places of files in time: the numbers that all of them have in one place of their names, or
/// else of their folders' names, no two the same.
///
/// Numbers beside words for steps come first, then for epochs, for saves, then dates, then any
/// other, from the end. Where steps are counted anew in each epoch both are needed.
pub fn places(paths: &[&Path]) -> Option<Vec<Place>> {
    (0..LEVELS).find_map(|level| {
        let name = |path: &&Path| -> Option<String> {
            let part = path.ancestors().nth(level)?.file_name()?;
            let part = part.to_string_lossy();
            Some(if level == 0 {
                super::stem(&part).to_owned()
            } else {
                part.into_owned()
            })
        };
        let names: Vec<Vec<Mark>> = paths
            .iter()
            .map(|path| Some(marks(&name(path)?)))
            .collect::<Option<_>>()?;
        in_names(&names, if level == 0 { "files'" } else { "folders'" })
    })
}

fn in_names(names: &[Vec<Mark>], whose: &str) -> Option<Vec<Place>> {
    let of = |counted: Counted| {
        column(names, |own| {
            own.iter().rfind(|mark| mark.counted == counted)
        })
    };
    let (steps, epochs) = (of(Counted::Steps), of(Counted::Epochs));
    if let (Some(steps), Some(epochs)) = (&steps, &epochs)
        && !(is_distinct(steps) && agree(epochs, steps))
        && !is_distinct(epochs)
    {
        return both(epochs, steps, whose);
    }
    let classes = [steps, epochs, of(Counted::Saves), of(Counted::Time)];
    let named = classes.into_iter().flatten().find(|own| is_distinct(own));
    let fewest = names.iter().map(Vec::len).min()?;
    let from_end = || {
        let mut columns = (1..=fewest).map(|end| column(names, |own| own.get(own.len() - end)));
        columns.find_map(|own| own.filter(|own| is_distinct(own)))
    };
    let column = named.or_else(from_end)?;
    let source = match (&column[0].word[..], column[0].counted) {
        (_, Counted::Time) => format!("the time in the {whose} names"),
        ("", _) => format!("the number in the {whose} names"),
        (word, _) => format!("the number beside `{word}` in the {whose} names"),
    };
    let place = |mark: &Mark| Place {
        key: vec![mark.value],
        number: Some(mark.value).filter(|_| mark.counted != Counted::Time),
        counted: mark.counted,
        source: source.clone(),
    };
    Some(column.into_iter().map(place).collect())
}

/// The mark of each file, if all have one.
fn column<'a>(
    names: &'a [Vec<Mark>],
    pick: impl Fn(&'a Vec<Mark>) -> Option<&'a Mark>,
) -> Option<Vec<&'a Mark>> {
    names.iter().map(pick).collect()
}

fn is_distinct(column: &[&Mark]) -> bool {
    let mut values: Vec<u64> = column.iter().map(|mark| mark.value).collect();
    values.sort_unstable();
    values.windows(2).all(|pair| pair[0] != pair[1])
}

/// Whether the order by `steps` never goes back an epoch.
fn agree(epochs: &[&Mark], steps: &[&Mark]) -> bool {
    let mut pairs: Vec<(u64, u64)> = (steps.iter().zip(epochs))
        .map(|(step, epoch)| (step.value, epoch.value))
        .collect();
    pairs.sort_unstable();
    pairs.windows(2).all(|pair| pair[0].1 <= pair[1].1)
}

/// By epoch, and within it by step.
fn both(epochs: &[&Mark], steps: &[&Mark], whose: &str) -> Option<Vec<Place>> {
    let keys: Vec<Vec<u64>> = (epochs.iter().zip(steps))
        .map(|(epoch, step)| vec![epoch.value, step.value])
        .collect();
    let mut sorted = keys.clone();
    sorted.sort();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        return None;
    }
    let place = |key| Place {
        key,
        number: None,
        counted: Counted::Unknown,
        source: format!("epoch, and step in it, in the {whose} names"),
    };
    Some(keys.into_iter().map(place).collect())
}
