use super::*;
use crate::record::TrialRecord;
use crate::trial;
use crate::trial::tests::{digits, settings};

fn probed(learning_rate: f64, epochs: usize) -> TrialSettings {
    let mut settings = settings(learning_rate, epochs);
    settings.probes.stopped = Some(StoppedSettings {
        every: 20,
        intervals: vec![1, 5, 20],
        by_filter: true,
        set: true,
    });
    settings
}

fn run(settings: &TrialSettings) -> TrialRecord {
    trial::run(settings, 3, &digits(400), &mut ()).unwrap()
}

/// The value in the only row that fits; 0 if there is none.
fn value(record: &TrialRecord, step: u32, layer: Option<u32>, quantity: &str) -> f64 {
    let rows: Vec<f64> = record
        .probes
        .iter()
        .filter(|row| {
            row.step == step
                && row.layer == layer
                && row.filter.is_none()
                && row.quantity == quantity
        })
        .map(|row| row.value)
        .collect();
    assert!(rows.len() < 2, "{quantity} at {step}");
    rows.first().copied().unwrap_or(0.0)
}

fn stopped(record: &TrialRecord, step: u32, layer: Option<u32>, interval: u32) -> f64 {
    let of = |cause: Cause| value(record, step, layer, &format!("{interval} {}", cause.name()));
    Cause::ALL.into_iter().map(of).sum()
}

#[test]
fn a_probe_changes_no_weight_and_no_other_number() {
    let images = digits(400);
    let (with, without) = (probed(0.8, 6), settings(0.8, 6));
    let train = |settings| trial::tests::trained(settings, 3, &images);
    let ((mut with, weights), (without, same)) = (train(&with), train(&without));
    let bits = |values: &[f32]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&weights), bits(&same));
    assert!(!with.probes.is_empty());
    with.probes.clear();
    assert_eq!(with, without);
}

#[test]
fn dead_filters_of_plain_sgd_stand_still_and_starve_their_readers() {
    let record = run(&probed(1.2, 20));
    let steps = record.trial.steps;
    let last = steps / 20 * 20;
    let dead: f64 = (0..3)
        .map(|l| value(&record, last, Some(l), "20 dead"))
        .sum();
    assert!(dead > 0.0, "{:?}", record.trial);
    for step in (20..=last).step_by(20) {
        for interval in [1, 5, 20] {
            let moving = value(&record, step, None, &format!("{interval} moving dead"));
            assert_eq!(moving, 0.0, "dead filters without momentum never move");
        }
        // A longer interval has no more causes to stand still.
        assert!(stopped(&record, step, None, 20) <= stopped(&record, step, None, 1));
    }
    // Filters of the second layer have 72 weights and a bias, their readers 9 weights each.
    let second = value(&record, last, Some(1), "20 dead") / 73.0;
    assert_eq!(second.fract(), 0.0);
    let starved = value(&record, last, Some(2), "20 starved");
    let dead_above = value(&record, last, Some(2), "20 dead") / 73.0;
    assert_eq!(starved, 9.0 * second * (8.0 - dead_above));
}

#[test]
fn parts_and_filters_add_up() {
    let record = run(&probed(1.2, 10));
    let last = record.trial.steps / 20 * 20;
    let sizes: f64 = (0..3).map(|l| value(&record, 0, Some(l), "weights")).sum();
    // The output layer: 8 x 10 weights, 10 biases.
    assert_eq!(value(&record, 0, None, "weights"), sizes + 90.0);
    for layer in 0..3 {
        let of_filters: f64 = record
            .probes
            .iter()
            .filter(|row| row.step == last && row.layer == Some(layer) && row.filter.is_some())
            .filter(|row| !row.quantity.ends_with("set"))
            .map(|row| row.value)
            .sum();
        assert_eq!(of_filters, stopped(&record, last, Some(layer), 20));
    }
    // The sets hold as many weights as were counted.
    for interval in [1, 5, 20] {
        let quantity = format!("{interval} set");
        let words = record.probes.iter().filter(|row| row.quantity == quantity);
        let members: usize = words
            .map(|row| unpack(row.value).into_iter().filter(|&is_in| is_in).count())
            .sum();
        assert_eq!(members as f64, stopped(&record, last, None, interval));
    }
}

#[test]
fn causes_are_those_of_a_slow_look_at_the_weights() {
    /// Keeps everything: weights, gradients and largest pre-activations of each step.
    #[derive(Default)]
    struct Everything {
        weights: Vec<Vec<f32>>,
        gradients: Vec<Vec<f32>>,
        active: Vec<Vec<bool>>,
    }
    impl trial::Observer for Everything {
        fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
            let graph = &step.network.graph;
            self.weights.push(graph.parameters().to_vec());
            self.gradients.push(graph.parameter_grads().to_vec());
            let layers = step.network.layers.iter();
            let active = layers.flat_map(|layer| graph.activity(layer.activation).unwrap());
            self.active
                .push(active.map(|&largest| largest > 0.0).collect());
            Ok(())
        }
    }
    let settings = probed(1.2, 12);
    let mut all = Everything::default();
    let record = trial::run(&settings, 3, &digits(400), &mut all).unwrap();
    let places = {
        let network =
            crate::network::Network::training(&settings.architecture, [8, 8, 1], 1).unwrap();
        let training = crate::data::Subset {
            shape: [8, 8, 1],
            pixels: vec![1.0; 64],
            labels: vec![0],
            clean: None,
        };
        Places::of(&network, &training)
    };
    let (mut seen, mut no_input) = (0.0, 0.0);
    for end in (20..=record.trial.steps).step_by(20) {
        let (from, to) = ((end - 5) as usize, end as usize);
        let mut counts = [0.0; 4];
        for (index, place) in places.all.iter().enumerate() {
            let same = |a: usize, b: usize| {
                all.weights[a][index].to_bits() == all.weights[b][index].to_bits()
            };
            if !same(from, to) {
                continue;
            }
            let moved = (from..to).any(|step| !same(step, step + 1));
            let gradient = (from + 1..=to).any(|step| all.gradients[step][index] != 0.0);
            let on = place.filter.is_none_or(|(layer, filter)| {
                (from + 1..=to).any(|step| all.active[step][8 * layer + filter])
            });
            // Some weight or the bias of the same filter has a gradient.
            let reached = place.filter.is_some_and(|_| {
                let own = places.all.iter().enumerate();
                let mut own = own.filter(|(_, other)| other.filter == place.filter);
                own.any(|(other, _)| (from + 1..=to).any(|step| all.gradients[step][other] != 0.0))
            });
            let known = place.filter.is_some() && on;
            counts[if moved {
                0
            } else if gradient {
                1
            } else {
                2
            }] += 1.0;
            // Other causes come before this one, and none of them knows of gradients.
            counts[3] += f64::from(u8::from(!moved && !gradient && reached && known));
            seen += f64::from(u8::from(on && !gradient));
        }
        let of = |causes: &[&str]| -> f64 {
            let rows = causes
                .iter()
                .map(|cause| value(&record, end, None, &format!("5 {cause}")));
            rows.sum()
        };
        assert_eq!(of(&["returned"]), counts[0]);
        assert_eq!(of(&["stalled"]), counts[1]);
        let still = [
            "dead",
            "starved",
            "blank input",
            "cut off",
            "inactive",
            "quiet input",
            "unreached",
            "no input",
        ];
        assert_eq!(of(&still), counts[2]);
        assert!(of(&["no input"]) <= counts[3]);
        no_input += of(&["no input"]);
    }
    assert!(
        no_input > 0.0,
        "some filter had a gradient and not on all its weights"
    );
    assert!(seen > 0.0, "some active filter's weight got no gradient");
}

#[test]
fn intervals_that_do_not_fit_are_refused() {
    for (every, intervals, expected) in [
        (0, vec![1], "probes.stopped.every = 0"),
        (10, vec![], "probes.stopped.intervals = []"),
        (10, vec![5, 1], "[5, 1]"),
        (10, vec![1, 20], "to probes.stopped.every = 10"),
    ] {
        let settings = StoppedSettings {
            every,
            intervals,
            by_filter: false,
            set: false,
        };
        let problem = settings.check().unwrap_err().to_string();
        assert!(problem.contains(expected), "{problem}");
    }
}
