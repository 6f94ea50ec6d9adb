//! Every instruction set that the machine has gives the bits of the plain loops.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tensor::{
    BatchNormConfig, BatchNormMode, BatchNormOperands, Conv2dConfig, ConvBlockConfig, Graph,
    Instructions, NodeId, PoolConfig, TensorError,
};

/// Numbers of ordinary size, many zeros, and at times one that is neither; with `strange` also
/// infinities and NaN.
fn numbers(seed: u64, strange: bool) -> impl Iterator<Item = f32> {
    let mut draws = ChaCha8Rng::seed_from_u64(seed);
    std::iter::repeat_with(move || match draws.random_range(0..1000u32) {
        0 => 1e-41,
        1 => -3e-39,
        2 => -0.0,
        3 if strange => f32::INFINITY,
        4 if strange => f32::NEG_INFINITY,
        5 if strange => f32::NAN,
        6 if strange => 1e38,
        7..400 => 0.0,
        _ => draws.random_range(-2.0..2.0),
    })
}

/// A graph of one op: its inputs and parameters, and its output.
type Recorded = (Vec<NodeId>, NodeId);

/// Records an op for each instruction set, runs it on the same numbers, and compares.
fn same_bits(
    record: impl Fn(&mut Graph<f32>) -> Result<Recorded, TensorError>,
    batch: usize,
    (seed, strange): (u64, bool),
) -> Result<(), TestCaseError> {
    let mut expected: Option<Vec<Vec<f32>>> = None;
    for set in Instructions::available().into_iter().rev() {
        let mut graph = Graph::with_instructions(set);
        let (operands, output) = record(&mut graph).unwrap();
        let mut found = Vec::new();
        // Twice: what a first pass leaves behind must not change a second one.
        for _ in 0..2 {
            graph.set_batch(batch).unwrap();
            let mut numbers = numbers(seed, strange);
            for &node in &operands {
                graph.values_mut(node).fill_with(|| numbers.next().unwrap());
            }
            graph.forward();
            let length = graph.values(output).len();
            let gradient: Vec<f32> = numbers.by_ref().take(length).collect();
            graph.backward_from(output, &gradient).unwrap();
            found.push(graph.values(output).to_vec());
            found.extend(operands.iter().map(|&node| graph.grads(node).to_vec()));
            found.extend(graph.activity(output).map(<[f32]>::to_vec));
        }
        match &expected {
            None => expected = Some(found),
            Some(expected) => {
                for (part, (found, expected)) in found.iter().zip(expected).enumerate() {
                    for (at, (&found, &expected)) in found.iter().zip(expected).enumerate() {
                        let same = found == expected || found.is_nan() && expected.is_nan();
                        prop_assert!(
                            same,
                            "{}: part {part} at {at}: {found:e} instead of {expected:e}",
                            set.name()
                        );
                    }
                }
            }
        }
    }
    Ok(())
}

#[derive(Clone, Debug)]
struct Case {
    images: [usize; 2],
    image: [usize; 2],
    kernel: [usize; 2],
    channels: [usize; 2],
    stride: usize,
    padding: usize,
    pool: Option<PoolConfig>,
    numbers: (u64, bool),
}

fn channels() -> impl Strategy<Value = usize> {
    prop_oneof![1usize..6, 6usize..40, Just(8), Just(16), Just(32), Just(64)]
}

fn cases() -> impl Strategy<Value = Case> {
    let kernel = prop_oneof![
        Just([3, 3]),
        Just([1, 1]),
        Just([5, 5]),
        [1usize..6, 1usize..6]
    ];
    let pool = prop::option::of((1usize..4, 1usize..4));
    let sizes = (1usize..9, 0usize..9, kernel, [0usize..11, 0usize..11]);
    let settings = (
        channels(),
        channels(),
        prop_oneof![Just(1usize), 1usize..4],
        0usize..4,
        pool,
    );
    (sizes, settings, any::<(u64, bool)>()).prop_map(|(sizes, settings, numbers)| {
        let (capacity, batch, kernel, more) = sizes;
        let (cin, cout, stride, padding, pool) = settings;
        let image = [0, 1].map(|axis| (kernel[axis] + more[axis]).saturating_sub(padding).max(1));
        let image = [0, 1].map(|axis| image[axis].max((kernel[axis]).saturating_sub(2 * padding)));
        let output = [0, 1].map(|axis| (image[axis] + 2 * padding - kernel[axis]) / stride + 1);
        let pool = pool
            .filter(|&(size, _)| output.iter().all(|&length| length >= size))
            .map(|(size, stride)| PoolConfig { size, stride });
        Case {
            images: [capacity, (batch % capacity) + 1],
            image,
            kernel,
            channels: [cin, cout],
            stride,
            padding,
            pool,
            numbers,
        }
    })
}

fn operands(graph: &mut Graph<f32>, case: &Case) -> Result<[NodeId; 2], TensorError> {
    let input = [
        case.images[0],
        case.image[0],
        case.image[1],
        case.channels[0],
    ];
    let weight = [
        case.kernel[0],
        case.kernel[1],
        case.channels[0],
        case.channels[1],
    ];
    Ok([
        graph.input_with_gradient(&input)?,
        graph.parameter(&weight)?,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn convolution(case in cases()) {
        let record = |graph: &mut Graph<f32>| {
            let [x, w] = operands(graph, &case)?;
            let config = Conv2dConfig { stride: case.stride, padding: case.padding };
            Ok((vec![x, w], graph.conv2d(x, w, config)?))
        };
        same_bits(record, case.images[1], case.numbers)?;
    }

    #[test]
    fn convolution_block(case in cases()) {
        let record = |graph: &mut Graph<f32>| {
            let [x, w] = operands(graph, &case)?;
            let b = graph.parameter(&[case.channels[1]])?;
            let config = ConvBlockConfig {
                stride: case.stride,
                padding: case.padding,
                max_pool: case.pool,
            };
            Ok((vec![x, w, b], graph.conv_block(x, w, b, config)?))
        };
        same_bits(record, case.images[1], case.numbers)?;
    }

    #[test]
    fn max_pool(
        (capacity, batch) in (1usize..5, 0usize..5),
        (size, stride) in (1usize..4, 1usize..4),
        more in [0usize..9, 0usize..9],
        channels in channels(),
        numbers in any::<(u64, bool)>(),
    ) {
        let record = |graph: &mut Graph<f32>| {
            let image = [capacity, size + more[0], size + more[1], channels];
            let x = graph.input_with_gradient(&image)?;
            Ok((vec![x], graph.max_pool(x, PoolConfig { size, stride })?))
        };
        same_bits(record, batch % capacity + 1, numbers)?;
    }

    #[test]
    fn linear(
        (capacity, batch) in (1usize..20, 0usize..20),
        inputs in channels(),
        outputs in channels(),
        numbers in any::<(u64, bool)>(),
    ) {
        let record = |graph: &mut Graph<f32>| {
            let x = graph.input_with_gradient(&[capacity, inputs])?;
            let w = graph.parameter(&[inputs, outputs])?;
            Ok((vec![x, w], graph.linear(x, w)?))
        };
        same_bits(record, batch % capacity + 1, numbers)?;
    }

    #[test]
    fn batch_norm(
        (capacity, batch) in (1usize..9, 0usize..9),
        image in [1usize..9, 2usize..9],
        channels in channels(),
        train in any::<bool>(),
        numbers in any::<(u64, bool)>(),
    ) {
        let mode = if train { BatchNormMode::Train } else { BatchNormMode::Eval };
        let record = |graph: &mut Graph<f32>| {
            let x = graph.input_with_gradient(&[capacity, image[0], image[1], channels])?;
            let weight = graph.parameter(&[channels])?;
            let bias = graph.parameter(&[channels])?;
            let running_mean = graph.buffer(&[channels])?;
            let running_variance = graph.buffer(&[channels])?;
            let batches = graph.buffer(&[1])?;
            let operands = BatchNormOperands {
                weight,
                bias,
                running_mean,
                running_variance,
                batches,
            };
            let y = graph.batch_norm(x, operands, BatchNormConfig::new(mode))?;
            Ok((vec![x, weight, bias, running_mean, running_variance], y))
        };
        same_bits(record, batch % capacity + 1, numbers)?;
    }

    #[test]
    fn locally_connected(case in cases()) {
        let record = |graph: &mut Graph<f32>| {
            let [height, width] = [0, 1].map(|axis| {
                (case.image[axis] + 2 * case.padding - case.kernel[axis]) / case.stride + 1
            });
            let [cin, cout] = case.channels;
            let x = graph.input_with_gradient(&[case.images[0], case.image[0], case.image[1], cin])?;
            let w = graph.parameter(&[height, width, case.kernel[0], case.kernel[1], cin, cout])?;
            let b = graph.parameter(&[height, width, cout])?;
            let config = Conv2dConfig { stride: case.stride, padding: case.padding };
            let product = graph.local2d(x, w, config)?;
            Ok((vec![x, w, b], graph.bias(product, b)?))
        };
        same_bits(record, case.images[1], case.numbers)?;
    }

    #[test]
    fn bias_and_rectifiers(
        (capacity, batch) in (1usize..6, 0usize..6),
        image in [1usize..6, 1usize..6],
        channels in channels(),
        units in any::<bool>(),
        function in 0usize..3,
        numbers in any::<(u64, bool)>(),
    ) {
        let record = |graph: &mut Graph<f32>| {
            let shape = [capacity, image[0], image[1], channels];
            let x = graph.input_with_gradient(&shape)?;
            let b = graph.parameter(if units { &shape[1..] } else { &shape[3..] })?;
            let z = graph.bias(x, b)?;
            let y = match function {
                0 => graph.relu(z)?,
                1 => graph.leaky_relu(z, 0.1)?,
                _ => graph.hard_swish(z)?,
            };
            Ok((vec![x, b], y))
        };
        same_bits(record, batch % capacity + 1, numbers)?;
    }
}
