use super::*;

fn flags(values: &[bool]) -> Values {
    Values::Flag(values.iter().copied().map(Some).collect())
}

fn frame() -> Frame {
    Frame::new(vec![
        ("rate", Values::Real(vec![0.3, 0.1, f64::NAN, 0.1, 0.3])),
        (
            "arm",
            Values::Text(["b", "a", "a", "a", "a"].map(String::from).to_vec()),
        ),
        ("row", Values::Integer((0..5).map(Some).collect())),
        ("dead", flags(&[true, false, true, true, false])),
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
fn sorting_is_stable() {
    assert_eq!(rows(&frame().sort(&["arm"]).unwrap()), [1, 2, 3, 4, 0]);
    assert_eq!(
        rows(&frame().sort(&["rate", "arm"]).unwrap()),
        [2, 1, 3, 4, 0]
    );
}

#[test]
fn filters_by_flag() {
    assert_eq!(
        rows(&frame().filter(&frame().flags("dead").unwrap()).unwrap()),
        [0, 2, 3]
    );
    assert!(frame().filter(&[true]).is_err());
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
    assert!(
        Frame::new(vec![
            ("a", Values::Real(vec![1.0])),
            ("b", Values::Real(vec![1.0, 2.0]))
        ])
        .is_err()
    );
    assert_eq!(frame().reals("dead").unwrap(), [1.0, 0.0, 1.0, 1.0, 0.0]);
}

#[test]
fn reversed_frames_are_others_and_twice_the_same() {
    let frame = frame();
    assert_eq!(rows(&frame.reversed()), [4, 3, 2, 1, 0]);
    assert!(!frame.same(&frame.reversed()));
    assert!(frame.same(&frame.reversed().reversed()));
}

#[test]
fn what_is_missing_is_empty_in_csv_and_null_in_json() {
    let frame = Frame::new([
        ("rate", Values::Real(vec![0.1, f64::NAN])),
        ("arm", Values::Text(vec!["a".into(); 2])),
        ("row", Values::Integer(vec![Some(1), Some(2)])),
        ("dead", flags(&[false, true])),
    ])
    .unwrap();
    assert_eq!(
        frame.csv().unwrap(),
        "rate,arm,row,dead\n0.1,a,1,false\n,a,2,true\n"
    );
    let json = serde_json::Value::Array(frame.json().unwrap());
    let expected = serde_json::json!([
        {"rate": 0.1, "arm": "a", "row": 1, "dead": false},
        {"rate": null, "arm": "a", "row": 2, "dead": true},
    ]);
    assert_eq!(json, expected);
    let error = frame.encode(std::path::Path::new("a.xlsx")).unwrap_err();
    assert!(error.to_string().contains(".csv or .parquet"));
}
