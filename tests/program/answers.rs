//! In which form `mortality autopsy` and `mortality prune` answer.

use std::fs;

use serde_json::Value;

use crate::autopsy::{refused, save};
use crate::place::Place;

#[test]
fn pruning_answers_in_json_too() {
    let place = Place::new();
    save(&place, "chain", ["0", "2", "4"]);
    let last = "chain/step-3.safetensors";
    let prune = [
        "prune",
        last,
        "--using",
        "chain",
        "--out",
        "o.safetensors",
        "--json",
    ];
    let answer: Value = serde_json::from_str(&place.succeed(&prune)).unwrap();
    assert_eq!(answer["file"], "o.safetensors");
    assert_eq!(answer["layers"][0]["name"], "0");
    assert_eq!(answer["layers"][0]["before"], 8);
    assert_eq!(answer["layers"][0]["after"], 7);
    assert_eq!(answer["bytes_before"], 416);
    assert_eq!(answer["bytes_after"], 372);
}

#[test]
fn a_picture_is_what_its_name_says() {
    let place = Place::new();
    save(&place, "chain", ["0", "2", "4"]);
    for (name, begins) in [
        ("units.svg", &b"<svg"[..]),
        ("units.pdf", b"%PDF"),
        ("units.PNG", b"\x89PNG"),
    ] {
        place.succeed(&["autopsy", "chain", "--figure", name]);
        let picture = fs::read(place.path(name)).unwrap();
        let head = &picture[..picture.len().min(200)];
        assert!(
            head.windows(begins.len()).any(|part| part == begins),
            "{name}"
        );
    }
    for name in ["units.jpg", "units"] {
        let asked = ["autopsy", "chain", "--figure", name];
        refused(&place, &asked, &[name, ".svg, .pdf, .png"]);
        assert!(!place.path(name).exists());
    }
}
