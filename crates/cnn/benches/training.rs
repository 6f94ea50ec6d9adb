//! Training steps per second of some networks, on one thread: forward, backward and SGD with
//! momentum, data in memory. `make bench` runs it; with names as arguments, only those networks.
//!
//! GFLOP/s are dense, as if no zero were skipped: two operations a multiply-add, three passes.
//! The peak is that of fused multiply-adds between registers. Time is what the scheduler gave to
//! this thread where it says so (Linux), so that a busy machine disturbs less.

mod clock;
mod steps;

use std::hint::black_box;

use cnn::architecture::{Architecture, Layer};
use pulp::{Simd, WithSimd};

use clock::now;
use steps::Training;

/// Name, image, batch, layers.
type Net = (&'static str, [usize; 3], usize, &'static [&'static str]);

const NETS: [Net; 6] = [
    (
        "study",
        [8, 8, 1],
        32,
        &[
            "conv 16 3x3",
            "relu",
            "conv 32 3x3",
            "relu",
            "max_pool 2",
            "conv 32 3x3",
            "relu",
            "global_average_pool",
            "linear 10",
        ],
    ),
    (
        "norm",
        [8, 8, 1],
        32,
        &[
            "conv 16 3x3",
            "batch_norm",
            "relu",
            "conv 32 3x3",
            "batch_norm",
            "relu",
            "max_pool 2",
            "conv 32 3x3",
            "batch_norm",
            "relu",
            "global_average_pool",
            "linear 10",
        ],
    ),
    (
        "local",
        [8, 8, 1],
        32,
        &[
            "local 16 3x3",
            "relu",
            "local 32 3x3",
            "relu",
            "max_pool 2",
            "local 32 3x3",
            "relu",
            "global_average_pool",
            "linear 10",
        ],
    ),
    (
        "digits8",
        [8, 8, 1],
        64,
        &[
            "conv 16 3x3",
            "relu",
            "conv 32 3x3",
            "relu",
            "max_pool 2",
            "flatten",
            "linear 64",
            "relu",
            "linear 10",
        ],
    ),
    (
        "fashion28",
        [28, 28, 1],
        64,
        &[
            "conv 16 3x3",
            "relu",
            "max_pool 2",
            "conv 32 3x3",
            "relu",
            "max_pool 2",
            "flatten",
            "linear 64",
            "relu",
            "linear 10",
        ],
    ),
    (
        "cifar32",
        [32, 32, 3],
        64,
        &[
            "conv 32 3x3",
            "relu",
            "conv 32 3x3",
            "relu",
            "max_pool 2",
            "conv 64 3x3",
            "relu",
            "conv 64 3x3",
            "relu",
            "max_pool 2",
            "flatten",
            "linear 128",
            "relu",
            "linear 10",
        ],
    ),
];

/// Seconds that one measurement takes, and how many there are; the median counts.
const SECONDS: f64 = 0.1;
const MEASUREMENTS: usize = 9;

fn main() {
    let chosen: Vec<String> = std::env::args()
        .skip(1)
        .filter(|name| !name.starts_with('-'))
        .collect();
    for (name, image, batch, layers) in NETS {
        if !chosen.is_empty() && !chosen.iter().any(|chosen| chosen == name) {
            continue;
        }
        let architecture = Architecture(
            layers
                .iter()
                .map(|layer| layer.parse::<Layer>().expect("a layer"))
                .collect(),
        );
        let mut training = Training::new(&architecture, image, batch);
        training.step();
        let peak = median(|| peak(SECONDS / 5.0));
        let rate = median(|| rate(SECONDS, || training.step()) * batch as f64);
        let flops = 6.0 * multiply_adds(&architecture, image);
        println!(
            "{name}: {rate:.0} images/s, {:.1} GFLOP/s dense, peak {peak:.1} GFLOP/s",
            rate * flops * 1e-9
        );
    }
}

/// Multiply-adds of a forward pass of one image, those on the padding included.
fn multiply_adds(architecture: &Architecture, image: [usize; 3]) -> f64 {
    let shapes = architecture.check(image).expect("a network");
    let parameters = architecture.parameters(image).expect("a network");
    let mut weights = parameters.iter().filter(|tensor| tensor.role.is_weight());
    let mut total = 0;
    for (layer, shape) in architecture.0.iter().zip(shapes) {
        if layer.filters().is_some() {
            let weight = weights.next().expect("a weight");
            // Weights that are not shared are used once.
            let uses = match layer {
                Layer::Local(_) => 1,
                _ => shape.output.positions(),
            };
            total += weight.range.len() * uses;
        }
    }
    total as f64
}

/// Calls per second.
fn rate(seconds: f64, mut call: impl FnMut()) -> f64 {
    let start = now();
    let mut calls = 0;
    loop {
        call();
        calls += 1;
        let passed = now() - start;
        if passed > seconds {
            return f64::from(calls) / passed;
        }
    }
}

fn median(mut measure: impl FnMut() -> f64) -> f64 {
    let mut measured: Vec<f64> = (0..MEASUREMENTS).map(|_| measure()).collect();
    measured.sort_by(f64::total_cmp);
    measured[MEASUREMENTS / 2]
}

/// Operations a second of fused multiply-adds, in billions.
fn peak(seconds: f64) -> f64 {
    const ROUNDS: usize = 100_000;
    const CHAINS: usize = 12;
    struct Multiply;
    impl WithSimd for Multiply {
        type Output = usize;

        #[expect(clippy::inline_always, reason = "else it loses the instructions")]
        #[inline(always)]
        fn with_simd<S: Simd>(self, simd: S) -> usize {
            let factor = simd.splat_f32s(black_box(0.5));
            let mut sums = [simd.splat_f32s(black_box(1.0)); CHAINS];
            for _ in 0..ROUNDS {
                for sum in &mut sums {
                    *sum = simd.mul_add_f32s(*sum, factor, factor);
                }
            }
            black_box(sums);
            2 * ROUNDS * CHAINS * S::F32_LANES
        }
    }
    let arch = pulp::Arch::new();
    let mut operations = 0;
    let calls = rate(seconds, || operations = arch.dispatch(Multiply));
    calls * operations as f64 * 1e-9
}
