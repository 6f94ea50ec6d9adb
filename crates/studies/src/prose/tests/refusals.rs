//! What a template may not say, and what it is told.

use std::time::Instant;

use super::super::{Source, check};
use super::{page, refused, shown, source};
use crate::messages::{self, At, Problem, Problems};

fn refuses(template: &str, words: &[&str]) {
    let error = refused(template);
    for word in words {
        assert!(error.contains(word), "`{template}` is told:\n{error}");
    }
    assert!(error.contains("findings.md.jinja:"), "{error}");
}

#[test]
fn arithmetic_is_refused_with_line_and_what_to_do() {
    for sum in [
        "1 + 1",
        "x.value - 0.01",
        "2 * x.n",
        "x.n / 2",
        "x.n // 2",
        "x.n % 2",
        "2 ** 3",
        "-x.value",
    ] {
        let template = format!("a\n{{% set x = estimate('tau') %}}\nb {{{{ {sum} }}}}\n");
        let error = refused(&template);
        assert!(error.contains("arithmetic in a template"), "{error}");
        assert!(error.contains("findings.md.jinja:3:"), "{error}");
        assert!(error.contains("an estimate in analysis.toml"), "{error}");
        let marks = "^".repeat(sum.len());
        assert!(error.contains(&marks), "{error}");
    }
    // Also in a branch that is not taken, an argument, a filter of a loop.
    refuses("{% if false %}{{ 1 + 1 }}{% endif %}", &["arithmetic"]);
    refuses(
        "{{ level('learning_rate', 'a' if 1 - 1 else 'b') }}",
        &["arithmetic"],
    );
    refuses(
        "{% for r in rows('cells') if r.n % 2 %}{% endfor %}",
        &["arithmetic"],
    );
}

#[test]
fn nothing_is_ordered_by_value() {
    for filter in ["max", "min", "sort", "sum"] {
        refuses(
            &format!("{{{{ rows('cells') | {filter} }}}}"),
            &[
                &format!("no filter `{filter}`"),
                "estimate in analysis.toml",
            ],
        );
    }
    refuses(
        "{{ 'a' if estimate('tau').value > 3 }}",
        &["not compared", "is above(0.4)"],
    );
    refuses(
        "{{ 'a' if 0 < estimate('tau').value < 3 }}",
        &["not compared"],
    );
    let largest = "{% set a = estimate('tau') %}{{ 'a' if a is above(a.low) }}";
    refuses(largest, &["`above` takes numbers that are written out"]);
    refuses(
        "{{ random([1, 2]) }}",
        &["no function `random`", "there are: cell, estimate"],
    );
    refuses("{{ range(3) }}", &["no function `range`"]);
    refuses("{{ namespace(a=1) }}", &["no function `namespace`"]);
}

#[test]
fn unknown_names_get_the_nearest() {
    refuses(
        "{{ estimat('tau') }}",
        &["no function `estimat`", "did you mean `estimate`?"],
    );
    refuses(
        "{{ 0.1 | percnt }}",
        &["no filter `percnt`", "did you mean `percent`?"],
    );
    refuses(
        "{{ 'a' if 1 is abov(0) }}",
        &["no question `abov`", "did you mean `above`?"],
    );
    refuses(
        "{% set rate = 1 %}{{ rat }}",
        &["no name `rat`", "did you mean `rate`?", "^^^"],
    );
    refuses(
        "{{ estimate('taux') }}",
        &["no estimate `taux`", "did you mean `tau`?"],
    );
    refuses(
        "{{ rows('cels') }}",
        &["no table `cels`", "did you mean `cells`?"],
    );
    refuses(
        "{{ rows('cells', layr='1') }}",
        &["no column `layr`", "did you mean `layer`?"],
    );
    refuses("{{ rows('cells', layer='4') }}", &["no layer `4`"]);
    refuses(
        "{{ rows('cells', measure='silnt') }}",
        &["no measure `silnt`", "`silent`?"],
    );
    refuses(
        "{{ levels('activatio') }}",
        &["no factor `activatio`", "`activation`?"],
    );
    refuses("{{ verdict('ordr') }}", &["no id `ordr`", "`order`?"]);
    refuses(
        "{{ estimate('tau').valu }}",
        &["a row of `estimates` has no `valu`", "`value`?"],
    );
    refuses(
        "{{ estimate('tau').judging.lo }}",
        &["an interval has no `lo`", "`low`?"],
    );
    refuses(
        "\n\n{{ estimate('minus') | points }}",
        &["2 rows", "apart by", "learning_rate", ":3:"],
    );
}

#[test]
fn a_level_that_the_design_lacks_gets_the_nearest() {
    refuses(
        "{{ cell('cells', activation='RelU') }}",
        &["no level `RelU`", "did you mean `ReLU`?"],
    );
    refuses(
        "{{ level('learning_rate', 'edg') }}",
        &["no level `edg`", "did you mean `edge`?"],
    );
    refuses(
        "{{ estimate('minus', activation='GELU', learning_rate=0.3) }}",
        &["`learning_rate` has no level `0.3`", "0.32"],
    );
    let reference = "{{ estimate('minus', activation='ReLU', learning_rate='low') }}";
    refuses(
        reference,
        &["no row of `estimates` has", "activation = \"ReLU\""],
    );
    refuses(
        "{{ 'a' if rows('cells')[0].layer == 1 }}",
        &["a level is text", "quotation marks"],
    );
}

#[test]
fn endless_loops_and_endless_text_end() {
    let start = Instant::now();
    let loops = "{% set r = rows('cells') %}".to_owned()
        + &"{% for a in r %}".repeat(12)
        + &"{% endfor %}".repeat(12);
    refuses(&loops, &["more than 1000000 steps", "a loop within a loop"]);
    let calls = "{% macro again(a) %}{{ again(a) }}{{ again(a) }}{% endmacro %}{{ again(1) }}";
    refuses(calls, &["findings.md.jinja"]);
    let text = "x".repeat(1000);
    let long = "{% set r = rows('cells') %}".to_owned()
        + &"{% for a in r %}".repeat(5)
        + &text
        + &"{% endfor %}".repeat(5);
    refuses(&long, &["more than 200 kB"]);
    // What is kept in a name grows no further either.
    let kept = "{% set a = 'x' %}".to_owned() + &"{% set a = a ~ a %}".repeat(40) + "{{ a }}";
    refuses(&kept, &["steps"]);
    // As deep as it is long.
    let joined = "{% set a = '' %}{{ a".to_owned() + &"~a".repeat(30_000) + " }}";
    refuses(&joined, &["more than 100 operators in one expression"]);
    let branches = "{% if 0 %}".to_owned() + &"{% elif 0 %}".repeat(5_000) + "{% endif %}";
    assert_eq!(shown(&branches).unwrap(), "");
    refuses(&"x".repeat(64_001), &["longer than 64 kB"]);
    assert!(start.elapsed().as_secs() < 60);
}

#[test]
fn a_template_stands_alone() {
    for statement in [
        "include 'x'",
        "import 'x' as x",
        "extends 'x'",
        "from 'x' import y",
    ] {
        refuses(
            &format!("a\n{{% {statement} %}}"),
            &["unknown statement", "stands alone", ":2:"],
        );
    }
    refuses("{% do rows('cells') %}", &["no statement `do`"]);
    refuses(
        "{% autoescape 'html' %}{% endautoescape %}",
        &["no statement `autoescape`"],
    );
    refuses("{{ debug() }}", &["no function `debug`"]);
    refuses("{{ estimate('tau').items() }}", &["no methods"]);
    refuses("{{ estimate('tau') }}", &["does not print", "percent"]);
    refuses("{{ rows('cells') }}", &["does not print"]);
    refuses(
        "{{ 'a' | percent }}",
        &["`percent` takes a row", "not the text \"a\""],
    );
    refuses("{{ rows }}", &["`rows` is a function", "`rows(..)`"]);
    refuses("{% if %}", &["unexpected"]);
    refuses("{{ loop.index }}", &[""]);
    refuses(
        "{% if false %}{% set a = 1 %}{% endif %}{{ a }}",
        &["undefined"],
    );
}

#[test]
fn all_that_is_wrong_is_said_at_once_and_before_there_are_results() {
    let several = "{{ 1 + 1 }}\n{{ x | nope }}\n\n{{ 2 > 1 }}";
    let mut empty = page();
    empty.tables = [].into();
    let error = check(&source(several), &empty).unwrap_err();
    let told: Vec<String> = Problems::from(error).iter().map(Problem::place).collect();
    let lines = ["1:4", "2:4", "2:8", "4:1"].map(|place| format!("findings.md.jinja:{place}"));
    assert_eq!(told, lines);
    let good = source("{{ estimate('tau') | number }}");
    assert_eq!(check(&good, &empty), Ok(()));
}

#[test]
fn a_template_in_a_toml_file_is_marked_there() {
    let text = "[a]\nb = \"\"\"\\\n  One \\\n  {{ 1 + 1 }}.\"\"\"\n";
    let file = messages::Source::new("analysis.toml", text);
    let at = [At::Key("a"), At::Key("b")];
    let inside = Source::inside(&file, &at, "One {{ 1 + 1 }}.");
    let said = check(&inside, &page()).unwrap_err().to_string();
    assert!(
        said.starts_with("analysis.toml:4:6: arithmetic in a template\n"),
        "{said}"
    );
    assert!(
        said.contains("\n4 |   {{ 1 + 1 }}.\"\"\"\n  |      ^^^^^\n  = a template shows"),
        "{said}"
    );
    // Of another text only the key is known.
    let other = Source::inside(&file, &at, "Two {{ 1 + 1 }}.");
    let said = check(&other, &page()).unwrap_err().to_string();
    assert!(said.starts_with("analysis.toml:2:1: arithmetic"), "{said}");
}
