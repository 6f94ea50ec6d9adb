//! Where each weight stands: in which filter, and what it reads.

use crate::data::Subset;
use crate::network::{FilterLayer, Network};
use crate::parameters::{ParameterTensor, Role};
use crate::record::ProbeRow;

/// A filter as layer (among those with an activation) and index.
pub(super) type FilterId = (usize, usize);

/// One weight or bias, gamma or beta among them; or one number of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Its filter; none if the layer has no activation.
    pub filter: Option<FilterId>,
    /// Which output of the network's layers it belongs to, those without an activation included:
    /// the weights and the bias of one have the same number.
    pub output: usize,
    /// The filter whose output it reads, if that is 0 wherever the filter is dead. None for
    /// biases and pixels, and where a residual sum or a layer without activation stands between.
    pub reads: Option<FilterId>,
    /// Whether it only reads pixels that are 0 in every training image. Of a convolution (or
    /// locally connected layer) a whole channel must be blank.
    pub blank: bool,
    /// Whether it is kept and not trained: no weight, and counted nowhere.
    pub kept: bool,
}

/// All weights and biases, in the order of the parameter buffer.
#[derive(Clone, Debug)]
pub(super) struct Places {
    pub all: Vec<Place>,
    /// Filters of each layer with an activation.
    pub filters: Vec<usize>,
    /// Number of outputs.
    pub outputs: usize,
}

impl Places {
    pub fn of(network: &Network, training: &Subset) -> Self {
        let mut all = Vec::with_capacity(network.graph.parameters().len());
        // What the next weights read: the images at first, then the layer before.
        let mut source = Source::Pixels;
        let (mut first, mut outputs) = (0, 0);
        for tensor in &network.parameters {
            let owner = network.layers.iter().position(|layer| owns(layer, tensor));
            // `0.weight` in a row of layers, `4.1.weight` inside a residual block.
            if tensor.name.matches('.').count() > 1 {
                source = Source::Unknown;
            }
            // A bias follows the weights to whose outputs it is added, as gamma and beta of a batch
            // norm do where it stands before their activation.
            let begins = match tensor.role {
                Role::Scale => owner.is_none(),
                role => role.is_weight() || role == Role::Slope,
            };
            if begins {
                first = outputs;
            }
            outputs = outputs.max(first + tensor.filters());
            // What a batch norm makes of a filter that puts out 0 is not 0.
            if tensor.role == Role::Scale && owner.is_none() {
                source = Source::Unknown;
            }
            let mut read = (None, false);
            for index in 0..tensor.range.len() {
                let (input, filter) = tensor.input_and_filter(index);
                // The same for all channels of a row.
                if index % tensor.channels() == 0 {
                    read = source.of(tensor, input, network, training);
                }
                let (reads, blank) = read;
                all.push(Place {
                    filter: owner.map(|layer| (layer, filter)),
                    output: first + filter,
                    reads,
                    blank,
                    kept: !tensor.role.is_trained(),
                });
            }
            if tensor.role.is_weight() && source != Source::Unknown {
                source = owner.map_or(Source::Unknown, Source::Layer);
            }
        }
        let filters = network.layers.iter().map(|layer| layer.filters).collect();
        Self {
            all,
            filters,
            outputs,
        }
    }

    /// Number of layers with an activation.
    pub fn layers(&self) -> usize {
        self.filters.len()
    }

    /// The part of the network that a weight belongs to: its layer with an activation, or the
    /// number of such layers for all other weights.
    pub fn part(&self, index: usize) -> usize {
        self.all[index]
            .filter
            .map_or(self.layers(), |(layer, _)| layer)
    }

    /// Writes how many weights and biases there are.
    pub fn sizes(&self, rows: &mut Vec<ProbeRow>) {
        let mut sizes = vec![0_u32; self.layers() + 1];
        for index in 0..self.all.len() {
            sizes[self.part(index)] += u32::from(!self.all[index].kept);
        }
        let row = |layer: Option<usize>, value: f64| ProbeRow {
            probe: super::NAME.into(),
            step: 0,
            layer: layer.map(|layer| layer as u32),
            filter: None,
            quantity: "weights".into(),
            value,
        };
        for (layer, &size) in sizes[..self.layers()].iter().enumerate() {
            rows.push(row(Some(layer), f64::from(size)));
        }
        let weights = self.all.iter().filter(|place| !place.kept).count();
        rows.push(row(None, weights as f64));
    }
}

/// Whether a tensor is of the filters of a layer: its weight or bias, or gamma or beta of the batch
/// norm before its activation.
fn owns(layer: &FilterLayer, tensor: &ParameterTensor) -> bool {
    // The units of a locally connected layer share the numbers of their channel.
    let norm = layer
        .norm
        .iter()
        .filter(|_| layer.filters == layer.channels)
        .flatten();
    [&layer.weight, &layer.bias]
        .into_iter()
        .chain(norm)
        .any(|range| *range == tensor.range)
}

/// What the weights of a layer read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Pixels,
    /// The output of a layer with an activation, perhaps pooled or flattened.
    Layer(usize),
    Unknown,
}

impl Source {
    /// Which filter's output the `input`-th input of each filter of `tensor` is, and whether it is
    /// a blank pixel.
    fn of(
        self,
        tensor: &ParameterTensor,
        input: usize,
        network: &Network,
        training: &Subset,
    ) -> (Option<FilterId>, bool) {
        let channels = match tensor.role {
            Role::Matrix {
                flattened: Some([_, _, channels]),
            } => channels,
            // (.., Kh, Kw, Cin, Cout) or (in, out): the last axis but one.
            Role::Kernel | Role::Local | Role::Matrix { .. } => {
                tensor.shape.iter().rev().nth(1).copied().unwrap_or(1)
            }
            _ => return (None, false),
        };
        match self {
            Self::Pixels => (None, blank(tensor, input, channels, training)),
            Self::Layer(below) => {
                let layer = &network.layers[below];
                let fits = layer.filters == channels && layer.function.has_exact_zero();
                (fits.then_some((below, input % channels)), false)
            }
            Self::Unknown => (None, false),
        }
    }
}

fn blank(tensor: &ParameterTensor, input: usize, channels: usize, training: &Subset) -> bool {
    let each = training.shape.iter().product::<usize>();
    let (first, step) = match tensor.role {
        Role::Kernel | Role::Local => (input % channels, channels),
        // Flattened as the image lies: one input a pixel.
        _ if tensor.fan_in() == each => (input, each),
        _ => return false,
    };
    let mut own = training.pixels.iter().skip(first).step_by(step.max(1));
    own.all(|&pixel| pixel == 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::architecture::Architecture;

    fn places(layers: &[&str], shape: [usize; 3], pixels: Vec<f32>) -> (Places, Network) {
        let layers = layers.iter().map(|text| text.parse().unwrap()).collect();
        let network = Network::training(&Architecture(layers), shape, 1).unwrap();
        let each = shape.iter().product::<usize>();
        let labels = vec![0; pixels.len() / each];
        let training = Subset {
            shape,
            pixels,
            labels,
            clean: None,
        };
        (Places::of(&network, &training), network)
    }

    #[test]
    fn a_weight_after_a_pool_reads_the_filter_of_its_channel() {
        let layers = [
            "conv 2 3x3",
            "relu",
            "max_pool 2",
            "conv 3 1x1",
            "relu",
            "flatten",
            "linear 2",
        ];
        let (places, network) = places(&layers, [4, 4, 1], vec![1.0; 16]);
        let second = &network.parameters[2].range;
        let place = places.all[second.start + 3];
        assert_eq!((place.filter, place.reads), (Some((1, 0)), Some((0, 1))));
        // (height, width, channel): input 4 is channel 1 of the second place.
        let output = &network.parameters[4].range;
        let place = places.all[output.start + 2 * 4];
        assert_eq!((place.filter, place.reads), (None, Some((1, 1))));
        // Two filters, three, and two classes; biases count with their weights.
        let bias = network.parameters[5].range.start;
        let numbers = [0, second.start, output.start, bias].map(|index| places.all[index].output);
        assert_eq!((numbers, places.outputs), ([0, 2, 5, 5], 7));
        // Biases read nothing; the first layer reads pixels.
        let bias = places.all[network.parameters[3].range.start];
        assert_eq!((bias.filter, bias.reads), (Some((1, 0)), None));
        assert_eq!(places.all[0].reads, None);
        assert_eq!((places.part(0), places.part(output.start)), (0, 2));
    }

    #[test]
    fn blank_pixels_are_those_of_a_dense_layer_or_a_whole_channel() {
        // The second pixel of each image is 0.
        let pixels = vec![0.5, 0.0, 0.0, 0.1];
        let dense = ["flatten", "linear 3", "relu", "linear 2"];
        let (dense, _) = places(&dense, [2, 1, 1], [pixels.clone(), vec![0.2, 0.0]].concat());
        let blank: Vec<bool> = dense.all[..6].iter().map(|place| place.blank).collect();
        assert_eq!(blank, [false; 6]);
        let (dense, _) = places(
            &["flatten", "linear 3", "relu", "linear 2"],
            [2, 1, 1],
            vec![0.5, 0.0, 0.3, 0.0],
        );
        let blank: Vec<bool> = dense.all[..6].iter().map(|place| place.blank).collect();
        assert_eq!(blank, [false, false, false, true, true, true]);
        let convolution = ["conv 2 1x1", "relu", "global_average_pool", "linear 2"];
        let (convolution, _) = places(&convolution, [2, 1, 2], vec![0.0, 1.0, 0.0, 0.0]);
        let blank: Vec<bool> = convolution.all[..4].iter().map(|p| p.blank).collect();
        assert_eq!(blank, [true, true, false, false]);
    }

    #[test]
    fn a_dead_leaky_filter_starves_nobody() {
        for (activation, expected) in [("relu", true), ("leaky_relu 0.01", false), ("elu", false)] {
            let layers = ["conv 2 1x1", activation, "global_average_pool", "linear 2"];
            let (places, network) = places(&layers, [1, 1, 1], vec![1.0]);
            let output = network.parameters[2].range.start;
            assert_eq!(places.all[output].reads.is_some(), expected, "{activation}");
        }
    }
}
