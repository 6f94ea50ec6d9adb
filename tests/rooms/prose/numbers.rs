//! Numbers that a reader has to take in, told from names that hold digits.
//!
//! An estimate with its interval is one number, and so is a count of a whole. Numbers that name a
//! setting (`rate 0.32`, `convolution 2`, `20 epochs`) are part of a name.

use super::levels::{Levels, Unit};

/// After these stands the number of a setting, or a list of them; after `at` only levels.
const BEFORE: [&str; 19] = [
    "rate",
    "rates",
    "at",
    "effective",
    "epsilon",
    "beta2",
    "momentum",
    "convolution",
    "convolutions",
    "layer",
    "layers",
    "step",
    "steps",
    "width",
    "widths",
    "seeds",
    "epochs",
    "arXiv",
    "p",
];

/// What follows an estimate with its interval, a count of a whole, or a number that stands alone.
pub fn number<'a>(before: &str, text: &'a str) -> Option<&'a str> {
    let inside = before.strip_suffix('-').unwrap_or(before);
    if inside.ends_with(char::is_alphanumeric) {
        return None;
    }
    estimate(text).or_else(|| of_a_whole(text)).or_else(|| {
        let rest = value(text)?;
        let rest = rest.strip_prefix('%').unwrap_or(rest);
        alone(rest).then_some(rest)
    })
}

/// `9.5% (2.4 to 31.0%)`, `-9.7 points (-15.1 to -4.4)`, `0.1 (0 to 0.2)`.
fn estimate(text: &str) -> Option<&str> {
    let rest = value(text)?;
    let rest = rest
        .strip_prefix('%')
        .or_else(|| rest.strip_prefix(" points"))
        .unwrap_or(rest);
    let rest = value(rest.strip_prefix(" (")?)?;
    let rest = value(rest.strip_prefix(" to ")?)?;
    rest.strip_prefix('%').unwrap_or(rest).strip_prefix(')')
}

/// `3 of 302`.
fn of_a_whole(text: &str) -> Option<&str> {
    let whole = value(text)?.strip_prefix(" of ")?;
    value(whole).filter(|rest| estimate(whole).is_none() && alone(rest) && !rest.starts_with('%'))
}

/// `[-]?\d[\d,]*(\.\d+)?(e[-]?\d+)?`, where a comma is one of thousands.
fn value(text: &str) -> Option<&str> {
    let mut rest = digits(text.strip_prefix('-').unwrap_or(text))?;
    while let Some(more) = rest.strip_prefix(',').and_then(digits) {
        if rest.len() - more.len() != 4 {
            break;
        }
        rest = more;
    }
    rest = rest.strip_prefix('.').and_then(digits).unwrap_or(rest);
    let power = rest
        .strip_prefix('e')
        .map(|power| power.strip_prefix('-').unwrap_or(power));
    Some(power.and_then(digits).unwrap_or(rest))
}

/// Whether a digit stands first.
pub fn digit(text: &str) -> bool {
    text.starts_with(|sign: char| sign.is_ascii_digit())
}

fn digits(text: &str) -> Option<&str> {
    digit(text).then(|| text.trim_start_matches(|sign: char| sign.is_ascii_digit()))
}

/// Whether no word goes on: `3x3` and `2-layer` hold no number.
fn alone(rest: &str) -> bool {
    !rest
        .strip_prefix('-')
        .unwrap_or(rest)
        .starts_with(char::is_alphabetic)
}

/// What follows a number that is part of a name.
pub fn name<'a>(before: &str, text: &'a str, levels: &Levels) -> Option<&'a str> {
    if estimate(text).is_some() || of_a_whole(text).is_some() {
        return None;
    }
    let rest = value(text)?;
    if let Some(size) = rest.strip_prefix(" x ").and_then(value) {
        return Some(size);
    }
    // `4x He` is a word; this sign is no letter. And the formula of the effective rate.
    if rest.starts_with("\u{d7} He") || text.starts_with("1 - momentum") {
        return Some(rest);
    }
    if before.ends_with("Leaky ReLU ") {
        return Some(
            text.trim_start_matches(|sign: char| sign.is_ascii_digit() || "./".contains(sign)),
        );
    }
    let year = text.len() - rest.len() == 4 && (text.starts_with("19") || text.starts_with("20"));
    if year && named(before) {
        return Some(rest);
    }
    let (_, rest) = setting(text)?;
    // `rate 0.2`, and `the rate (0.2 and 0.32)` if these are its levels.
    let bracket = before.strip_suffix(" (");
    let word = bracket.or_else(|| before.strip_suffix(' ')).unwrap_or("");
    let word = word.rsplit([' ', '(', '"']).next().unwrap_or(word);
    let strict = word == "at" || bracket.is_some();
    // `biases of 0.01` is a way to begin.
    if BEFORE.contains(&word) || before.ends_with("iases of ") {
        return list(text, strict, levels);
    }
    let unit = rest
        .trim_start()
        .split(|sign: char| !sign.is_alphabetic())
        .next()?;
    levels
        .setting(Unit::of(unit)?, parsed(text, rest)?)
        .then_some(rest)
}

/// Whether a name stands before, not only the capital that begins a sentence.
fn named(before: &str) -> bool {
    let mut words = before.trim_end_matches([' ', '(']).rsplit([' ', '(']);
    let word = words.next().unwrap_or("");
    word.starts_with("al.") || word.starts_with(char::is_uppercase) && words.next().is_some()
}

/// A number that can name a setting, and what follows it.
fn setting(text: &str) -> Option<(f64, &str)> {
    let rest = value(text)?;
    let result = rest.starts_with(['%', '(']) || rest.starts_with(" points") || !alone(rest);
    let result = result || estimate(text).is_some() || of_a_whole(text).is_some();
    Some((parsed(text, rest)?, rest)).filter(|_| !result)
}

fn parsed(text: &str, rest: &str) -> Option<f64> {
    text[..text.len() - rest.len()]
        .replace(',', "")
        .parse()
        .ok()
}

/// `0.32`, `0.5 and 0.8`, `1, 2 and 3`: a list ends after its `and`, and its commas join settings.
fn list<'a>(text: &'a str, strict: bool, levels: &Levels) -> Option<&'a str> {
    let fits =
        |text: &'a str| setting(text).filter(|(number, _)| !strict || levels.factor(*number));
    let (_, rest) = fits(text)?;
    for joint in [" and ", ", and ", " or ", " to "] {
        if let Some((_, end)) = rest.strip_prefix(joint).and_then(fits) {
            return Some(end);
        }
    }
    let more = rest.strip_prefix(", ");
    let more = more.filter(|more| setting(more).is_some_and(|(number, _)| levels.known(number)));
    Some(
        more.and_then(|more| list(more, strict, levels))
            .unwrap_or(rest),
    )
}

#[cfg(test)]
mod tests {
    use super::super::sentences::{Counted, counted, plain, sentences};
    use super::*;

    /// Rates 0.003 to 0.8, widths, 16 seeds, 445 epochs, compared every 1,000 steps.
    fn levels() -> Levels {
        Levels::parsed(
            "[[arms]]\nreplicates = 16\n[arms.set]\nepochs = 445\nevery = 1000\nhidden = 19\n\
             [arms.grid]\nrate = [0.003, 0.2, 0.32, 0.5, 0.8]\n",
        )
    }

    /// Sentences, words and numbers of a text.
    fn of(markdown: &str) -> (usize, usize, Vec<String>) {
        let text = plain(markdown);
        let Counted { words, numbers } = counted(&text, &levels());
        (sentences(&text).len(), words, numbers)
    }

    #[track_caller]
    fn holds(markdown: &str, expected: &[&str]) {
        let (sentences, _, numbers) = of(markdown);
        assert_eq!(
            (sentences, numbers),
            (1, expected.iter().map(|text| (*text).to_owned()).collect())
        );
    }

    #[test]
    fn settings_are_no_numbers() {
        holds(
            "By the learning rate, the same share in convolution 2 is 2.9% at 0.32, 9.7% (7.0 to 13.2%) \
             at 0.5, 20.4% (15.2 to 26.9%) at 0.8.",
            &["2.9%", "9.7% (7.0 to 13.2%)", "20.4% (15.2 to 26.9%)"],
        );
        // No level of this study, a result behind a setting, and one behind a list.
        holds(
            "Half are dead at 0.7, and at rate 0.32, 27 networks.",
            &["0.7", "27"],
        );
        holds("At rates 0.2, 0.5 and 0.8, 5 are lost.", &["5"]);
        holds("Biases of 0.01 leave 3 of 0.01.", &["3 of 0.01"]);
        holds(
            "It changes with the rate (0.2 and 0.32) and the mean (0.2).",
            &["0.2"],
        );
        holds(
            "In convolutions 2 and 3, with 20 layers of width 2, 16 seeds each and 7 networks.",
            &["7"],
        );
    }

    #[test]
    fn an_estimate_in_a_bracket_is_one_number() {
        holds(
            "Leaky ReLU 0.01 has no dead filters by definition, and at rate 0.32 fewer that never act \
             than ReLU (\u{2212}15.1 points (\u{2212}22.4 to \u{2212}7.9), networks that learned; not \
             shown with lost ones counted).",
            &["-15.1 points (-22.4 to -7.9)"],
        );
    }

    #[test]
    fn a_count_of_a_whole_is_one_number() {
        holds(
            "A check: in 0 of 171 combinations of width and depth the exact 99.7% interval misses the \
             range between the bounds of Lu et al., which are theorems.",
            &["0 of 171", "99.7%"],
        );
        holds("It is 0.5 (0.4 to 0.6) of 3.", &["0.5 (0.4 to 0.6)", "3"]);
    }

    #[test]
    fn an_interval_adds_no_words() {
        let (sentences, words, numbers) = of(
            "Of two remedies that Lyle et al. name, that a larger epsilon kills less is supported; a \
             smaller beta2 kills more, against the direction cited: 3.6 points (1.5 to 5.8) over the \
             rates, 2.7 points (0.4 to 4.9) at 0.003.",
        );
        assert_eq!((sentences, words, numbers.len()), (1, 32, 2));
    }

    #[test]
    fn thousands_are_steps() {
        let (sentences, words, numbers) = of(
            "In files saved 1,000 steps apart, after 20,000 steps, 12.7% (5.6 to 26.5%) are the same \
             under plain SGD, 37.2% (20.1 to 58.1%) with momentum and 13.0% (8.7 to 18.9%) with Adam.",
        );
        assert_eq!((sentences, words, numbers.len()), (1, 23, 3));
        holds("After 20,500 steps.", &["20,500"]);
    }

    #[test]
    fn estimates_of_each_form() {
        holds("Kendall's tau 0 (\u{2212}1 to 1).", &["0 (-1 to 1)"]);
        let three = ["9.5% (2.4 to 31.0%)", "99.7%", "9.5% (0.9 to 54.0%)"];
        holds(
            "9.5% (2.4 to 31.0%), at the 99.7% that judge 9.5% (0.9 to 54.0%)",
            &three,
        );
        holds("It learned (0.9).", &["0.9"]);
    }

    #[test]
    fn names_hold_no_number() {
        let names = "bf16 f32 beta1 beta2 L2 CIFAR-10 CS231n 3x3 1x1, 8 x 8, 4x He, 4\u{d7} He, Leaky \
                     ReLU 1/5.5, Lu et al. 2019 (arXiv 1903.06733), Mehta (2019), p 3, 2-layer, `1 2`";
        holds(names, &[]);
        holds(
            "[2 links](a(b/3.md) of 1e-4, and 2019 more.",
            &["2", "1e-4", "2019"],
        );
        assert_eq!(of("learning rate / (1 - momentum) = `a b` \u{2013}").1, 5);
        assert_eq!(of("learning rate / (1 - momentum)").2, Vec::<String>::new());
    }
}
