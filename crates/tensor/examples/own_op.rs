//! An op of one's own, with its gradient checked: `cargo run --release -p tensor --example own_op`
//!
//! A gain for each filter, y[.., c] = g[c] x[.., c], and the same with a mistake in it.

use tensor::gradcheck::GradCheck;
use tensor::{Element, Graph, NodeId, Op, Output, OwnOp, TensorError};

/// Generic over f32, which trains, and f64, in which gradients can be checked.
#[derive(Debug)]
struct Gain {
    /// What the gradient of the gains is multiplied with; anything but 1 is wrong.
    mistake: f64,
}

impl<T: Element> Op<T> for Gain {
    fn forward(&mut self, inputs: &[&[T]], output: &mut [T]) {
        let (x, gain) = (inputs[0], inputs[1]);
        // Filters are the last axis: each row of it meets all gains.
        for (y, x) in output
            .chunks_exact_mut(gain.len())
            .zip(x.chunks_exact(gain.len()))
        {
            for ((y, &x), &gain) in y.iter_mut().zip(x).zip(gain) {
                *y = gain * x;
            }
        }
    }

    fn backward(
        &mut self,
        inputs: &[&[T]],
        _output: &[T],
        grad_output: &[T],
        grad_inputs: &mut [Option<&mut [T]>],
    ) {
        let (x, gain) = (inputs[0], inputs[1]);
        let filters = gain.len();
        // Always added, since a node may be read by several ops. None where nobody asks.
        if let Some(grads) = &mut grad_inputs[0] {
            for (index, (dx, &dy)) in grads.iter_mut().zip(grad_output).enumerate() {
                *dx += gain[index % filters] * dy;
            }
        }
        if let Some(grads) = &mut grad_inputs[1] {
            for (index, (&x, &dy)) in x.iter().zip(grad_output).enumerate() {
                grads[index % filters] += T::from_f64(self.mistake) * x * dy;
            }
        }
    }
}

/// The graph method of an op: its shapes are checked here, so that no step can fail later.
fn gain<T: Element>(
    graph: &mut Graph<T>,
    input: NodeId,
    mistake: f64,
) -> Result<[NodeId; 2], TensorError> {
    let shape = graph.shape(input)[1..].to_vec();
    let gain = graph.parameter(&shape[shape.len() - 1..])?;
    let config = OwnOp {
        name: "gain",
        data: &[("input", input)],
        weights: &[("gain", gain)],
        output: Output::EachImage(&shape),
    };
    Ok([graph.own_op(Gain { mistake }, config)?, gain])
}

fn main() -> Result<(), TensorError> {
    for mistake in [1.0, 1.1] {
        let mut graph = Graph::<f64>::new();
        let x = graph.input_with_gradient(&[2, 2, 2, 3])?;
        let [y, gain] = gain(&mut graph, x, mistake)?;
        for (index, value) in graph.values_mut(x).iter_mut().enumerate() {
            *value = (index as f64 * 0.7).fract() - 0.4;
        }
        graph.values_mut(gain).copy_from_slice(&[0.5, 1.0, -2.0]);
        match GradCheck::default().check(&mut graph, y, &[x, gain]) {
            Ok(largest) => println!(
                "gradients are right, to {largest:.0e}; of the gains they are {:.3?}",
                graph.grads(gain)
            ),
            Err(error) => println!("gradients are wrong: {error}"),
        }
    }
    Ok(())
}

#[test]
fn runs() {
    main().unwrap();
}
