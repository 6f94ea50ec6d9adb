//! What happened to rows, columns and units.

use crate::files::{Named, ask, ask_tensors, code, has, learning, save, scaled, tensor, wave};
use crate::tensors::with_norm;

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
