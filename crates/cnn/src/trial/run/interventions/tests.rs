use super::super::train;
use super::*;
use crate::prune::chain;
use crate::random::StreamOffsets;
use crate::trial::tests::{digits, settings};

fn with(intervention: &str) -> TrialSettings {
    let mut settings = settings(0.1, 2);
    settings.intervention = Some(serde_json::from_str(intervention).unwrap());
    settings
}

fn streams() -> Streams {
    Streams::new(3, StreamOffsets::default())
}

#[test]
fn silenced_from_the_start_goes_the_way_of_the_network_without_them() {
    let images = digits(200);
    for optimizer in [
        r#"{"kind": "sgd", "momentum": 0.9, "weight_decay": 0.001}"#,
        r#"{"kind": "adam"}"#,
    ] {
        for chosen in [r#""share": 0.5"#, r#""filters": [0, 7]"#] {
            let trained = |kind: &str| {
                let mut own = with(&format!(r#"{{ {kind}, "layer": "conv2", {chosen} }}"#));
                own.optimizer = serde_json::from_str(optimizer).unwrap();
                let record = train(&own, 3, &images, &mut (), true).unwrap();
                (own, record.0.trial, record.1)
            };
            let (whole, silenced, parameters) = trained(r#""kind": "silence", "step": 0"#);
            let (removing, removed, rest) = trained(r#""kind": "remove""#);
            let intervention = whole.intervention.as_ref().unwrap();
            let (architecture, shape) = (&whole.architecture, images.shape);
            let chosen = intervention
                .chosen(architecture, shape, Some(streams()))
                .unwrap();
            let pruning = Pruning::new(architecture, shape, &chosen).unwrap();
            assert_eq!(pruning.of(&parameters), rest);
            assert_ne!(parameters.len(), rest.len());
            let narrow = crate::trial::architecture(&removing, 3, &images).unwrap();
            assert_eq!(narrow, pruning.architecture);
            assert_eq!(
                (silenced.train_loss, silenced.held_out_accuracy),
                (removed.train_loss, removed.held_out_accuracy)
            );
        }
    }
}

#[test]
fn silenced_later_they_are_dead_from_then_on() {
    let own = with(r#"{ "kind": "silence", "layer": "conv3", "share": 0.9, "step": 3 }"#);
    let record = train(&own, 3, &digits(200), &mut (), true).unwrap().0;
    let dead: Vec<_> = record
        .filters
        .iter()
        .filter(|row| row.dead_at_end)
        .collect();
    assert_eq!(dead.len(), 7, "0.9 of 8, rounded");
    for row in dead {
        assert_eq!((row.layer, row.born_dead), (2, false));
        assert!(row.last_gradient_step < Some(3) && row.final_death_by > Some(3));
    }
}

/// A trial before its first update whose filters 1 and 2 of each layer but the last are dead.
fn half_dead<'a>(own: &TrialSettings, images: &Images, nobody: &'a mut ()) -> Trial<'a> {
    let mut trial = Trial::new(own, streams(), images, nobody).unwrap();
    let biases = trial.network.layers.iter().map(|layer| layer.bias.start);
    for start in biases.collect::<Vec<_>>() {
        trial.network.graph.parameters_mut()[start + 1..start + 3].fill(-1e3);
    }
    trial
}

/// Logits of the training images, and the number of dead filters by layer.
fn looked_at(trial: &mut Trial<'_>) -> (Vec<f32>, Vec<usize>) {
    let mut logits = Vec::new();
    for image in 0..trial.training.len() {
        trial
            .network
            .load(&trial.training, std::iter::once(image))
            .unwrap();
        trial.network.graph.forward();
        logits.extend_from_slice(trial.network.graph.values(trial.network.logits));
    }
    let parameters = trial.network.graph.parameters();
    let census = trial
        .observatory
        .take(parameters, &trial.training, 0)
        .unwrap();
    let dead = census
        .layers
        .iter()
        .map(crate::census::LayerCensus::count_dead);
    (logits, dead.collect())
}

#[test]
fn a_rescue_of_the_dead_changes_no_output_and_one_of_the_living_does() {
    let images = digits(120);
    for (which, changed) in [("dead", false), ("live", true)] {
        let text = format!(r#"{{ "kind": "rescue", "filters": "{which}", "step": 0 }}"#);
        let (own, mut nobody) = (with(&text), ());
        let mut trial = half_dead(&own, &images, &mut nobody);
        let (before, dead) = looked_at(&mut trial);
        assert_eq!(dead, [2, 2, 2]);
        let parameters = trial.network.graph.parameters().to_vec();
        trial.intervene().unwrap();
        let (after, dead) = looked_at(&mut trial);
        assert_eq!(before != after, changed, "{which}");
        assert_eq!(dead, [if changed { 2 } else { 0 }; 3], "{which}");
        // Two filters a layer: their weights and biases, and what reads them.
        let now = trial.network.graph.parameters().iter();
        let differ = parameters.iter().zip(now).filter(|(a, b)| a != b).count();
        // (the first layer, the second, the third, the classifier; biases of the living stay 0.)
        let own = 2 * 9 + 2 * 72 + 2 * 72 + if changed { 0 } else { 6 };
        let read = 2 * 9 * 6 + 2 * 9 * 6 + 2 * 10;
        assert_eq!(differ, own + read, "{which}");
    }
}

#[test]
fn rescues_come_every_so_many_epochs_with_draws_of_their_own() {
    let own = with(r#"{ "kind": "rescue", "filters": "dead", "every_epochs": 1 }"#);
    let own = TrialSettings {
        schedule: settings(0.1, 3).schedule,
        ..own
    };
    let (images, mut nobody) = (digits(120), ());
    let mut trial = half_dead(&own, &images, &mut nobody);
    let steps = own.steps_per_epoch(&images) as u32;
    let mut drawn = Vec::new();
    for step in [0, 1, steps, 2 * steps] {
        trial.step = step;
        let start = trial.network.layers[0].bias.start;
        trial.network.graph.parameters_mut()[start + 1] = -1e3;
        trial.intervene().unwrap();
        drawn.push(trial.network.graph.parameters()[1]);
    }
    assert_eq!(drawn[0], drawn[1]);
    assert!(drawn[1] != drawn[2] && drawn[2] != drawn[3], "{drawn:?}");
}

#[test]
fn what_cannot_be_done_is_refused_with_its_reason() {
    let images = digits(120);
    let refused = |settings: &TrialSettings| settings.check(&images).unwrap_err().to_string();
    for (intervention, words) in [
        (
            r#"{ "kind": "silence", "layer": "conv9", "share": 0.5, "step": 0 }"#,
            "conv1, conv2, conv3",
        ),
        (
            r#"{ "kind": "silence", "layer": "conv2", "filters": [8], "step": 0 }"#,
            "it has 8 filters",
        ),
        (
            r#"{ "kind": "silence", "layer": "conv2", "share": 1.5, "step": 0 }"#,
            "from 0 to 1",
        ),
        (
            r#"{ "kind": "silence", "layer": "conv2", "step": 0 }"#,
            "`filters`",
        ),
        (
            r#"{ "kind": "remove", "layer": "conv2", "share": 1.0 }"#,
            "at least one has to stay",
        ),
        (
            r#"{ "kind": "silence", "layer": "conv2", "share": 0.5, "step": 999 }"#,
            "intervention.step",
        ),
        (
            r#"{ "kind": "rescue", "filters": "dead", "step": 1, "every_epochs": 1 }"#,
            "one of the two",
        ),
        (
            r#"{ "kind": "rescue", "filters": "dead", "every_epochs": 0 }"#,
            "at least 1",
        ),
    ] {
        let said = refused(&with(intervention));
        assert!(said.contains(words), "{said}");
    }
    let mut leaky = with(r#"{ "kind": "silence", "layer": "conv2", "share": 0.5, "step": 0 }"#);
    leaky.architecture.0[3] = "leaky_relu 0.01".parse().unwrap();
    assert!(refused(&leaky).contains("silence filters of ReLU"));
    let mut normed = with(r#"{ "kind": "rescue", "filters": "dead", "step": 0 }"#);
    normed
        .architecture
        .0
        .insert(1, "batch_norm".parse().unwrap());
    assert!(refused(&normed).contains("batch norm"));
    let mut added = with(r#"{ "kind": "rescue", "filters": "dead", "step": 0 }"#);
    let block = ["conv 8 3x3", "relu"].map(|text| text.parse().unwrap());
    added
        .architecture
        .0
        .insert(4, crate::architecture::Layer::Residual(block.to_vec()));
    assert!(refused(&added).contains("a residual block adds it"));
}

#[test]
fn layers_have_the_names_of_the_network() {
    let own = settings(0.1, 1);
    let network = Network::training(&own.architecture, [8, 8, 1], 1).unwrap();
    let shapes = own.architecture.check([8, 8, 1]).unwrap();
    let chain = chain(&own.architecture.0, &shapes);
    let names = chain
        .iter()
        .filter(|own| own.activated.is_some())
        .map(|own| &own.name);
    assert!(names.eq(network.layers.iter().map(|layer| &layer.name)));
}
