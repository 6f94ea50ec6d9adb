//! A smaller network: filters removed, together with the weights that read them.
//!
//! ```
//! use cnn::architecture::Architecture;
//! use cnn::prune::Pruning;
//!
//! let network = Architecture::digits_cnn();
//! let weights = vec![0.1; 14_378];
//! // Filters 3 and 5 of the first layer, filter 0 of the third.
//! let pruning = Pruning::new(&network, [8, 8, 1], &[vec![3, 5], vec![], vec![0]])?;
//! assert_eq!(pruning.architecture.0[0].to_string(), "conv 14 3x3");
//! assert_eq!(pruning.of(&weights).len(), 14_378 - 2 * (10 + 9 * 32) - (9 * 32 + 1 + 10));
//! # Ok::<(), cnn::CnnError>(())
//! ```
//!
//! What a removed filter put out is taken to be 0. Where that was so (a dead ReLU filter on the
//! images that it is dead on), logits, loss and the gradients of all that stays are the same
//! numbers, bit for bit, zeros by value: no sum over channels is split by channel, so what is
//! missing is a term of 0 from each. A filter that puts out something else, such as a silent Leaky
//! ReLU filter, leaves a difference.

mod chain;

use crate::CnnError;
use crate::architecture::{Architecture, Layer};
use crate::parameters::{ParameterTensor, Role};
pub(crate) use chain::{Weighted, chain};

/// Which filters of a layer stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staying {
    filters: usize,
    places: Vec<usize>,
}

impl Staying {
    /// Of `filters`, those for which `stays` holds.
    pub fn choose(filters: usize, stays: impl Fn(usize) -> bool) -> Self {
        Self {
            filters,
            places: (0..filters).filter(|&place| stays(place)).collect(),
        }
    }

    /// How many there were.
    pub const fn before(&self) -> usize {
        self.filters
    }

    /// How many stay.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether none does.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// What stays of an array of the shape (.., filters, inner), whatever it counts before.
    pub fn of<T: Copy>(&self, values: &[T], inner: usize) -> Vec<T> {
        let mut kept = Vec::with_capacity(values.len());
        for block in values.chunks_exact((self.filters * inner).max(1)) {
            for place in &self.places {
                kept.extend_from_slice(&block[place * inner..(place + 1) * inner]);
            }
        }
        kept
    }
}

/// A network without some of its filters.
#[derive(Clone, Debug, PartialEq)]
pub struct Pruning {
    /// Its layers.
    pub architecture: Architecture,
    /// Its parameters, in the order of the buffer.
    pub parameters: Vec<ParameterTensor>,
    /// By element of its buffer, the place in the buffer of the whole network.
    places: Vec<usize>,
}

impl Pruning {
    /// Removes filters, listed for each layer with an activation in the order of
    /// [`Network::layers`](crate::network::Network::layers), from a network for images of
    /// (height, width, channels).
    ///
    /// # Errors
    /// As [`Architecture::check`]; [`CnnError::Setting`] if there are not as many lists as layers;
    /// [`CnnError::Layer`] if a layer has no such filter, would lose them all, is added to another
    /// by a residual block, so that its filters are not read by one layer alone, or is read by a
    /// batch norm behind its activation, which makes another constant of 0.
    pub fn new(
        architecture: &Architecture,
        input: [usize; 3],
        removed: &[Vec<usize>],
    ) -> Result<Self, CnnError> {
        let shapes = architecture.check(input)?;
        let chain = chain(&architecture.0, &shapes);
        let layers = chain.iter().filter(|own| own.activated.is_some()).count();
        if removed.len() != layers {
            let expected = format!("give one list of filters for each of the {layers} layers");
            return Err(CnnError::setting("layers", removed.len(), &expected));
        }
        let staying: Vec<Staying> = chain
            .iter()
            .map(|own| own.staying(own.activated.map_or(&[][..], |layer| &removed[layer])))
            .collect::<Result<_, _>>()?;
        let mut counts = staying.iter().map(Staying::len);
        let smaller = Architecture(with_filters(&architecture.0, &mut counts));
        Ok(Self {
            parameters: smaller.parameters(input)?,
            architecture: smaller,
            places: places(&architecture.parameters(input)?, &chain, &staying),
        })
    }

    /// The whole network's parameters with 0 in place of all that is removed: a network of the same
    /// shape that answers as the smaller one does, by the same sums with zeros in them.
    pub fn in_place(&self, values: &[f32]) -> Vec<f32> {
        let mut kept = vec![0.0; values.len()];
        for &place in &self.places {
            kept[place] = values[place];
        }
        kept
    }

    /// What is left of a buffer that has the layout of the whole network's parameters: weights,
    /// or an optimizer's moments.
    pub fn of<T: Copy>(&self, values: &[T]) -> Vec<T> {
        self.places.iter().map(|&place| values[place]).collect()
    }
}

/// Of filters that are to be removed, listed as for [`Pruning::new`], those that can be: none of a
/// layer that a residual block adds to another, and all but the first listed one of a layer that
/// would lose them all.
///
/// # Errors
/// As [`Architecture::check`].
pub fn removable(
    architecture: &Architecture,
    input: [usize; 3],
    mut listed: Vec<Vec<usize>>,
) -> Result<Vec<Vec<usize>>, CnnError> {
    let shapes = architecture.check(input)?;
    for own in chain(&architecture.0, &shapes) {
        if let Some(list) = own.activated.and_then(|layer| listed.get_mut(layer)) {
            if own.is_bound() {
                list.clear();
            } else if list.len() >= own.filters {
                list.remove(0);
            }
        }
    }
    Ok(listed)
}

/// The same layers with other numbers of filters.
fn with_filters(layers: &[Layer], counts: &mut impl Iterator<Item = usize>) -> Vec<Layer> {
    let changed = |layer: &Layer| match (layer, layer.filters()) {
        (Layer::Residual(block), _) => Layer::Residual(with_filters(block, counts)),
        (own, Some(filters)) => own.with_filters(counts.next().unwrap_or(filters)),
        (other, None) => other.clone(),
    };
    layers.iter().map(changed).collect()
}

/// The places of all elements that stay, in order.
fn places(tensors: &[ParameterTensor], chain: &[Weighted], staying: &[Staying]) -> Vec<usize> {
    let mut places = Vec::new();
    // How many layers with weights have begun.
    let mut begun = 0_usize;
    for tensor in tensors {
        let mut own: Vec<usize> = tensor.range.clone().collect();
        if tensor.role.is_weight() {
            // (positions, channels, filters), where a matrix may read an image of positions.
            if let Some(before) = begun.checked_sub(1) {
                own = staying[before].of(&own, chain[begun].filters);
            }
            begun += 1;
        }
        // All else is (filters), of the layer that began last: but for a batch norm of the images, and
        // the number of batches.
        match begun.checked_sub(1) {
            Some(last) if tensor.role != Role::Batches => {
                places.extend(staying[last].of(&own, 1));
            }
            _ => places.extend(own),
        }
    }
    places
}

#[cfg(test)]
mod tests;
