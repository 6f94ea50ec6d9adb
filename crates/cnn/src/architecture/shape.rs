//! Which shapes a network's layers have, and whether they fit.

use std::fmt;

use super::{Architecture, Convolution, Layer, Pool};
use crate::CnnError;

/// What one image has become at some place of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// (height, width, channels).
    Image([usize; 3]),
    /// A vector.
    Features(usize),
}

impl Shape {
    /// Length of the last axis: channels or features.
    pub const fn filters(self) -> usize {
        match self {
            Self::Image([_, _, channels]) => channels,
            Self::Features(features) => features,
        }
    }

    /// Places at which each filter stands: height x width, or 1.
    pub const fn positions(self) -> usize {
        match self {
            Self::Image([height, width, _]) => height * width,
            Self::Features(_) => 1,
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Image([height, width, channels]) => {
                write!(f, "{height}x{width} with {channels} channels")
            }
            Self::Features(features) => write!(f, "a vector of {features}"),
        }
    }
}

/// What a layer makes of one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerShape {
    /// What it reads.
    pub input: Shape,
    /// What it gives.
    pub output: Shape,
    /// The layers of a residual block; empty for any other layer.
    pub block: Vec<LayerShape>,
}

/// Most weights, and most outputs for one image, that a layer may have.
const LARGEST: usize = 1 << 28;

impl Architecture {
    /// The shapes of all layers for images of (height, width, channels).
    ///
    /// # Errors
    /// [`CnnError::Layer`], naming the first layer that does not fit and what would be right:
    /// a kernel or window larger than its image, a linear layer on an image, an activation that
    /// no convolution or linear layer feeds, a block that changes the shape, a network that does
    /// not end in a vector of logits.
    pub fn check(&self, input: [usize; 3]) -> Result<Vec<LayerShape>, CnnError> {
        let start = Place {
            shape: Shape::Image(input),
            fed: false,
            flattened: false,
        };
        let (shapes, end) = walk(&self.0, start, "")?;
        let Some(last) = self.0.last() else {
            return Err(CnnError::LayerNotation {
                text: String::new(),
                expected: "a network needs at least one layer".to_owned(),
            });
        };
        let problem = match end.shape {
            Shape::Image(_) => format!(
                "the network ends in images ({}), not in logits; end it with \
                 global_average_pool or flatten and then `linear CLASSES`",
                end.shape
            ),
            Shape::Features(_) if end.flattened => {
                "the network ends in a flattened image; add `linear CLASSES`".to_owned()
            }
            Shape::Features(_) => return Ok(shapes),
        };
        Err(wrong(&(self.0.len() - 1).to_string(), last, problem))
    }
}

/// Where a walk through the layers has come to.
#[derive(Clone, Copy)]
struct Place {
    shape: Shape,
    /// Whether a convolution or linear layer feeds what follows, with no activation since.
    fed: bool,
    /// Whether this is an image of several positions in one vector. Its order is not PyTorch's
    /// (channel first), which only the next linear layer's weights can make good.
    flattened: bool,
}

fn wrong(index: &str, layer: &Layer, problem: String) -> CnnError {
    CnnError::Layer {
        index: index.to_owned(),
        layer: layer.to_string(),
        problem,
    }
}

fn walk(
    layers: &[Layer],
    mut place: Place,
    path: &str,
) -> Result<(Vec<LayerShape>, Place), CnnError> {
    let mut shapes = Vec::with_capacity(layers.len());
    for (number, layer) in layers.iter().enumerate() {
        let index = format!("{path}{number}");
        let input = place.shape;
        let mut block = Vec::new();
        let output = match layer {
            Layer::Residual(inner) if inner.is_empty() => {
                Err("a residual block needs at least one layer".to_owned())
            }
            Layer::Residual(inner) => {
                let inside = Place {
                    fed: false,
                    ..place
                };
                let end;
                (block, end) = walk(inner, inside, &format!("{index}."))?;
                place.fed |= end.fed;
                residual(end.shape, place)
            }
            plain => step(plain, &mut place),
        }
        .map_err(|problem| wrong(&index, layer, problem))?;
        place.shape = output;
        shapes.push(LayerShape {
            input,
            output,
            block,
        });
    }
    Ok((shapes, place))
}

fn residual(end: Shape, place: Place) -> Result<Shape, String> {
    let input = place.shape;
    if place.flattened {
        return Err("a block cannot follow a flatten; put a linear layer between".to_owned());
    }
    if end == input {
        return Ok(input);
    }
    Err(format!(
        "the block makes {end} of {input}, and only equal shapes can be added; use \
         convolutions that keep the size (stride 1, odd kernel) and end with {} filters",
        input.filters()
    ))
}

/// The output shape of a layer other than a block, or what is wrong.
fn step(layer: &Layer, place: &mut Place) -> Result<Shape, String> {
    let output = match (layer, place.shape) {
        (Layer::Convolution(settings), Shape::Image(image)) => {
            place.fed = true;
            convolution(*settings, image)?
        }
        (Layer::Linear { units }, Shape::Features(features)) => {
            place.fed = true;
            place.flattened = false;
            positive(*units, "units")?;
            size_of(&[features, *units])?;
            Shape::Features(*units)
        }
        (Layer::Linear { .. }, Shape::Image(_)) => {
            return Err(format!(
                "a linear layer reads a vector, and here is an image ({}); put \
                 global_average_pool or flatten before it",
                place.shape
            ));
        }
        (Layer::Activation(_), shape) => {
            if !place.fed {
                return Err(
                    "no convolution or linear layer feeds this activation alone; put it \
                            after one (pooling may stand between), before a flatten, and not \
                            first in a residual block"
                        .to_owned(),
                );
            }
            place.fed = false;
            shape
        }
        (Layer::MaxPool(settings) | Layer::AveragePool(settings), Shape::Image(image)) => {
            pool(*settings, image)?
        }
        (Layer::GlobalAveragePool, Shape::Image([_, _, channels])) => Shape::Features(channels),
        (Layer::Flatten, Shape::Image(image)) => {
            place.fed = false;
            place.flattened = place.shape.positions() > 1;
            Shape::Features(size_of(&image)?)
        }
        (Layer::Residual(_), shape) => shape,
        (_, Shape::Features(features)) => {
            return Err(format!(
                "this layer reads images, and here is a vector of {features}; put it before \
                 the global_average_pool or flatten"
            ));
        }
    };
    Ok(output)
}

fn convolution(
    settings: Convolution,
    [height, width, channels]: [usize; 3],
) -> Result<Shape, String> {
    let Convolution {
        filters,
        kernel_size: [rows, columns],
        stride,
        padding,
    } = settings;
    positive(filters, "filters")?;
    positive(rows.min(columns), "kernel rows and columns")?;
    positive(stride, "stride")?;
    size_of(&[rows, columns, channels, filters])?;
    if padding >= rows.min(columns) {
        return Err(format!(
            "padding {padding} must be smaller than the kernel {rows}x{columns}"
        ));
    }
    // The kernel is at most LARGEST, and so is the padding: nothing below overflows.
    let (padded_height, padded_width) = (height + 2 * padding, width + 2 * padding);
    if padded_height < rows || padded_width < columns {
        return Err(format!(
            "the image is {height}x{width} here ({padded_height}x{padded_width} with padding), \
             smaller than the kernel {rows}x{columns}; use a smaller kernel, larger images or \
             less pooling before it"
        ));
    }
    let output = [
        (padded_height - rows) / stride + 1,
        (padded_width - columns) / stride + 1,
        filters,
    ];
    size_of(&output)?;
    Ok(Shape::Image(output))
}

fn pool(
    Pool { size, stride }: Pool,
    [height, width, channels]: [usize; 3],
) -> Result<Shape, String> {
    positive(size, "window")?;
    positive(stride, "stride")?;
    if height < size || width < size {
        return Err(format!(
            "the image is {height}x{width} here, smaller than the window {size}x{size}; leave \
             this layer out, or use larger images or less pooling before it"
        ));
    }
    let output = [
        (height - size) / stride + 1,
        (width - size) / stride + 1,
        channels,
    ];
    Ok(Shape::Image(output))
}

fn positive(number: usize, what: &str) -> Result<(), String> {
    if number == 0 {
        return Err(format!("{what}: must be at least 1"));
    }
    Ok(())
}

/// The product, refused above [`LARGEST`].
fn size_of(axes: &[usize]) -> Result<usize, String> {
    let product = axes
        .iter()
        .try_fold(1_usize, |size, &axis| size.checked_mul(axis));
    match product {
        Some(size @ 1..=LARGEST) => Ok(size),
        Some(0) => {
            Err("an axis of length 0: images need at least one pixel and channel".to_owned())
        }
        _ => Err(format!(
            "larger than {LARGEST} weights or outputs; use fewer filters"
        )),
    }
}
