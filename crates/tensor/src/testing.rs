//! What the tests of the ops share: seeded draws, PyTorch's golden values, comparisons.

use std::collections::BTreeMap;

use rand::Rng;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::gradcheck::GradCheck;
use crate::graph::{Graph, NodeId};

/// Numbers for tests.
pub struct Draws(ChaCha8Rng);

impl Draws {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A size from `low` to `high`, both included.
    pub fn size(&mut self, low: u32, high: u32) -> usize {
        self.0.random_range(low..=high) as usize
    }

    /// Fills a node with numbers between -1 and 1.
    pub fn fill(&mut self, graph: &mut Graph<f64>, node: NodeId) {
        graph
            .values_mut(node)
            .fill_with(|| self.0.random_range(-1.0..1.0));
    }

    /// Fills a node with numbers between 0.1 and 1.1, of either sign.
    pub fn fill_away_from_zero(&mut self, graph: &mut Graph<f64>, node: NodeId) {
        self.fill(graph, node);
        for value in graph.values_mut(node) {
            *value += f64::copysign(0.1, *value);
        }
    }

    /// Fills a node with numbers between -1 and 1 of which no two are near.
    pub fn fill_distinct(&mut self, graph: &mut Graph<f64>, node: NodeId) {
        let values = graph.values_mut(node);
        let count = values.len() as f64;
        for (index, value) in values.iter_mut().enumerate() {
            *value = (2.0 * index as f64 + 1.0) / count - 1.0;
        }
        values.shuffle(&mut self.0);
    }

    /// Fills a node with class indices.
    pub fn fill_labels(&mut self, graph: &mut Graph<f64>, node: NodeId, classes: usize) {
        let last = classes as u32 - 1;
        graph
            .values_mut(node)
            .fill_with(|| f64::from(self.0.random_range(0..=last)));
    }

    /// As many numbers between -1 and 1 as a node has values.
    pub fn like(&mut self, graph: &Graph<f64>, node: NodeId) -> Vec<f64> {
        graph
            .values(node)
            .iter()
            .map(|_| self.0.random_range(-1.0..1.0))
            .collect()
    }
}

/// The gradient check with its default step and tolerance.
pub fn check_gradients(graph: &mut Graph<f64>, output: NodeId, nodes: &[NodeId]) {
    if let Err(error) = GradCheck::default().check(graph, output, nodes) {
        panic!("{error}");
    }
}

/// Runs forward and backward twice and requires the same bits everywhere.
pub fn replay(graph: &mut Graph<f64>, output: NodeId, grad_output: &[f64]) {
    graph.forward();
    graph.backward_from(output, grad_output).unwrap();
    let bits = |graph: &Graph<f64>| -> Vec<u64> {
        graph
            .buffers()
            .concat()
            .iter()
            .map(|value| value.to_bits())
            .collect()
    };
    let first = bits(graph);
    graph.forward();
    graph.backward_from(output, grad_output).unwrap();
    assert!(
        first == bits(graph),
        "a second replay differs from the first"
    );
}

/// An op that is linear in each of two inputs has gradients that are its adjoints: <y, z> =
/// <x, its gradient> = <w, its gradient> for any gradient z of y.
pub fn check_adjoint(graph: &mut Graph<f64>, [x, w, y]: [NodeId; 3], draws: &mut Draws) {
    let z = draws.like(graph, y);
    replay(graph, y, &z);
    let products = [x, w].map(|operand| dot(graph.values(operand), graph.grads(operand)));
    assert_close(&products, &[dot(graph.values(y), &z); 2], 1e-12);
}

/// Scalar product.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Fails unless every number is within `tolerance`, relative to the larger of 1 and itself.
pub fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (found - expected).abs() / expected.abs().max(1.0);
        assert!(
            error <= tolerance,
            "[{index}]: {found} instead of {expected}"
        );
    }
}

/// PyTorch's values for one case of `golden/generate.py`, by name.
pub struct Golden(BTreeMap<String, (Vec<usize>, Vec<f64>)>);

impl Golden {
    pub fn new(case: &str) -> Self {
        let bytes = include_bytes!("../golden/ops.safetensors");
        let file = safetensors::SafeTensors::deserialize(bytes).unwrap();
        let mut tensors = BTreeMap::new();
        for (name, tensor) in file.tensors() {
            let Some(name) = name
                .strip_prefix(case)
                .and_then(|name| name.strip_prefix('.'))
            else {
                continue;
            };
            let words = tensor.data().chunks_exact(8);
            let values = words
                .map(|word| f64::from_le_bytes(word.try_into().unwrap()))
                .collect();
            tensors.insert(name.to_string(), (tensor.shape().to_vec(), values));
        }
        assert!(!tensors.is_empty(), "no golden values for {case}");
        Self(tensors)
    }

    pub fn shape(&self, name: &str) -> &[usize] {
        &self.0[name].0
    }

    pub fn values(&self, name: &str) -> &[f64] {
        &self.0[name].1
    }

    /// Records an input with these values.
    pub fn input(&self, graph: &mut Graph<f64>, name: &str) -> NodeId {
        let node = graph.input_with_gradient(self.shape(name)).unwrap();
        graph.values_mut(node).copy_from_slice(self.values(name));
        node
    }

    /// Records a parameter with these values.
    pub fn parameter(&self, graph: &mut Graph<f64>, name: &str) -> NodeId {
        let node = graph.parameter(self.shape(name)).unwrap();
        graph.values_mut(node).copy_from_slice(self.values(name));
        node
    }

    /// Runs the graph twice with the golden gradient of its output and compares the output and
    /// the gradients of the nodes, each named as in the file.
    pub fn compare(&self, graph: &mut Graph<f64>, output: NodeId, nodes: &[(&str, NodeId)]) {
        replay(graph, output, self.values("grad_output"));
        assert_eq!(graph.shape(output), self.shape("output"));
        assert_close(graph.values(output), self.values("output"), 1e-13);
        for (name, node) in nodes {
            let name = format!("grad_{name}");
            assert_close(graph.grads(*node), self.values(&name), 1e-12);
        }
    }
}
