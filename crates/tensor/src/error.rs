//! What can be wrong when a graph is recorded or a batch is set.

use thiserror::Error;

/// A mistake in the shapes or settings of a graph.
///
/// Every variant names the op and what it was given. They surface when the graph is recorded, so
/// that the step loop has nothing left to fail.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum TensorError {
    /// An operand has the wrong number of axes.
    #[error("{op}: {operand} has shape {found:?}, but should be {expected}")]
    Rank {
        /// The op that was being recorded.
        op: &'static str,
        /// Which of its operands.
        operand: &'static str,
        /// The axes it should have, for example `(N, H, W, C)`.
        expected: &'static str,
        /// The shape it has.
        found: Vec<usize>,
    },
    /// An operand's shape does not fit the other operands'.
    #[error("{op}: {operand} has shape {found:?}, but should have {expected:?}")]
    Shape {
        /// The op that was being recorded.
        op: &'static str,
        /// Which of its operands.
        operand: &'static str,
        /// The shape it should have.
        expected: Vec<usize>,
        /// The shape it has.
        found: Vec<usize>,
    },
    /// A window does not fit into the padded input.
    #[error(
        "{op}: a window of {height}x{width} does not fit into an input of shape {input:?} with \
         padding {padding}"
    )]
    Window {
        /// The op that was being recorded.
        op: &'static str,
        /// Height of the window.
        height: usize,
        /// Width of the window.
        width: usize,
        /// Zeros added on each side.
        padding: usize,
        /// Shape of the input.
        input: Vec<usize>,
    },
    /// A setting is outside its range.
    #[error("{op}: {setting} is {found}, but should be {expected}")]
    Setting {
        /// The op that was being recorded.
        op: &'static str,
        /// Name of the setting.
        setting: &'static str,
        /// What it was.
        found: f64,
        /// What it may be.
        expected: &'static str,
    },
    /// A shape has an axis of length 0.
    #[error("{op}: shape {found:?} has an axis of length 0")]
    Empty {
        /// The op that was being recorded.
        op: &'static str,
        /// The shape.
        found: Vec<usize>,
    },
    /// Two inputs of one graph have different batch capacities.
    #[error("input: the leading axis of {found:?} should be the graph's batch capacity {capacity}")]
    Capacity {
        /// Batch capacity of the inputs before.
        capacity: usize,
        /// The shape of the new input.
        found: Vec<usize>,
    },
    /// Operands of which one has the batch as its leading axis and another, wrongly, has not (or
    /// the reverse).
    #[error("{op}: {operand} should {}have the batch as its leading axis", if *.batched { "" } else { "not " })]
    Batched {
        /// The op that was being recorded.
        op: &'static str,
        /// Which of its operands.
        operand: &'static str,
        /// Whether it should have the batch as its leading axis.
        batched: bool,
    },
    /// One node is given as two operands of an op.
    #[error("{op}: the same node is given twice, but the operands must differ")]
    Repeated {
        /// The op that was being recorded.
        op: &'static str,
    },
    /// A node of another graph.
    #[error("{op}: node {index} is not in this graph, which has {nodes} nodes")]
    UnknownNode {
        /// The op that was being recorded.
        op: &'static str,
        /// Position of the node in the graph it came from.
        index: usize,
        /// Number of nodes of this graph.
        nodes: usize,
    },
    /// A batch that is empty or larger than what the graph was recorded for.
    #[error("a batch of {batch} was asked for, but should be 1 to {capacity}")]
    Batch {
        /// The batch asked for.
        batch: usize,
        /// Batch capacity of the graph.
        capacity: usize,
    },
    /// A batch norm in train mode has one value a filter.
    #[error(
        "{op}: one image with one position gives each filter one value, which has no variance; \
         use batches of at least 2 images in train mode"
    )]
    OneValue {
        /// The op.
        op: &'static str,
    },
    /// A gradient to start from has the wrong number of elements.
    #[error("the gradient of an output has {found} elements, but should have {expected}")]
    GradientLength {
        /// Elements of the output.
        expected: usize,
        /// Elements given.
        found: usize,
    },
    /// Vector instructions that the environment variable `MORTALITY_SIMD` asks for and this
    /// machine has not.
    #[error(
        "MORTALITY_SIMD is `{found}`, but this machine has {}",
        available.join(", ")
    )]
    Instructions {
        /// The name asked for.
        found: String,
        /// The names that would be right.
        available: Vec<&'static str>,
    },
}
