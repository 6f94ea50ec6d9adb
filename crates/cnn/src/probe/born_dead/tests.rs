use super::*;
use crate::random::StreamOffsets;
use crate::settings::{Probes, TrialSettings};
use crate::trial::tests::{digits, settings};
use crate::trial::{self};

fn streams(seed: u64) -> Streams {
    Streams::new(seed, StreamOffsets::default())
}

/// Share of networks of so many layers that are born dead.
fn share(first_dead: &[u32], layers: usize, draws: u32) -> f64 {
    let dead: u32 = first_dead[..layers - 1].iter().sum();
    f64::from(dead) / f64::from(draws)
}

fn agrees(share: f64, expected: f64, draws: u32, tolerance: f64) {
    let deviation = (expected * (1.0 - expected) / f64::from(draws)).sqrt();
    let error = (share - expected).abs();
    assert!(
        error < 4.0 * deviation + tolerance,
        "{share} instead of {expected}"
    );
}

#[test]
fn as_many_networks_are_born_dead_as_published() {
    let draws = 50_000;
    let gaussian = [
        (2, 0.8802),
        (3, 0.5791),
        (4, 0.2942),
        (5, 0.1283),
        (10, 0.0013),
    ];
    for (width, expected) in gaussian {
        let first_dead = networks::he(draws, 9, width, streams(1));
        agrees(share(&first_dead, 10, draws), expected, draws, 0.0);
        // One layer cannot be dead on both sides of 0.
        assert_eq!(first_dead[0], 0);
    }
    for (width, expected) in [(4, 0.011_23), (5, 0.002_869)] {
        let first_dead = networks::he(draws, 2, width, streams(2));
        agrees(share(&first_dead, 3, draws), expected, draws, 0.0);
    }
    for (width, expected) in [(2, 0.234), (3, 0.066), (4, 0.017)] {
        let first_dead = networks::rai(20_000, 9, width, streams(3));
        agrees(share(&first_dead, 10, 20_000), expected, 20_000, 0.01);
    }
}

#[test]
fn every_network_is_counted_once() {
    // A number of draws that eight does not divide; one unit dies soon.
    let first_dead = networks::he(13, 64, 1, streams(5));
    assert_eq!(first_dead.iter().sum::<u32>(), 13);
    // A network of width 1 is dead at its second hidden layer with probability 1/2, and so on.
    let first_dead = networks::he(20_000, 4, 1, streams(4));
    for (layers, expected) in [(3, 0.5), (4, 0.75), (5, 0.875)] {
        agrees(share(&first_dead, layers, 20_000), expected, 20_000, 0.0);
    }
}

#[test]
fn as_many_filters_are_silent_as_derived() {
    let draws = 50_000;
    let images = digits(400);
    let set = crate::data::Subset {
        shape: images.shape,
        pixels: images.pixels,
        labels: images.labels,
        clean: None,
    };
    let counts = filters::silent(draws, &set, streams(6));
    let share = |name: &str| {
        let found = counts.iter().find(|(known, _)| *known == name);
        f64::from(found.unwrap().1) / f64::from(draws)
    };
    for (name, expected) in [
        ("silent_on_one", 0.5),
        ("silent_at_30", 5.0 / 12.0),
        ("silent_at_60", 1.0 / 3.0),
        ("silent_at_90", 0.25),
        ("silent_on_all", 1.0 / 512.0),
    ] {
        agrees(share(name), expected, draws, 0.0);
    }
    let (on_all, on_images) = (share("silent_on_all"), share("silent_on_images"));
    assert!(
        on_images >= on_all && on_images < 0.008,
        "{on_all} {on_images}"
    );
}

#[test]
fn a_trial_of_no_epochs_counts() {
    let asked = r#"{"what": "networks", "draws": 1000, "hidden": 9, "width": 3, "scheme": "he"}"#;
    let settings = TrialSettings {
        weights: crate::settings::WeightSettings::default(),
        probes: Probes {
            born_dead: Some(serde_json::from_str(asked).unwrap()),
            ..Probes::default()
        },
        ..settings(0.1, 0)
    };
    let run = |seed| trial::run(&settings, seed, &digits(100), &mut ()).unwrap();
    let record = run(0);
    assert_eq!((record.trial.steps, record.censuses.len()), (0, 3));
    assert_eq!(record.probes.len(), 10);
    let dead: f64 = record.probes[1..].iter().map(|row| row.value).sum();
    assert!((500.0..660.0).contains(&dead), "{dead}");
    assert_eq!(record, run(0));
    assert_ne!(record.probes, run(1).probes);
}

#[test]
fn values_out_of_range_are_refused_by_name() {
    let networks = |draws, hidden, width, scheme| BornDead::Networks {
        draws,
        hidden,
        width,
        scheme,
    };
    for (asked, expected) in [
        (BornDead::Filters { draws: 0 }, "probes.born_dead.draws = 0"),
        (
            networks(1, 65, 2, Scheme::He),
            "probes.born_dead.hidden = 65",
        ),
        (networks(1, 2, 0, Scheme::Rai), "probes.born_dead.width = 0"),
        (networks(1, 2, 2, Scheme::Xavier), "drawn by `he` or `rai`"),
    ] {
        let problem = asked.check().unwrap_err().to_string();
        assert!(problem.contains(expected), "{problem}");
    }
}
