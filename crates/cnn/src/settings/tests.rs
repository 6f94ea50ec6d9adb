use super::*;
use crate::optimizer::{OptimizerSettings, Sgd};

type Change = fn(&mut TrialSettings);

fn settings() -> TrialSettings {
    let schedule = r#"{"learning_rate": 0.1}"#;
    TrialSettings {
        data: DataSettings::default(),
        architecture: Architecture::digits_cnn(),
        initialization: Initialization::default(),
        optimizer: OptimizerSettings::Sgd(Sgd::default()),
        schedule: serde_json::from_str(schedule).unwrap(),
        streams: StreamOffsets::default(),
        probes: Probes::default(),
    }
}

#[test]
fn a_default_trial_has_45_steps_an_epoch_and_anneals_from_765() {
    let images = DataSettings::default().load(None).unwrap();
    let settings = settings();
    settings.check(&images).unwrap();
    assert_eq!(settings.steps_per_epoch(&images), 45);
    assert_eq!(settings.annealing_step(&images), 765);
    assert_eq!(settings.steps(&images), 900);
    assert_eq!(settings.schedule.rate(16), 0.1);
    assert_eq!(settings.schedule.rate(17), 0.1 / 30.0);
    assert!((0..20).all(|epoch| settings.schedule.phase_from(epoch).is_none()));
}

#[test]
fn phases_begin_every_so_many_epochs() {
    let mut schedule = settings().schedule;
    schedule.permuted_every = 3;
    let begun: Vec<_> = (0..8).map(|epoch| schedule.phase_from(epoch)).collect();
    let none = None;
    assert_eq!(
        begun,
        [none, none, none, Some(1), none, none, Some(2), none]
    );
}

#[test]
fn the_canonical_form_holds_every_default_and_reads_back() {
    let settings = settings();
    let canonical = settings.canonical();
    for part in [
        r#""data":{"set":"digits","pixels":"raw"}"#,
        r#""momentum":0.0"#,
        r#""annealed_epochs":3"#,
        r#""streams":{"split":0"#,
    ] {
        assert!(canonical.contains(part), "{canonical}");
    }
    let again: TrialSettings = serde_json::from_str(&canonical).unwrap();
    assert_eq!(again, settings);
    assert_eq!(again.canonical(), canonical);
}

#[test]
fn values_out_of_range_are_refused_by_name() {
    let images = DataSettings::default().load(None).unwrap();
    let cases: [(Change, &str); 9] = [
        (
            |s| s.schedule.permuted_every = usize::MAX,
            "schedule.permuted_every",
        ),
        (
            |s| s.schedule.learning_rate = f64::NAN,
            "schedule.learning_rate = NaN",
        ),
        (
            |s| s.schedule.learning_rate = 0.0,
            "schedule.learning_rate = 0",
        ),
        (|s| s.schedule.batch_size = 0, "schedule.batch_size = 0"),
        (|s| s.schedule.epochs = 3, "schedule.annealed_epochs = 3"),
        (
            |s| s.schedule.annealing_factor = -1.0,
            "schedule.annealing_factor = -1",
        ),
        (
            |s| s.initialization.gain = f64::INFINITY,
            "initialization.gain",
        ),
        (|s| s.architecture.0.truncate(2), "ends in images"),
        (
            |s| s.architecture.0[8] = "linear 9".parse().unwrap(),
            "ends in 9 outputs, and the images have 10 classes",
        ),
    ];
    for (change, expected) in cases {
        let mut settings = settings();
        change(&mut settings);
        let problem = settings.check(&images).unwrap_err().to_string();
        assert!(problem.contains(expected), "{problem}");
    }
}
