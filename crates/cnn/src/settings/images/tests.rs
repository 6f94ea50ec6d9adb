use super::*;
use crate::data::{DataSettings, Pixels};
use crate::random::StreamOffsets;
use crate::trial::run;
use crate::trial::tests::{digits, settings, trained};

fn streams() -> Streams {
    Streams::new(5, StreamOffsets::default())
}

fn images() -> Images {
    DataSettings::default().load(None).unwrap()
}

fn subsets(text: &str) -> [Subset; 2] {
    let settings: ImageSettings = serde_json::from_str(text).unwrap();
    settings.check(&images()).unwrap();
    settings.subsets(&images(), Pixels::Raw, streams())
}

#[test]
fn a_share_of_the_training_labels_is_wrong_and_all_others_are_right() {
    let [plain, held_out] = subsets("{}");
    let [noisy, other] = subsets(r#"{"label_noise": 0.2}"#);
    assert_eq!((other, noisy.pixels), (held_out, plain.pixels));
    assert_eq!(noisy.clean.as_ref(), Some(&plain.labels));
    let both = noisy.labels.iter().zip(&plain.labels);
    assert_eq!(
        both.filter(|(own, right)| own != right).count(),
        287,
        "0.2 of 1,437"
    );
    assert!(noisy.labels.iter().all(|label| *label < 10));
    let [all, _] = subsets(r#"{"label_noise": 1.0}"#);
    assert!(
        all.labels
            .iter()
            .zip(&plain.labels)
            .all(|(own, right)| own != right)
    );
}

#[test]
fn scarce_classes_are_thinned_and_the_steps_follow() {
    let count = |set: &Subset, class: u32| set.labels.iter().filter(|own| **own == class).count();
    let [plain, held_out] = subsets("{}");
    let [thin, other] = subsets(r#"{"scarce": [3, 8], "kept": 0.1}"#);
    assert_eq!(other, held_out);
    for class in 0..10 {
        let expected = match class {
            3 | 8 => (count(&plain, class) as f64 / 10.0).round() as usize,
            _ => count(&plain, class),
        };
        assert_eq!(count(&thin, class), expected, "{class}");
    }
    let mut own = settings(0.1, 2);
    own.images = serde_json::from_str(r#"{"scarce": [3, 8], "kept": 0.1}"#).unwrap();
    assert_eq!(
        own.steps_per_epoch(&images()),
        thin.len().div_ceil(32) as u64
    );
    let record = run(&own, 5, &images(), &mut ()).unwrap();
    assert_eq!(
        u64::from(record.trial.steps),
        2 * own.steps_per_epoch(&images())
    );
}

#[test]
fn an_offset_is_undone_by_biases_away_from_the_edges() {
    let text = r#"{"offset": 3.0, "undo_offset": true}"#;
    let own: ImageSettings = serde_json::from_str(text).unwrap();
    let [plain, _] = subsets("{}");
    let [shifted, _] = own.subsets(&images(), Pixels::Raw, streams());
    let pairs = plain.pixels.iter().zip(&shifted.pixels);
    assert!(pairs.clone().all(|(before, after)| *after == before + 3.0));
    // Without padding there are no edges: the first layer gives the same.
    let mut settings = settings(0.1, 1);
    settings.architecture.0[0] = "conv 8 3x3 padding 0".parse().unwrap();
    let outputs = |set: &Subset, undone: bool| {
        let mut network = Network::observing(&settings.architecture, [8, 8, 1], 4).unwrap();
        settings
            .initialization
            .apply(&mut network, streams())
            .unwrap();
        if undone {
            own.bias(&mut network);
        }
        network.load(set, 0..4).unwrap();
        network.graph.forward();
        network.graph.values(network.layers[0].activation).to_vec()
    };
    let both = outputs(&plain, false)
        .into_iter()
        .zip(outputs(&shifted, true));
    for (before, after) in both {
        assert!((before - after).abs() < 1e-5, "{before} {after}");
    }
}

#[test]
fn shifted_images_keep_their_pixels_and_take_every_place() {
    let own: ImageSettings = serde_json::from_str(r#"{"shift": 1}"#).unwrap();
    let mut random = streams().generator(Stream::Noise);
    let mut places = std::collections::BTreeMap::new();
    for _ in 0..900 {
        let mut image = [0.0; 16 * 2];
        image[2 * 5] = 1.0;
        image[2 * 5 + 1] = 2.0;
        own.augment(&mut image, [4, 4, 2], &mut random);
        let place = image.iter().position(|pixel| *pixel == 1.0).unwrap();
        assert_eq!(image[place + 1], 2.0);
        assert_eq!(image.iter().sum::<f32>(), 3.0);
        *places.entry(place / 2).or_insert(0_u32) += 1;
    }
    let found: Vec<usize> = places.keys().copied().collect();
    assert_eq!(found, [0, 1, 2, 4, 5, 6, 8, 9, 10]);
    assert!(
        places.values().all(|count| (60..140).contains(count)),
        "{places:?}"
    );
    // What leaves is gone, and 0 comes in.
    let mut image = [1.0; 4];
    while image == [1.0; 4] {
        own.augment(&mut image, [2, 2, 1], &mut random);
    }
    assert!(image.contains(&0.0));
}

#[test]
fn a_trial_learns_from_shifted_images_and_is_censused_on_the_others() {
    let images = digits(200);
    let plain = settings(0.1, 1);
    let mut moved = plain.clone();
    moved.images.shift = 1;
    let ((before, one), (after, other)) =
        (trained(&plain, 3, &images), trained(&moved, 3, &images));
    assert_ne!(one, other);
    assert_eq!(before.censuses[0], after.censuses[0]);
}

#[test]
fn what_cannot_be_is_refused_by_its_key() {
    for (text, key) in [
        (r#"{"label_noise": 1.5}"#, "images.label_noise"),
        (r#"{"kept": 0.0}"#, "images.kept"),
        (r#"{"scarce": [10]}"#, "images.scarce"),
        (r#"{"shift": 8}"#, "images.shift"),
    ] {
        let own: ImageSettings = serde_json::from_str(text).unwrap();
        let refused = own.check(&images()).unwrap_err().to_string();
        assert!(refused.contains(key), "{refused}");
    }
}
