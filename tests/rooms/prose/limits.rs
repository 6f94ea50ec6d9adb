//! Each limit of prose from both sides.

use super::faults;
use super::levels::Levels;

/// What is too long in findings of a study with rate 0.32.
fn faults_in(file: &str, text: &str) -> Vec<String> {
    let text = format!("<!-- findings: written by x -->\n\n{text}\n\n<!-- end of findings -->\n");
    let levels = |_: &str| Ok(Levels::parsed("[[arms]]\ngrid = { rate = [0.32] }\n"));
    faults(file, &text, levels).unwrap()
}

/// The first text is at a limit, the second above it, as is said.
#[track_caller]
fn limit(file: &str, fine: &str, long: &str, said: &str) {
    assert_eq!(faults_in(file, fine), Vec::<String>::new());
    let found = faults_in(file, long);
    assert!(
        found.len() == 1 && found[0].contains(said),
        "{said}: {found:#?}"
    );
}

/// A sentence of so many words.
fn words(count: usize) -> String {
    format!("A{}.", " b".repeat(count - 1))
}

/// Sentences of 20 and so many words.
fn twenty_and(count: usize) -> String {
    format!("{} {}", words(20), words(count))
}

const STUDY: &str = "studies/x/README.md";

#[test]
fn answers() {
    let of = |text: &str| format!("{} {text}", twenty_and(20));
    let said = ":3, findings, answer 1: 61 words, at most 60";
    limit(STUDY, &of(&words(20)), &of(&words(21)), said);
    let said = "answer 1: 36 words in a sentence, at most 35";
    limit(STUDY, &words(35), &words(36), said);
    let said = "answer 1: 4 numbers (1, 2, 3, 4), at most 3:\n    Of 1, 2, 3, 4.";
    limit(STUDY, "Of 1, 2, 3. Of 4.", "Of 1, 2, 3, 4.", said);
    limit(
        STUDY,
        "Of 1, 2, 3 at 0.32.",
        "Of 1, 2, 3 at 0.2.",
        "(1, 2, 3, 0.2)",
    );
    limit(
        STUDY,
        "Yes.\n\n*x*",
        "*x*",
        ":1, findings: no answer before",
    );
}

#[test]
fn short_answers() {
    let several = |text: &str| format!("**Is it?** Yes.\n\n**Why is it?** {text}");
    let alone = |text: &str| text.to_owned();
    for (file, of, number) in [
        (STUDY, &several as &dyn Fn(&str) -> String, 2),
        ("README.md", &several, 2),
        ("README.md", &alone, 1),
    ] {
        let said = format!("answer {number}: 41 words, at most 40");
        limit(file, &of(&twenty_and(20)), &of(&twenty_and(21)), &said);
        let said = format!("answer {number}: 4 numbers (1, 2, 3, 4), at most 3");
        limit(file, &of("Of 1, 2. Of 3."), &of("Of 1, 2. Of 3, 4."), &said);
    }
    // Below the first screen an answer that stands alone is one as in a study.
    let below = format!(
        "{}<!-- x: written by x -->\n{}\n",
        "\n".repeat(40),
        twenty_and(21)
    );
    let levels = |_: &str| Ok(Levels::default());
    assert_eq!(faults("README.md", &below, levels), Ok(Vec::new()));
    assert_eq!(faults("README.md", &below[1..], levels).unwrap().len(), 1);
}

#[test]
fn italics_and_items() {
    let italics = |count: usize| format!("Yes.\n\n*{} Of 1, 2, 3, 4; x.*\n", words(count));
    let said = ":5, findings, in italics: 36 words in a sentence, at most 35";
    limit(STUDY, &italics(35), &italics(36), said);
    limit(
        STUDY,
        &italics(35).replace(". Of", "; of"),
        &italics(35).replace(". Of", " of"),
        "40 words",
    );
    let items = |count: usize| format!("Yes.\n\n*x*\n\n{}", "- One.\n".repeat(count));
    limit(
        STUDY,
        &items(10),
        &items(11),
        ":1, findings: 11 items, at most 10",
    );
    limit(
        STUDY,
        &items(1),
        &items(1).replace('*', ""),
        "no line in italics",
    );
    let item = |text: &str| format!("{}- {text}\n", items(1));
    let said = "item 2: 2 sentences, at most 1:\n    Ab. C.";
    limit(STUDY, &item("Ab, c."), &item("Ab. C."), said);
    limit(
        STUDY,
        &item(&words(35)),
        &item(&words(36)),
        ":8, findings, item 2: 36 words",
    );
    limit(
        STUDY,
        &item("1, 2, 3."),
        &item("1, 2, 3, 4."),
        "item 2: 4 numbers",
    );
}

#[test]
fn prose_by_hand() {
    let hand = |count: usize| format!("Yes.\n<!-- end of x -->\n- 1, 2, 3, 4: {}", words(count));
    limit(
        STUDY,
        &hand(31),
        &hand(32),
        "README.md:5: 36 words in a sentence, at most 35",
    );
}
