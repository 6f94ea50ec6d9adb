//! `batch_norm`.

use std::fmt;
use std::str::SplitWhitespace;

use tensor::{BatchNormConfig, BatchNormOperands, NodeId, TensorError};

use crate::architecture::word::{Notation, Parameter, Parsed, Role, Site, Word};
use crate::architecture::{Architecture, Layer, LayerShape, Place, Shape};

/// Batch normalization of each channel or feature (Ioffe and Szegedy 2015, arXiv 1502.03167), with
/// the constants of PyTorch's `BatchNorm2d` and `BatchNorm1d`: see [`tensor::Graph::batch_norm`].
///
/// Written between a convolution or linear layer and its activation, it is part of what the
/// activation is asked of: the pre-activation is what leaves it. Written after the activation, it
/// normalizes what the filters put out; then a filter that puts out 0 everywhere is not 0 behind
/// it, but a constant.
///
/// The layer before it keeps its bias, as PyTorch's modules do unless told otherwise: names and
/// draws stay those of the network without batch norm, so that the two can be compared. In train
/// mode such a bias changes nothing, and its gradient is what rounding leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchNorm;

impl Notation for BatchNorm {
    fn words() -> Vec<&'static str> {
        vec!["batch_norm"]
    }

    fn examples() -> Vec<&'static str> {
        Self::words()
    }

    fn read(word: &str, _: &mut SplitWhitespace<'_>) -> Option<Parsed<Self>> {
        (word == "batch_norm").then_some(Ok(Self))
    }
}

impl fmt::Display for BatchNorm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("batch_norm")
    }
}

impl Word for BatchNorm {
    fn output(&self, place: &mut Place) -> Parsed<Shape> {
        if place.is_permuted() {
            return Err(
                "a batch norm cannot follow a flatten; put it before, or after a linear layer"
                    .to_owned(),
            );
        }
        Ok(place.shape)
    }

    fn parameters(&self, shape: &LayerShape) -> Vec<Parameter> {
        let filters = shape.input.filters();
        let parameter = |name, role, length| Parameter {
            name,
            role,
            shape: vec![length],
        };
        vec![
            parameter("weight", Role::Scale, filters),
            parameter("bias", Role::Shift, filters),
            parameter("running_mean", Role::RunningMean, filters),
            parameter("running_var", Role::RunningVariance, filters),
            parameter("num_batches_tracked", Role::Batches, 1),
        ]
    }

    fn record(
        &self,
        site: &mut Site<'_>,
        x: NodeId,
        own: &[NodeId],
    ) -> Result<NodeId, TensorError> {
        let operands = BatchNormOperands {
            weight: own[0],
            bias: own[1],
            running_mean: own[2],
            running_variance: own[3],
            batches: own[4],
        };
        let config = BatchNormConfig::new(site.batch_norms);
        site.graph.batch_norm(x, operands, config)
    }

    fn modules(&self, shape: &LayerShape) -> Vec<String> {
        let axes = match shape.input {
            Shape::Image(_) => "2d",
            Shape::Features(_) => "1d",
        };
        vec![format!("BatchNorm{axes}({})", shape.input.filters())]
    }
}

impl Architecture {
    /// Whether it has a batch norm.
    pub fn has_batch_norm(&self) -> bool {
        fn any(layers: &[Layer]) -> bool {
            layers.iter().any(|layer| match layer {
                Layer::BatchNorm(_) => true,
                Layer::Residual(block) => any(block),
                _ => false,
            })
        }
        any(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::architecture::Architecture;

    fn problem(layers: &[&str]) -> String {
        let layers = layers.iter().map(|text| text.parse().unwrap()).collect();
        let checked = Architecture(layers).check([8, 8, 1]);
        checked.map_or_else(|problem| problem.to_string(), |_| "fits".to_owned())
    }

    #[test]
    fn it_stands_before_or_after_an_activation_or_on_the_images() {
        let end = ["global_average_pool", "batch_norm", "linear 10"];
        for middle in [
            &["conv 4 3x3", "batch_norm", "relu"][..],
            &["conv 4 3x3", "relu", "batch_norm"],
            &[
                "batch_norm",
                "conv 4 3x3",
                "batch_norm",
                "relu",
                "batch_norm",
            ],
        ] {
            assert_eq!(problem(&[middle, &end].concat()), "fits");
        }
        // It feeds no activation by itself.
        let alone = problem(&[&["batch_norm", "relu"][..], &end].concat());
        assert!(alone.contains("layer 1 (relu): no convolution"), "{alone}");
        let flat = problem(&["conv 4 3x3", "relu", "flatten", "batch_norm", "linear 10"]);
        assert!(
            flat.contains("layer 3 (batch_norm)") && flat.contains("put it before"),
            "{flat}"
        );
    }
}
