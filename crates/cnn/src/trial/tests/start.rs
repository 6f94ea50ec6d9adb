//! Trials that begin from another's final weights.

use super::super::id;
use super::{digits, settings, trained};
use crate::record::TrialRecord;
use crate::settings::TrialSettings;

#[test]
fn a_trial_begins_where_the_training_before_ended() {
    let images = digits(200);
    let before = settings(0.1, 2);
    let (record, last) = trained(&before, 3, &images);
    let mut after = settings(0.01, 1);
    let start = serde_json::json!({
        "optimizer": {"kind": "sgd"}, "schedule": before.schedule,
    });
    after.start = serde_json::from_value(start).unwrap();
    assert_eq!(after.before().as_ref(), Some(&before));
    let (own, _) = trained(&after, 3, &images);
    let at = |record: &TrialRecord, step: u32| {
        let mut rows = record.censuses.iter().filter(move |row| row.step == step);
        let row = rows.next().unwrap();
        (row.train_loss, row.train_accuracy, row.silent)
    };
    assert_eq!(at(&own, 0), at(&record, record.trial.steps));
    // Without any further update the weights are those.
    after.schedule.epochs = 0;
    assert_eq!(trained(&after, 3, &images).1, last);
    // The id holds it.
    let plain = TrialSettings {
        start: None,
        ..after.clone()
    };
    assert_ne!(id(&after, 3, &images), id(&plain, 3, &images));
    after.start.as_mut().unwrap().schedule.learning_rate = -1.0;
    let refused = after.check(&images).unwrap_err().to_string();
    assert!(
        refused.contains("start.schedule.learning_rate"),
        "{refused}"
    );
}
