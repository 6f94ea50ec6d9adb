use super::*;

#[test]
fn what_is_undefined_survives_json() {
    let row = CensusRow {
        positive_share: f64::NAN,
        train_loss: f64::INFINITY,
        train_accuracy: 0.1,
        ..CensusRow::empty(3, 0, Outcome::Diverged, 4, 8)
    };
    let text = serde_json::to_string(&row).unwrap();
    let read: CensusRow = serde_json::from_str(&text).unwrap();
    assert!(read.positive_share.is_nan() && read.train_loss.is_nan());
    assert_eq!((read.step, read.train_accuracy), (3, 0.1));
}
