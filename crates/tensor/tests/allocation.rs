//! A graph is replayed without a heap allocation after the first step.

mod network;

use network::{Network, every_op, normalized};
use tensor::Element;

fn allocations_after_the_first_step<T: Element>(mut network: Network<T>) -> u64 {
    let [loss, other] = network.losses;
    network.fill(0);
    network.step(loss);
    let measured = allocation_counter::measure(|| {
        for batch in [8, 8, 3, 1, 5, 8] {
            network.graph.set_batch(batch).unwrap();
            network.step(loss);
            network.step(other);
            for &node in &network.activations {
                assert!(network.graph.activity(node).is_some());
                assert_eq!(network.graph.value(node).shape()[0], batch);
            }
        }
    });
    measured.count_total
}

#[test]
fn no_step_but_the_first_allocates() {
    // The counter sees what there is to see.
    let seen = allocation_counter::measure(|| drop(std::hint::black_box(vec![1u8])));
    assert_eq!(seen.count_total, 1);
    for record in [every_op::<f32>, normalized::<f32>] {
        assert_eq!(allocations_after_the_first_step(record(8).unwrap()), 0);
    }
    for record in [every_op::<f64>, normalized::<f64>] {
        assert_eq!(allocations_after_the_first_step(record(8).unwrap()), 0);
    }
}
