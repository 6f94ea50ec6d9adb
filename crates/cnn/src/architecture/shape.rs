//! Which shapes a network's layers have, and whether they fit.

use std::fmt;

use super::words::Part;
use super::{Architecture, Layer};
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
    /// The image whose flattened form the input is, if it is one.
    pub flattened: Option<[usize; 3]>,
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
            unshared: false,
            flattened: None,
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
            Shape::Features(_) if end.is_permuted() => {
                "the network ends in a flattened image; add `linear CLASSES`".to_owned()
            }
            Shape::Features(_) => return Ok(shapes),
        };
        Err(wrong(&(self.0.len() - 1).to_string(), last, problem))
    }
}

/// Where a walk through the layers has come to.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// What one image has become.
    pub shape: Shape,
    /// Whether a convolution or linear layer feeds what follows, with no activation since.
    pub fed: bool,
    /// Whether that layer is one whose units have weights of their own.
    pub unshared: bool,
    /// The image whose flattened form this is, if it is one.
    pub flattened: Option<[usize; 3]>,
}

impl Place {
    /// The image there.
    ///
    /// # Errors
    /// In words, that there is none, for a layer that reads images.
    pub fn image(&self) -> Result<[usize; 3], String> {
        match self.shape {
            Shape::Image(image) => Ok(image),
            Shape::Features(features) => Err(format!(
                "this layer reads images, and here is a vector of {features}; put it before the \
                 global_average_pool or flatten"
            )),
        }
    }

    /// Notes a pooling.
    ///
    /// # Errors
    /// In words, where it would mix units that have weights of their own, each of which is asked
    /// for its pre-activation.
    pub fn pooled(&self) -> Result<(), String> {
        if self.fed && self.unshared {
            return Err(
                "pooling would mix the units of a local layer, which have weights of their own, \
                 before their activation; put the activation first"
                    .to_owned(),
            );
        }
        Ok(())
    }

    /// Whether this is an image of several positions in one vector. Its order is not PyTorch's
    /// (channel first), which only the next linear layer's weights can make good.
    pub(super) fn is_permuted(&self) -> bool {
        let image = self.flattened.map(Shape::Image);
        image.is_some_and(|image| image.positions() > 1)
    }
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
        let Place {
            shape: input,
            flattened,
            ..
        } = place;
        let mut block = Vec::new();
        let output = match layer.part() {
            Part::Block([]) => Err("a residual block needs at least one layer".to_owned()),
            Part::Block(inner) => {
                let inside = Place {
                    fed: false,
                    ..place
                };
                let end;
                (block, end) = walk(inner, inside, &format!("{index}."))?;
                if end.fed {
                    (place.fed, place.unshared) = (true, end.unshared);
                }
                let output = residual(end.shape, place);
                place.flattened = end.flattened;
                output
            }
            Part::Word(word) => word.output(&mut place),
        }
        .map_err(|problem| wrong(&index, layer, problem))?;
        place.shape = output;
        shapes.push(LayerShape {
            input,
            output,
            flattened,
            block,
        });
    }
    Ok((shapes, place))
}

fn residual(end: Shape, place: Place) -> Result<Shape, String> {
    let input = place.shape;
    if place.is_permuted() {
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

pub(super) fn positive(number: usize, what: &str) -> Result<(), String> {
    if number == 0 {
        return Err(format!("{what}: must be at least 1"));
    }
    Ok(())
}

/// The product, refused above [`LARGEST`].
pub(super) fn size_of(axes: &[usize]) -> Result<usize, String> {
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
