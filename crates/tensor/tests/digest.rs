//! The bits of a short training, pinned: with and without optimization, on every machine. Those of
//! the smooth activations are in their own tests.
//!
//! A change that makes this fail changes numbers that were published: raise the numerics version
//! with it.

mod network;

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
    let network = network::every_op(8).unwrap();
    assert_eq!(thirty_steps(network), "80f8a8ffb38be498");
}

#[test]
fn thirty_steps_with_batch_norms_and_unshared_weights_give_these_bits() {
    let network = network::normalized(8).unwrap();
    assert_eq!(thirty_steps(network), "d875afb2e79edaef");
}

fn thirty_steps(mut network: network::Network<f32>) -> String {
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
    format!("{:016x}", digest(results))
}
