//! What happened to the run as a whole.

use std::fs;

use crate::files::{
    Named, Value, adam, ask, ask_tensors, code, dictionary, has, learning, save, save_torch, sgd,
    state_dict, tensor, told, wave,
};

/// A network 6-5-4-3 that learns.
fn network(time: usize) -> Vec<Named> {
    let mut tensors = Vec::new();
    for (index, [inputs, units]) in [[6, 5], [5, 4], [4, 3]].into_iter().enumerate() {
        let name = |part: &str| format!("stack.{index}.{part}");
        let weight = learning(2 * index, &[units, inputs], time);
        tensors.push(tensor(&name("weight"), &[units, inputs], weight));
        tensors.push(tensor(
            &name("bias"),
            &[units],
            learning(2 * index + 1, &[units], time),
        ));
    }
    tensors
}

fn scale(values: &mut [f32], factor: f32) {
    for value in values {
        *value *= factor;
    }
}

fn shapes() -> Vec<Vec<usize>> {
    network(0).into_iter().map(|(_, shape, _)| shape).collect()
}

/// Model and Adam in one file.
fn with_adam(tensors: &[Named], rate: f64, step: f32, size: f32) -> Value {
    let moments = tensors
        .iter()
        .map(|(_, shape, _)| Some((shape.clone(), size)));
    dictionary(vec![
        ("model", state_dict(tensors)),
        ("optimizer", adam(rate, step, moments.collect())),
    ])
}

#[test]
fn a_run_that_learns() {
    let answer = ask_tensors(4, network);
    assert_eq!(code(&answer), "learns");
    assert!(answer["no_reference"].is_null());
}

#[test]
fn files_that_hold_an_earlier_ones_weights() {
    let times = [3, 4, 5, 4, 4, 4];
    let answer = ask_tensors(6, |file| network(times[file]));
    assert_eq!(code(&answer), "went-back");
    assert_eq!(answer["answer"]["count"], 3);
    assert!(
        answer["files"][3]["repeats"]
            .as_str()
            .unwrap()
            .contains("step-100")
    );
    // The last file is a copy of the one before, as `last.pt` is.
    let answer = ask_tensors(5, |file| network(file.min(3)));
    assert_eq!(code(&answer), "learns");
    assert!(!has(&answer, "went-back") && !has(&answer, "same-files"));
    assert!(answer["notes"].to_string().contains("copy"));
}

#[test]
fn files_that_are_all_the_same() {
    let answer = ask_tensors(3, |_| network(2));
    assert_eq!(code(&answer), "same-files");
    assert_eq!(answer["summary"]["dead"], 0);
    // The optimizer was stepped, and every moment is 0.
    let gradient = |size: f32, rate: f64| {
        ask(3, "pt", move |file, path| {
            save_torch(
                path,
                &with_adam(&network(2), rate, 100.0 * (file + 1) as f32, size),
            );
        })
    };
    let answer = gradient(0.0, 1e-3);
    assert_eq!(code(&answer), "no-gradient");
    assert!(
        answer["answer"]["sentence"]
            .as_str()
            .unwrap()
            .contains("200 steps")
    );
    // There were gradients: it is the rate.
    assert_eq!(code(&gradient(1e-2, 0.0)), "rate-too-small");
}

#[test]
fn steps_that_the_scaler_skipped() {
    let scaled = |moves: bool| {
        ask(3, "pt", move |file, path| {
            let scaler = dictionary(vec![
                (
                    "scale",
                    Value::Float(65_536.0 / libm::pow(2.0, 10.0 * file as f64)),
                ),
                ("growth_factor", Value::Float(2.0)),
                ("_growth_tracker", Value::Integer(0)),
                ("unused", Value::Nothing),
            ]);
            let fresh = adam(1e-3, 0.0, vec![None; 6]);
            let tensors = network(if moves { file } else { 1 });
            let items = vec![
                ("model", state_dict(&tensors)),
                ("optimizer", fresh),
                ("scaler", scaler),
            ];
            save_torch(path, &dictionary(items));
        })
    };
    assert_eq!(code(&scaled(false)), "steps-skipped");
    assert_eq!(code(&scaled(true)), "learns");
}

#[test]
fn a_rate_that_is_too_small_and_gradients_that_are() {
    // Most numbers keep their bits from the third file on.
    let nearly = |file: usize| -> Vec<Named> {
        let mut tensors = network(file.min(2));
        for (_, _, values) in &mut tensors {
            for value in values
                .iter_mut()
                .step_by(5)
                .take(file.saturating_sub(2) * 9)
            {
                *value *= 1.000_001;
            }
        }
        tensors
    };
    let saved = |rate: f64, size: f32| {
        ask(6, "pt", move |file, path| {
            let buffers = shapes().into_iter().map(|shape| (shape, size)).collect();
            let items = vec![
                ("state_dict", state_dict(&nearly(file))),
                ("optimizer", sgd(rate, 0.1, buffers)),
            ];
            save_torch(path, &dictionary(items));
        })
    };
    let answer = saved(1e-9, 0.3);
    assert_eq!(code(&answer), "rate-too-small");
    assert!(
        answer["answer"]["sentence"]
            .as_str()
            .unwrap()
            .contains("1e-9, after 0.1")
    );
    let answer = saved(0.1, 1e-9);
    assert_eq!(code(&answer), "settled");
    assert!(!has(&answer, "rate-too-small"));
}

#[test]
fn the_optimizers_count_of_steps_is_taken() {
    let answer = ask(3, "pt", |file, path| {
        save_torch(
            path,
            &with_adam(&network(file), 1e-3, 37.0 * (file + 1) as f32, 1e-2),
        );
    });
    assert_eq!(answer["steps"][0]["count"], 37.0);
    assert_eq!(answer["steps"][0]["source"], "optimizer");
    // And where it lies beside the weights.
    let folder = tempfile::tempdir().unwrap();
    for file in 0..3 {
        let own = folder.path().join(format!("checkpoint-{file}"));
        fs::create_dir(&own).unwrap();
        save(&own.join("model.safetensors"), &network(file), false);
        let moments = shapes().into_iter().map(|shape| Some((shape, 1e-2)));
        let state = adam(1e-3, 50.0 * (file + 1) as f32, moments.collect());
        save_torch(&own.join("optimizer.pt"), &state);
    }
    let answer = told(folder.path());
    assert_eq!(answer["steps"][1]["count"], 50.0);
    assert_eq!(code(&answer), "learns");
}

#[test]
fn numbers_that_are_lost() {
    let lost = |name: &'static str, value: f32, from: usize| {
        ask_tensors(4, move |file| {
            let mut tensors = network(file);
            tensors.push(tensor("norm.running_var", &[4], learning(50, &[4], file)));
            tensors.push(tensor(
                "mask",
                &[2, 2],
                vec![f32::NEG_INFINITY, 0.0, 0.0, 0.0],
            ));
            if file >= from {
                let own = tensors.iter_mut().find(|own| own.0 == name).unwrap();
                own.2[1] = value;
            }
            tensors
        })
    };
    assert_eq!(code(&lost("stack.0.weight", f32::NAN, 2)), "diverged");
    assert_eq!(
        code(&lost("norm.running_var", f32::INFINITY, 3)),
        "diverged"
    );
    // A mask is infinite and does not move.
    assert!(!has(&lost("stack.0.weight", 0.5, 2), "diverged"));
}

#[test]
fn only_the_last_layer_learns() {
    let rest = |decays: bool, last: &'static str| {
        ask_tensors(4, move |file| {
            let factor = if decays {
                libm::pow(0.999, file as f64) as f32
            } else {
                1.0
            };
            let mut tensors = network(0);
            for (_, _, values) in &mut tensors {
                scale(values, factor);
            }
            let own = tensors.iter_mut().find(|own| own.0 == last).unwrap();
            own.2 = (0..own.2.len())
                .map(|i| 0.1 * wave(i) + 0.01 * wave(i + 40) * file as f32)
                .collect();
            tensors
        })
    };
    assert_eq!(code(&rest(true, "stack.2.bias")), "only-last-learns");
    assert_eq!(code(&rest(false, "stack.2.weight")), "only-last-learns");
    // The first layer alone is not the last.
    assert!(!has(&rest(false, "stack.0.weight"), "only-last-learns"));
}

#[test]
fn everything_decays_and_nothing_else() {
    let answer = ask_tensors(4, |file| {
        let factor = libm::pow(0.995, file as f64) as f32;
        let mut tensors = network(0);
        for (_, _, values) in &mut tensors {
            scale(values, factor);
        }
        tensors
    });
    assert_eq!(code(&answer), "no-gradient");
    assert_eq!(answer["summary"]["dead"], 0);
}
