//! Four states of one network in the ways in which frameworks save them: whatever the way, the
//! same units are called dead, and those are the silent ones.
//!
//! The files are in `../shared/data/formats` beside the workspace, or in
//! `MORTALITY_SHARED/data/formats`. Where the folder is absent the tests say so and pass.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use autopsy::history::{self, Options};
use autopsy::verdict::{Verdict, judge};
use serde_json::Value;

/// Units by the place of their layer and their own.
type Units = BTreeSet<(usize, u64)>;

fn formats(framework: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = env::var_os("MORTALITY_SHARED").map_or(beside, PathBuf::from);
    let folder = shared.join("data/formats").join(framework);
    if !folder.is_dir() {
        eprintln!("skipped: {} is absent", folder.display());
        return None;
    }
    Some(folder)
}

/// Units silent at the last save, and units silent throughout the last two intervals.
fn truth(folder: &Path) -> (Units, Units) {
    let text = fs::read_to_string(folder.join("truth.json")).unwrap();
    let truth: Value = serde_json::from_str(&text).unwrap();
    let units = |of: &Value| -> Units {
        // Names sort as the layers follow each other.
        let layers = of.as_object().unwrap().iter().enumerate();
        let own = |(place, (_, units)): (usize, (&String, &Value))| -> Vec<(usize, u64)> {
            let units = units.as_array().unwrap().iter();
            units.map(|unit| (place, unit.as_u64().unwrap())).collect()
        };
        layers.flat_map(own).collect()
    };
    let intervals = truth["silent_throughout_interval"].as_array().unwrap();
    let [.., first, second] = &intervals[..] else {
        panic!("two intervals");
    };
    (
        units(&truth["silent_at"]["450"]),
        &units(first) & &units(second),
    )
}

/// Verdicts of the hidden layers' units.
fn verdicts(folder: &Path) -> BTreeMap<(usize, u64), Verdict> {
    let history = history::read(&[folder.to_owned()], &Options::default());
    let history = history.unwrap_or_else(|error| panic!("{error}"));
    let layers = judge(&history);
    let hidden = layers.iter().filter(|layer| !layer.is_output).enumerate();
    hidden
        .flat_map(|(place, layer)| {
            let units = layer.units.iter();
            units.map(move |unit| ((place, unit.unit as u64), unit.verdict))
        })
        .collect()
}

fn check(framework: &str, plain: &str, others: &[&str]) {
    let Some(folder) = formats(framework) else {
        return;
    };
    let (silent, dead_two) = truth(&folder);
    let expected = verdicts(&folder.join(plain));
    let dead = expected
        .iter()
        .filter(|(_, verdict)| **verdict == Verdict::Dead);
    let dead: Units = dead.map(|(&unit, _)| unit).collect();
    assert!(dead.is_subset(&silent), "{plain}: {dead:?} of {silent:?}");
    assert!(
        dead_two.is_subset(&dead),
        "{plain}: {dead:?}, but {dead_two:?}"
    );
    for other in others {
        assert_eq!(verdicts(&folder.join(other)), expected, "{other}");
    }
}

#[test]
fn ways_of_pytorch() {
    check(
        "torch",
        "state-dict",
        &[
            "args-namespace",
            "ema-keys",
            "hf-sharded",
            "imagenet-example-pth-tar",
            "jit-trace",
            "legacy",
            "list-of-parameters",
            "pickle-numpy",
            "tuple",
            "unknown-prefix",
            "whole-module",
            "caffe",
        ],
    );
    // Of 16 bits, so that some weights stand still that did not.
    check("torch", "ultralytics-style", &[]);
}

#[cfg(feature = "hdf5")]
#[test]
fn ways_of_keras() {
    check("keras", "npz-advised", &["keras-h5", "keras-v3"]);
}

#[test]
fn what_is_not_read_says_how_its_arrays_are_handed_over() {
    for (framework, way, word) in [
        ("torch", "onnx", "onnx.load"),
        ("keras", "tf-checkpoint", "load_checkpoint"),
        ("flax", "flax-msgpack", "msgpack_restore"),
    ] {
        let Some(folder) = formats(framework) else {
            continue;
        };
        let error = history::read(&[folder.join(way)], &Options::default());
        let error = error.map(|_| ()).unwrap_err().to_string();
        assert!(
            error.contains(word) && error.contains("mortality.autopsy"),
            "{error}"
        );
    }
}
