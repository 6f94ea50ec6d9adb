//! The recorded computation: nodes in order, two flat buffers, replay forward and backward.

mod access;
mod own;
mod record;
mod replay;

pub use own::{Output, OwnOp};

use std::ops::Range;

use crate::aligned::Aligned;
use crate::error::TensorError;
use crate::kernels::Element;
use crate::kernels::simd::Instructions;
use crate::op::Op;

/// A node of a [`Graph`]: an input, a parameter, or what an op computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(usize);

/// Which of the two buffers holds a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Buffer {
    Parameters,
    Activations,
}

/// An op with the nodes it reads.
#[derive(Debug)]
struct Recorded<T> {
    op: Box<dyn Op<T>>,
    inputs: Vec<NodeId>,
}

#[derive(Debug)]
struct Node<T> {
    buffer: Buffer,
    start: usize,
    /// Shape with the current batch.
    shape: Vec<usize>,
    /// Whether the leading axis is the batch.
    batched: bool,
    /// Whether a gradient is computed for it.
    wants_grad: bool,
    recorded: Option<Recorded<T>>,
}

impl<T> Node<T> {
    fn range(&self) -> Range<usize> {
        self.start..self.start + self.shape.iter().product::<usize>()
    }
}

/// A computation that is recorded once and replayed at every step.
///
/// Nodes are kept in the order of recording, so that an op's inputs always precede its output:
/// splitting a buffer at the output lends the op everything it needs. Parameters lie in one flat
/// buffer in recording order, with them what is kept between steps ([`Graph::buffer`]), everything
/// else in another. After the first step nothing is
/// allocated.
///
/// Recording an input or an op sets the batch back to its capacity.
///
/// # Panics
/// The accessors panic when given a [`NodeId`] that came from a larger graph, as an index out of
/// range does.
#[derive(Debug)]
pub struct Graph<T> {
    nodes: Vec<Node<T>>,
    instructions: Option<Instructions>,
    capacity: Option<usize>,
    parameters: Aligned<T>,
    parameter_grads: Aligned<T>,
    activations: Aligned<T>,
    activation_grads: Aligned<T>,
    /// Scratch of `backward`: whether a node's gradient can differ from zero.
    reached: Vec<bool>,
}

impl<T: Element> Default for Graph<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Element> Graph<T> {
    /// An empty graph.
    pub fn new() -> Self {
        Self {
            nodes: Vec::new(),
            instructions: None,
            capacity: None,
            parameters: Aligned::new(0),
            parameter_grads: Aligned::new(0),
            activations: Aligned::new(0),
            activation_grads: Aligned::new(0),
            reached: Vec::new(),
        }
    }

    /// An empty graph that uses the given vector instructions, whatever [`Instructions::chosen`]
    /// says.
    pub fn with_instructions(instructions: Instructions) -> Self {
        Self {
            instructions: Some(instructions),
            ..Self::new()
        }
    }

    /// What ops with fast kernels are recorded for.
    pub(crate) fn instructions(&self) -> Result<Instructions, TensorError> {
        self.instructions.map_or_else(Instructions::chosen, Ok)
    }

    fn reset_batch(&mut self) {
        if let Some(capacity) = self.capacity {
            self.resize_batch(capacity);
        }
    }

    fn resize_batch(&mut self, batch: usize) {
        for node in self.nodes.iter_mut().filter(|node| node.batched) {
            node.shape[0] = batch;
        }
    }

    /// Sets the number of images of the next steps: every batched node then has shape (n, ...).
    ///
    /// Values and gradients of the steps before are void afterwards. Allocates nothing.
    ///
    /// # Errors
    /// [`TensorError::Batch`] unless 1 <= `batch` <= the capacity the inputs were recorded with;
    /// [`TensorError::OneValue`] for one that a batch norm has no variance of.
    pub fn set_batch(&mut self, batch: usize) -> Result<(), TensorError> {
        let capacity = self.capacity.unwrap_or(0);
        if batch == 0 || batch > capacity {
            return Err(TensorError::Batch { batch, capacity });
        }
        for recorded in self.nodes.iter().filter_map(|node| node.recorded.as_ref()) {
            recorded.op.check_batch(batch)?;
        }
        self.resize_batch(batch);
        Ok(())
    }
}
