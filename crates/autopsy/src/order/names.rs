//! What the numbers in a file's name count.

use serde::Serialize;

/// What a number in a name counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// Optimizer steps: it stands beside `step`, `iter`, `iteration`, `global_step`, ...
    Steps,
    /// Epochs: it stands beside `epoch` or `ep`.
    Epochs,
    /// Something that grows: it stands beside `checkpoint`, `ckpt`, `model`, `snapshot`.
    Saves,
    /// A date or a time of day.
    Time,
    /// Nobody knows.
    Unknown,
}

/// A number in a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The word beside it, in lower case.
    pub word: String,
    /// The number; of a date `YYYYMMDDhhmmss`.
    pub value: u64,
    /// What it counts.
    pub counted: Counted,
}

const STEPS: [&str; 11] = [
    "step",
    "steps",
    "globalstep",
    "iter",
    "iters",
    "iteration",
    "iterations",
    "it",
    "itr",
    "update",
    "updates",
];
const EPOCHS: [&str; 3] = ["epoch", "epochs", "ep"];
const SAVES: [&str; 5] = ["checkpoint", "ckpt", "model", "snapshot", "save"];

/// Words beside numbers that do not tell time: measures, settings and copies.
const OTHER: [&str; 28] = [
    "loss", "acc", "accuracy", "top", "map", "ap", "iou", "miou", "score", "psnr", "ssim", "fid",
    "bleu", "wer", "auc", "f", "reward", "lr", "seed", "fold", "rank", "v", "version", "bs",
    "batch", "dim", "size", "of",
];

/// The numbers in a name (without its ending) that can tell time. Decimal fractions and numbers
/// beside words for measures cannot.
pub fn marks(name: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut rest = 0;
    while let Some(start) = name[rest..].find(|c: char| c.is_ascii_digit()) {
        let start = rest + start;
        let before = word_before(&name[rest..start]);
        let (token, length) = token(&name[start..]);
        rest = start + length;
        let (value, is_time) = match token {
            Token::Integer(value) => (value, false),
            Token::Time(value) => (value, true),
            Token::Other => continue,
        };
        let after = word_after(&name[rest..]);
        let class = |word: &str| {
            let of = |words: &[&str]| words.contains(&word);
            match () {
                () if of(&STEPS) => Some(Counted::Steps),
                () if of(&EPOCHS) => Some(Counted::Epochs),
                () if of(&SAVES) => Some(Counted::Saves),
                () => None,
            }
        };
        if OTHER.contains(&&before[..]) {
            continue;
        }
        // `100_steps` and `3ep`, unless the number's own word stands before it.
        let later = class(&after).filter(|own| *own != Counted::Saves);
        let (word, counted) = match (class(&before), later) {
            _ if is_time => (String::new(), Counted::Time),
            (Some(own), _) => (before, own),
            (None, Some(own)) => (after, own),
            // Seconds since 1970.
            (None, None) if value >= 1_000_000_000 => (before, Counted::Time),
            (None, None) => (before, Counted::Unknown),
        };
        marks.push(Mark {
            word,
            value,
            counted,
        });
    }
    marks
}

const SEPARATORS: [char; 7] = ['-', '_', '=', '.', ' ', ':', '~'];

/// The word right before a number: `epoch` in `model-epoch=`.
fn word_before(text: &str) -> String {
    let text = text.trim_end_matches(SEPARATORS);
    let start = text
        .rfind(|c: char| !c.is_alphabetic())
        .map_or(0, |place| place + 1);
    let word = text.get(start..).unwrap_or_default().to_lowercase();
    // `ModelEpoch3`, `valAcc`.
    let ends = |known: &&&str| known.len() > 3 && word.ends_with(**known);
    let known = STEPS.iter().chain(&EPOCHS).chain(&OTHER).find(ends);
    known.map_or(word.clone(), |known| (*known).to_owned())
}

/// The word right after a number, if no number follows it: `steps` in `_steps-best`.
fn word_after(text: &str) -> String {
    let text = text.trim_start_matches(SEPARATORS);
    let end = text
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(text.len());
    let next = text[end..].trim_start_matches(SEPARATORS);
    if next.starts_with(|c: char| c.is_ascii_digit()) {
        return String::new();
    }
    text[..end].to_lowercase()
}

/// What begins with a digit.
enum Token {
    Integer(u64),
    Time(u64),
    /// A decimal fraction, or more digits than a number has.
    Other,
}

/// The token that `text` begins with, and its length.
fn token(text: &str) -> (Token, usize) {
    if let Some((value, length)) = time(text) {
        return (Token::Time(value), length);
    }
    let run = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_digit());
        end.unwrap_or(text.len())
    };
    let whole = run(text);
    let fraction = text[whole..].strip_prefix('.').map_or(0, run);
    let third = text[whole..].get(fraction + 1..);
    let third = third.and_then(|rest| rest.strip_prefix('.')).map_or(0, run);
    // `01.0.83` is a number and a fraction.
    let fraction = if third > 0 { 0 } else { fraction };
    let mut length = whole + if fraction > 0 { fraction + 1 } else { 0 };
    // `1e-4`, `2.5e-05`
    let exponent = text[length..].strip_prefix(['e', 'E']);
    let exponent = exponent.and_then(|rest| rest.strip_prefix(['-', '+']));
    if let Some(digits) = exponent.map(run).filter(|&digits| digits > 0) {
        return (Token::Other, length + 2 + digits);
    }
    // `500k`, `1M`, `1.5M`
    let thousands = |c: char| match c {
        'k' | 'K' => Some(3_usize),
        'M' => Some(6),
        _ => None,
    };
    let mut next = text[length..].chars();
    let zeros = next.next().and_then(thousands);
    let zeros = zeros.filter(|_| !next.next().is_some_and(char::is_alphanumeric));
    let parsed = match (zeros, fraction) {
        (None, 0) => text[..whole].parse().ok(),
        (Some(zeros), _) if fraction <= zeros => {
            let digits = text[..length].replace('.', "");
            let zeros = "0".repeat(zeros - fraction);
            length += 1;
            format!("{digits}{zeros}").parse().ok()
        }
        _ => None,
    };
    (parsed.map_or(Token::Other, Token::Integer), length)
}

/// A date, with or without time of day, as `YYYYMMDDhhmmss`: `2024-01-31_12-00`, `20240131-120000`.
fn time(text: &str) -> Option<(u64, usize)> {
    let mut place = 0;
    let mut value = 0;
    let field = |from: usize, digits: usize, low: u64, high: u64| -> Option<u64> {
        let own = text.get(from..from + digits)?;
        let digits = own.bytes().all(|byte| byte.is_ascii_digit());
        let number: u64 = own.parse().ok().filter(|_| digits)?;
        (low..=high).contains(&number).then_some(number)
    };
    let is = |place: usize, of: &[u8]| {
        text.as_bytes()
            .get(place)
            .is_some_and(|own| of.contains(own))
    };
    for (index, (digits, low, high)) in [(4, 1980, 2100), (2, 1, 12), (2, 1, 31)]
        .into_iter()
        .enumerate()
    {
        place += usize::from(index > 0 && is(place, b"-_."));
        value = value * 100 + field(place, digits, low, high)?;
        place += digits;
    }
    let mut whole = 0;
    let mut end = place;
    let mut times = [0; 3];
    for (index, high) in [23, 59, 59].into_iter().enumerate() {
        let gap = if index == 0 { &b"-_T "[..] } else { b"-_:." };
        let start = end + usize::from(is(end, gap));
        let Some(own) = field(start, 2, 0, high) else {
            break;
        };
        times[index] = own;
        end = start + 2;
        whole = index + 1;
    }
    // An hour alone is more likely something else, and so are digits that go on.
    let end = if whole >= 2 { end } else { place };
    if whole < 2 {
        times = [0; 3];
    }
    let goes_on = is(end, b"0123456789");
    let value = times
        .into_iter()
        .fold(value, |value, own| value * 100 + own);
    (!goes_on).then_some((value, end))
}
