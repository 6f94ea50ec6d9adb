//! The layers with weights in a row, each of them read by the next.

use std::collections::BTreeMap;

use super::Staying;
use crate::CnnError;
use crate::architecture::{Activation, Layer, LayerShape};

/// A convolution or linear layer.
pub struct Weighted {
    /// As [`FilterLayer::name`](crate::network::FilterLayer): `conv1`, `linear2`.
    pub name: String,
    /// Its path in the architecture.
    index: String,
    /// In its notation.
    layer: String,
    /// Output channels or units.
    pub filters: usize,
    /// Its place among the layers with an activation, if it has one.
    pub activated: Option<usize>,
    /// That activation.
    pub function: Option<Activation>,
    /// Why none of its filters can go, if so.
    bound: Option<&'static str>,
}

const ADDED: &str = "a residual block adds it to another layer, so its filters stay";
const NORMED: &str =
    "a batch norm behind its activation makes another constant of 0, so its filters stay";
const UNSHARED: &str = "its filters are the same in number at every position, and each position has its own, so all stay";
const OUTPUT: &str = "it is the network's output, so its filters stay";

impl Weighted {
    /// Whether its filters are its own: read by the next layer alone, and not by a batch norm behind
    /// its activation.
    ///
    /// # Errors
    /// [`CnnError::Layer`] with the reason.
    pub fn free(&self) -> Result<(), CnnError> {
        match self.bound {
            Some(reason) => Err(self.wrong(reason.to_owned())),
            None => Ok(()),
        }
    }

    /// A problem of this layer.
    pub fn wrong(&self, problem: String) -> CnnError {
        CnnError::Layer {
            index: self.index.clone(),
            layer: self.layer.clone(),
            problem,
        }
    }

    /// Whether none of its filters can go.
    pub const fn is_bound(&self) -> bool {
        self.bound.is_some()
    }

    /// Which of its filters stay without those `removed`.
    pub fn staying(&self, removed: &[usize]) -> Result<Staying, CnnError> {
        let wrong = |problem: String| Err(self.wrong(problem));
        if !removed.is_empty() {
            self.free()?;
        }
        if let Some(beyond) = removed.iter().find(|&&filter| filter >= self.filters) {
            let problem = format!("it has {} filters, and none is {beyond}", self.filters);
            return wrong(problem);
        }
        let staying = Staying::choose(self.filters, |filter| !removed.contains(&filter));
        if staying.is_empty() {
            return wrong("it would lose all of its filters; at least one has to stay".to_owned());
        }
        Ok(staying)
    }
}

/// All layers with weights, those of blocks in their place.
pub fn chain(layers: &[Layer], shapes: &[LayerShape]) -> Vec<Weighted> {
    let mut walk = Walk::default();
    walk.layers(layers, shapes, "");
    walk.bind(OUTPUT);
    walk.chain
}

#[derive(Default)]
struct Walk {
    chain: Vec<Weighted>,
    activated: usize,
    /// How many layers there are so far by the word that their text begins with.
    named: BTreeMap<String, usize>,
}

impl Walk {
    /// Walks over layers in a row; gives the one that has no activation yet, if one has not.
    fn layers(&mut self, layers: &[Layer], shapes: &[LayerShape], path: &str) -> Option<usize> {
        let mut pending = None;
        for (index, (layer, shape)) in layers.iter().zip(shapes).enumerate() {
            if layer.filters().is_some() {
                pending = Some(self.chain.len());
                let text = layer.to_string();
                let word = text.split(' ').next().unwrap_or_default();
                let number = self.named.entry(word.to_owned()).or_default();
                *number += 1;
                self.chain.push(Weighted {
                    name: format!("{word}{number}"),
                    index: format!("{path}{index}"),
                    layer: text,
                    filters: shape.output.filters(),
                    activated: None,
                    function: None,
                    bound: matches!(layer, Layer::Local(_)).then_some(UNSHARED),
                });
            }
            match layer {
                Layer::Activation(function) => {
                    if let Some(own) = pending.take() {
                        self.chain[own].function = Some(*function);
                        self.chain[own].activated = Some(self.activated);
                        self.activated += 1;
                    }
                }
                // One that stands between a layer and its activation loses its filters with it.
                Layer::BatchNorm(_) if pending.is_none() => self.bind(NORMED),
                Layer::Residual(block) => {
                    self.bind(ADDED);
                    let last = self.layers(block, &shape.block, &format!("{path}{index}."));
                    self.bind(ADDED);
                    pending = last.or(pending);
                }
                _ => {}
            }
        }
        pending
    }

    /// The last layer so far keeps its filters.
    fn bind(&mut self, reason: &'static str) {
        if let Some(last) = self.chain.last_mut() {
            last.bound = Some(reason);
        }
    }
}
