//! Smaller batches on a graph recorded for a larger one, and gradients of several losses.

mod network;

use tensor::{Graph, TensorError};

/// A batch of 3 gives the same bits on a graph for 8, whatever ran on it before, as on one for 3.
#[test]
fn a_smaller_batch_is_as_if_recorded_for_it() {
    for record in [network::every_op::<f32>, network::normalized::<f32>] {
        smaller_batch(record);
    }
}

fn smaller_batch(record: fn(usize) -> Result<network::Network<f32>, TensorError>) {
    let mut large = record(8).unwrap();
    for loss in large.losses {
        large.fill(1);
        large.graph.forward();
        large.graph.backward(loss);
    }
    let mut small = record(3).unwrap();
    large.graph.set_batch(3).unwrap();
    for (step, loss) in [0, 1, 1, 0].into_iter().enumerate() {
        for network in [&mut large, &mut small] {
            network.fill(step as u64);
            network.step(network.losses[loss]);
        }
        assert_eq!(large.graph.shape(large.images), [3, 10, 10, 2]);
        assert_eq!(large.graph.parameters(), small.graph.parameters());
        assert_eq!(large.graph.parameter_grads(), small.graph.parameter_grads());
        for (&node, &other) in large.activations.iter().zip(&small.activations) {
            assert_eq!(large.graph.value(node), small.graph.value(other));
            assert_eq!(large.graph.grad(node), small.graph.grad(other));
            assert_eq!(large.graph.activity(node), small.graph.activity(other));
        }
    }
}

/// The gradients of one loss hold nothing of another one's, nor of an earlier batch.
#[test]
fn gradients_are_of_the_last_loss_alone() {
    let mut used = network::every_op::<f64>(4).unwrap();
    for loss in used.losses {
        used.fill(7);
        used.graph.forward();
        used.graph.backward(loss);
    }
    let mut fresh = network::every_op::<f64>(4).unwrap();
    for index in [0, 1, 0] {
        for network in [&mut used, &mut fresh] {
            network.fill(9);
            network.graph.forward();
            network.graph.backward(network.losses[index]);
        }
        assert_eq!(used.graph.parameter_grads(), fresh.graph.parameter_grads());
        assert!(used.graph.parameter_grads().iter().any(|&grad| grad != 0.0));
        fresh = network::every_op::<f64>(4).unwrap();
    }
}

#[test]
fn a_batch_beyond_the_capacity_is_refused_and_changes_nothing() {
    let mut graph = Graph::<f32>::new();
    let error = TensorError::Batch {
        batch: 1,
        capacity: 0,
    };
    assert_eq!(graph.set_batch(1), Err(error));
    let x = graph.input(&[4, 2]).unwrap();
    graph.set_batch(3).unwrap();
    for batch in [0, 5] {
        let error = TensorError::Batch { batch, capacity: 4 };
        assert_eq!(graph.set_batch(batch), Err(error));
        assert_eq!(graph.shape(x), [3, 2]);
    }
}

#[test]
fn recording_names_what_does_not_fit() {
    let mut graph = Graph::<f32>::new();
    let x = graph.input(&[4, 2]).unwrap();
    assert_eq!(
        graph.input(&[3, 2]).unwrap_err().to_string(),
        "input: the leading axis of [3, 2] should be the graph's batch capacity 4"
    );
    assert_eq!(
        graph.input(&[]).unwrap_err().to_string(),
        "input: it has shape [], but should be (N, ...)"
    );
    assert_eq!(
        graph.parameter(&[3, 0]).unwrap_err().to_string(),
        "parameter: shape [3, 0] has an axis of length 0"
    );
    let images = graph.input(&[4, 5, 5, 1]).unwrap();
    let weight = graph.input(&[4, 3, 1, 2]).unwrap();
    assert_eq!(
        graph
            .conv2d(images, weight, tensor::Conv2dConfig::default())
            .unwrap_err()
            .to_string(),
        "conv2d: weight should not have the batch as its leading axis"
    );
    let mut other = Graph::<f32>::new();
    assert_eq!(
        other.relu(x).unwrap_err().to_string(),
        "relu: node 0 is not in this graph, which has 0 nodes"
    );
    graph.forward();
    let error = TensorError::GradientLength {
        expected: 8,
        found: 3,
    };
    assert_eq!(graph.backward_from(x, &[1.0; 3]), Err(error));
}

#[test]
fn parameters_lie_in_the_order_of_recording() {
    let mut graph = Graph::<f32>::new();
    let first = graph.parameter(&[2, 3]).unwrap();
    let x = graph.input(&[4, 2]).unwrap();
    let second = graph.parameter(&[3]).unwrap();
    assert_eq!(graph.parameter_range(first), 0..6);
    assert_eq!(graph.parameter_range(second), 6..9);
    assert_eq!(graph.parameter_range(x), 0..0);
    graph.values_mut(second).fill(1.0);
    assert_eq!(graph.parameters()[5..7], [0.0, 1.0]);
}
