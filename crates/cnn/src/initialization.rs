//! How weights and biases start.

mod orthogonal;
#[cfg(test)]
mod tests;

use ndarray::Array1;
use ndarray_rand::RandomExt;
use rand::distr::Distribution as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::CnnError;
use crate::network::Network;
use crate::parameters::{ParameterTensor, Role};
use crate::random::{self, Beta21, Generator, Normal, Stream, Streams, Uniform};

/// Initial weights and biases of all convolutions and linear layers.
///
/// Weights are drawn with mean 0 and standard deviation `gain` times that of the scheme, biases
/// all start at `bias`. Fan-in and fan-out are PyTorch's: Kh Kw Cin and Kh Kw Cout for a
/// convolution, inputs and outputs for a linear layer. PReLU slopes start at 0.25, batch norms with
/// gamma 1, running mean 0 and running variance 1.
///
/// A locally connected layer draws position by position, each as a convolution does.
///
/// The k-th layer with weights draws from substream k of [`Stream::Initialization`], in the
/// order of the buffer, so that the width of one layer does not change the draws of another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Initialization {
    /// Which variance.
    pub scheme: Scheme,
    /// Which shape the draws of He, Xavier and LeCun have; the other schemes have their own.
    pub distribution: Distribution,
    /// Factor on the weights; finite, at least 0.
    pub gain: f64,
    /// Every bias; finite. The schemes that draw biases add it to the draw.
    pub bias: f64,
    /// Every beta of a batch norm; finite.
    #[serde(skip_serializing_if = "is_zero")]
    pub beta: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

/// How weights are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Variance 2 / `fan_in` (He et al. 2015, arXiv 1502.01852; PyTorch's `kaiming_*` for ReLU).
    #[default]
    He,
    /// Variance 2 / (`fan_in` + `fan_out`) (Glorot and Bengio 2010; PyTorch's `xavier_*`).
    Xavier,
    /// Variance 1 / `fan_in` (LeCun et al. 1998; PyTorch's `kaiming_*` for linear).
    #[serde(rename = "lecun")]
    LeCun,
    /// Filters x inputs as a matrix with orthonormal rows or columns, whichever are fewer,
    /// uniform among all such (Saxe et al. 2013, arXiv 1312.6120; PyTorch's `orthogonal_`).
    Orthogonal,
    /// Weights and biases uniform on +-1 / sqrt(`fan_in`), as PyTorch's `Conv2d` and `Linear`
    /// start (`kaiming_uniform_` with a = sqrt 5).
    #[serde(rename = "pytorch")]
    PyTorch,
    /// Randomized asymmetric initialization (Lu et al. 2019, arXiv 1903.06733): each filter's
    /// weights and bias ~ N(0, 0.6007^2 / `fan_in`), then one of them, chosen uniformly, is
    /// replaced by a draw from Beta(2, 1).
    #[serde(rename = "rai")]
    Rai,
}

/// The shape of the distribution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// N(0, s^2).
    #[default]
    Normal,
    /// Uniform on [-sqrt(3) s, sqrt(3) s).
    Uniform,
}

impl Default for Initialization {
    fn default() -> Self {
        Self {
            scheme: Scheme::default(),
            distribution: Distribution::default(),
            gain: 1.0,
            bias: 0.0,
            beta: 0.0,
        }
    }
}

/// Where the slopes of a PReLU start, as in PyTorch.
const PRELU_SLOPE: f32 = 0.25;

/// What is drawn at a time: a whole kernel or matrix, or of a locally connected layer the kernel of
/// one position.
fn kernel(tensor: &ParameterTensor) -> ParameterTensor {
    let mut kernel = tensor.clone();
    if tensor.role == Role::Local {
        (kernel.role, kernel.shape) = (Role::Kernel, tensor.shape[2..].to_vec());
    }
    kernel.range = 0..kernel.shape.iter().product();
    kernel
}

/// The standard deviation of RAI's normal draws, times sqrt(`fan_in`).
const RAI_DEVIATION: f64 = 0.6007;

impl Initialization {
    /// Whether gain and bias are numbers that weights can have.
    ///
    /// # Errors
    /// [`CnnError::Setting`] with the key, its value and what would be right.
    pub fn check(&self) -> Result<(), CnnError> {
        let largest = f64::from(f32::MAX);
        if !(0.0..=largest).contains(&self.gain) {
            let expected = "a gain is a finite number, at least 0";
            return Err(CnnError::setting(
                "initialization.gain",
                self.gain,
                expected,
            ));
        }
        for (key, value, expected) in [
            ("bias", self.bias, "a bias is a finite number"),
            ("beta", self.beta, "a beta is a finite number"),
        ] {
            if !(-largest..=largest).contains(&value) {
                let key = format!("initialization.{key}");
                return Err(CnnError::setting(&key, value, expected));
            }
        }
        Ok(())
    }

    /// Sets all parameters of a network.
    ///
    /// # Errors
    /// As [`Initialization::check`].
    pub fn apply(&self, network: &mut Network, streams: Streams) -> Result<(), CnnError> {
        self.check()?;
        let Network {
            graph, parameters, ..
        } = network;
        self.fill(parameters, streams, graph.parameters_mut());
        Ok(())
    }

    /// Sets all parameters in a flat buffer with the layout of `tensors`.
    pub fn fill(&self, tensors: &[ParameterTensor], streams: Streams, values: &mut [f32]) {
        let mut layer = 0;
        let mut tensors = tensors.iter();
        while let Some(tensor) = tensors.next() {
            let weights = &mut values[tensor.range.clone()];
            match tensor.role {
                Role::Slope => weights.fill(PRELU_SLOPE),
                Role::Bias => weights.fill(self.bias as f32),
                Role::Scale | Role::RunningVariance => weights.fill(1.0),
                Role::Shift => weights.fill(self.beta as f32),
                Role::RunningMean | Role::Batches => weights.fill(0.0),
                Role::Kernel | Role::Local | Role::Matrix { .. } => {
                    let mut generator = streams.substream(Stream::Initialization, layer);
                    // At each position of a locally connected layer a kernel of its own.
                    let kernel = kernel(tensor);
                    for weights in weights.chunks_exact_mut(kernel.range.len()) {
                        self.draw(&kernel, &mut generator, weights);
                    }
                    layer += 1;
                    if let Some(bias) = tensors.next() {
                        let (weights, biases) = values.split_at_mut(bias.range.start);
                        let weights =
                            weights[tensor.range.clone()].chunks_exact_mut(kernel.range.len());
                        let biases = biases[..bias.range.len()].chunks_exact_mut(kernel.filters());
                        for (weights, biases) in weights.zip(biases) {
                            self.biases(&kernel, &mut generator, weights, biases);
                        }
                    }
                }
            }
        }
    }

    /// Standard deviation of the weights that a fan-in and fan-out ask for; 1 for orthogonal
    /// matrices, whose entries have no variance of their own.
    pub fn standard_deviation(&self, tensor: &ParameterTensor) -> f64 {
        let (fan_in, fan_out) = (tensor.fan_in() as f64, tensor.fan_out() as f64);
        let scheme = match self.scheme {
            Scheme::He => (2.0 / fan_in).sqrt(),
            Scheme::Xavier => (2.0 / (fan_in + fan_out)).sqrt(),
            Scheme::LeCun => (1.0 / fan_in).sqrt(),
            Scheme::Orthogonal => 1.0,
            Scheme::PyTorch => (1.0 / (3.0 * fan_in)).sqrt(),
            Scheme::Rai => RAI_DEVIATION / fan_in.sqrt(),
        };
        self.gain * scheme
    }

    fn draw(&self, tensor: &ParameterTensor, generator: &mut Generator, weights: &mut [f32]) {
        let standard_deviation = self.standard_deviation(tensor);
        let count = weights.len();
        let uniform = Uniform::symmetric(3.0_f64.sqrt() * standard_deviation);
        let normal = Normal {
            mean: 0.0,
            standard_deviation,
        };
        let draws = match (self.scheme, self.distribution) {
            (Scheme::Orthogonal, _) => {
                orthogonal::draw(tensor, self.gain, generator, weights);
                return;
            }
            (Scheme::PyTorch, _) => Array1::random_using(count, uniform, generator),
            (Scheme::Rai, _) | (_, Distribution::Normal) => {
                Array1::random_using(count, normal, generator)
            }
            (_, Distribution::Uniform) => Array1::random_using(count, uniform, generator),
        };
        for (weight, draw) in weights.iter_mut().zip(draws) {
            *weight = draw;
        }
    }

    /// Sets the biases, after the weights of the same layer; RAI also changes one of a filter's
    /// weights or its bias.
    fn biases(
        &self,
        tensor: &ParameterTensor,
        generator: &mut Generator,
        weights: &mut [f32],
        biases: &mut [f32],
    ) {
        let offset = self.bias;
        match self.scheme {
            Scheme::PyTorch => {
                let bound = 1.0 / (tensor.fan_in() as f64).sqrt();
                let uniform = Uniform::symmetric(bound);
                for bias in biases {
                    let draw: f64 = uniform.sample(generator);
                    *bias = (draw + offset) as f32;
                }
            }
            Scheme::Rai => {
                let fan_in = tensor.fan_in();
                let standard_deviation = RAI_DEVIATION / (fan_in as f64).sqrt();
                let normal = Normal {
                    mean: 0.0,
                    standard_deviation,
                };
                let filters = biases.len();
                for (filter, bias) in biases.iter_mut().enumerate() {
                    let draw: f64 = normal.sample(generator);
                    *bias = (draw + offset) as f32;
                    let entry = random::below(generator, fan_in as u32 + 1) as usize;
                    let replacement: f64 = Beta21.sample(generator);
                    if entry < fan_in {
                        weights[entry * filters + filter] = replacement as f32;
                    } else {
                        *bias = (replacement + offset) as f32;
                    }
                }
            }
            _ => biases.fill(offset as f32),
        }
    }
}
