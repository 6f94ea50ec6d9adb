//! Shape checks that several ops share.

use crate::error::TensorError;
use crate::graph::{Graph, NodeId};
use crate::kernels::Element;
use crate::kernels::conv2d::Conv2dShape;
use crate::kernels::pool::PoolShape;
use crate::ops::Conv2dConfig;

/// Windows of a pooling: square, without padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolConfig {
    /// Height and width of a window.
    pub size: usize,
    /// Step between windows, in both directions.
    pub stride: usize,
}

impl PoolConfig {
    /// Windows that tile the image.
    pub fn tiles(size: usize) -> Self {
        Self { size, stride: size }
    }
}

/// Lengths of the `AXES` axes of a node.
pub fn axes<T: Element, const AXES: usize>(
    graph: &Graph<T>,
    op: &'static str,
    operand: &'static str,
    node: NodeId,
    expected: &'static str,
) -> Result<[usize; AXES], TensorError> {
    let found = graph.shape(node);
    found.try_into().map_err(|_| TensorError::Rank {
        op,
        operand,
        expected,
        found: found.to_vec(),
    })
}

/// Length of the last axis of a node: its filters.
pub fn filters<T: Element>(
    graph: &Graph<T>,
    op: &'static str,
    node: NodeId,
) -> Result<usize, TensorError> {
    match graph.shape(node) {
        [_, .., filters] => Ok(*filters),
        found => Err(TensorError::Rank {
            op,
            operand: "input",
            expected: "(N, ..., C)",
            found: found.to_vec(),
        }),
    }
}

/// An error unless a node has exactly this shape.
pub fn require<T: Element>(
    graph: &Graph<T>,
    op: &'static str,
    operand: &'static str,
    node: NodeId,
    expected: &[usize],
) -> Result<(), TensorError> {
    let found = graph.shape(node);
    if found == expected {
        return Ok(());
    }
    Err(TensorError::Shape {
        op,
        operand,
        expected: expected.to_vec(),
        found: found.to_vec(),
    })
}

/// An error if a setting that must be positive is 0.
pub fn positive(op: &'static str, setting: &'static str, value: usize) -> Result<(), TensorError> {
    if value > 0 {
        return Ok(());
    }
    Err(TensorError::Setting {
        op,
        setting,
        found: 0.0,
        expected: "at least 1",
    })
}

/// Sizes of a pooling of `input`, (N, H, W, C).
pub fn pool_shape(
    op: &'static str,
    input: &[usize],
    config: PoolConfig,
) -> Result<PoolShape, TensorError> {
    let &[images, in_height, in_width, channels] = input else {
        return Err(TensorError::Rank {
            op,
            operand: "input",
            expected: "(N, H, W, C)",
            found: input.to_vec(),
        });
    };
    let PoolConfig { size, stride } = config;
    positive(op, "size", size)?;
    positive(op, "stride", stride)?;
    if size > in_height || size > in_width {
        return Err(TensorError::Window {
            op,
            height: size,
            width: size,
            padding: 0,
            input: input.to_vec(),
        });
    }
    Ok(PoolShape {
        images,
        in_height,
        in_width,
        channels,
        size,
        stride,
    })
}

/// Sizes of a convolution of `input`, (N, H, W, Cin), with `weight`, (Kh, Kw, Cin, Cout).
pub fn conv2d_shape<T: Element>(
    graph: &Graph<T>,
    op: &'static str,
    input: NodeId,
    weight: NodeId,
    config: Conv2dConfig,
) -> Result<Conv2dShape, TensorError> {
    axes::<_, 4>(graph, op, "input", input, "(N, H, W, C)")?;
    let kernel = axes(graph, op, "weight", weight, "(Kh, Kw, Cin, Cout)")?;
    let shape = window_shape(graph, op, input, kernel, config);
    let [rows, columns, _, filters] = kernel;
    let expected = [rows, columns, graph.shape(input)[3], filters];
    require(graph, op, "weight", weight, &expected)?;
    shape
}

/// Sizes of windows over `input`, (N, H, W, Cin), for a kernel (Kh, Kw, Cin, Cout) whose Cin is
/// still to be compared with the input's.
pub fn window_shape<T: Element>(
    graph: &Graph<T>,
    op: &'static str,
    input: NodeId,
    [kernel_height, kernel_width, _, out_channels]: [usize; 4],
    config: Conv2dConfig,
) -> Result<Conv2dShape, TensorError> {
    let [images, in_height, in_width, in_channels] =
        axes(graph, op, "input", input, "(N, H, W, C)")?;
    let Conv2dConfig { stride, padding } = config;
    positive(op, "stride", stride)?;
    if kernel_height > in_height + 2 * padding || kernel_width > in_width + 2 * padding {
        let input = graph.shape(input).to_vec();
        return Err(TensorError::Window {
            op,
            height: kernel_height,
            width: kernel_width,
            padding,
            input,
        });
    }
    Ok(Conv2dShape {
        images,
        in_height,
        in_width,
        in_channels,
        out_channels,
        kernel_height,
        kernel_width,
        stride,
        padding,
    })
}
