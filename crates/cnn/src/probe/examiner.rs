//! The largest pre-activation of single filters, with any own parameters on any inputs.

use super::own;
use crate::CnnError;
use crate::architecture::{Activation, Architecture, GlobalAveragePool, Layer};
use crate::data::Subset;
use crate::network::{FilterLayer, Network};

/// Images of one pass.
const BATCH: usize = 32;

/// Computes M(w, b, x), the largest pre-activation over a set, for a few filters of one layer:
/// x from the layers below with one buffer of parameters, (w, b) from others.
///
/// It is a network of its own: the layers below, and as many filters as are asked for. Each
/// output of a convolution is one fixed chain of operations over its inputs, whatever stands
/// beside it, so that M has the bits that the whole network's census finds.
#[derive(Debug)]
pub(crate) struct Examiner {
    network: Network,
    /// The layer in the network that is examined.
    layer: FilterLayer,
    largest: Vec<f32>,
}

/// One filter's own parameters: its index in the layer, and the buffer they are taken from.
pub(crate) type Own<'a> = (usize, &'a [f32]);

impl Examiner {
    /// An examiner of the layer with that index among the layers with an activation, for at most
    /// `columns` filters at a time.
    ///
    /// # Errors
    /// [`CnnError::Setting`] for an architecture with residual blocks, batch norms or locally
    /// connected layers, [`CnnError::Layer`] if
    /// layers do not fit.
    pub fn new(
        architecture: &Architecture,
        input: [usize; 3],
        layer: usize,
        columns: usize,
    ) -> Result<Self, CnnError> {
        let whole = Network::training(architecture, input, 1)?;
        let part = part(architecture, layer, columns)?;
        Ok(Self {
            network: Network::counting(&pooled(part, input), input, BATCH)?,
            layer: whole.layers[layer].clone(),
            largest: vec![0.0; columns],
        })
    }

    /// M of each filter of `filters` on a set of images, with the layers below as in `below`;
    /// filters beyond the number of columns are left out.
    ///
    /// # Errors
    /// [`CnnError::Setting`] if the set has no images.
    pub fn largest(
        &mut self,
        below: &[f32],
        filters: &[Own<'_>],
        set: &Subset,
    ) -> Result<&[f32], CnnError> {
        let Self {
            network,
            layer,
            largest,
        } = self;
        let columns = largest.len();
        let examined = network.layers.len() - 1;
        let place = network.layers[examined].clone();
        let parameters = network.graph.parameters_mut();
        parameters[..place.weight.start].copy_from_slice(&below[..place.weight.start]);
        for (column, &(filter, buffer)) in filters.iter().enumerate().take(columns) {
            let weights = parameters[place.weight.start + column..].iter_mut();
            // The bias stands behind the weights, with as many columns.
            let targets = weights.step_by(columns);
            for (target, value) in targets.zip(own::of_filter(layer, filter, buffer)) {
                *target = value;
            }
        }
        largest.fill(f32::NEG_INFINITY);
        for start in (0..set.len()).step_by(BATCH) {
            let end = (start + BATCH).min(set.len());
            network.load(set, start..end)?;
            network.graph.forward();
            let activity = network.graph.activity(place.activation).unwrap_or_default();
            for (largest, &value) in largest.iter_mut().zip(activity) {
                if value > *largest || value.is_nan() {
                    *largest = value;
                }
            }
        }
        Ok(&largest[..filters.len().min(columns)])
    }
}

/// The layers up to the one with that index among those with an activation, which gets `columns`
/// filters and ReLU.
fn part(architecture: &Architecture, layer: usize, columns: usize) -> Result<Vec<Layer>, CnnError> {
    let mut part: Vec<Layer> = Vec::new();
    // The layer with weights that no activation has followed yet.
    let mut pending = None;
    let mut met = 0;
    for next in &architecture.0 {
        match next {
            Layer::Residual(_) => {
                let expected = "filters are followed in networks without residual blocks only";
                return Err(CnnError::setting("probes", "residual", expected));
            }
            Layer::Local(_) => {
                let expected = "filters are followed in networks without locally connected layers";
                return Err(CnnError::setting("probes", "local", expected));
            }
            Layer::BatchNorm(_) => {
                let expected = "filters are followed in networks without batch norm only: a part \
                                of their change is that of the statistics";
                return Err(CnnError::setting("probes", "batch_norm", expected));
            }
            Layer::Activation(_) => {
                if let Some(index) = pending.take() {
                    if met == layer {
                        part[index] = Layer::with_filters(&part[index], columns);
                        part.push(Activation::RELU.into());
                        return Ok(part);
                    }
                    met += 1;
                }
            }
            own if own.filters().is_some() => pending = Some(part.len()),
            _ => {}
        }
        part.push(next.clone());
    }
    let expected = format!("the network has {met} layers with an activation");
    Err(CnnError::setting("layer", layer, &expected))
}

/// The layers with a mean over positions at their end, if they end in an image: a network ends in
/// features.
fn pooled(layers: Vec<Layer>, input: [usize; 3]) -> Architecture {
    let mut pooled = layers.clone();
    pooled.push(GlobalAveragePool.into());
    let pooled = Architecture(pooled);
    if pooled.check(input).is_ok() {
        pooled
    } else {
        Architecture(layers)
    }
}
