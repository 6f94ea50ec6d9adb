//! Layers as text.

use std::fmt;
use std::str::{FromStr, SplitWhitespace};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Activation, Convolution, Layer, Pool};
use crate::CnnError;

/// How a layer stands in a file.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "a layer is a text such as \"conv 16 3x3\" or a table { residual = [layers] }"
)]
pub enum Written {
    Text(String),
    Block(Block),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Block {
    residual: Vec<Layer>,
}

impl TryFrom<Written> for Layer {
    type Error = CnnError;

    fn try_from(written: Written) -> Result<Self, CnnError> {
        match written {
            Written::Text(text) => text.parse(),
            Written::Block(block) => Ok(Self::Residual(block.residual)),
        }
    }
}

impl From<Layer> for Written {
    fn from(layer: Layer) -> Self {
        match layer {
            Layer::Residual(residual) => Self::Block(Block { residual }),
            other => Self::Text(other.to_string()),
        }
    }
}

/// Every form a layer's text can have; printed where a text has none of them.
const FORMS: &str = "it begins with conv, linear, relu, leaky_relu, prelu, rrelu, elu, selu, \
     gelu, gelu_tanh, silu, softplus, tanh, max_pool, average_pool, global_average_pool or flatten (a residual block is a table \
     { residual = [layers] })";

impl FromStr for Layer {
    type Err = CnnError;

    fn from_str(text: &str) -> Result<Self, CnnError> {
        let mut words = text.split_whitespace();
        let parsed = match words.next().unwrap_or_default() {
            "conv" => convolution(&mut words),
            "linear" => linear(&mut words),
            "max_pool" => pool(&mut words, "max_pool").map(Self::MaxPool),
            "average_pool" => pool(&mut words, "average_pool").map(Self::AveragePool),
            "global_average_pool" => Ok(Self::GlobalAveragePool),
            "flatten" => Ok(Self::Flatten),
            name => activation(name, &mut words).map(Self::Activation),
        };
        let rest = match words.next() {
            Some(word) if parsed.is_ok() => Err(format!("nothing may follow, but `{word}` does")),
            _ => parsed,
        };
        rest.map_err(|expected| CnnError::LayerNotation {
            text: text.to_owned(),
            expected,
        })
    }
}

/// What stands where it should not, or what is missing.
type Parsed<T> = Result<T, String>;

fn convolution(words: &mut SplitWhitespace) -> Parsed<Layer> {
    const FORM: &str = "write `conv FILTERS HEIGHTxWIDTH`, then `stride S` and `padding P` if \
         they are not 1 and (K - 1) / 2, for example `conv 16 3x3 stride 2 padding 0`";
    let wrong = || FORM.to_owned();
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
    Ok(Layer::Convolution(Convolution {
        filters,
        kernel_size,
        stride: stride.unwrap_or(same.stride),
        padding: padding.unwrap_or(same.padding),
    }))
}

fn linear(words: &mut SplitWhitespace) -> Parsed<Layer> {
    let units = count(words.next());
    let units = units.ok_or("write `linear UNITS`, for example `linear 10`")?;
    Ok(Layer::Linear { units })
}

fn pool(words: &mut SplitWhitespace, name: &str) -> Parsed<Pool> {
    let wrong = || format!("write `{name} SIZE`, then `stride S` if it is not SIZE");
    let size = count(words.next()).ok_or_else(wrong)?;
    let stride = match words.next() {
        None => size,
        Some("stride") => count(words.next()).ok_or_else(wrong)?,
        Some(_) => return Err(wrong()),
    };
    Ok(Pool { size, stride })
}

fn activation(name: &str, words: &mut SplitWhitespace) -> Parsed<Activation> {
    match name {
        "relu" => Ok(Activation::Relu),
        "leaky_relu" => {
            let slope = number(words.next());
            let slope = slope.ok_or("write `leaky_relu SLOPE`, for example `leaky_relu 0.01`")?;
            Ok(Activation::LeakyRelu { slope })
        }
        "prelu" => Ok(Activation::Prelu),
        "rrelu" => match words.next() {
            None => Ok(Activation::RRELU),
            low => {
                let range = number(low).zip(number(words.next()));
                let range = range.filter(|(low, high)| low <= high);
                let (low, high) = range.ok_or(
                    "write `rrelu LOW HIGH` with LOW at most HIGH, for example \
                     `rrelu 0.125 0.25`, or `rrelu` alone for 1/8 and 1/3",
                )?;
                Ok(Activation::Rrelu { low, high })
            }
        },
        "elu" => Ok(Activation::Elu),
        "selu" => Ok(Activation::Selu),
        "gelu" => Ok(Activation::Gelu),
        "gelu_tanh" => Ok(Activation::GeluTanh),
        "silu" => Ok(Activation::Silu),
        "softplus" => Ok(Activation::Softplus),
        "tanh" => Ok(Activation::Tanh),
        _ => Err(FORMS.to_owned()),
    }
}

/// A finite number.
fn number(word: Option<&str>) -> Option<f64> {
    word?.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A whole number in decimal digits alone: `+3` and `3.0` are refused.
fn count(word: Option<&str>) -> Option<usize> {
    let word = word?;
    let digits = word.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| word.parse().ok()).flatten()
}

/// `3x5`.
fn pair(word: Option<&str>) -> Option<[usize; 2]> {
    let (first, second) = word?.split_once('x')?;
    Some([count(Some(first))?, count(Some(second))?])
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Convolution(convolution) => convolution.fmt(f),
            Self::Linear { units } => write!(f, "linear {units}"),
            Self::Activation(activation) => activation.fmt(f),
            Self::MaxPool(pool) => write!(f, "max_pool {pool}"),
            Self::AveragePool(pool) => write!(f, "average_pool {pool}"),
            Self::GlobalAveragePool => f.write_str("global_average_pool"),
            Self::Flatten => f.write_str("flatten"),
            Self::Residual(block) => {
                f.write_str("residual [")?;
                for (index, layer) in block.iter().enumerate() {
                    let separator = if index == 0 { "" } else { ", " };
                    write!(f, "{separator}{layer}")?;
                }
                f.write_str("]")
            }
        }
    }
}

impl fmt::Display for Convolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [height, width] = self.kernel_size;
        write!(f, "conv {} {height}x{width}", self.filters)?;
        if self.stride != 1 {
            write!(f, " stride {}", self.stride)?;
        }
        if height != width || self.padding != Self::same(self.filters, height).padding {
            write!(f, " padding {}", self.padding)?;
        }
        Ok(())
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

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Relu => f.write_str("relu"),
            Self::LeakyRelu { slope } => write!(f, "leaky_relu {slope}"),
            Self::Prelu => f.write_str("prelu"),
            Self::Rrelu { .. } if *self == Self::RRELU => f.write_str("rrelu"),
            Self::Rrelu { low, high } => write!(f, "rrelu {low} {high}"),
            Self::Elu => f.write_str("elu"),
            Self::Selu => f.write_str("selu"),
            Self::Gelu => f.write_str("gelu"),
            Self::GeluTanh => f.write_str("gelu_tanh"),
            Self::Silu => f.write_str("silu"),
            Self::Softplus => f.write_str("softplus"),
            Self::Tanh => f.write_str("tanh"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Layer;

    #[test]
    fn every_layer_is_written_as_it_is_read() {
        for text in [
            "conv 16 3x3",
            "conv 16 3x5 stride 2 padding 0",
            "linear 10",
            "max_pool 3 stride 2",
            "relu",
            "leaky_relu 0.01",
            "prelu",
            "rrelu",
            "rrelu 0.125 0.25",
            "elu",
            "selu",
            "gelu",
            "gelu_tanh",
            "silu",
            "softplus",
            "tanh",
        ] {
            let layer: Layer = text.parse().unwrap();
            assert_eq!(layer.to_string(), text);
        }
        let spelled: Layer = "rrelu 0.125 0.3333333333333333".parse().unwrap();
        assert_eq!(spelled.to_string(), "rrelu");
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        for (text, expected) in [
            (
                "rrelu 0.3 0.1",
                "`rrelu 0.3 0.1` is not a layer: write `rrelu LOW HIGH`",
            ),
            ("rrelu 0.3", "write `rrelu LOW HIGH`"),
            ("rrelu NaN 1", "write `rrelu LOW HIGH`"),
            ("leaky_relu inf", "write `leaky_relu SLOPE`"),
            ("gelu tanh", "nothing may follow, but `tanh` does"),
            ("swish", "it begins with conv, linear, relu"),
        ] {
            let problem = text.parse::<Layer>().unwrap_err().to_string();
            assert!(problem.contains(expected), "{problem}");
        }
    }
}
