use rand::RngCore;
use safetensors::tensor::SafeTensors;

use super::*;
use crate::architecture::Architecture;
use crate::checkpoint::to_bf16;
use crate::initialization::Initialization;
use crate::optimizer::OptimizerSettings;
use crate::parameters::Role;
use crate::random::StreamOffsets;

fn streams() -> Streams {
    Streams::new(6, StreamOffsets::default())
}

#[test]
fn nearest_is_pytorchs_bit_for_bit() {
    let bytes = include_bytes!("../../golden/rounding.safetensors");
    let file = SafeTensors::deserialize(bytes).unwrap();
    let (words, _) = file.tensor("values").unwrap().data().as_chunks::<4>();
    let (halves, _) = file.tensor("rounded").unwrap().data().as_chunks::<2>();
    let mut values: Vec<f32> = words.iter().map(|word| f32::from_le_bytes(*word)).collect();
    nearest(&mut values);
    assert_eq!(values.len(), 2 * 6 * 213);
    for (value, half) in values.into_iter().zip(halves) {
        let theirs = from_bf16(u16::from_le_bytes(*half));
        assert!(
            value.to_bits() == theirs.to_bits() || value.is_nan() && theirs.is_nan(),
            "{theirs}"
        );
    }
}

/// Of all 2^16 random halves exactly the share of the way up goes up.
#[test]
fn at_random_every_number_is_right_on_average() {
    for value in [
        1.0_f32, 1.001, -1.003, 3.5e-40, -0.3, 2.7e38, 1e-45, 0.0, -0.0,
    ] {
        let low = from_bf16((value.to_bits() >> 16) as u16);
        let up = (0..1 << 16)
            .filter(|&bits| up_or_down(value, bits) != low)
            .count();
        assert_eq!(up as u32, value.to_bits() & 0xffff, "{value}");
        let high = up_or_down(value, 0xffff);
        let share = up as f64 / 65_536.0;
        let mean = f64::from(low) + share * (f64::from(high) - f64::from(low));
        assert!(
            (mean - f64::from(value)).abs() <= 1e-12 * f64::from(value.abs()),
            "{mean} {value}"
        );
    }
    for same in [f32::INFINITY, f32::NEG_INFINITY, -2.5, 65_536.0] {
        assert!((0..1 << 16).all(|bits| up_or_down(same, bits) == same));
    }
    assert!((0..1 << 16).all(|bits| up_or_down(f32::from_bits(0x7f80_0001), bits).is_nan()));
    // Above the largest of bf16 it is that one or infinity.
    assert_eq!(
        [0, 0xffff].map(|bits| up_or_down(f32::MAX, bits)),
        [from_bf16(0x7f7f), f32::INFINITY]
    );
}

#[test]
fn random_bits_are_those_of_their_stream_two_numbers_to_a_word() {
    let values: Vec<f32> = (0..101).map(|k| 1.0 + k as f32 * 1e-4).collect();
    let mut rounded = values.clone();
    stochastic(&mut rounded, &mut streams().generator(Stream::Rounding));
    let mut words = streams().generator(Stream::Rounding);
    for (pair, found) in values.chunks(2).zip(rounded.chunks(2)) {
        let word = words.next_u32();
        for (place, (value, found)) in pair.iter().zip(found).enumerate() {
            let bits = word >> (16 * place) & 0xffff;
            assert_eq!(*found, up_or_down(*value, bits));
            assert_eq!(from_bf16(to_bf16(*found)), *found);
        }
    }
    // A mean over many: 100,000 times a third of the way, standard deviation 0.0015.
    let mut many = vec![1.0 + 1.0 / 384.0; 100_000];
    stochastic(&mut many, &mut streams().generator(Stream::Rounding));
    let up = many.iter().filter(|&&value| value > 1.0).count() as f64 / 1e5;
    assert!((up - 1.0 / 3.0).abs() < 0.0075, "{up}");
}

/// A network with a batch norm, a few steps on one batch.
fn steps(settings: &str, count: usize) -> (Network, Weights, Vec<f32>) {
    let layers = ["conv 6 3x3", "batch_norm", "relu", "flatten", "linear 10"];
    let layers = Architecture(layers.iter().map(|text| text.parse().unwrap()).collect());
    let mut network = Network::training(&layers, [8, 8, 1], 4).unwrap();
    Initialization::default()
        .apply(&mut network, streams())
        .unwrap();
    let drawn = network.graph.parameters().to_vec();
    let settings: WeightSettings = serde_json::from_str(settings).unwrap();
    settings.check().unwrap();
    let mut weights = Weights::new(settings, &mut network, streams());
    let sgd: OptimizerSettings =
        serde_json::from_str(r#"{"kind": "sgd", "momentum": 0.9}"#).unwrap();
    let mut optimizer = Optimizer::new(&sgd, &network).unwrap();
    for (index, pixel) in network
        .graph
        .values_mut(network.images)
        .iter_mut()
        .enumerate()
    {
        *pixel = (index * 37 % 101) as f32 / 100.0;
    }
    for _ in 0..count {
        network.graph.forward();
        network.graph.update_buffers();
        network.graph.backward(network.loss);
        weights.step(&mut optimizer, &mut network.graph, 0.01);
    }
    (network, weights, drawn)
}

#[test]
fn only_what_is_trained_is_rounded_and_masters_are_not() {
    for settings in [
        r#"{"precision": "bf16"}"#,
        r#"{"precision": "bf16", "rounding": "stochastic"}"#,
        r#"{"precision": "bf16", "masters": true}"#,
        r#"{"precision": "bf16", "rounding": "stochastic", "masters": true}"#,
    ] {
        let (start, _, drawn) = steps(settings, 0);
        let (network, weights, _) = steps(settings, 5);
        for tensor in &network.parameters {
            let of = |values: &[f32]| values[tensor.range.clone()].to_vec();
            let (now, before) = (of(network.graph.parameters()), of(start.graph.parameters()));
            let rounded = |values: &[f32]| values.iter().all(|value| round_bf16(*value) == *value);
            assert_ne!(now, before);
            if tensor.role.is_trained() {
                assert!(rounded(&now), "{settings}");
                let first: Vec<f32> = of(&drawn).into_iter().map(round_bf16).collect();
                assert_eq!(before, first);
            } else if tensor.role != Role::Batches {
                assert!(!rounded(&now));
            }
            if weights.masters().is_empty() || !tensor.role.is_trained() {
                continue;
            }
            // Each copy is a neighbour of its master, or the nearest one.
            for (copy, master) in now.iter().zip(of(weights.masters())) {
                let near = if settings.contains("stochastic") {
                    (copy - master).abs() <= master.abs() / 128.0
                } else {
                    *copy == round_bf16(master)
                };
                assert!(near, "{settings}: {copy} of {master}");
            }
        }
        assert_eq!(weights.masters().is_empty(), !settings.contains("masters"));
    }
}

/// An update far below half a step of bf16 is lost to nearest, adds up in masters until some copies
/// move, and moves some weights at random.
#[test]
fn a_small_update_is_lost_kept_or_moves_some() {
    let moved = |settings: &str| {
        let (start, _, _) = steps(settings, 0);
        let mut network = start;
        let mut weights = Weights::new(
            serde_json::from_str(settings).unwrap(),
            &mut network,
            streams(),
        );
        let sgd: OptimizerSettings = serde_json::from_str(r#"{"kind": "sgd"}"#).unwrap();
        let mut optimizer = Optimizer::new(&sgd, &network).unwrap();
        network.graph.forward();
        network.graph.backward(network.loss);
        let before = network.graph.parameters().to_vec();
        for _ in 0..50 {
            weights.step(&mut optimizer, &mut network.graph, 1e-4);
        }
        let range = network.parameters[0].range.clone();
        let masters = weights
            .masters()
            .get(range.clone())
            .unwrap_or_default()
            .to_vec();
        let copies = network.graph.parameters()[range.clone()]
            .iter()
            .zip(&before[range.clone()]);
        let copies = copies.filter(|(now, before)| now != before).count();
        let masters = masters
            .iter()
            .zip(&before[range])
            .filter(|(now, before)| now != before)
            .count();
        (copies, masters)
    };
    assert_eq!(moved(r#"{"precision": "bf16"}"#), (0, 0));
    let (copies, masters) = moved(r#"{"precision": "bf16", "masters": true}"#);
    assert!(copies > 0 && masters > 48, "{copies} {masters}");
    let (copies, _) = moved(r#"{"precision": "bf16", "rounding": "stochastic"}"#);
    assert!((1..54).contains(&copies), "{copies}");
}

#[test]
fn f32_changes_no_bit_and_refuses_what_is_of_bf16() {
    let (network, weights, drawn) = steps("{}", 0);
    assert_eq!(network.graph.parameters(), drawn);
    assert!(weights.masters().is_empty());
    let refused = |text: &str| {
        let settings: WeightSettings = serde_json::from_str(text).unwrap();
        settings.check().unwrap_err().to_string()
    };
    assert_eq!(
        refused(r#"{"rounding": "stochastic"}"#),
        "weights.rounding = stochastic: asks for weights.precision = bf16; f32 is not rounded"
    );
    assert!(refused(r#"{"masters": true}"#).starts_with("weights.masters = true: asks for"));
    let unknown = serde_json::from_str::<WeightSettings>(r#"{"rounding": "up"}"#).unwrap_err();
    assert!(
        unknown
            .to_string()
            .contains("expected `nearest` or `stochastic`"),
        "{unknown}"
    );
}
