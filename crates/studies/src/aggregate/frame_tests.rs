use super::*;

fn frame() -> Frame {
    Frame::new(vec![
        (
            "rate".into(),
            Values::Real(vec![0.3, 0.1, f64::NAN, 0.1, 0.3]),
        ),
        (
            "arm".into(),
            Values::Text(["b", "a", "a", "a", "a"].map(String::from).to_vec()),
        ),
        ("row".into(), Values::Integer((0..5).map(Some).collect())),
        (
            "dead".into(),
            Values::Flag(vec![true, false, true, true, false]),
        ),
    ])
    .unwrap()
}

fn rows(frame: &Frame) -> Vec<i64> {
    frame
        .integers("row")
        .unwrap()
        .into_iter()
        .flatten()
        .collect()
}

#[test]
fn groups_come_sorted_and_keep_the_order_of_rows() {
    let groups = frame().group_by(&["rate", "arm"]).unwrap();
    let found: Vec<_> = groups
        .iter()
        .map(|g| (g.key[0].to_string(), g.key[1].to_string(), rows(&g.rows)))
        .collect();
    let expected = [
        ("", "a", vec![2]),
        ("0.1", "a", vec![1, 3]),
        ("0.3", "a", vec![4]),
        ("0.3", "b", vec![0]),
    ];
    assert_eq!(
        found,
        expected.map(|(rate, arm, rows)| (rate.to_string(), arm.to_string(), rows))
    );
    assert!(
        frame()
            .filter(&[false; 5])
            .unwrap()
            .group_by(&["arm"])
            .unwrap()
            .is_empty()
    );
    assert_eq!(frame().group_by(&[]).unwrap().len(), 1);
}

#[test]
fn sorting_is_stable() {
    assert_eq!(rows(&frame().sort(&["arm"]).unwrap()), [1, 2, 3, 4, 0]);
    assert_eq!(
        rows(&frame().sort(&["rate", "arm"]).unwrap()),
        [2, 1, 3, 4, 0]
    );
}

#[test]
fn filters_by_flag_and_by_value() {
    assert_eq!(
        rows(&frame().filter(&frame().flags("dead").unwrap()).unwrap()),
        [0, 2, 3]
    );
    assert_eq!(
        rows(&frame().filter_equal("rate", &0.1.into()).unwrap()),
        [1, 3]
    );
    assert_eq!(
        rows(&frame().filter_equal("arm", &"b".into()).unwrap()),
        [0]
    );
    assert!(frame().filter(&[true]).is_err());
    assert!(frame().filter_equal("arm", &0.1.into()).is_err());
}

#[test]
fn joins_one_row_to_each() {
    let edges = Frame::new(vec![
        ("arm".into(), Values::Text(vec!["b".into(), "a".into()])),
        ("edge".into(), Values::Real(vec![2.0, 1.0])),
    ])
    .unwrap();
    let joined = frame().join(&edges, &["arm"]).unwrap();
    assert_eq!(rows(&joined), [0, 1, 2, 3, 4]);
    assert_eq!(joined.reals("edge").unwrap(), [2.0, 1.0, 1.0, 1.0, 1.0]);
    let only_b = edges.filter(&[true, false]).unwrap();
    assert!(
        frame()
            .join(&only_b, &["arm"])
            .unwrap()
            .reals("edge")
            .unwrap()[1]
            .is_nan()
    );
    let twice = Frame::stack([only_b.clone(), only_b]).unwrap();
    assert!(frame().join(&twice, &["arm"]).is_err());
}

#[test]
fn stacks_only_what_fits() {
    let both = Frame::stack([frame(), frame()]).unwrap();
    assert_eq!(both.rows(), 10);
    assert!(
        Frame::stack([
            frame(),
            frame().with("more", Values::Real(vec![0.0; 5])).unwrap()
        ])
        .is_err()
    );
    assert_eq!(Frame::stack([]).unwrap().rows(), 0);
}

#[test]
fn errors_name_the_column() {
    let error = frame().reals("ratee").unwrap_err().to_string();
    assert_eq!(error, "no column `ratee`; there are rate, arm, row, dead");
    assert!(
        frame()
            .reals("arm")
            .unwrap_err()
            .to_string()
            .contains("`arm` holds")
    );
    assert!(frame().texts("rate").is_err() && frame().flags("row").is_err());
    assert!(frame().with("short", Values::Real(vec![1.0])).is_err());
    assert!(
        Frame::new(vec![
            ("a".into(), Values::Real(vec![1.0])),
            ("b".into(), Values::Real(vec![1.0, 2.0]))
        ])
        .is_err()
    );
    assert!(frame().value("rate", 5).is_err());
    assert_eq!(frame().reals("dead").unwrap(), [1.0, 0.0, 1.0, 1.0, 0.0]);
}
