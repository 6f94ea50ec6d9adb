//! Layers as text.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Layer;
use super::words::Part;
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

impl FromStr for Layer {
    type Err = CnnError;

    fn from_str(text: &str) -> Result<Self, CnnError> {
        let mut words = text.split_whitespace();
        let word = words.next().unwrap_or_default();
        let parsed = Self::read(word, &mut words).unwrap_or_else(|| Err(forms()));
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

/// Every form a layer's text can have; printed where a text has none of them.
pub fn forms() -> String {
    let words = Layer::words();
    let (last, others) = words.split_last().unwrap_or((&"", &[]));
    format!(
        "it begins with {} or {last} (a residual block is a table {{ residual = [layers] }})",
        others.join(", ")
    )
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let block = match self.part() {
            Part::Word(word) => return word.fmt(f),
            Part::Block(block) => block,
        };
        f.write_str("residual [")?;
        for (index, layer) in block.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{layer}")?;
        }
        f.write_str("]")
    }
}

#[cfg(test)]
mod tests {
    use super::Layer;

    #[test]
    fn every_layer_is_written_as_it_is_read() {
        for text in Layer::examples() {
            let layer: Layer = text.parse().unwrap();
            assert_eq!(layer.to_string(), text);
            let word = text.split(' ').next().unwrap();
            assert!(Layer::words().contains(&word), "{word}");
        }
        for word in Layer::words() {
            let of_word = |text: &&str| text.split(' ').next() == Some(word);
            assert!(Layer::examples().iter().any(of_word), "{word}");
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
