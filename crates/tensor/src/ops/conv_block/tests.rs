use crate::testing::{Draws, Golden, assert_close, check_gradients, replay};
use crate::{Conv2dConfig, ConvBlockConfig, Graph, NodeId, PoolConfig};

/// A block and the plain ops in a row, on the same operands.
struct Pair {
    graph: Graph<f64>,
    operands: [NodeId; 3],
    pre_activation: NodeId,
    plain: NodeId,
    relu: NodeId,
    block: NodeId,
}

fn random(seed: u64, draws: &mut Draws) -> Pair {
    let kernel = [draws.size(1, 3), draws.size(1, 3)];
    let channels = [draws.size(1, 3), draws.size(1, 3)];
    let (stride, padding) = (draws.size(1, 2), draws.size(0, 2));
    let max_pool = (!seed.is_multiple_of(3)).then(|| PoolConfig {
        size: draws.size(1, 2),
        stride: draws.size(1, 3),
    });
    let image = kernel.map(|length| length + draws.size(2, 6));
    let mut graph = Graph::new();
    let input = [draws.size(1, 3), image[0], image[1], channels[0]];
    let x = graph.input_with_gradient(&input).unwrap();
    let w = graph
        .parameter(&[kernel[0], kernel[1], channels[0], channels[1]])
        .unwrap();
    let b = graph.parameter(&[channels[1]]).unwrap();
    let config = ConvBlockConfig {
        stride,
        padding,
        max_pool,
    };
    let block = graph.conv_block(x, w, b, config).unwrap();
    let convolved = graph
        .conv2d(x, w, Conv2dConfig { stride, padding })
        .unwrap();
    let pre_activation = graph.bias(convolved, b).unwrap();
    let relu = graph.relu(pre_activation).unwrap();
    let plain = match max_pool {
        Some(config) => graph.max_pool(relu, config).unwrap(),
        None => relu,
    };
    for node in [x, w, b] {
        draws.fill(&mut graph, node);
    }
    Pair {
        graph,
        operands: [x, w, b],
        pre_activation,
        plain,
        relu,
        block,
    }
}

#[test]
fn equals_the_plain_ops_to_the_bit() {
    for seed in 0..100 {
        let mut draws = Draws::new(seed);
        let mut pair = random(seed, &mut draws);
        let z = draws.like(&pair.graph, pair.block);
        replay(&mut pair.graph, pair.plain, &z);
        let grads = pair.operands.map(|node| pair.graph.grads(node).to_vec());
        replay(&mut pair.graph, pair.block, &z);
        let graph = &pair.graph;
        assert_eq!(graph.values(pair.block), graph.values(pair.plain));
        assert_eq!(graph.activity(pair.block), graph.activity(pair.relu));
        let [x, w, b] = pair.operands;
        assert_eq!(
            [x, w].map(|node| graph.grads(node)),
            [&grads[0][..], &grads[1]]
        );
        // Of the bias, the same terms are summed in the order of the windows.
        assert_close(graph.grads(b), &grads[2], 1e-13);
    }
}

#[test]
fn gradients_are_central_differences() {
    let mut checked = 0;
    for seed in 0..60 {
        let mut draws = Draws::new(seed);
        let Pair {
            mut graph,
            operands,
            pre_activation,
            block,
            ..
        } = random(seed, &mut draws);
        graph.forward();
        // Away from the kinks: no pre-activation near 0, no two positive ones near each other.
        let mut positive = vec![0.0];
        let all = graph.values(pre_activation);
        positive.extend(all.iter().filter(|&&value| value > 0.0));
        positive.sort_by(f64::total_cmp);
        let near = |pair: &[f64]| pair[1] - pair[0] < 2e-4;
        if all.iter().any(|value| value.abs() < 2e-4) || positive.windows(2).any(near) {
            continue;
        }
        check_gradients(&mut graph, block, &operands);
        checked += 1;
    }
    assert!(checked >= 10, "{checked} blocks were away from kinks");
}

#[test]
fn agrees_with_pytorch() {
    for (case, stride, max_pool) in [
        ("conv_block_plain", 2, None),
        ("conv_block_pooled", 1, Some(PoolConfig::tiles(2))),
    ] {
        let golden = Golden::new(case);
        let mut graph = Graph::new();
        let x = golden.input(&mut graph, "input");
        let w = golden.parameter(&mut graph, "weight");
        let b = golden.parameter(&mut graph, "bias");
        let config = ConvBlockConfig {
            stride,
            padding: 1,
            max_pool,
        };
        let y = graph.conv_block(x, w, b, config).unwrap();
        golden.compare(&mut graph, y, &[("input", x), ("weight", w), ("bias", b)]);
    }
}

#[test]
fn a_dead_filter_gets_a_gradient_of_exactly_zero() {
    let mut draws = Draws::new(5);
    let mut pair = random(4, &mut draws);
    let [_, w, b] = pair.operands;
    pair.graph.values_mut(b)[0] = -100.0;
    let z = draws.like(&pair.graph, pair.block);
    replay(&mut pair.graph, pair.block, &z);
    let filters = pair.graph.shape(b)[0];
    assert!(pair.graph.activity(pair.block).unwrap()[0] < 0.0);
    assert!(
        pair.graph
            .grads(w)
            .iter()
            .step_by(filters)
            .all(|&grad| grad == 0.0)
    );
    assert_eq!(pair.graph.grads(b)[0], 0.0);
}

#[test]
fn refuses_what_does_not_fit() {
    let mut graph = Graph::<f32>::new();
    let x = graph.input(&[2, 4, 4, 3]).unwrap();
    let w = graph.parameter(&[3, 3, 3, 8]).unwrap();
    let b = graph.parameter(&[7]).unwrap();
    let right = graph.parameter(&[8]).unwrap();
    let config = ConvBlockConfig {
        stride: 1,
        padding: 0,
        max_pool: Some(PoolConfig::tiles(3)),
    };
    assert_eq!(
        graph.conv_block(x, w, b, config).unwrap_err().to_string(),
        "conv_block: bias has shape [7], but should have [8]"
    );
    assert_eq!(
        graph
            .conv_block(x, w, right, config)
            .unwrap_err()
            .to_string(),
        "conv_block: a window of 3x3 does not fit into an input of shape [2, 2, 2, 8] with padding 0"
    );
}
