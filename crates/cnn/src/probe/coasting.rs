//! How far dead filters coast: from the last step with a gradient to the end of training, on what
//! the optimizer remembered, measured and as the finite sum over that memory says.
//!
//! Asked of every filter that is dead at the end and had a gradient once. Let s be its last step
//! with one, w its weights and bias after that update, and lr(t) the learning rate of update t.
//! Without gradient the buffers decay geometrically, so that each parameter moves by
//! - SGD: sum over k = 1, 2, .. of lr(s + k) mu^k v, with Nesterov's form mu^(k+1) v;
//! - Adam: sum of lr(s + k) / (1 - beta1^(s+k)) beta1^k m /
//!   (sqrt(beta2^k v / (1 - beta2^(s+k))) + epsilon);
//!
//! and under decay, which pulls at dead filters too, step by step. The sums are computed in f64,
//! apart from the optimizer's own code.
//!
//! | quantity (step: s) | value |
//! |---|---|
//! | `last_update` | largest change of one of its parameters in update s |
//! | `last_length` | Euclidean length of update s over its own parameters |
//! | `measured` | Euclidean length from its parameters after update s to those at the end |
//! | `predicted` | the same by the finite sum |

mod way;

use super::own::of_filter;
use crate::CnnError;
use crate::census::Census;
use crate::network::FilterLayer;
use crate::optimizer::OptimizerSettings;
use crate::record::ProbeRow;
use crate::step::Step;
use way::predicted;

/// The probe.
#[derive(Debug)]
pub(super) struct CoastingProbe {
    settings: OptimizerSettings,
    /// Learning rate of each update so far.
    rates: Vec<f64>,
    /// The state after the update before, and the parameters before that.
    before: State,
    earlier: Vec<f32>,
    /// Per layer and filter what it was when it lost its gradient; none while it has one, or if
    /// it never had any.
    lost: Vec<Vec<Option<Lost>>>,
    /// Per layer and filter whether it had a gradient in the update before.
    had: Vec<Vec<bool>>,
    /// Per layer and filter whether it was dead at the last census.
    dead: Vec<Vec<bool>>,
    /// Step of that census.
    census: Option<u32>,
}

/// Parameters and moments, of a network or of one filter.
#[derive(Clone, Debug, Default)]
struct State {
    parameters: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
}

/// A filter after its last update with a gradient.
#[derive(Clone, Debug)]
struct Lost {
    step: u32,
    state: State,
    last_update: f64,
    last_length: f64,
}

impl CoastingProbe {
    /// A probe for trials with this optimizer.
    pub fn new(settings: OptimizerSettings) -> Self {
        Self {
            settings,
            rates: Vec::new(),
            before: State::default(),
            earlier: Vec::new(),
            lost: Vec::new(),
            had: Vec::new(),
            dead: Vec::new(),
            census: None,
        }
    }

    /// Takes note of the filters that had a gradient in the update before and have none now.
    fn watch(&mut self, step: &Step<'_>) {
        let gradients = step.network.graph.parameter_grads();
        for (index, layer) in step.network.layers.iter().enumerate() {
            let (had, lost) = (&mut self.had[index], &mut self.lost[index]);
            let mut has = vec![false; layer.filters];
            let rows = layer.rows(&gradients[layer.weight.clone()]);
            for (first, row) in rows.chain([(0, &gradients[layer.bias.clone()])]) {
                for (has, &gradient) in has[first..].iter_mut().zip(row) {
                    *has |= gradient != 0.0;
                }
            }
            for (filter, &has) in has.iter().enumerate() {
                if has {
                    lost[filter] = None;
                } else if had[filter] {
                    lost[filter] = Some(Lost::new(
                        step.step - 1,
                        layer,
                        filter,
                        &self.before,
                        &self.earlier,
                    ));
                }
            }
            *had = has;
        }
    }
}

impl super::Probe for CoastingProbe {
    fn step(&mut self, step: &Step<'_>, _: &mut Vec<ProbeRow>) -> Result<(), CnnError> {
        if step.step == 0 {
            let of_layers = || step.network.layers.iter();
            self.lost = of_layers().map(|l| vec![None; l.filters]).collect();
            self.had = of_layers().map(|l| vec![false; l.filters]).collect();
            self.dead = self.had.clone();
        } else {
            self.rates.push(step.learning_rate);
            self.watch(step);
        }
        std::mem::swap(&mut self.earlier, &mut self.before.parameters);
        for (kept, now) in [
            (&mut self.before.parameters, step.network.graph.parameters()),
            (&mut self.before.first, step.optimizer.first_moments()),
            (&mut self.before.second, step.optimizer.second_moments()),
        ] {
            kept.clear();
            kept.extend_from_slice(now);
        }
        Ok(())
    }

    fn census(
        &mut self,
        census: &Census,
        _: &Step<'_>,
        _: &mut Vec<ProbeRow>,
    ) -> Result<(), CnnError> {
        self.census = Some(census.step);
        for (dead, layer) in self.dead.iter_mut().zip(&census.layers) {
            for (filter, dead) in dead.iter_mut().enumerate() {
                *dead = layer.is_dead(filter);
            }
        }
        Ok(())
    }

    fn end(&mut self, step: &Step<'_>, rows: &mut Vec<ProbeRow>) -> Result<(), CnnError> {
        // A network that diverged has no last census, and no deaths that last to its end.
        if self.census != Some(step.planned) {
            return Ok(());
        }
        for (index, layer) in step.network.layers.iter().enumerate() {
            for (filter, lost) in self.lost[index].iter().enumerate() {
                let Some(lost) = lost.as_ref().filter(|_| self.dead[index][filter]) else {
                    continue;
                };
                let now = own(layer, filter, step.network.graph.parameters());
                let measured = length(lost.state.parameters.iter().zip(&now), |(&from, &to)| {
                    f64::from(to) - f64::from(from)
                });
                let rates = &self.rates[lost.step as usize..];
                let predicted = predicted(&self.settings, lost, rates);
                for (quantity, value) in [
                    ("last_update", lost.last_update),
                    ("last_length", lost.last_length),
                    ("measured", measured),
                    ("predicted", predicted),
                ] {
                    rows.push(ProbeRow {
                        probe: "coasting".into(),
                        step: lost.step,
                        layer: Some(index as u32),
                        filter: Some(filter as u32),
                        quantity: quantity.into(),
                        value,
                    });
                }
            }
        }
        Ok(())
    }
}

impl Lost {
    /// A filter after update `step`, from the state of the network then and its parameters before
    /// that update.
    fn new(step: u32, layer: &FilterLayer, filter: usize, state: &State, earlier: &[f32]) -> Self {
        let parameters = own(layer, filter, &state.parameters);
        let earlier = own(layer, filter, earlier);
        let change = |(&from, &to): (&f32, &f32)| f64::from(to) - f64::from(from);
        let changes = || earlier.iter().zip(&parameters);
        Self {
            step,
            last_update: changes().map(|pair| change(pair).abs()).fold(0.0, f64::max),
            last_length: length(changes(), change),
            state: State {
                first: own(layer, filter, &state.first),
                second: own(layer, filter, &state.second),
                parameters,
            },
        }
    }
}

/// A filter's own part of a buffer with the layout of the parameters; nothing if the optimizer has
/// no such buffer.
fn own(layer: &FilterLayer, filter: usize, buffer: &[f32]) -> Vec<f32> {
    if buffer.is_empty() {
        return Vec::new();
    }
    of_filter(layer, filter, buffer).collect()
}

fn length<T>(items: impl Iterator<Item = T>, of: impl Fn(T) -> f64) -> f64 {
    let squares = items.map(of).map(|value| value * value);
    squares.sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests;
