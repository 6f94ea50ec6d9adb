use tensor::Graph;

use crate::architecture::word::{Site, Word};
use crate::architecture::{Activation, Layer, LayerShape, Shape};

/// Every activation that a layer's text can be.
fn all() -> impl Iterator<Item = Activation> {
    let layers = Layer::examples().into_iter().map(str::parse);
    let read = layers.filter_map(|layer| match layer.unwrap() {
        Layer::Activation(function) => Some(function),
        _ => None,
    });
    read.chain([Activation::leaky_relu(0.0)])
}

/// The derivatives that the function's op gives at these numbers, where it is observed.
fn derivatives(function: Activation, at: &[f32]) -> Vec<f32> {
    let mut graph = Graph::new();
    let x = graph.input_with_gradient(&[at.len(), 1]).unwrap();
    let vector = Shape::Features(1);
    let shape = LayerShape {
        input: vector,
        output: vector,
        flattened: None,
        block: Vec::new(),
    };
    let mut own = Vec::new();
    for parameter in function.parameters(&shape) {
        let node = graph.parameter(&parameter.shape).unwrap();
        graph.values_mut(node).fill(0.25);
        own.push(node);
    }
    let mut site = Site {
        graph: &mut graph,
        noise: &mut Vec::new(),
        trained: false,
        batch_norms: tensor::BatchNormMode::Eval,
    };
    let y = function.record(&mut site, x, &own).unwrap();
    graph.values_mut(x).copy_from_slice(at);
    graph.forward();
    graph.backward(y);
    graph.grads(x).to_vec()
}

#[test]
fn flat_is_what_the_ops_derivative_says() {
    // All numbers of every magnitude, thinned out, and those around each threshold.
    let ends = all().filter_map(Activation::zero_derivative_up_to);
    let around = ends.flat_map(|end| {
        (0..200).map(move |offset| f32::from_bits((end.to_bits() + 100).saturating_sub(offset)))
    });
    let magnitudes = (0..f32::MAX.to_bits()).step_by(20_011).map(f32::from_bits);
    let negative: Vec<f32> = magnitudes.chain(around).map(|x| -x.abs()).collect();
    let numbers: Vec<f32> = negative.iter().flat_map(|&x| [x, -x]).collect();
    for function in all() {
        let (mut flat, mut live) = (0, 0);
        for (&x, derivative) in numbers.iter().zip(derivatives(function, &numbers)) {
            let is_flat = function.is_flat_at(x);
            assert_eq!(
                is_flat,
                derivative == 0.0,
                "{function} at {x}: {derivative}"
            );
            if is_flat { flat += 1 } else { live += 1 }
        }
        assert!(live > 1000, "{function}");
        let ends = function.zero_derivative_up_to().is_some();
        assert_eq!(flat > 1000, ends, "{function}");
    }
}

#[test]
fn no_function_is_flat_at_what_is_no_number() {
    for function in all() {
        assert!(!function.is_flat_at(f32::NAN), "{function}");
    }
}

#[test]
fn a_dead_filter_of_some_functions_is_dead_in_real_arithmetic() {
    let read = |text: &str| match text.parse() {
        Ok(Layer::Activation(function)) => function,
        _ => panic!("{text} is no activation"),
    };
    for (text, exact) in [
        ("relu", true),
        ("leaky_relu 0", true),
        ("rrelu 0 0", true),
        ("leaky_relu 0.01", false),
        ("rrelu", false),
        ("prelu", false),
        ("gelu", false),
        ("tanh", false),
    ] {
        assert_eq!(read(text).has_exact_zero(), exact, "{text}");
    }
    assert_eq!(read("relu"), Activation::RELU);
    assert_eq!(read("rrelu"), Activation::RRELU);
}
