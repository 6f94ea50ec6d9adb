//! The commands as a user meets them, on a few small files.

use std::fs;
use std::path::{Path, PathBuf};

use autopsy::command::{AutopsyArgs, Outcome, Surroundings, autopsy};
use autopsy::normal::Normal;
use clap::Parser;

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    args: AutopsyArgs,
    #[arg(long)]
    json: bool,
}

fn run(arguments: &[&str], surroundings: &Surroundings) -> Result<(Outcome, String), String> {
    let arguments = [&["autopsy"], arguments].concat();
    let mut program = Program::try_parse_from(arguments).map_err(|error| error.to_string())?;
    program.args.json = program.json;
    let mut out = Vec::new();
    let outcome = autopsy(&program.args, surroundings, &mut out).map_err(|e| e.to_string())?;
    Ok((outcome, String::from_utf8(out).unwrap()))
}

type Tensors<'a> = &'a [(&'a str, &'a [usize], Vec<f32>)];

fn save(path: &Path, tensors: Tensors) {
    let bytes: Vec<Vec<u8>> = tensors
        .iter()
        .map(|(_, _, values)| {
            values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect()
        })
        .collect();
    let views = tensors.iter().zip(&bytes).map(|((name, shape, _), bytes)| {
        let dtype = safetensors::Dtype::F32;
        let view = safetensors::tensor::TensorView::new(dtype, shape.to_vec(), bytes);
        (*name, view.unwrap())
    });
    fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

/// Four files of a network 3-4-2 in which unit 1 is dead from the second on.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for step in 0..4_u8 {
        let moved = |index: usize, still: bool| {
            let time = if still { 0.0 } else { f32::from(step) };
            0.1 + 0.01 * (index as f32 + time * (1.0 + index as f32 % 3.0))
        };
        let weight = (0..12).map(|index| moved(index, index / 3 == 1)).collect();
        let bias = (0..4).map(|index| moved(index, index == 1)).collect();
        let reader = (0..8).map(|index| moved(index, index % 4 == 1)).collect();
        save(
            &folder
                .path()
                .join(format!("step-{}.safetensors", 100 * u32::from(step))),
            &[
                ("a.bias", &[4], bias),
                ("a.weight", &[4, 3], weight),
                ("b.weight", &[2, 4], reader),
            ],
        );
    }
    folder
}

#[test]
fn the_verdict_comes_first() {
    let folder = folder();
    let path = folder.path().to_str().unwrap();
    let normal = Normal {
        shares: vec![0.1, 0.2, 0.3],
        source: "figures/learning-rate/dose-response.svg".to_owned(),
    };
    let surroundings = Surroundings {
        normal: Some(&normal),
        ..Surroundings::default()
    };
    let (outcome, text) = run(&[path], &surroundings).unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert!(text.starts_with("1 of 4 units (25%) are dead"), "{text}");
    assert!(
        text.contains("That is normal") && text.contains("dose-response.svg"),
        "{text}"
    );
    assert!(text.contains("b (output)"), "{text}");
    let (outcome, _) = run(&[path, "--fail-on", "0.2"], &surroundings).unwrap();
    assert_eq!(outcome, Outcome::TooManyDead);
    let (_, text) = run(&[path, "--layer", "a"], &surroundings).unwrap();
    assert!(
        text.contains("    1  FFF  dead from 0, the first file, on"),
        "{text}"
    );
}

#[test]
fn json_has_the_documented_form() {
    let folder = folder();
    let path = folder.path().to_str().unwrap();
    let (_, text) = run(&[path, "--json"], &Surroundings::default()).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["schema"], 2);
    assert_eq!(json["answer"]["code"], "dead-units");
    assert_eq!(json["answer"]["units"]["a"], serde_json::json!([1]));
    assert_eq!(json["layers"][0]["name"], "a");
    assert_eq!(json["layers"][0]["read_by"], "b");
    let unit = &json["layers"][0]["units"][1];
    assert_eq!(unit["unit"], 1);
    assert_eq!(unit["verdict"], "dead");
    assert_eq!(unit["motion"], "frozen");
    assert_eq!(unit["since"], serde_json::json!([null, 0]));
    assert!(
        unit["evidence"]
            .as_array()
            .is_some_and(|all| all.len() == 2)
    );
    assert_eq!(json["summary"]["dead"], 1);
    assert_eq!(json["weights"]["of_dead_units"], 3);
    assert_eq!(json["weights"]["reading_dead_units"], 2);
}

/// Momentum carries a unit, its bias and what reads it on for long after its last gradient; saved
/// every five steps, that shows.
#[test]
fn a_dead_unit_that_coasts_is_dead() {
    let folder = tempfile::tempdir().unwrap();
    // A bias and three weights of each of four units, then a row of four of each of two.
    let mut weights: Vec<f32> = (0..24).map(|i| 0.3 + 0.1 * wave(i)).collect();
    let mut velocity: Vec<f32> = (0..24).map(|i| 0.02 * wave(i + 50)).collect();
    let dead = |index: usize| {
        if index < 16 {
            index / 4 == 1
        } else {
            index % 4 == 1
        }
    };
    for file in 0..6 {
        let a = weights[..16].chunks(4).flat_map(|unit| &unit[1..]);
        let path = folder.path().join(format!("step-{}.safetensors", 5 * file));
        let tensors: Tensors = &[
            (
                "a.bias",
                &[4],
                weights[..16].iter().step_by(4).copied().collect(),
            ),
            ("a.weight", &[4, 3], a.copied().collect()),
            ("b.weight", &[2, 4], weights[16..].to_vec()),
        ];
        save(&path, tensors);
        for step in 0..5 {
            for index in 0..24 {
                let gradient = wave(1000 * (5 * file + step) + 37 * index);
                velocity[index] *= 0.9;
                velocity[index] += if dead(index) { 0.0 } else { 0.01 * gradient };
                weights[index] -= 0.1 * velocity[index];
            }
        }
    }
    let path = folder.path().to_str().unwrap();
    let (_, text) = run(&[path, "--json"], &Surroundings::default()).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let verdicts: Vec<_> = json["layers"][0]["units"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    assert_eq!(verdicts[1]["verdict"], "dead");
    assert_eq!(verdicts[1]["motion"], "coasting");
    assert_eq!(json["summary"]["learning"], 3);
}

/// Something between -1 and 1, different for every number.
fn wave(number: usize) -> f32 {
    (number as f32 * 0.618_034 + 0.2).fract() * 2.0 - 1.0
}

#[test]
fn bad_input_names_file_and_tensor() {
    let folder = folder();
    let file = |name: &str| -> PathBuf { folder.path().join(name) };
    let text = |path: PathBuf| path.to_str().unwrap().to_owned();
    let good = text(file("step-100.safetensors"));
    let problem = |other: &str| run(&[&good, other], &Surroundings::default()).unwrap_err();
    assert!(
        run(&[&good], &Surroundings::default())
            .unwrap_err()
            .contains("two or more")
    );
    save(
        &file("shape-200.safetensors"),
        &[
            ("a.bias", &[4], vec![0.0; 4]),
            ("a.weight", &[3, 4], vec![0.0; 12]),
            ("b.weight", &[2, 4], vec![0.0; 8]),
        ],
    );
    let shape = problem(&text(file("shape-200.safetensors")));
    assert!(
        shape.contains("shape-200") && shape.contains("`a.weight`"),
        "{shape}"
    );
    save(
        &file("less-200.safetensors"),
        &[("a.weight", &[4, 3], vec![0.0; 12])],
    );
    let less = problem(&text(file("less-200.safetensors")));
    assert!(
        less.contains("`a.bias`") && less.contains("missing"),
        "{less}"
    );
    let whole = fs::read(file("step-200.safetensors")).unwrap();
    fs::write(file("short-200.safetensors"), &whole[..whole.len() - 3]).unwrap();
    assert!(problem(&text(file("short-200.safetensors"))).contains("cut short"));
    assert!(problem("absent-7.pt").contains("No such file"));
    for step in [1, 2] {
        let vectors: Tensors = &[("norm.weight", &[4], vec![0.0; 4])];
        save(&file(&format!("vectors-{step}.safetensors")), vectors);
    }
    let vectors = [1, 2].map(|step| text(file(&format!("vectors-{step}.safetensors"))));
    let none = run(&[&vectors[0], &vectors[1]], &Surroundings::default()).unwrap_err();
    assert!(
        none.contains("vectors-1") && none.contains("no layer of weights"),
        "{none}"
    );
    for step in [1, 2] {
        fs::remove_file(file(&format!("vectors-{step}.safetensors"))).unwrap();
    }
    #[cfg(unix)]
    {
        let device = run(
            &[&good, "/dev/null", "--keep-order"],
            &Surroundings::default(),
        );
        assert!(device.unwrap_err().contains("no regular file"));
    }
    for name in ["shape", "less", "short"] {
        fs::remove_file(file(&format!("{name}-200.safetensors"))).unwrap();
    }
    let path = folder.path().to_str().unwrap();
    let layer = run(&[path, "--layer", "c"], &Surroundings::default()).unwrap_err();
    assert!(layer.contains("there are a, b"), "{layer}");
    let range = run(&[path, "--input-range", "1,0"], &Surroundings::default()).unwrap_err();
    assert!(range.contains("--input-range"), "{range}");
}
