use super::*;

#[test]
fn what_is_undefined_survives_json() {
    let row = CensusRow {
        step: 3,
        layer: 0,
        outcome: Outcome::Diverged,
        filters: 4,
        silent: 0,
        dead: 0,
        silent_in_train_mode: None,
        dead_in_train_mode: None,
        saturated: 0,
        cut_off: 0,
        units: 8,
        silent_units: 0,
        positive_share: f64::NAN,
        train_loss: f64::INFINITY,
        train_accuracy: 0.1,
        logit_spread: f64::NAN,
        update_ratio: None,
        weights: None,
        stopped: None,
        stopped_dead: None,
        stopped_starved: None,
        stopped_blank_input: None,
        stopped_cut_off: None,
        stopped_inactive: None,
        stopped_quiet_input: None,
        stopped_unreached: None,
        stopped_no_input: None,
        stopped_stalled: None,
    };
    let text = serde_json::to_string(&row).unwrap();
    let read: CensusRow = serde_json::from_str(&text).unwrap();
    assert!(read.positive_share.is_nan() && read.train_loss.is_nan());
    assert_eq!((read.step, read.train_accuracy), (3, 0.1));
}
