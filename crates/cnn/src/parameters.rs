//! The parameters of a network: names, shapes and places in the one flat buffer.
//!
//! Every convolution and linear layer has its weight and then its bias, every PReLU its slopes,
//! every batch norm gamma, beta and what it keeps, in the order of the layers. Names are those of a PyTorch `nn.Sequential` of the modules that
//! do the same: `0.weight`, `0.bias`, inside residual blocks `4.1.weight`. A `global_average_pool`
//! is two modules there, `AdaptiveAvgPool2d(1)` and `Flatten()`.

use std::ops::Range;

pub use crate::architecture::Role;

use crate::CnnError;
use crate::architecture::{Architecture, Layer, LayerShape, Part};

/// One tensor of parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterTensor {
    /// PyTorch's name, such as `0.weight`.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// (Kh, Kw, Cin, Cout), (in, out) or (filters); of a locally connected layer (H', W', Kh, Kw, Cin,
    /// Cout) and (H', W', Cout).
    pub shape: Vec<usize>,
    /// Place in the flat buffer.
    pub range: Range<usize>,
}

impl ParameterTensor {
    /// Length of the last axis: output channels.
    pub fn channels(&self) -> usize {
        self.shape.last().copied().unwrap_or(1)
    }

    /// Number of filters: channels, but of a locally connected layer units, position by position
    /// and then by channel.
    pub fn filters(&self) -> usize {
        match (self.role, &self.shape[..]) {
            (Role::Local, &[height, width, .., channels]) => height * width * channels,
            (Role::Bias, _) => self.range.len(),
            _ => self.channels(),
        }
    }

    /// Which input of which filter an element multiplies, by its index within the tensor: what a
    /// filter owns of a kernel are the elements whose index is its own modulo the channels.
    pub fn input_and_filter(&self, index: usize) -> (usize, usize) {
        let (channels, fan_in) = (self.channels(), self.fan_in());
        let (row, channel) = (index / channels, index % channels);
        (row % fan_in, row / fan_in * channels + channel)
    }

    /// Inputs of one filter: Kh Kw Cin, or `in`; 1 for anything else.
    pub fn fan_in(&self) -> usize {
        self.range.len() / self.filters().max(1)
    }

    /// PyTorch's `fan_out`: Kh Kw Cout (of a locally connected layer, too), or `out`.
    pub fn fan_out(&self) -> usize {
        match self.shape[..] {
            [rows, columns, _, filters] | [_, _, rows, columns, _, filters] => {
                rows * columns * filters
            }
            _ => self.filters(),
        }
    }
}

impl Architecture {
    /// All parameters for images of (height, width, channels), in the order of the buffer.
    ///
    /// # Errors
    /// As [`Architecture::check`].
    pub fn parameters(&self, input: [usize; 3]) -> Result<Vec<ParameterTensor>, CnnError> {
        let shapes = self.check(input)?;
        let mut tensors = Vec::new();
        list(&self.0, &shapes, "", &mut tensors);
        Ok(tensors)
    }
}

/// Adds the parameters of layers in a row.
fn list(layers: &[Layer], shapes: &[LayerShape], path: &str, tensors: &mut Vec<ParameterTensor>) {
    let mut module = 0;
    for (layer, shape) in layers.iter().zip(shapes) {
        let path = format!("{path}{module}.");
        let word = match layer.part() {
            Part::Word(word) => word,
            Part::Block(block) => {
                list(block, &shape.block, &path, tensors);
                module += 1;
                continue;
            }
        };
        module += word.modules(shape).len();
        for parameter in word.parameters(shape) {
            let start = tensors.last().map_or(0, |tensor| tensor.range.end);
            let range = start..start + parameter.shape.iter().product::<usize>();
            tensors.push(ParameterTensor {
                name: format!("{path}{}", parameter.name),
                role: parameter.role,
                shape: parameter.shape,
                range,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_cnn_has_the_parameters_of_the_obvious_sequential() {
        let parameters = Architecture::digits_cnn().parameters([8, 8, 1]).unwrap();
        let names: Vec<_> = parameters
            .iter()
            .map(|tensor| tensor.name.as_str())
            .collect();
        let expected = [
            "0.weight", "0.bias", "2.weight", "2.bias", "5.weight", "5.bias", "9.weight", "9.bias",
        ];
        assert_eq!(names, expected);
        assert_eq!(parameters[2].shape, [3, 3, 16, 32]);
        assert_eq!(
            (parameters[2].fan_in(), parameters[2].fan_out()),
            (144, 288)
        );
        assert_eq!((parameters[6].fan_in(), parameters[6].fan_out()), (32, 10));
        assert_eq!(parameters[7].range, 14_368..14_378);
    }

    #[test]
    fn a_linear_layer_knows_the_image_it_reads_flattened() {
        let layers = [
            "conv 3 3x3",
            "relu",
            "flatten",
            "linear 4",
            "relu",
            "linear 2",
        ];
        let layers = layers.iter().map(|text| text.parse().unwrap()).collect();
        let parameters = Architecture(layers).parameters([4, 5, 1]).unwrap();
        let flattened = Some([4, 5, 3]);
        assert_eq!(parameters[2].role, Role::Matrix { flattened });
        assert_eq!(parameters[4].role, Role::Matrix { flattened: None });
    }
}
