use super::*;

#[test]
fn numbers_read_back_as_themselves() {
    for value in [0.1, 1.0 / 3.0, 1e-300, -2.5e17, f64::INFINITY, 5e-324, 12.0] {
        assert_eq!(real(value).parse::<f64>().unwrap(), value);
    }
    assert_eq!(real(f64::NAN), "");
    assert_eq!(real(-0.0), "0");
}

#[test]
fn csv_has_a_header_and_a_line_a_row() {
    let table = Table::new("t", "one row a cell")
        .real("share", "of filters", vec![0.25, f64::NAN])
        .column("step", "of death", Values::Integer(vec![None, Some(3)]))
        .text("arm", "name", vec!["a, b".into(), "c".into()]);
    assert_eq!(
        table.to_csv().unwrap(),
        "share,step,arm\n0.25,,\"a, b\"\n,3,c\n"
    );
}

#[test]
fn a_column_without_values_is_one_of_missing_numbers() {
    let table = Table::new("t", "")
        .real("a", "", vec![1.0, 2.0])
        .real("b", "", vec![f64::NAN; 2]);
    let read = Table::read_csv("t", &table.to_csv().unwrap()).unwrap();
    assert!(
        read.numbers("b")
            .unwrap()
            .iter()
            .all(|value| value.is_nan())
    );
}

#[test]
fn columns_of_different_length_are_an_error() {
    let table = Table::new("t", "")
        .real("a", "", vec![1.0, 2.0])
        .real("b", "", vec![1.0]);
    assert!(table.to_csv().is_err());
}
