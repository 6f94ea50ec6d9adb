//! What happened to some tensors, rows or units.

use half::bf16;

use crate::files::{
    Named, Value, adam, ask, ask_tensors, code, dictionary, has, learning, save, save_torch,
    state_dict, tensor, wave,
};

fn scaled(values: Vec<f32>, factor: f32) -> Vec<f32> {
    values.into_iter().map(|value| value * factor).collect()
}

/// Convolution, norm, linear layer; the norm's gain and shift as told.
fn with_norm(time: usize, gain: Vec<f32>, shift: Vec<f32>) -> Vec<Named> {
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
fn pruned_units_that_momentum_brings_back() {
    let run = |learns: bool| {
        ask_tensors(6, move |file| {
            let mut weight = learning(1, &[5, 12], file);
            for unit in [1, 3] {
                for index in 0..12 {
                    let direction = wave(unit * 50 + index);
                    let own = &mut weight[12 * unit + index];
                    *own = match file {
                        0 | 1 => *own,
                        2 => 0.0,
                        _ if learns => 0.1 * wave(unit * 50 + index + 7 * file),
                        _ => 0.02 * direction * libm::pow(0.999, file as f64) as f32,
                    };
                }
            }
            vec![
                tensor("c.weight", &[5, 12], weight),
                tensor("d.weight", &[3, 5], learning(2, &[3, 5], file)),
            ]
        })
    };
    let answer = run(false);
    assert_eq!(code(&answer), "moved-without-gradient");
    assert_eq!(answer["answer"]["units"]["c"], serde_json::json!([1, 3]));
    assert!(!has(&run(true), "moved-without-gradient"));
    // A factor that begins at 0 and learns.
    let adapter = ask_tensors(4, |file| {
        vec![
            tensor("q.lora_A.weight", &[2, 8], learning(1, &[2, 8], file)),
            tensor(
                "q.lora_B.weight",
                &[8, 2],
                scaled(learning(2, &[8, 2], file), file as f32),
            ),
        ]
    });
    assert_eq!(code(&adapter), "frozen-base");
}

/// A table of 20 rows and a layer that learns.
fn table(file: usize, own: impl Fn(usize) -> Option<f64>, short: bool) -> Vec<Named> {
    let (start, learned) = (learning(1, &[20, 16], 0), learning(1, &[20, 16], file));
    let rows = (0..20).flat_map(|row| {
        let factor = own(row);
        let (start, learned) = (&start, &learned);
        (16 * row..16 * (row + 1)).map(move |index| match factor {
            Some(factor) => (f64::from(start[index]) * factor) as f32,
            None => learned[index],
        })
    });
    let rows: Vec<f32> = rows.collect();
    let time = if short { 0 } else { file };
    vec![
        tensor("tok_embeddings.weight", &[20, 16], rows),
        tensor("mix.weight", &[16, 16], learning(2, &[16, 16], time)),
        tensor("mix.bias", &[16], learning(3, &[16], time)),
        tensor("mix2.weight", &[16, 16], learning(4, &[16, 16], time)),
    ]
}

#[test]
fn rows_that_only_decay() {
    let decay = |file: usize| Some(libm::pow(0.99, file as f64));
    let unused = |row: usize| row % 4 != 1;
    for short in [false, true] {
        let answer = ask(4, "safetensors", |file, path| {
            let own = |row: usize| decay(file).filter(|_| unused(row));
            save(path, &table(file, own, false), short);
        });
        assert_eq!(code(&answer), "decay-only", "{short}");
        assert_eq!(
            (answer["answer"]["count"].as_u64(), &answer["answer"]["of"]),
            (Some(15), &"rows".into())
        );
    }
    // Training of one row, all else frozen.
    let one = ask_tensors(4, |file| {
        table(file, |row| decay(file).filter(|_| row != 19), true)
    });
    assert_eq!(code(&one), "decay-only");
    assert_eq!(one["answer"]["count"], 19);
    assert!(!has(&one, "only-last-learns") && !has(&one, "not-in-optimizer"));
    // Rows that get a gradient now and then: each in one interval.
    let rare = ask_tensors(4, |file| {
        let mut tensors = table(file, |_| decay(file), false);
        for row in 0..20 {
            if file > row % 3 {
                tensors[0].2[16 * row] += 0.05;
                tensors[0].2[16 * row + 5] -= 0.07;
            }
        }
        tensors
    });
    assert!(!has(&rare, "decay-only"), "{}", rare["answer"]["sentence"]);
}

#[test]
fn filters_that_faded_with_their_gains() {
    let run = |filter: f64, gain: f64| {
        ask_tensors(4, move |file| {
            let shrink = |last: f64| libm::pow(last, file as f64 / 3.0) as f32;
            let gains = learning(4, &[6], file)
                .iter()
                .map(|own| 1.0 + own)
                .collect();
            let mut tensors = with_norm(file, gains, learning(5, &[6], file));
            for unit in [0, 4] {
                tensors[1].2[unit] *= shrink(gain);
                for weight in &mut tensors[0].2[18 * unit..18 * (unit + 1)] {
                    *weight *= shrink(filter);
                }
            }
            tensors
        })
    };
    let answer = run(1e-5, 1e-6);
    assert_eq!(code(&answer), "faded");
    assert_eq!(
        answer["answer"]["units"]["body.conv"],
        serde_json::json!([0, 4])
    );
    assert_eq!(answer["summary"]["dead"], 0);
    // A gain alone, or a filter alone, may be small.
    assert!(!has(&run(1.0, 1e-6), "faded") && !has(&run(1e-5, 1.0), "faded"));
}

#[test]
fn inputs_that_are_always_zero() {
    let run = |moves: bool| {
        ask_tensors(4, move |file| {
            let mut weight = learning(1, &[10, 30], file);
            let start = learning(1, &[10, 30], 0);
            for unit in 0..10 {
                for input in [0, 7, 29] {
                    if !(moves && file == 2 && unit == 4) {
                        weight[30 * unit + input] = start[30 * unit + input];
                    }
                }
            }
            vec![
                tensor("fc1.weight", &[10, 30], weight),
                tensor("fc1.bias", &[10], learning(2, &[10], file)),
                tensor("fc2.weight", &[4, 10], learning(3, &[4, 10], file)),
                tensor("fc2.bias", &[4], learning(4, &[4], file)),
            ]
        })
    };
    let answer = run(false);
    assert_eq!(code(&answer), "inputs-never-read");
    assert_eq!(
        answer["answer"]["inputs"]["fc1"],
        serde_json::json!([0, 7, 29])
    );
    assert_eq!(code(&run(true)), "learns");
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
