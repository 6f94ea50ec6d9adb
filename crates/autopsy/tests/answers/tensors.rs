//! What happened to some tensors, rows or units.

use half::bf16;

use crate::files::{
    Named, Value, adam, ask, ask_tensors, code, dictionary, has, learning, save, save_torch,
    scaled, state_dict, tensor, wave,
};

/// Convolution, norm, linear layer; the norm's gain and shift as told.
pub fn with_norm(time: usize, gain: Vec<f32>, shift: Vec<f32>) -> Vec<Named> {
    vec![
        tensor(
            "body.conv.weight",
            &[6, 2, 3, 3],
            learning(1, &[6, 2, 3, 3], time),
        ),
        tensor("body.norm.weight", &[6], gain),
        tensor("body.norm.bias", &[6], shift),
        tensor("out.weight", &[3, 6], learning(2, &[3, 6], time)),
        tensor("out.bias", &[3], learning(3, &[3], time)),
    ]
}

#[test]
fn a_norm_that_is_in_no_group() {
    let still = |file: usize| with_norm(file, vec![1.0; 6], vec![0.0; 6]);
    let held = |parts: &'static [usize], moves: bool| {
        ask(4, "pt", move |file, path| {
            let tensors = if moves {
                let gain = learning(4, &[6], file)
                    .iter()
                    .map(|own| 1.0 + own)
                    .collect();
                with_norm(file, gain, learning(5, &[6], file))
            } else {
                still(file)
            };
            let moments = parts
                .iter()
                .map(|&part| Some((tensors[part].1.clone(), 1e-2)));
            let items = vec![
                ("net", state_dict(&tensors)),
                (
                    "optim",
                    adam(1e-3, 100.0 * (file + 1) as f32, moments.collect()),
                ),
            ];
            save_torch(path, &dictionary(items));
        })
    };
    let answer = held(&[0, 3, 4], false);
    assert_eq!(code(&answer), "not-in-optimizer");
    let names = answer["answer"]["tensors"].as_array().unwrap();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&"norm.weight".into()) || names.contains(&"body.norm.weight".into()));
    assert_eq!(code(&held(&[0, 1, 2, 3, 4], true)), "learns");
    // Without an optimizer in the files no other reason is left.
    assert_eq!(code(&ask_tensors(4, still)), "not-in-optimizer");
}

#[test]
fn an_optimizer_that_holds_the_tensor_before_it_was_resized() {
    let held = |rows: usize| {
        ask(3, "pt", move |file, path| {
            let tensors = [
                tensor("wte.weight", &[12, 8], learning(1, &[12, 8], 0)),
                tensor("fc.weight", &[8, 8], learning(2, &[8, 8], file)),
                tensor("fc.bias", &[8], learning(3, &[8], file)),
            ];
            let mut moments: Vec<_> = tensors
                .iter()
                .map(|own| Some((own.1.clone(), 1e-2)))
                .collect();
            moments[0] = (rows > 0).then(|| (vec![rows, 8], 1e-2));
            let items = vec![
                ("state_dict", state_dict(&tensors)),
                ("optimizer", adam(1e-3, 10.0 * (file + 1) as f32, moments)),
            ];
            save_torch(path, &dictionary(items));
        })
    };
    for rows in [0, 10] {
        let answer = held(rows);
        assert_eq!(code(&answer), "not-in-optimizer", "{rows}");
        assert_eq!(answer["answer"]["tensors"][0], "wte.weight");
    }
    assert!(
        held(10)["answer"]["evidence"]
            .to_string()
            .contains("resized")
    );
}

#[test]
fn gains_that_bfloat16_cannot_move() {
    // What a step of 0.001 makes of numbers in bfloat16: small ones move, those near 1 do not.
    let stepped = |start: Vec<f32>, seed: usize, files: usize| -> Vec<f32> {
        let mut values: Vec<bf16> = start.into_iter().map(bf16::from_f32).collect();
        for step in 0..20 * files {
            for (index, value) in values.iter_mut().enumerate() {
                let sign = wave(seed + 17 * index + 29 * step).signum();
                *value = bf16::from_f32(value.to_f32() - 0.001 * sign);
            }
        }
        values.into_iter().map(bf16::to_f32).collect()
    };
    let run = |gain: f32, size: f32| {
        ask(4, "safetensors", move |file, path| {
            let tensors = [
                tensor(
                    "a.fc.weight",
                    &[16, 8],
                    stepped(scaled(learning(1, &[16, 8], 0), size), 1, file),
                ),
                tensor("a.ln.weight", &[8], stepped(vec![gain; 8], 2, file)),
                tensor("a.ln.bias", &[8], stepped(vec![0.0; 8], 3, file)),
                tensor(
                    "emb.weight",
                    &[16, 8],
                    stepped(scaled(learning(4, &[16, 8], 0), 6.0), 4, file),
                ),
            ];
            save(path, &tensors, true);
        })
    };
    let answer = run(1.0, 0.5);
    assert_eq!(
        code(&answer),
        "rounds-away",
        "{}",
        answer["answer"]["sentence"]
    );
    assert_eq!(
        (answer["answer"]["count"].as_u64(), &answer["answer"]["of"]),
        (Some(8), &"gains".into())
    );
    // Gains that are small enough to move do.
    assert!(!has(&run(0.05, 0.5), "rounds-away"));
    // Most weights are large.
    let answer = run(1.0, 6.0);
    assert_eq!(code(&answer), "rounds-away");
    assert!(
        answer["answer"]["sentence"]
            .as_str()
            .unwrap()
            .contains("kept their bits")
    );
    assert!(!has(&answer, "rate-too-small") && !has(&answer, "not-in-optimizer"));
}

#[test]
fn a_saturated_layer_and_a_frozen_one() {
    let run = |saturated: bool| {
        ask_tensors(4, move |file| {
            let bias = learning(2, &[7], file);
            let start = learning(2, &[7], 0);
            let mut reader = learning(3, &[7, 5], if saturated { 0 } else { file });
            if saturated {
                for (index, weight) in reader.iter_mut().enumerate() {
                    let sign = if (index % 5) % 2 == 0 { 1.0 } else { -1.0 };
                    *weight += sign * (bias[index / 5] - start[index / 5]);
                }
            }
            vec![
                tensor("encoder.0.weight", &[5, 3], learning(1, &[5, 3], 0)),
                tensor("encoder.0.bias", &[5], learning(9, &[5], 0)),
                tensor("encoder.2.weight", &[7, 5], reader),
                tensor("encoder.2.bias", &[7], bias),
                tensor("value.weight", &[1, 7], learning(5, &[1, 7], file)),
                tensor("value.bias", &[1], learning(6, &[1], file)),
                tensor("policy.weight", &[2, 7], learning(7, &[2, 7], file)),
                tensor("policy.bias", &[2], learning(8, &[2], file)),
            ]
        })
    };
    let answer = run(true);
    assert_eq!(code(&answer), "layer-without-gradient");
    assert_eq!(
        answer["answer"]["tensors"],
        serde_json::json!(["encoder.0.weight"])
    );
    assert!(!has(&answer, "not-in-optimizer"));
    let answer = run(false);
    assert_eq!(code(&answer), "not-in-optimizer");
    assert!(!has(&answer, "layer-without-gradient"));
}

#[test]
fn a_gate_of_zeros_in_the_optimizer() {
    let answer = ask(3, "pt", |file, path| {
        let tensors = [
            tensor("fc.weight", &[6, 4], learning(1, &[6, 4], file)),
            tensor("fc.bias", &[6], learning(2, &[6], file)),
            tensor("gate.weight", &[2, 6], vec![0.0; 12]),
            tensor("head.weight", &[3, 6], learning(3, &[3, 6], file)),
        ];
        let moments = [1e-2, 1e-2, 0.0, 1e-2];
        let moments = tensors
            .iter()
            .zip(moments)
            .map(|(own, size)| Some((own.1.clone(), size)));
        let optimizer = adam(1e-3, 40.0 * (file + 1) as f32, moments.collect());
        let items = vec![("model", state_dict(&tensors)), ("optimizer", optimizer)];
        save_torch(path, &dictionary(items));
    });
    assert_eq!(code(&answer), "layer-without-gradient");
    assert_eq!(
        answer["answer"]["tensors"],
        serde_json::json!(["gate.weight"])
    );
    assert!(
        answer["answer"]["evidence"]
            .to_string()
            .contains("120 times")
    );
}

#[test]
fn routers_of_experts() {
    let mixture = |file: usize| {
        let mut tensors = vec![
            tensor("emb.weight", &[9, 6], learning(1, &[9, 6], file)),
            tensor("moe.router.weight", &[2, 6], learning(2, &[2, 6], file)),
        ];
        for expert in 0..2 {
            for part in ["up", "down"] {
                let name = format!("moe.experts.{expert}.{part}.weight");
                tensors.push(tensor(&name, &[6, 6], learning(10 + expert, &[6, 6], file)));
            }
        }
        tensors
    };
    assert_eq!(code(&ask_tensors(3, mixture)), "cannot-tell");
    let saved = ask(3, "pt", |file, path| {
        let tensors = mixture(file);
        let moments = tensors.iter().map(|own| Some((own.1.clone(), 1e-2)));
        let optimizer = adam(1e-3, 40.0 * (file + 1) as f32, moments.collect());
        let items = vec![
            ("model", state_dict(&tensors)),
            ("optimizer", optimizer),
            ("epoch", Value::Integer(3)),
        ];
        save_torch(path, &dictionary(items));
    });
    assert_eq!(code(&saved), "learns");
}
