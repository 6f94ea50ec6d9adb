use super::*;

#[test]
fn a_place_is_found_as_far_as_the_steps_go() {
    let text =
        "a = 1\n[[arms]]\nname = \"x\"\n[[arms]]\nname = \"y\"\n[arms.grid]\n\"p.q\" = [1]\n";
    let source = Source::new("s.toml", text);
    let place = |at: &[At<'_>]| source.error(at, "").place();
    let arm = [At::Key("arms"), At::Index(1)];
    assert_eq!(place(&[At::Key("a")]), "s.toml:1:1");
    assert_eq!(place(&[arm[0], arm[1], At::Key("name")]), "s.toml:5:1");
    let grid = [arm[0], arm[1], At::Key("grid"), At::Key("p.q")];
    assert_eq!(place(&grid), "s.toml:7:1");
    assert!(source.has(&grid) && !source.has(&[At::Key("b")]));
    assert_eq!(place(&[At::Key("b")]), "s.toml");
}

#[test]
fn a_key_that_is_not_known_comes_with_its_nearest() {
    let message = "unknown field `momentun`, expected one of `momentum`, `nesterov`";
    assert!(explain(message).ends_with("did you mean `momentum`?"));
    assert_eq!(explain("invalid type"), "invalid type");
}

#[test]
fn the_line_is_shown_with_a_mark_under_it() {
    let source = Source::new("s.sql", "SELECT a\r\nFROM größe WHERE b");
    let at = source.text.find("WHERE").unwrap();
    let problem = Problem::at(&source, at..at + 5, "no");
    assert_eq!(
        problem.to_string(),
        "s.sql:2:12: no\n  |\n2 | FROM größe WHERE b\n  |            ^^^^^"
    );
    // The end of the text, and a place beyond it.
    for end in [source.text.len(), source.text.len() + 7] {
        let said = Problem::at(&source, end..end, "it ends").to_string();
        assert!(said.starts_with("s.sql:2:19: it ends\n"), "{said}");
    }
    let other = Problem::option("--set a=1", "no setting `a`").help("give `b`");
    assert_eq!(other.to_string(), "--set a=1: no setting `a`; give `b`");
}

#[test]
fn of_a_long_line_the_part_around_the_mark_is_shown() {
    let text = format!("x = \"{}\" y", "é".repeat(500));
    let source = Source::new("s", text.as_str());
    let at = text.find('y').unwrap();
    let said = Problem::at(&source, at..at + 1, "here").to_string();
    let lines: Vec<&str> = said.lines().collect();
    assert!(
        lines.iter().all(|line| line.chars().count() < 125),
        "{said}"
    );
    let column = |line: &str, of: char| line.chars().position(|own| own == of);
    assert_eq!(column(lines[2], 'y'), column(lines[3], '^'), "{said}");
}

#[test]
fn problems_are_told_once_each_and_all_of_them() {
    let source = Source::new("s.toml", "a = 1\nb = 2\n");
    let mut all = Problems::default();
    assert!(all.is_empty());
    for (span, title) in [(0..1, "one"), (6..7, "two"), (0..1, "one")] {
        let nothing: Option<()> = all.take(Err(Problem::at(&source, span, title)));
        assert!(nothing.is_none());
    }
    assert_eq!(all.take(Ok::<_, Problem>(3)), Some(3));
    let said = all.to_string();
    assert!(said.contains("s.toml:1:1: one") && said.contains("s.toml:2:1: two"));
    assert!(said.ends_with("2 mistakes; nothing was run") && all.or(()).is_err());
}
