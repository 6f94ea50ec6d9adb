//! Templates held against the tables that there will be.

use super::{ANALYSIS, FINDINGS, only, told};

/// Before the first sentence of the findings.
fn said(template: &str) -> (usize, &'static str, String) {
    (FINDINGS, "{%- set more", format!("{template}{{%- set more"))
}

fn template(template: &str, start: &str, words: &[&str]) {
    let (file, from, to) = said(template);
    only((file, from, &to), start, words);
}

#[test]
fn what_a_template_names_and_the_tables_will_not_have_is_told() {
    let at = "findings.md.jinja:*:";
    for (asked, words) in [
        (
            "{{ estimate('deda') | percent }}",
            ["no estimate `deda`", "`dead`?"],
        ),
        (
            "{{ rows('cels') | count }}",
            ["no table `cels`", "`cells`?"],
        ),
        (
            "{{ rows('cells', layr='1') | count }}",
            ["no column `layr`", "`layer`?"],
        ),
        (
            "{{ rows('cells', layer='4') | count }}",
            ["no `layer` = \"4\"", "there are: 1, 2, all"],
        ),
        (
            "{{ rows('cells', measure='ded') | count }}",
            ["no `measure` = \"ded\"", "there are"],
        ),
        (
            "{{ rows('cells', learning_rate='hihg') | count }}",
            ["no level `hihg`", "`high`?"],
        ),
        (
            "{{ level('learning_rate', 'hihg') }}",
            ["no level `hihg`", "`high`?"],
        ),
        (
            "{{ levels('learning_rat') | list }}",
            ["no factor `learning_rat`", "`learning_rate`?"],
        ),
        (
            "{{ verdict('more-dy') }}",
            ["no prediction `more-dy`", "`more-die`?"],
        ),
        (
            "{{ estimates('dead')[0].valu }}",
            ["has no `valu`", "`value`?"],
        ),
        (
            "{% for r in rows('cells') %}{{ r.nn }}{% endfor %}",
            ["`cells` has no `nn`", "`n`?"],
        ),
        (
            "{{ rows('cells') | list('layr') }}",
            ["no column `layr`", "`layer`?"],
        ),
        (
            "{{ prediction('more-die').judging.lo }}",
            ["an interval has no `lo`", "`low`?"],
        ),
        (
            "{{ 'a' if verdict('more-die') == 'suported' }}",
            ["never \"suported\"", "`supported`?"],
        ),
        (
            "{{ 'a' if rows('cells')[0].layer in ['al'] }}",
            ["never \"al\"", "`all`?"],
        ),
        (
            "{{ cell('cells', layer='1', measure='working', learning_rate='low').n }}",
            ["no row of `cells`", "measure = \"working\""],
        ),
        (
            "{{ rows('cells') }}",
            ["rows of `cells` does not print", "percent"],
        ),
    ] {
        template(asked, at, &words);
    }
    // What this version lacks, and what is only known later, is no mistake.
    for fine in [
        "{{ estimate('dead', learning_rate=0.2) | percent }}",
        "{% for rate in levels('learning_rate') %}{{ estimate('dead', learning_rate=rate) | percent }}{% endfor %}",
        "{% for r in rows('cells', replicate=0) %}{{ r.value }}{% endfor %}",
        "{% for w in ['low', 'x'] if w != 'x' %}{{ level('learning_rate', w) }}{% endfor %}",
        "{% for w in ['low', 'x'] %}{% if w != 'x' %}{{ level('learning_rate', w) }}{% endif %}{% endfor %}",
    ] {
        let (file, from, to) = said(fine);
        assert_eq!(told(&[(file, from, &to)]), [""; 0], "{fine}");
    }
}

#[test]
fn names_are_followed_through_set_loops_and_macros() {
    for asked in [
        "{% set rate = 'hihg' %}{{ estimate('dead', learning_rate=rate) | percent }}",
        "{% for rate in ['low', 'hihg'] %}{{ estimate('dead', learning_rate=rate) | percent }}{% endfor %}",
        "{% for rate, word in [('low', 'a'), ('hihg', 'b')] %}{{ level('learning_rate', rate) }}{% endfor %}",
        "{% macro at(rate) %}{{ level('learning_rate', rate) }}{% endmacro %}{{ at('low') }}{{ at('hihg') }}",
        "{{ level('learning_rate', 'low' if verdict('more-die') == 'supported' else 'hihg') }}",
    ] {
        template(
            asked,
            "findings.md.jinja:*:",
            &["no level `hihg`", "`high`?"],
        );
    }
    let endless = "{% macro a() %}{{ b() }}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{{ a() }}{% endmacro %}{{ a() }}";
    let (file, from, to) = said(endless);
    assert_eq!(told(&[(file, from, &to)]), [""; 0]);
}

#[test]
fn several_rows_where_one_is_meant_are_told_with_their_levels() {
    let at = "findings.md.jinja:*:";
    template(
        "{{ estimate('dead') | percent }}",
        at,
        &[
            "`dead` is a family",
            "say which `learning_rate` (0.05, 0.2, 0.5)",
        ],
    );
    template(
        "{{ cell('cells', measure='dead_filters', learning_rate='low') | percent }}",
        at,
        &["several rows of `cells`", "say which `layer` (1, 2, all)"],
    );
    template(
        "{% for r in ['low', 'high'] %}{{ cell('cells', learning_rate=r, layer='') | percent }}{% endfor %}",
        at,
        &["say which `measure`"],
    );
}

#[test]
fn captions_are_held_against_the_tables_too_at_their_place() {
    let from = "caption = \"Dead filters,";
    only(
        (
            ANALYSIS,
            from,
            "caption = \"{{ cell('cels') | percent }} Dead,",
        ),
        "analysis.toml:*:20: there is no table `cels`",
        &["^^^^^^\n", "did you mean `cells`?"],
    );
    let broken = "caption = \"\"\"\nDead \\\n  {{ 1 + 1 }} and \"\"\"\n#";
    only(
        (ANALYSIS, from, broken),
        "analysis.toml:*:6: arithmetic",
        &["  {{ 1 + 1 }} and"],
    );
}
