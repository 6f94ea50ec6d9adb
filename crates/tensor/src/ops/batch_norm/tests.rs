use super::{BatchNormConfig, BatchNormMode, BatchNormOperands};
use crate::testing::{Draws, Golden, assert_close, check_gradients, dot, replay};
use crate::{Graph, NodeId, TensorError};

use BatchNormMode::{Eval, Train};

/// A batch norm on an input, its parameters and buffers as a new module of PyTorch has them.
fn norm(graph: &mut Graph<f64>, x: NodeId, mode: BatchNormMode) -> (NodeId, BatchNormOperands) {
    let filters = graph.shape(x)[graph.shape(x).len() - 1];
    let operands = BatchNormOperands {
        weight: graph.parameter(&[filters]).unwrap(),
        bias: graph.parameter(&[filters]).unwrap(),
        running_mean: graph.buffer(&[filters]).unwrap(),
        running_variance: graph.buffer(&[filters]).unwrap(),
        batches: graph.buffer(&[1]).unwrap(),
    };
    graph.values_mut(operands.weight).fill(1.0);
    graph.values_mut(operands.running_variance).fill(1.0);
    let y = graph.batch_norm(x, operands, BatchNormConfig::new(mode));
    (y.unwrap(), operands)
}

/// A batch norm with random values.
fn random(
    seed: u64,
    shape: &[usize],
    mode: BatchNormMode,
) -> (Graph<f64>, [NodeId; 2], BatchNormOperands, Draws) {
    let mut draws = Draws::new(seed);
    let mut graph = Graph::new();
    let x = graph.input_with_gradient(shape).unwrap();
    let (y, operands) = norm(&mut graph, x, mode);
    for node in [x, operands.weight, operands.bias, operands.running_mean] {
        draws.fill(&mut graph, node);
    }
    draws.fill(&mut graph, operands.running_variance);
    for variance in graph.values_mut(operands.running_variance) {
        *variance += 1.5;
    }
    (graph, [x, y], operands, draws)
}

const SHAPES: [&[usize]; 6] = [
    &[3, 4],
    &[2, 1, 1, 1],
    &[1, 3, 2, 5],
    &[5, 7, 6, 3],
    &[3, 2, 4, 17],
    &[4, 20],
];

#[test]
fn gradients_are_central_differences() {
    for (seed, shape) in (0..).zip(SHAPES) {
        for mode in [Train, Eval] {
            let (mut graph, [x, y], operands, _) = random(seed, shape, mode);
            // Two values that are almost equal make the third derivative large.
            if graph.values(x).len() == 2 {
                graph.values_mut(x).copy_from_slice(&[-0.7, 0.9]);
            }
            check_gradients(&mut graph, y, &[x, operands.weight, operands.bias]);
            let none = [operands.running_mean, operands.running_variance];
            assert!(
                none.iter()
                    .all(|&node| graph.grads(node).iter().all(|g| *g == 0.0))
            );
        }
    }
}

/// What comes out has mean beta and variance gamma^2 v / (v + epsilon); what goes back is
/// orthogonal to what normalization takes away: to ones and to the normalized input.
#[test]
fn outputs_are_normalized_and_gradients_orthogonal_to_it() {
    for (seed, shape) in (10..).zip(SHAPES) {
        let (mut graph, [x, y], operands, mut draws) = random(seed, shape, Train);
        let z = draws.like(&graph, y);
        replay(&mut graph, y, &z);
        let filters = shape[shape.len() - 1];
        for filter in 0..filters {
            let of = |values: &[f64]| -> Vec<f64> {
                values
                    .iter()
                    .skip(filter)
                    .step_by(filters)
                    .copied()
                    .collect()
            };
            let moments = |values: &[f64]| {
                let mean = values.iter().sum::<f64>() / values.len() as f64;
                let squares = values.iter().map(|x| (x - mean) * (x - mean));
                (mean, squares.sum::<f64>() / values.len() as f64)
            };
            let (inputs, grads) = (of(graph.values(x)), of(graph.grads(x)));
            let (mean, variance) = moments(&inputs);
            let (gamma, beta) = (
                graph.values(operands.weight)[filter],
                graph.values(operands.bias)[filter],
            );
            let (found, spread) = moments(&of(graph.values(y)));
            let expected = [beta, gamma * gamma * variance / (variance + 1e-5)];
            assert_close(&[found, spread], &expected, 1e-12);
            let centred: Vec<f64> = inputs.iter().map(|x| x - mean).collect();
            // Epsilon leaves a little of the second.
            let left = dot(&grads, &centred) * (variance + 1e-5) / 1e-5;
            let products = dot(&of(&z), &centred) * gamma / (variance + 1e-5).sqrt();
            assert!(grads.iter().sum::<f64>().abs() < 1e-12);
            assert_close(&[left], &[products], 1e-6);
        }
    }
}

/// Eval mode is what train mode is, if the running statistics are those of the batch; and a
/// filter whose outputs get no gradient gives none, exactly.
#[test]
fn modes_agree_where_statistics_do_and_no_gradient_makes_none() {
    let (mut graph, [x, train], operands, mut draws) = random(30, &[6, 2, 3, 5], Train);
    let config = BatchNormConfig {
        momentum: 1.0,
        ..BatchNormConfig::new(Train)
    };
    let kept = BatchNormOperands {
        running_mean: graph.buffer(&[5]).unwrap(),
        running_variance: graph.buffer(&[5]).unwrap(),
        batches: graph.buffer(&[1]).unwrap(),
        ..operands
    };
    let other = graph.batch_norm(x, kept, config).unwrap();
    let eval = graph
        .batch_norm(x, kept, BatchNormConfig::new(Eval))
        .unwrap();
    graph.forward();
    assert_eq!(graph.values(other), graph.values(train));
    graph.update_buffers();
    // 36 values a filter: the biased variance is 35 / 36 of what was kept.
    for variance in graph.values_mut(kept.running_variance) {
        *variance *= 35.0 / 36.0;
    }
    graph.forward();
    assert_close(graph.values(eval), graph.values(train), 1e-13);
    assert_eq!(graph.values(kept.batches), [1.0]);

    let mut z = draws.like(&graph, train);
    z.iter_mut().skip(2).step_by(5).for_each(|dy| *dy = 0.0);
    for output in [train, eval] {
        replay(&mut graph, output, &z);
        for node in [x, operands.weight, operands.bias] {
            let of = |filter: usize| graph.grads(node).iter().skip(filter).step_by(5);
            assert!(of(2).all(|grad| *grad == 0.0) && of(1).all(|grad| *grad != 0.0));
        }
    }
}

#[test]
fn agrees_with_pytorch_also_in_what_it_keeps() {
    for case in ["images", "features"] {
        for (mode, name) in [(Train, "train"), (Eval, "eval")] {
            let golden = Golden::new(&format!("batch_norm_{case}_{name}"));
            let mut graph = Graph::new();
            let x = golden.input(&mut graph, "input");
            let operands = BatchNormOperands {
                weight: golden.parameter(&mut graph, "weight"),
                bias: golden.parameter(&mut graph, "bias"),
                running_mean: graph.buffer(golden.shape("running_mean")).unwrap(),
                running_variance: graph.buffer(golden.shape("running_mean")).unwrap(),
                batches: graph.buffer(&[1]).unwrap(),
            };
            let (mean, variance) = (operands.running_mean, operands.running_variance);
            graph
                .values_mut(mean)
                .copy_from_slice(golden.values("running_mean"));
            graph
                .values_mut(variance)
                .copy_from_slice(golden.values("running_variance"));
            let y = graph
                .batch_norm(x, operands, BatchNormConfig::new(mode))
                .unwrap();
            let nodes = [
                ("input", x),
                ("weight", operands.weight),
                ("bias", operands.bias),
            ];
            golden.compare(&mut graph, y, &nodes);
            graph.update_buffers();
            for (node, name) in [
                (mean, "running_mean_after"),
                (variance, "running_variance_after"),
            ] {
                assert_close(graph.values(node), golden.values(name), 1e-14);
            }
        }
    }
}

/// A parameter is not a buffer: `update_buffers` leaves it, and all of another op's inputs.
#[test]
fn only_buffers_are_updated() {
    let (mut graph, [x, _], operands, mut draws) = random(40, &[4, 3], Train);
    let slope = graph.parameter(&[3]).unwrap();
    let fixed = graph.buffer(&[3]).unwrap();
    graph.prelu(x, slope).unwrap();
    graph.bias(x, fixed).unwrap();
    for node in [slope, fixed] {
        draws.fill(&mut graph, node);
    }
    graph.forward();
    let before = graph.parameters().to_vec();
    graph.update_buffers();
    let changed = |node: NodeId| {
        let range = graph.parameter_range(node);
        graph.parameters()[range.clone()] != before[range]
    };
    let same = [operands.weight, operands.bias, slope, fixed];
    assert!(same.iter().all(|&node| !changed(node)));
    let kept = [
        operands.running_mean,
        operands.running_variance,
        operands.batches,
    ];
    assert!(kept.iter().all(|&node| changed(node)));
}

#[test]
fn one_value_has_no_variance_but_in_eval_mode() {
    let refused = "batch_norm: one image with one position gives each filter one value, which has \
                   no variance; use batches of at least 2 images in train mode";
    let mut graph = Graph::new();
    let x = graph.input(&[3, 1, 1, 4]).unwrap();
    let (y, _) = norm(&mut graph, x, Train);
    assert_eq!(graph.set_batch(1).unwrap_err().to_string(), refused);
    assert_eq!(graph.shape(y), [3, 1, 1, 4]);
    graph.set_batch(2).unwrap();

    let mut graph = Graph::new();
    let x = graph.input(&[1, 4]).unwrap();
    let (_, operands) = norm(&mut graph, x, Eval);
    graph.set_batch(1).unwrap();
    let train = graph.batch_norm(x, operands, BatchNormConfig::new(Train));
    assert_eq!(train.unwrap_err().to_string(), refused);
    // One image of two positions has a variance.
    let mut graph = Graph::new();
    let x = graph.input(&[1, 1, 2, 4]).unwrap();
    norm(&mut graph, x, Train);
    graph.set_batch(1).unwrap();
}

#[test]
fn refuses_what_does_not_fit() {
    let mut graph = Graph::new();
    let x = graph.input(&[2, 4]).unwrap();
    let (_, operands) = norm(&mut graph, x, Train);
    let refused = |graph: &mut Graph<f64>, operands, config| {
        let problem: TensorError = graph.batch_norm(x, operands, config).unwrap_err();
        problem.to_string()
    };
    let config = BatchNormConfig::new(Train);
    let other = graph.buffer(&[3]).unwrap();
    let wrong = BatchNormOperands {
        running_variance: other,
        ..operands
    };
    assert_eq!(
        refused(&mut graph, wrong, config),
        "batch_norm: running_var has shape [3], but should have [4]"
    );
    let wrong = BatchNormOperands {
        batches: other,
        ..operands
    };
    assert_eq!(
        refused(&mut graph, wrong, config),
        "batch_norm: num_batches_tracked has shape [3], but should have [1]"
    );
    let config = BatchNormConfig {
        epsilon: -1.0,
        ..config
    };
    assert_eq!(
        refused(&mut graph, operands, config),
        "batch_norm: epsilon is -1, but should be finite and at least 0"
    );
}
