use super::{architecture, of, streams};
use crate::initialization::Scheme;

/// Share of `networks` networks with one input, 9 hidden layers of `width` and ReLU in which some
/// hidden layer is 0 at 41 points from -sqrt 3 to sqrt 3.
fn born_dead(scheme: Scheme, width: usize, networks: u64) -> f64 {
    let hidden = format!("linear {width}");
    let mut layers = vec!["flatten"];
    for _ in 0..9 {
        layers.extend([hidden.as_str(), "relu"]);
    }
    layers.push("linear 1");
    let tensors = architecture(&layers).parameters([1, 1, 1]).unwrap();
    let mut values = vec![0.0; tensors.last().unwrap().range.end];
    let mut dead = 0;
    for seed in 0..networks {
        of(scheme).fill(&tensors, streams(seed), &mut values);
        let mut points: Vec<Vec<f32>> = (-20..=20)
            .map(|k| vec![(f64::from(k) / 20.0 * 3.0_f64.sqrt()) as f32])
            .collect();
        let is_dead = tensors.chunks(2).take(9).any(|layer| {
            let [weights, biases] = [0, 1].map(|k| &values[layer[k].range.clone()]);
            for point in &mut points {
                let sums = (0..width).map(|unit| {
                    let products = point.iter().zip(weights.iter().skip(unit).step_by(width));
                    products
                        .fold(biases[unit], |sum, (x, w)| x.mul_add(*w, sum))
                        .max(0.0)
                });
                *point = sums.collect();
            }
            points.iter().flatten().all(|&value| value == 0.0)
        });
        dead += u64::from(is_dead);
    }
    dead as f64 / networks as f64
}

#[test]
fn as_many_networks_are_born_dead_as_published() {
    // Symmetric weights without bias: exact to three digits. RAI: +-.01 (Lu et al. 2019).
    for (scheme, width, expected, tolerance) in [
        (Scheme::He, 2, 0.8802, 0.0),
        (Scheme::He, 3, 0.5791, 0.0),
        (Scheme::Rai, 2, 0.234, 0.01),
        (Scheme::Rai, 3, 0.066, 0.01),
        (Scheme::Rai, 4, 0.017, 0.01),
    ] {
        let networks = 6000;
        let share = born_dead(scheme, width, networks);
        let deviation = (expected * (1.0 - expected) / networks as f64).sqrt();
        let error = (share - expected).abs();
        assert!(
            error < 4.0 * deviation + tolerance,
            "{scheme:?} {width}: {share}"
        );
    }
}
