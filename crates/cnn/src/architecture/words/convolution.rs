//! `conv FILTERS HEIGHTxWIDTH`, then `stride S` and `padding P`.

use std::fmt;
use std::str::SplitWhitespace;

use tensor::{Conv2dConfig, NodeId, TensorError};

use crate::architecture::shape::{positive, size_of};
use crate::architecture::word::{Notation, Parameter, Parsed, Role, Site, Word, count};
use crate::architecture::{Layer, LayerShape, Place, Shape};

/// Settings of a convolution. Output size along an axis: (in + 2 padding - kernel) / stride + 1,
/// rounded down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convolution {
    /// Output channels.
    pub filters: usize,
    /// Height and width of the kernel.
    pub kernel_size: [usize; 2],
    /// Step between positions, along both axes.
    pub stride: usize,
    /// Zeros on all four sides.
    pub padding: usize,
}

impl Convolution {
    /// A square kernel with stride 1 and the padding (K - 1) / 2, which keeps the image's size
    /// for odd K.
    pub const fn same(filters: usize, size: usize) -> Self {
        Self {
            filters,
            kernel_size: [size, size],
            stride: 1,
            padding: size.saturating_sub(1) / 2,
        }
    }
}

const WORD: &str = "conv";

impl Notation for Convolution {
    fn words() -> Vec<&'static str> {
        vec![WORD]
    }

    fn examples() -> Vec<&'static str> {
        vec!["conv 16 3x3", "conv 16 3x5 stride 2 padding 0"]
    }

    fn read(word: &str, rest: &mut SplitWhitespace<'_>) -> Option<Parsed<Self>> {
        (word == WORD).then(|| settings(WORD, rest))
    }
}

/// What follows the word of a convolution, or of a layer with its windows.
pub(super) fn settings(word: &str, words: &mut SplitWhitespace<'_>) -> Parsed<Convolution> {
    let wrong = || {
        format!(
            "write `{word} FILTERS HEIGHTxWIDTH`, then `stride S` and `padding P` if they are not 1 \
             and (K - 1) / 2, for example `{word} 16 3x3 stride 2 padding 0`"
        )
    };
    let filters = count(words.next()).ok_or_else(wrong)?;
    let kernel_size = pair(words.next()).ok_or_else(wrong)?;
    let (mut stride, mut padding) = (None, None);
    while let Some(key) = words.next() {
        let setting = match key {
            "stride" => &mut stride,
            "padding" => &mut padding,
            _ => return Err(wrong()),
        };
        if setting.is_some() {
            return Err(format!("`{key}` is given twice"));
        }
        *setting = Some(count(words.next()).ok_or_else(wrong)?);
    }
    let [height, width] = kernel_size;
    if height != width && padding.is_none() {
        return Err(format!(
            "the kernel {height}x{width} is not square, so add `padding P`"
        ));
    }
    let same = Convolution::same(filters, height);
    Ok(Convolution {
        filters,
        kernel_size,
        stride: stride.unwrap_or(same.stride),
        padding: padding.unwrap_or(same.padding),
    })
}

/// `3x5`.
fn pair(word: Option<&str>) -> Option<[usize; 2]> {
    let (first, second) = word?.split_once('x')?;
    Some([count(Some(first))?, count(Some(second))?])
}

impl fmt::Display for Convolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(WORD, f)
    }
}

impl Convolution {
    /// The text of a layer with these windows.
    pub(super) fn write(&self, word: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [height, width] = self.kernel_size;
        write!(f, "{word} {} {height}x{width}", self.filters)?;
        if self.stride != 1 {
            write!(f, " stride {}", self.stride)?;
        }
        if height != width || self.padding != Self::same(self.filters, height).padding {
            write!(f, " padding {}", self.padding)?;
        }
        Ok(())
    }

    /// As the op takes it.
    pub(super) fn config(&self) -> Conv2dConfig {
        Conv2dConfig {
            stride: self.stride,
            padding: self.padding,
        }
    }
}

impl Word for Convolution {
    fn output(&self, place: &mut Place) -> Parsed<Shape> {
        let [height, width, channels] = place.image()?;
        let Self {
            filters,
            kernel_size: [rows, columns],
            stride,
            padding,
        } = *self;
        positive(filters, "filters")?;
        positive(rows.min(columns), "kernel rows and columns")?;
        positive(stride, "stride")?;
        size_of(&[rows, columns, channels, filters])?;
        if padding >= rows.min(columns) {
            return Err(format!(
                "padding {padding} must be smaller than the kernel {rows}x{columns}"
            ));
        }
        // `size_of` bounds the kernel, and so the padding: nothing below overflows.
        let (padded_height, padded_width) = (height + 2 * padding, width + 2 * padding);
        if padded_height < rows || padded_width < columns {
            return Err(format!(
                "the image is {height}x{width} here ({padded_height}x{padded_width} with \
                 padding), smaller than the kernel {rows}x{columns}; use a smaller kernel, larger \
                 images or less pooling before it"
            ));
        }
        let output = [
            (padded_height - rows) / stride + 1,
            (padded_width - columns) / stride + 1,
            filters,
        ];
        size_of(&output)?;
        (place.fed, place.unshared) = (true, false);
        Ok(Shape::Image(output))
    }

    fn parameters(&self, shape: &LayerShape) -> Vec<Parameter> {
        let [rows, columns] = self.kernel_size;
        let kernel = vec![rows, columns, shape.input.filters(), self.filters];
        Parameter::weight_and_bias(Role::Kernel, kernel)
    }

    fn record(
        &self,
        site: &mut Site<'_>,
        x: NodeId,
        own: &[NodeId],
    ) -> Result<NodeId, TensorError> {
        let product = site.graph.conv2d(x, own[0], self.config())?;
        site.graph.bias(product, own[1])
    }

    fn modules(&self, shape: &LayerShape) -> Vec<String> {
        let kernel = match self.kernel_size {
            [rows, columns] if rows == columns => rows.to_string(),
            [rows, columns] => format!("({rows}, {columns})"),
        };
        let channels = shape.input.filters();
        let mut settings = vec![channels.to_string(), self.filters.to_string(), kernel];
        for (name, value, default) in [("stride", self.stride, 1), ("padding", self.padding, 0)] {
            if value != default {
                settings.push(format!("{name}={value}"));
            }
        }
        vec![format!("Conv2d({})", settings.join(", "))]
    }

    fn filters(&self) -> Option<usize> {
        Some(self.filters)
    }

    fn with_filters(&self, filters: usize) -> Option<Layer> {
        Some(Layer::Convolution(Self { filters, ..*self }))
    }
}
