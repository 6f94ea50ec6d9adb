//! The layers with weights in a row, each of them read by the next.

use super::Staying;
use crate::CnnError;
use crate::architecture::{Layer, LayerShape};

/// A convolution or linear layer.
pub struct Weighted {
    /// Its path in the architecture.
    index: String,
    /// In its notation.
    layer: String,
    /// Output channels or units.
    pub filters: usize,
    /// Its place among the layers with an activation, if it has one.
    pub activated: Option<usize>,
    /// Why none of its filters can go, if so.
    bound: Option<&'static str>,
}

const ADDED: &str = "a residual block adds it to another layer, so its filters stay";
const NORMED: &str =
    "a batch norm behind its activation makes another constant of 0, so its filters stay";
const UNSHARED: &str = "its filters are the same in number at every position, and each position has its own, so all stay";
const OUTPUT: &str = "it is the network's output, so its filters stay";

impl Weighted {
    /// Which of its filters stay without those `removed`.
    pub fn staying(&self, removed: &[usize]) -> Result<Staying, CnnError> {
        let wrong = |problem: String| {
            Err(CnnError::Layer {
                index: self.index.clone(),
                layer: self.layer.clone(),
                problem,
            })
        };
        if let (Some(reason), false) = (self.bound, removed.is_empty()) {
            return wrong(reason.to_owned());
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
}

impl Walk {
    /// Walks over layers in a row; gives the one that has no activation yet, if one has not.
    fn layers(&mut self, layers: &[Layer], shapes: &[LayerShape], path: &str) -> Option<usize> {
        let mut pending = None;
        for (index, (layer, shape)) in layers.iter().zip(shapes).enumerate() {
            if layer.filters().is_some() {
                pending = Some(self.chain.len());
                self.chain.push(Weighted {
                    index: format!("{path}{index}"),
                    layer: layer.to_string(),
                    filters: shape.output.filters(),
                    activated: None,
                    bound: matches!(layer, Layer::Local(_)).then_some(UNSHARED),
                });
            }
            match layer {
                Layer::Activation(_) => {
                    if let Some(own) = pending.take() {
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
