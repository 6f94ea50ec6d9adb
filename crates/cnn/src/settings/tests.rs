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
        weights: crate::settings::WeightSettings::default(),
        images: crate::settings::ImageSettings::default(),
        intervention: None,
        start: None,
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
    assert_eq!(settings.schedule.rate(764, 45), 0.1);
    assert_eq!(settings.schedule.rate(765, 45), 0.1 / 30.0);
    assert!((0..20).all(|epoch| settings.schedule.phase_from(epoch).is_none()));
}

#[test]
fn labels_above_those_of_the_network_are_told() {
    let images = Images::new([8, 8, 1], 201, vec![0.5; 128], vec![7, 200]).unwrap();
    let problem = settings().check(&images).unwrap_err().to_string();
    assert!(problem.contains("labels go up to 200"), "{problem}");
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

/// What came later is left out at its default: ids of trials without it stay.
#[test]
fn later_settings_stand_in_the_canonical_form_only_where_they_are_set() {
    let mut settings = settings();
    let canonical = settings.canonical();
    assert!(
        !canonical.contains("\"weights\"") && !canonical.contains("beta\""),
        "{canonical}"
    );
    settings.weights = serde_json::from_str(r#"{"precision": "bf16"}"#).unwrap();
    settings.initialization.beta = -1.0;
    let canonical = settings.canonical();
    let weights = r#""weights":{"precision":"bf16","rounding":"nearest","masters":false}"#;
    assert!(
        canonical.contains(weights) && canonical.contains(r#""beta":-1.0"#),
        "{canonical}"
    );
    let again: TrialSettings = serde_json::from_str(&canonical).unwrap();
    assert_eq!(again, settings);
}

#[test]
fn values_out_of_range_are_refused_by_name() {
    let images = DataSettings::default().load(None).unwrap();
    let cases: [(Change, &str); 11] = [
        (|s| s.weights.masters = true, "weights.masters = true"),
        (
            |s| s.initialization.beta = f64::NAN,
            "initialization.beta = NaN",
        ),
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

/// A column of what PyTorch gives for 20 updates, 5 an epoch.
fn golden(name: &str) -> Vec<f64> {
    let mut rows = include_str!("../../golden/schedules.csv").lines();
    let names = rows.next().unwrap();
    let at = names.split(',').position(|own| own == name).unwrap();
    rows.map(|row| row.split(',').nth(at).unwrap().parse().unwrap())
        .collect()
}

#[test]
fn rates_and_clipping_agree_with_pytorch() {
    let schedule: Schedule =
        serde_json::from_str(r#"{"learning_rate": 0.3, "epochs": 4, "annealed_epochs": 0}"#)
            .unwrap();
    let close = |found: f64, expected: f64| {
        assert!((found - expected).abs() <= 1e-14, "{found} {expected}");
    };
    let epochs = 2;
    let factor = 0.1;
    for (name, decay, warmup_steps) in [
        ("step", Decay::Step { epochs, factor }, 0),
        ("cosine", Decay::Cosine, 0),
        ("warmup", Decay::Constant, 7),
    ] {
        let own = Schedule {
            decay,
            warmup_steps,
            ..schedule.clone()
        };
        own.check().unwrap();
        for (step, expected) in golden(name).into_iter().enumerate() {
            close(own.rate(step as u64, 5), expected);
        }
    }
    let both = golden("norm").into_iter().zip(golden("clipped"));
    for (step, (norm, first)) in both.enumerate() {
        let mut gradients: Vec<f64> = (1..10).map(|g| f64::from(g) * 0.02 * step as f64).collect();
        close(crate::optimizer::clip_norm(&mut gradients, 2.0), norm);
        close(gradients[0], first);
    }
}

#[test]
fn annealing_multiplies_what_a_decay_leaves() {
    let text = r#"{"learning_rate": 1.0, "epochs": 4, "annealed_epochs": 1,
        "annealing_factor": 0.5, "warmup_steps": 2,
        "decay": {"kind": "step", "epochs": 2, "factor": 0.1}}"#;
    let schedule: Schedule = serde_json::from_str(text).unwrap();
    let rates: Vec<f64> = (0..8).map(|done| schedule.rate(done, 2)).collect();
    assert_eq!(rates, [0.5, 1.0, 1.0, 1.0, 0.1, 0.1, 0.05, 0.05]);
}

#[test]
fn later_settings_are_left_out_of_the_canonical_form_at_their_defaults() {
    let mut settings = settings();
    let before = settings.canonical();
    for word in ["\"decay\"", "warmup", "clip", "gradient_scale"] {
        assert!(!before.contains(word), "{before}");
    }
    settings.schedule.clip_norm = Some(1.0);
    assert!(settings.canonical().contains(r#""clip_norm":1.0"#));
}

#[test]
fn schedules_that_cannot_be_are_refused_by_their_key() {
    for (change, key) in [
        (
            r#""decay": {"kind": "step", "epochs": 0, "factor": 0.1}"#,
            "schedule.decay.epochs",
        ),
        (
            r#""decay": {"kind": "step", "epochs": 1, "factor": 0.0}"#,
            "schedule.decay.factor",
        ),
        (r#""decay": {"kind": "cosine"}"#, "schedule.annealed_epochs"),
        (r#""clip_norm": 0.0"#, "schedule.clip_norm"),
        (r#""gradient_scale": -1.0"#, "schedule.gradient_scale"),
    ] {
        let text = format!(r#"{{"learning_rate": 0.1, {change}}}"#);
        let schedule: Schedule = serde_json::from_str(&text).unwrap();
        let refused = schedule.check().unwrap_err().to_string();
        assert!(refused.contains(key), "{refused}");
    }
}
