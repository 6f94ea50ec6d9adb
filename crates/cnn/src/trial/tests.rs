use super::run::train;
use super::*;
use crate::architecture::{Activation, Architecture};
use crate::data::DataSettings;
use crate::random::StreamOffsets;
use crate::record::{Outcome, TrialRecord};

mod pinned;
mod start;

/// The first digits.
pub(crate) fn digits(count: usize) -> Images {
    let all = DataSettings::default().load(None).unwrap();
    let pixels = all.pixels[..count * 64].to_vec();
    Images::new(all.shape, all.classes, pixels, all.labels[..count].to_vec()).unwrap()
}

/// A network small enough for tests, without annealing.
pub(crate) fn settings(learning_rate: f64, epochs: usize) -> TrialSettings {
    let layers = [
        "conv 8 3x3",
        "relu",
        "conv 8 3x3",
        "relu",
        "max_pool 2",
        "conv 8 3x3",
        "relu",
        "global_average_pool",
        "linear 10",
    ];
    let layers = layers.iter().map(|text| text.parse().unwrap()).collect();
    let schedule = serde_json::json!({
        "learning_rate": learning_rate, "epochs": epochs, "annealed_epochs": 0,
    });
    let optimizer = serde_json::json!({"kind": "sgd"});
    TrialSettings {
        data: DataSettings::default(),
        architecture: Architecture(layers),
        initialization: crate::initialization::Initialization::default(),
        optimizer: serde_json::from_value(optimizer).unwrap(),
        schedule: serde_json::from_value(schedule).unwrap(),
        streams: StreamOffsets::default(),
        probes: crate::settings::Probes::default(),
        weights: crate::settings::WeightSettings::default(),
        images: crate::settings::ImageSettings::default(),
        intervention: None,
        start: None,
    }
}

/// A trial with its final parameters.
pub(crate) fn trained(
    settings: &TrialSettings,
    seed: u64,
    images: &Images,
) -> (TrialRecord, Vec<f32>) {
    train(settings, seed, images, &mut (), true).unwrap()
}

fn measured(settings: &TrialSettings, seed: u64, images: &Images) -> TrialRecord {
    run(settings, seed, images, &mut ()).unwrap()
}

#[test]
fn a_census_changes_no_weight() {
    let images = digits(400);
    for learning_rate in [0.1, 1.5] {
        let settings = settings(learning_rate, 4);
        let train = |census| train(&settings, 3, &images, &mut (), census).unwrap().1;
        let (with, without) = (train(true), train(false));
        let bits = |values: &[f32]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&with), bits(&without));
    }
}

#[test]
fn a_trial_learns_and_is_a_function_of_its_settings_and_seed() {
    let images = digits(400);
    let mut settings = settings(0.3, 8);
    settings.schedule.annealed_epochs = 2;
    let record = measured(&settings, 0, &images);
    assert_eq!(record, measured(&settings, 0, &images));
    assert_ne!(record, measured(&settings, 1, &images));
    assert_eq!(record.trial.outcome, Outcome::Working);
    assert!(record.trial.train_accuracy > 0.5, "{:?}", record.trial);
    assert!(record.trial.held_out_accuracy > 0.4, "{:?}", record.trial);
    assert_eq!((record.trial.steps, record.trial.annealing_step), (80, 60));
    assert_eq!(record.filters.len(), 24);
    let grid = crate::census::grid(60, 80);
    assert_eq!(record.censuses.len(), 3 * grid.len());
    assert_eq!(record.censuses.last().unwrap().step, 80);
}

#[test]
fn dead_filters_have_a_gradient_of_exactly_zero() {
    let images = digits(400);
    let mut dead_steps = 0;
    for seed in 0..4 {
        let record = measured(&settings(2.0, 6), seed, &images);
        dead_steps += record.trial.dead_steps;
        assert_eq!(record.trial.dead_steps_with_gradient, 0);
        for filter in &record.filters {
            assert_eq!(filter.dead_at_end, filter.silent_at_end);
            assert!(!(filter.dead_at_end && filter.cut_off_at_end));
            assert_eq!(filter.dead_at_end, filter.largest_pre_activation <= 0.0);
            assert_eq!(filter.dead_at_end, filter.active_units == 0.0);
            let ends_dead = filter.born_dead && filter.revivals == 0;
            assert!(!filter.dead_at_end || ends_dead || filter.final_death_by.is_some());
        }
    }
    assert!(dead_steps >= 50, "{dead_steps} opportunities");
}

#[test]
fn silent_units_are_told_by_place() {
    let record = measured(&settings(1.0, 6), 0, &digits(400));
    let (mut silent, mut elsewhere) = (0, 0);
    for row in &record.filters {
        // Maps of 8x8, 8x8 and 4x4.
        let side: u32 = if row.layer < 2 { 8 } else { 4 };
        let inner = (side - 2) * (side - 2);
        assert_eq!((row.inner_units, row.corner_units), (Some(inner), Some(4)));
        let all = ((1.0 - row.active_units) * f64::from(side * side)).round() as u32;
        let told = row.silent_inner_units.unwrap() + row.silent_corner_units.unwrap();
        assert!(told <= all && all - told <= 4 * (side - 2), "{row:?}");
        if row.silent_at_end {
            assert_eq!(told, inner + 4);
        } else {
            silent += told;
            elsewhere += all - told;
        }
    }
    assert!(silent > 0 && elsewhere > 0);
}

#[test]
fn a_filter_of_a_local_layer_stands_at_one_place() {
    let mut settings = settings(0.1, 1);
    let layers = ["local 2 3x3", "relu", "global_average_pool", "linear 10"];
    settings.architecture = Architecture(layers.map(|text| text.parse().unwrap()).into());
    let record = measured(&settings, 0, &digits(100));
    assert_eq!(record.filters.len(), 128);
    for (filter, row) in record.filters.iter().enumerate() {
        let (y, x) = (filter / 16, filter / 2 % 8);
        let at_edge = |at: usize| u32::from(at == 0 || at == 7);
        let edges = at_edge(y) + at_edge(x);
        let told = (row.inner_units, row.corner_units);
        let expected = (Some(u32::from(edges == 0)), Some(u32::from(edges == 2)));
        assert_eq!(told, expected, "{filter}");
    }
}

#[test]
fn silent_leaky_filters_are_not_dead() {
    let images = digits(400);
    let mut settings = settings(1.0, 6);
    let leaky = Activation::leaky_relu(0.01);
    settings.architecture = settings.architecture.with_activation(leaky);
    // Biases far below 0: everything is silent at first.
    settings.initialization.bias = -100.0;
    let record = measured(&settings, 0, &images);
    assert_eq!(record.censuses[0].silent, 8);
    assert!(record.censuses.iter().all(|row| row.dead == 0));
    assert!(record.filters.iter().all(|row| !row.ever_dead));
    assert_eq!(
        (record.trial.dead_steps, record.trial.layer_dead_step),
        (0, None)
    );
}

#[test]
fn divergence_is_an_outcome() {
    let images = digits(200);
    let mut settings = settings(1e30, 3);
    settings.schedule.annealed_epochs = 1;
    let record = measured(&settings, 0, &images);
    let trial = &record.trial;
    assert_eq!(trial.outcome, Outcome::Diverged);
    assert_eq!(trial.outcome_before_annealing, Outcome::Diverged);
    let step = trial.diverged_step.unwrap();
    assert!(step >= 1 && trial.steps <= step && step <= 3, "{trial:?}");
    assert_eq!((trial.train_loss, trial.logit_spread), (None, None));
    assert_eq!((trial.train_accuracy, trial.held_out_accuracy), (0.1, 0.1));
    assert_eq!(trial.collapsed_step, None);
    // Every census of the grid has its rows, without counts from the divergence on.
    let grid = crate::census::grid(10, 15);
    assert_eq!(record.censuses.len(), 3 * grid.len());
    for row in &record.censuses {
        let diverged = row.outcome == Outcome::Diverged;
        assert_eq!(diverged, row.step >= step, "{row:?}");
        if diverged {
            assert_eq!(
                (row.dead, row.silent, row.silent_units, row.cut_off),
                (0, 0, 0, 0)
            );
            assert!(row.train_loss.is_nan() && row.logit_spread.is_nan());
        }
    }
    // The last finite census is the end.
    assert!(
        record
            .filters
            .iter()
            .all(|row| row.largest_pre_activation.is_finite())
    );
}

#[test]
fn the_step_of_a_collapse_is_exact() {
    // Asks every step for everything, independently of the events.
    struct EveryStep {
        observatory: crate::census::Observatory,
        collapsed: Vec<bool>,
        dead_layer: Vec<Option<usize>>,
    }
    impl Observer for EveryStep {
        fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
            let parameters = step.network.graph.parameters();
            let census = self
                .observatory
                .take(parameters, step.training, step.step)?;
            self.collapsed.push(census.outcome == Outcome::Collapsed);
            self.dead_layer.push(census.dead_layer());
            Ok(())
        }
    }
    let images = digits(300);
    let (mut collapses, mut dead_layers) = (0, 0);
    for (seed, learning_rate) in [(0, 2.0), (1, 3.0), (2, 5.0), (3, 8.0)] {
        let settings = settings(learning_rate, 5);
        let architecture = &settings.architecture;
        let mut every = EveryStep {
            observatory: crate::census::Observatory::new(architecture, [8, 8, 1]).unwrap(),
            collapsed: Vec::new(),
            dead_layer: Vec::new(),
        };
        let trial = run(&settings, seed, &images, &mut every).unwrap().trial;
        if trial.outcome == Outcome::Diverged {
            continue;
        }
        let working = every.collapsed.iter().rposition(|&collapsed| !collapsed);
        let start = working.map_or(0, |step| step + 1);
        let collapsed = (start < every.collapsed.len()).then_some(start as u32);
        assert_eq!(trial.collapsed_step, collapsed, "rate {learning_rate}");
        let dead = every.dead_layer.iter().position(Option::is_some);
        assert_eq!(trial.layer_dead_step, dead.map(|step| step as u32));
        let layer = dead.and_then(|step| every.dead_layer[step]);
        assert_eq!(trial.layer_dead, layer.map(|layer| layer as u32));
        collapses += usize::from(collapsed.is_some_and(|step| step > 0));
        dead_layers += usize::from(dead.is_some());
    }
    assert!(
        collapses >= 2 && dead_layers >= 2,
        "{collapses} {dead_layers}"
    );
}

#[test]
fn another_order_of_batches_leaves_split_and_initial_weights() {
    struct Start(Vec<f32>, Vec<u32>, Vec<u32>);
    impl Observer for Start {
        fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
            match step.step {
                0 => {
                    self.0 = step.network.graph.parameters().to_vec();
                    self.1 = step.training.labels.clone();
                    assert_eq!((step.loss, step.batch), (None, &[][..]));
                }
                1 => self.2 = step.batch.to_vec(),
                _ => return Err(CnnError::Interrupted),
            }
            Ok(())
        }
    }
    let images = digits(200);
    let mut settings = settings(0.1, 1);
    let mut start = |batches| {
        settings.streams.batches = batches;
        let mut start = Start(Vec::new(), Vec::new(), Vec::new());
        let stopped = run(&settings, 5, &images, &mut start);
        assert!(matches!(stopped, Err(CnnError::Interrupted)));
        start
    };
    let (one, other) = (start(0), start(1));
    assert_eq!((&one.0, &one.1), (&other.0, &other.1));
    assert_ne!(one.2, other.2);
}
