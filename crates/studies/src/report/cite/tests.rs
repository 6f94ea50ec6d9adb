//! What is cited, and how LaTeX writes it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::latex::{handed_on, markdown, text};
use super::symbols::{SYMBOLS, special};
use super::*;
use crate::figures::synthetic;

/// What LaTeX prints of what [`text`] writes, read by its own rules: the longest known word first,
/// signs of two hyphens or quotes, and nothing between two of them for `{}`.
fn printed(mut latex: &str) -> String {
    let specials = (0..128_u8).map(char::from);
    let specials = specials.filter_map(|c| Some((special(c)?, c)));
    let symbols = SYMBOLS.iter().map(|(c, written)| (*written, *c));
    let known: BTreeMap<&str, char> = specials.chain(symbols).collect();
    let mut out = String::new();
    while let Some(first) = latex.chars().next() {
        let longest = known.iter().filter(|(word, _)| latex.starts_with(**word));
        let longest = longest.max_by_key(|(word, _)| word.len());
        if let Some((word, character)) = longest {
            out.push(*character);
            latex = &latex[word.len()..];
        } else if let Some(rest) = latex.strip_prefix("{}") {
            latex = rest;
        } else {
            out.push(first);
            latex = &latex[first.len_utf8()..];
        }
    }
    out
}

/// Signs that LaTeX prints alike are the same.
fn alike(plain: &str) -> String {
    let one = |c: char| match c {
        '"' | '“' | '”' => '"',
        '’' | '\'' => '\'',
        '\u{202f}' | '\u{2009}' => ' ',
        'µ' | 'μ' => 'μ',
        'ο' | 'o' => 'o',
        c if c.is_whitespace() && c != '\u{a0}' => ' ',
        c => c,
    };
    plain.chars().map(one).collect()
}

/// Whether no character stands bare that LaTeX takes for something else, and braces are in pairs.
fn is_safe(latex: &str) -> bool {
    let (mut depth, mut before) = (0_i32, ' ');
    for character in latex.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            '$' | '&' | '#' | '%' | '_' if before != '\\' => return false,
            '"' | '<' | '>' | '|' => return false,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
        before = if (before, character) == ('\\', '\\') {
            ' '
        } else {
            character
        };
    }
    depth == 0
}

fn characters() -> impl Strategy<Value = String> {
    let symbols: Vec<char> = SYMBOLS.iter().map(|(c, _)| *c).collect();
    let one = prop_oneof![
        3 => proptest::char::range(' ', '~'),
        1 => proptest::sample::select(vec!['-', '\'', '"', '`', ',', '\\', '{', '}', '%']),
        2 => proptest::sample::select(symbols),
        1 => proptest::sample::select(vec!['ä', 'é', 'ß', '\n', '\t']),
    ];
    proptest::collection::vec(one, 0..40).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn latex_prints_the_text_it_was_made_of(plain in characters()) {
        let latex = text(&plain);
        prop_assert!(is_safe(&latex), "{latex}");
        prop_assert_eq!(alike(&printed(&latex)), alike(&plain), "{}", latex);
        let rest: String = latex.chars().filter(|c| !"äéß".contains(*c)).collect();
        prop_assert!(rest.is_ascii(), "{rest}");
    }

    #[test]
    fn what_is_handed_on_and_any_markdown_are_safe(plain in characters()) {
        prop_assert!(is_safe(&handed_on(&plain).replace(['"'], "")), "{plain}");
        let latex = markdown(&plain);
        prop_assert!(is_safe(&latex), "{plain}: {latex}");
        prop_assert!(!latex.contains('\n'));
    }
}

#[test]
fn signs_of_captions_in_latex() {
    for (plain, latex) in [
        ("40% of 4× He", r"40\% of 4\ensuremath{\times} He"),
        ("−0.4 & a_b", r"\ensuremath{-}0.4 \& a\_b"),
        (
            "5\u{a0}µm, β²",
            r"5~\ensuremath{\mu}m, \ensuremath{\beta}\textsuperscript{2}",
        ),
        ("`--seed`", r"\textasciigrave{}-{}-seed\textasciigrave{}"),
        ("say \"yes\" (\"no\")", "say ``yes'' (``no'')"),
        (
            "{x} \\ y",
            r"\textbraceleft{}x\textbraceright{} \textbackslash{} y",
        ),
        ("1–2", "1--2"),
    ] {
        assert_eq!(text(plain), latex);
    }
    assert_eq!(
        markdown("**Half of 50%.** Of `a_b`,\n*not* [all](x)."),
        r"\textbf{Half of 50\%.} Of \texttt{a\_b}, \emph{not} all."
    );
    assert_eq!(handed_on("4× \"50%\""), r#"4× "50\%""#);
}

fn citation() -> Citation {
    let mut figure = synthetic::figure();
    figure.caption = "**Half is dead.** n = 4.".into();
    Citation::from(&figure)
}

#[test]
fn a_figure_is_cited_with_all_that_makes_it_again() {
    let mut own = citation();
    let details = "specification 0123456789abcdef, lock 1111111111111111, \
                   analysis 2222222222222222, seed 0, 448 trials, results fedcba9876543210, \
                   numerics 5, records 3; CC BY 4.0";
    let (year, version) = (released()[0], env!("CARGO_PKG_VERSION"));
    assert_eq!(
        own.text(),
        format!(
            "{AUTHORS} ({year}). Made up. Figure `made-up` of the study `example`, mortality \
             {version}; {details}."
        )
    );
    let page = own.markdown();
    assert!(page.trim_end().ends_with(&own.text()), "the last paragraph");
    let entry = own.bibtex();
    for line in [
        "@misc{mortality-example-made-up,\n",
        "  author = {{The mortality authors}},\n",
        "  title = {{Made up}},\n",
        &format!("  year = {{{year}}},\n"),
        r"  howpublished = {Figure \texttt{made-up} of the study \texttt{example}, mortality ",
        "  note = {Specification 0123456789abcdef, lock ",
    ] {
        assert!(entry.contains(line), "{line}: {entry}");
    }
    let item = own.csl();
    assert_eq!(item["id"], "mortality-example-made-up");
    assert_eq!(item["author"][0]["literal"], AUTHORS);
    assert!(item["issued"]["date-parts"][0][0].as_u64() >= Some(2026));

    own.commit = Some("c".repeat(40));
    let commit = format!(", commit {}; CC", "c".repeat(16));
    assert!(own.text().contains(&commit) && own.bibtex().contains(&commit));
    assert!(own.latex().contains(&"c".repeat(40)));
}

#[test]
fn images_of_a_data_directory_are_cited() {
    let mut own = citation();
    own.cited.provenance.data.push(Data {
        set: "cifar10".into(),
        digest: "c".repeat(64),
    });
    let cited = format!("images of cifar10 {}, seed 0", "c".repeat(16));
    assert!(own.text().contains(&cited));
}

#[test]
fn amendments_and_changes_are_cited() {
    let mut own = citation();
    for digest in ["a", "b"] {
        own.cited.provenance.amendments.push(Amended {
            digest: digest.repeat(64),
            first_trial: 448,
        });
    }
    let (a, b) = ("a".repeat(16), "b".repeat(16));
    let cited = format!("0123456789abcdef, amendment 1 {a}, amendment 2 {b}, lock");
    assert!(own.text().contains(&cited));
    assert!(!own.text().contains("not as published"));
    own.cited.provenance.changes = vec!["`--seed 7`: other seeds.".into()];
    assert!(own.text().contains("; not as published; CC"));
}

#[test]
fn somebodys_own_figure_names_neither_us_nor_a_licence() {
    let mut own = citation();
    own.cited.provenance.licence = None;
    assert!(own.text().starts_with("Made up. Figure"));
    for words in [own.text(), own.markdown(), own.latex(), own.bibtex()] {
        assert!(
            !words.contains("authors") && !words.contains("CC BY"),
            "{words}"
        );
    }
    assert!(own.bibtex().contains("key = {example}"));
    assert!(own.csl().get("author").is_none());
}

#[test]
fn the_environment_is_no_wider_than_its_column_and_stands_across_two_where_it_must() {
    let mut own = citation();
    let latex = own.latex();
    for line in [
        "\\begin{figure}\n  \\centering\n",
        "width=\\ifdim\\linewidth<89mm \\linewidth\\else 89mm\\fi",
        "{made-up.pdf}",
        "alt={Made up. Curves",
        "\\caption[{Made up}]{\\textbf{Half is dead.} n = 4. \\cite{mortality-example-made-up}}",
        "\\label{fig:example-made-up}\n\\end{figure}\n",
    ] {
        assert!(latex.contains(line), "{line}: {latex}");
    }
    assert!(
        latex.lines().all(|line| line.chars().count() < 130),
        "{latex}"
    );
    own.width = 183.0;
    assert!(own.latex().contains("\\begin{figure*}") && own.latex().contains("183mm"));
}

#[test]
fn what_is_written_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let figure = synthetic::figure();
    crate::report::files::write_figure(&figure, folder.path()).unwrap();
    assert_eq!(figures(folder.path()).unwrap(), ["made-up"]);
    assert_eq!(
        read(folder.path(), "made-up").unwrap(),
        Citation::from(&figure)
    );
    let told = read(folder.path(), "made-upp").unwrap_err().to_string();
    assert!(told.contains("no figure `made-upp`") && told.contains("did you mean `made-up`?"));
    for (svg, words) in [
        ("<svg", "no figure of this program"),
        ("<svg width='89mm'><title>a</title></svg>", "no <metadata>"),
        (
            "<svg width='89mm'><metadata>x</metadata></svg>",
            "<metadata> does not say",
        ),
    ] {
        std::fs::write(folder.path().join("made-up.svg"), svg).unwrap();
        let told = format!("{:#}", read(folder.path(), "made-up").unwrap_err());
        assert!(
            told.contains("made-up.svg") && told.contains(words),
            "{told}"
        );
    }
}
