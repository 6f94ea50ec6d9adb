//! Tests: what is refused, in which words and where.

use super::tests::catalog;

fn refused(sql: &str) -> String {
    catalog().query(sql).unwrap_err().to_string()
}

#[test]
fn refusals_say_where_and_what_would_be_right() {
    let cases = [
        ("", "no statement"),
        ("DROP TABLE trials", "DROP is not allowed: tables are read"),
        (
            "CREATE TABLE a AS SELECT * FROM trials",
            "CREATE is not allowed",
        ),
        ("TRUNCATE TABLE trials", "TRUNCATE is not allowed"),
        ("DELETE FROM trials", "DELETE is not allowed"),
        ("SHOW TABLES", "SHOW is not allowed"),
        ("EXPLAIN SELECT * FROM trials", "EXPLAIN is not allowed"),
        (
            "SELECT trial FROM trials; SELECT 1",
            "line 1, column 27: one statement at a time",
        ),
        (
            "SELECT trial\nFROM trails",
            "line 2, column 6: no table `trails`; did you mean `trials`?",
        ),
        (
            "SELECT trial FROM trials WHERE",
            "cannot be read as SQL: Expected",
        ),
        (
            "SELECT 'open FROM trials",
            "line 1, column 8: cannot be read as SQL: Unterminated",
        ),
        (
            "SELECT AVG(steps) FROM trials",
            "line 1, column 8: AVG is an aggregate of reals: the program's statistics do that",
        ),
        (
            "SELECT STDDEV(steps) FROM trials",
            "line 1, column 8: STDDEV is an aggregate of reals",
        ),
        (
            "SELECT CORR(steps, trial) FROM trials",
            "line 1, column 8: CORR is an aggregate of reals",
        ),
        (
            "SELECT SUM(held_out_accuracy) FROM trials",
            "line 1, column 12: SUM(held_out_accuracy) adds reals",
        ),
        (
            "SELECT trial, SUM(steps / trial) AS s FROM trials GROUP BY trial",
            "line 1, column 19: SUM(steps / trial) adds reals",
        ),
        ("SELECT SUM(1.0) FROM trials", "adds reals"),
        (
            "SELECT SUM(outcome) FROM trials",
            "line 1, column 12: SUM(outcome) adds values of type str",
        ),
        (
            "SELECT trial FROM trials ORDER BY SUM(held_out_accuracy)",
            "adds reals",
        ),
        (
            "SELECT outcome FROM trials GROUP BY outcome HAVING SUM(held_out_accuracy) > 1",
            "adds reals",
        ),
        (
            "WITH a AS (SELECT held_out_accuracy AS x FROM trials) SELECT SUM(x) AS s FROM a",
            "line 1, column 66: SUM(x) adds reals",
        ),
        (
            "WITH a AS (SELECT SUM(held_out_accuracy) AS x FROM trials) SELECT x FROM a",
            "adds reals",
        ),
        (
            "SELECT s FROM (SELECT SUM(held_out_accuracy) AS s FROM trials) q",
            "adds reals",
        ),
        (
            "SELECT SUM(held_out_accuracy) OVER (PARTITION BY outcome) AS s FROM trials",
            "adds reals",
        ),
        (
            "SELECT SUM(DISTINCT steps) FROM trials",
            "SUM takes one argument",
        ),
        (
            "SELECT EXP(steps) FROM trials",
            "line 1, column 8: no function EXP; there are `COUNT`",
        ),
        ("SELECT LOWR(outcome) FROM trials", "did you mean `LOWER`?"),
        (
            "SELECT FLOOR(steps) FROM trials",
            "`FLOOR(steps)` is not allowed",
        ),
        (
            "SELECT * FROM read_csv('/etc/passwd')",
            "line 1, column 15: read_csv(...) reads from outside",
        ),
        (
            "SELECT * FROM read_parquet('x.parquet')",
            "read_parquet(...) reads from outside",
        ),
        ("SELECT * FROM 'x.csv'", "no table `x.csv`"),
        (
            "SELECT * FROM trials LIMIT 2",
            "line 1, column 28: LIMIT needs ORDER BY",
        ),
        (
            "SELECT DISTINCT ON (outcome) trial FROM trials",
            "DISTINCT ON keeps whichever",
        ),
        (
            "SELECT ROW_NUMBER() OVER (PARTITION BY outcome) AS n FROM trials",
            "ROW_NUMBER needs OVER",
        ),
        (
            "SELECT SUM(steps) OVER (ORDER BY outcome) AS n FROM trials",
            "depends on the order of equal rows",
        ),
        (
            "WITH RECURSIVE a AS (SELECT 1) SELECT * FROM a",
            "line 1, column 1: WITH RECURSIVE",
        ),
        (
            "WITH trials AS (SELECT 1 AS x) SELECT x FROM trials",
            "line 1, column 6: `trials` is a table already",
        ),
        ("VALUES (1)", "only SELECT and WITH"),
        (
            "SELECT trial INTO other FROM trials",
            "SELECT INTO is not allowed",
        ),
        (
            "SELECT outcome ~ 'w' FROM trials",
            "operator `~` is not allowed",
        ),
        (
            "SELECT \"^(trial|steps)$\" FROM trials",
            "line 1, column 8: a column has a name; patterns are not allowed",
        ),
        ("SELECT COLUMNS('s.*') FROM trials", "no function COLUMNS"),
        (
            "SELECT trial FROM trials t WHERE EXISTS (SELECT 1 FROM filters f WHERE f.trial = t.trial)",
            "JOIN with it, or use IN",
        ),
        (
            "SELECT trial, (SELECT MAX(filter) FROM filters) AS f FROM trials",
            "line 1, column 16: a SELECT as a value is not read",
        ),
        (
            "SELECT trial, filter FROM filters GROUP BY trial",
            "line 1, column 15: 'filter' should participate in the GROUP BY clause",
        ),
        (
            "SELECT t.trial, f.trial FROM trials t JOIN filters f ON t.trial = f.trial",
            "duplicate output name 'trial'",
        ),
        (
            "SELECT outcome FROM filters",
            "no column `outcome`; there are `trial`, `layer`",
        ),
    ];
    for (sql, expected) in cases {
        let error = refused(sql);
        assert!(error.contains(expected), "{sql}\n  {error}\n  {expected}");
    }
}

#[test]
fn an_unknown_column_is_marked() {
    let sql = "SELECT trial,\n  MAX(held_out_acuracy) AS best\nFROM trials GROUP BY trial";
    let error = catalog().query(sql).unwrap_err();
    assert_eq!(error.place(), Some((2, 7)), "{error}");
    assert_eq!(&sql[error.range.clone().unwrap()], "held_out_acuracy");
    assert!(error.to_string().contains("held_out_accuracy"), "{error}");
}
