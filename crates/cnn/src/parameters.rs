//! The parameters of a network: names, shapes and places in the one flat buffer.
//!
//! Every convolution and linear layer has its weight and then its bias, every PReLU its slopes,
//! in the order of the layers. Names are those of a PyTorch `nn.Sequential` with the same
//! layers: `0.weight`, `0.bias`, inside residual blocks `4.1.weight`.

use std::ops::Range;

use crate::CnnError;
use crate::architecture::{Activation, Architecture, Layer, LayerShape, Shape};

/// One tensor of parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterTensor {
    /// PyTorch's name, such as `0.weight`.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// (Kh, Kw, Cin, Cout), (in, out) or (filters).
    pub shape: Vec<usize>,
    /// Place in the flat buffer.
    pub range: Range<usize>,
}

/// What a tensor of parameters does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Kernel of a convolution, (Kh, Kw, Cin, Cout).
    Kernel,
    /// Matrix of a linear layer, (in, out).
    Matrix {
        /// Shape (height, width, channels) of the image whose flattened form it reads.
        flattened: Option<[usize; 3]>,
    },
    /// Bias of a convolution or linear layer.
    Bias,
    /// Slopes of a PReLU, one a channel.
    Slope,
}

impl ParameterTensor {
    /// Number of filters: length of the last axis. Filter f owns every element whose index is f
    /// modulo this.
    pub fn filters(&self) -> usize {
        self.shape.last().copied().unwrap_or(1)
    }

    /// Inputs of one filter: Kh Kw Cin, or `in`; 1 for a bias or slope.
    pub fn fan_in(&self) -> usize {
        self.range.len() / self.filters().max(1)
    }

    /// PyTorch's `fan_out`: Kh Kw Cout, or `out`.
    pub fn fan_out(&self) -> usize {
        match self.shape[..] {
            [rows, columns, _, filters] => rows * columns * filters,
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
        let mut listed = Listing::default();
        listed.layers(&self.0, &shapes, "");
        Ok(listed.tensors)
    }
}

#[derive(Default)]
struct Listing {
    tensors: Vec<ParameterTensor>,
    /// The image whose flattened form the next linear layer reads.
    flattened: Option<[usize; 3]>,
}

impl Listing {
    fn layers(&mut self, layers: &[Layer], shapes: &[LayerShape], path: &str) {
        for (index, (layer, shape)) in layers.iter().zip(shapes).enumerate() {
            let path = format!("{path}{index}.");
            let (inputs, filters) = (shape.input.filters(), shape.output.filters());
            match (layer, shape.input) {
                (Layer::Convolution(settings), _) => {
                    let [rows, columns] = settings.kernel_size;
                    let kernel = vec![rows, columns, inputs, filters];
                    self.weight_and_bias(&path, Role::Kernel, kernel);
                }
                (Layer::Linear { .. }, _) => {
                    let flattened = self.flattened.take();
                    self.weight_and_bias(&path, Role::Matrix { flattened }, vec![inputs, filters]);
                }
                (Layer::Activation(Activation::Prelu), _) => {
                    self.push(format!("{path}weight"), Role::Slope, vec![filters]);
                }
                (Layer::Flatten, Shape::Image(image)) => self.flattened = Some(image),
                (Layer::Residual(block), _) => self.layers(block, &shape.block, &path),
                _ => {}
            }
        }
    }

    fn weight_and_bias(&mut self, path: &str, role: Role, shape: Vec<usize>) {
        let filters = shape.last().copied().unwrap_or(1);
        self.push(format!("{path}weight"), role, shape);
        self.push(format!("{path}bias"), Role::Bias, vec![filters]);
    }

    fn push(&mut self, name: String, role: Role, shape: Vec<usize>) {
        let start = self.tensors.last().map_or(0, |tensor| tensor.range.end);
        let range = start..start + shape.iter().product::<usize>();
        self.tensors.push(ParameterTensor {
            name,
            role,
            shape,
            range,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_cnn_has_the_parameters_of_its_sequential() {
        let parameters = Architecture::digits_cnn().parameters([8, 8, 1]).unwrap();
        let names: Vec<_> = parameters
            .iter()
            .map(|tensor| tensor.name.as_str())
            .collect();
        let expected = [
            "0.weight", "0.bias", "2.weight", "2.bias", "5.weight", "5.bias", "8.weight", "8.bias",
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
