use super::*;
use crate::frames::{Frame, Kind};
use crate::table::Values;

/// Two networks of two layers with three filters each, and one row a network.
pub(super) fn catalog() -> Catalog {
    let whole = |values: &[i64]| Values::Integer(values.iter().copied().map(Some).collect());
    let dead = [
        true, false, false, true, true, false, false, false, true, true, true, true,
    ];
    let filters = Frame::new(vec![
        ("trial", whole(&[0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1])),
        ("layer", whole(&[0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1])),
        ("filter", whole(&[0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])),
        (
            "dead_at_end",
            Values::Flag(dead.into_iter().map(Some).collect()),
        ),
        (
            "active_images",
            Values::Real((0..12).map(|i| 0.1 * f64::from(i)).collect()),
        ),
        (
            "final_death_by",
            Values::Integer(dead.map(|d| d.then_some(45)).to_vec()),
        ),
    ]);
    let trials = Frame::new(vec![
        ("trial", whole(&[0, 1, 2])),
        (
            "outcome",
            Values::Text(["working", "collapsed", "working"].map(Into::into).to_vec()),
        ),
        ("held_out_accuracy", Values::Real(vec![0.9, f64::NAN, 0.7])),
        ("steps", whole(&[3, 4, 2_000_000_000])),
    ]);
    let mut catalog = Catalog::default();
    catalog.register("filters", filters.unwrap());
    catalog.register("trials", trials.unwrap());
    catalog
}

fn whole(sql: &str, column: &str) -> Vec<Option<i64>> {
    catalog().query(sql).unwrap().integers(column).unwrap()
}

#[test]
fn a_measure_is_one_row_a_network_and_layer_in_order() {
    for sum in [
        "SUM(CASE WHEN dead_at_end THEN 1 ELSE 0 END)",
        "SUM(dead_at_end)",
        "SUM(CAST(dead_at_end AS INT))",
        "COUNT(*) FILTER (WHERE dead_at_end)",
        "COUNT(CASE WHEN dead_at_end THEN 1 END)",
    ] {
        let sql = format!(
            "SELECT trial, layer, {sum} AS numerator, COUNT(*) AS denominator FROM filters GROUP BY trial, layer"
        );
        let found = catalog().query(&sql).unwrap();
        assert_eq!(
            found.columns(),
            ["trial", "layer", "numerator", "denominator"]
        );
        assert_eq!(found.integers("trial").unwrap(), [0, 0, 1, 1].map(Some));
        assert_eq!(found.integers("layer").unwrap(), [0, 1, 0, 1].map(Some));
        assert_eq!(
            found.integers("numerator").unwrap(),
            [1, 2, 1, 3].map(Some),
            "{sum}"
        );
        assert_eq!(found.integers("denominator").unwrap(), [3; 4].map(Some));
    }
}

#[test]
fn what_polars_does_is_pinned() {
    assert_eq!(
        whole(
            "SELECT SUM(final_death_by) AS s FROM filters WHERE NOT dead_at_end",
            "s"
        ),
        [None]
    );
    assert_eq!(
        whole("SELECT SUM(steps) AS s FROM trials WHERE trial > 7", "s"),
        [None]
    );
    assert_eq!(
        whole("SELECT COUNT(*) AS n FROM trials WHERE trial > 7", "n"),
        [Some(0)]
    );
    // 32 bits would go round.
    let literal = "SELECT SUM(CASE WHEN dead_at_end THEN 2000000000 ELSE 0 END) AS s FROM filters";
    assert_eq!(whole(literal, "s"), [Some(14_000_000_000)]);
    let found = catalog().query("SELECT trial, steps / 2 AS half, 0 / (steps - 3) AS none, -0.0 AS zero FROM trials WHERE trial < 2").unwrap();
    assert_eq!(found.reals("half").unwrap(), [1.5, 2.0]);
    assert!(found.reals("none").unwrap()[0].is_nan());
    assert!(found.reals("zero").unwrap()[0].is_sign_positive());
    let found = catalog()
        .query("SELECT COUNT(held_out_accuracy) AS n, MAX(held_out_accuracy) AS best FROM trials")
        .unwrap();
    assert_eq!(found.integers("n").unwrap(), [Some(2)]);
    assert_eq!(found.reals("best").unwrap(), [0.9]);
}

#[test]
fn kinds_are_known_without_evaluation() {
    let kinds = catalog()
        .check("SELECT outcome, COUNT(*) AS n, MIN(held_out_accuracy) AS low, MAX(steps) > 3 AS long, NULL AS none FROM trials GROUP BY outcome")
        .unwrap();
    let expected = [
        ("outcome", Kind::Text),
        ("n", Kind::Integer),
        ("low", Kind::Real),
        ("long", Kind::Flag),
        ("none", Kind::Real),
    ];
    assert_eq!(kinds, expected.map(|(name, kind)| (name.to_string(), kind)));
}

#[test]
fn views_are_tables_and_their_mistakes_name_them() {
    let mut catalog = catalog();
    catalog
        .register_view(
            "dead",
            "SELECT trial, SUM(dead_at_end) AS dead FROM filters GROUP BY trial",
        )
        .unwrap();
    catalog
        .register_view("lost", "SELECT d.trial, d.dead FROM dead d JOIN trials t ON d.trial = t.trial WHERE t.outcome <> 'working'")
        .unwrap();
    let found = catalog.query("SELECT * FROM lost").unwrap();
    assert_eq!(found.integers("dead").unwrap(), [Some(4)]);
    catalog
        .register_view("bad", "SELECT SUM(active_images) AS s FROM filters")
        .unwrap();
    let error = catalog.query("SELECT s FROM bad").unwrap_err().to_string();
    assert!(
        error.starts_with("view `bad`: line 1, column 12: SUM(active_images) adds reals"),
        "{error}"
    );
    assert!(catalog.query("SELECT * FROM lost").is_ok());
    assert!(catalog.register_view("lost", "SELECT 1").is_err());
    let error = catalog
        .register_view("worse", "SELECT x FROM lots")
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("view `worse`") && error.contains("`lost`"),
        "{error}"
    );
}

#[test]
fn rows_come_in_one_order_whatever_the_order_of_the_tables() {
    let catalog = catalog();
    for sql in [
        "SELECT * FROM filters",
        "SELECT layer, dead_at_end, COUNT(*) AS n FROM filters GROUP BY layer, dead_at_end",
        "SELECT DISTINCT layer, final_death_by FROM filters",
        "SELECT filter, trial FROM filters ORDER BY layer DESC",
        "SELECT * FROM filters ORDER BY layer DESC",
        "SELECT trial, filter FROM filters ORDER BY layer LIMIT 4",
        "SELECT trial, filter FROM filters WHERE layer = 0 UNION ALL SELECT trial, filter FROM filters WHERE layer = 1",
        "SELECT trial, filter FROM filters UNION SELECT filter, trial FROM filters ORDER BY filter DESC",
        "SELECT trial, COUNT(*) OVER (PARTITION BY outcome) AS n FROM trials",
        "SELECT trial, ROW_NUMBER() OVER (PARTITION BY outcome ORDER BY steps DESC) AS n FROM trials",
        "SELECT t.trial, f.filter FROM trials t LEFT JOIN filters f ON t.trial = f.trial WHERE f.dead_at_end OR f.filter IS NULL",
        "SELECT trial FROM trials WHERE trial IN (SELECT trial FROM filters WHERE dead_at_end)",
        "SELECT trial, steps FROM trials ORDER BY ALL",
    ] {
        let (one, other) = (catalog.query(sql), catalog.reversed().query(sql));
        let (one, other) = (one.unwrap(), other.unwrap());
        assert!(one.rows() > 0 && one.same(&other), "{sql}");
    }
    let order = "SELECT trial FROM trials ORDER BY outcome DESC";
    assert_eq!(whole(order, "trial"), [0, 2, 1].map(Some));
}
