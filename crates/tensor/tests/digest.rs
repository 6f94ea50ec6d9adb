//! The bits of a short training, pinned: with and without optimization, on every machine.
//!
//! A change that makes this fail changes numbers that were published: raise the numerics version
//! with it.

mod network;

use tensor::{Graph, NodeId, TensorError};

/// FNV-1a over the bits of some numbers.
fn digest<'a>(numbers: impl IntoIterator<Item = &'a f32>) -> u64 {
    let bytes = numbers
        .into_iter()
        .flat_map(|number| number.to_bits().to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[test]
fn thirty_steps_give_these_bits() {
    let mut network = network::every_op::<f32>(8).unwrap();
    let mut losses = Vec::new();
    for step in 0..30 {
        let batch = if step % 5 == 4 { 3 } else { 8 };
        let loss = network.losses[usize::from(step % 7 == 6)];
        network.graph.set_batch(batch).unwrap();
        network.fill(step % 4);
        network.step(loss);
        losses.push(network.graph.values(loss)[0]);
    }
    assert!(losses.iter().all(|loss| loss.is_finite()), "{losses:?}");
    let activities = network
        .activations
        .iter()
        .filter_map(|&node| network.graph.activity(node));
    let results = losses
        .iter()
        .chain(network.graph.parameters())
        .chain(activities.flatten());
    assert_eq!(format!("{:016x}", digest(results)), "80f8a8ffb38be498");
}

#[test]
fn activations_give_these_bits() {
    type Record = fn(&mut Graph<f32>, NodeId) -> Result<NodeId, TensorError>;
    let all: [(Record, &str); 7] = [
        (Graph::elu, "b02d5d6fc27c39f5"),
        (Graph::selu, "db1fcf7253ee577b"),
        (Graph::gelu, "287495c46be8ecd6"),
        (Graph::gelu_tanh, "d8915cbeef471845"),
        (Graph::silu, "9a387a33526f8541"),
        (Graph::softplus, "3762bb6c380be860"),
        (Graph::tanh, "6478e05be068b639"),
    ];
    for (record, expected) in all {
        let mut graph = Graph::new();
        let x = graph.input_with_gradient(&[10_001, 2]).unwrap();
        let y = record(&mut graph, x).unwrap();
        for (index, value) in graph.values_mut(x).iter_mut().enumerate() {
            // Steps of 0.0021 from -21 to 21, exact in f32.
            *value = (index as f32 - 10_001.0) * (17.0 / 8192.0);
        }
        graph.forward();
        graph.backward(y);
        let results = graph.values(y).iter().chain(graph.grads(x));
        assert_eq!(format!("{:016x}", digest(results)), expected);
    }
}
