//! What pooling layers share: their window.

use std::fmt;
use std::str::SplitWhitespace;

use tensor::PoolConfig;

use crate::architecture::shape::positive;
use crate::architecture::word::{Parsed, count};
use crate::architecture::{Place, Shape};

/// Window of a pooling layer, square and without padding. Output size along an axis:
/// (in - size) / stride + 1, rounded down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Height and width of the window.
    pub size: usize,
    /// Step between windows.
    pub stride: usize,
}

impl Pool {
    /// Windows side by side.
    pub const fn tiles(size: usize) -> Self {
        Self { size, stride: size }
    }

    /// What follows the word of a pooling layer.
    pub(super) fn read(word: &str, words: &mut SplitWhitespace<'_>) -> Parsed<Self> {
        let wrong = || format!("write `{word} SIZE`, then `stride S` if it is not SIZE");
        let size = count(words.next()).ok_or_else(wrong)?;
        let stride = match words.next() {
            None => size,
            Some("stride") => count(words.next()).ok_or_else(wrong)?,
            Some(_) => return Err(wrong()),
        };
        Ok(Self { size, stride })
    }

    /// What it makes of the image there.
    pub(super) fn output(self, place: &Place) -> Parsed<Shape> {
        place.pooled()?;
        let [height, width, channels] = place.image()?;
        let Self { size, stride } = self;
        positive(size, "window")?;
        positive(stride, "stride")?;
        if height < size || width < size {
            return Err(format!(
                "the image is {height}x{width} here, smaller than the window {size}x{size}; leave \
                 this layer out, or use larger images or less pooling before it"
            ));
        }
        Ok(Shape::Image([
            (height - size) / stride + 1,
            (width - size) / stride + 1,
            channels,
        ]))
    }

    /// The module of `torch.nn` with that name.
    pub(super) fn module(self, name: &str) -> Vec<String> {
        let Self { size, stride } = self;
        vec![if stride == size {
            format!("{name}({size})")
        } else {
            format!("{name}({size}, stride={stride})")
        }]
    }

    /// As the op takes it.
    pub(crate) fn config(self) -> PoolConfig {
        PoolConfig {
            size: self.size,
            stride: self.stride,
        }
    }
}

impl fmt::Display for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.size)?;
        if self.stride != self.size {
            write!(f, " stride {}", self.stride)?;
        }
        Ok(())
    }
}
