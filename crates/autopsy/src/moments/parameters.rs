//! Which parameter of an optimizer is which tensor of the model.
//!
//! An optimizer numbers the parameters that it was given. Names in its groups say which is which;
//! otherwise parameters are in the order of the model, so that those of a group are to be found
//! among the model's tensors in order, with the shapes of their states, and with movements that
//! their states can explain. Where that can be done in several ways, a tensor keeps several
//! candidates, and what holds for all of them holds for it.

use std::collections::BTreeMap;

use super::alignment::{Alignment, align};
use super::held::{is_silent, moves};
use crate::checkpoint::{Checkpoint, OptimizerState, Tensor};
use crate::layers::trained;

/// What is known of a tensor's movement when its parameter is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// It kept its bits.
    Still,
    /// Decay alone moved it.
    Decays,
    /// It learned.
    Learns,
    /// It moved, nobody asked why.
    Moves,
}

/// Which parameter of the optimizer is which tensor of the model.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    found: BTreeMap<String, Place>,
    /// Why it is not known of some.
    pub doubt: Option<String>,
}

/// Where a tensor may be in the optimizer.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The parameters that it can be.
    pub candidates: Vec<i64>,
    /// Whether it can be none.
    pub may_be_left: bool,
}

impl Parameters {
    /// The index of the tensor's parameter, if that is certain.
    pub fn index(&self, name: &str) -> Option<i64> {
        let place = self.found.get(name)?;
        match place.candidates[..] {
            [only] if !place.may_be_left => Some(only),
            _ => None,
        }
    }

    /// Where the tensor may be.
    pub fn place(&self, name: &str) -> Option<&Place> {
        self.found.get(name)
    }

    /// Maps names to indices.
    pub fn find(checkpoint: &Checkpoint, movement: impl Fn(&str) -> Movement) -> Option<Self> {
        let (state, file) = checkpoint.state()?;
        let given = state.groups.iter().map(|group| group.parameters.len());
        let mut tensors = distinct(checkpoint, given.sum());
        if !checkpoint.ordered {
            tensors.sort_by(|a, b| crate::layers::natural(&a.name, &b.name));
        }
        if state.groups.iter().all(|group| group.names.is_some()) {
            return Some(by_name(&tensors, state));
        }
        let moves: Vec<Movement> = tensors.iter().map(|own| movement(&own.name)).collect();
        let fits = |index: i64, place: usize| {
            let tensor = tensors[place];
            let Some(entry) = state.entries.get(&index) else {
                return moves[place] != Movement::Learns || state.entries.is_empty();
            };
            let Some(group) = state.group(index) else {
                return false;
            };
            if entry.shape.is_empty() {
                return true;
            }
            if entry.shape != tensor.shape {
                return moves[place] == Movement::Still && is_old_copy(&entry.shape, &tensor.shape);
            }
            match moves[place] {
                Movement::Still => !self::moves(checkpoint, tensor, file, entry, group),
                Movement::Learns => !is_silent(file, entry),
                Movement::Decays | Movement::Moves => true,
            }
        };
        let mut found = Self::default();
        let groups: Vec<&[i64]> = state.groups.iter().map(|own| &own.parameters[..]).collect();
        let all = groups.concat();
        let aligned = |indices: &[i64]| {
            let fits = |i: usize, j: usize| fits(indices[i], j);
            if checkpoint.ordered {
                align(indices.len(), tensors.len(), fits)
            } else {
                in_any_order(indices.len(), tensors.len(), fits)
            }
        };
        if let Some(alignment) = aligned(&all) {
            found.add(&tensors, &all, &alignment);
        } else {
            // Groups that were filled by kind, such as weights and biases: each in order by itself.
            for group in groups {
                let Some(alignment) = aligned(group) else {
                    let doubt = "its parameters are not in the order of the model's tensors";
                    return Some(Self {
                        doubt: Some(doubt.to_owned()),
                        ..Self::default()
                    });
                };
                found.add(&tensors, group, &alignment);
            }
        }
        found.settle(&tensors);
        Some(found)
    }

    fn add(&mut self, tensors: &[&Tensor], indices: &[i64], alignment: &Alignment) {
        let ways = alignment.candidates.iter().zip(&alignment.may_be_left);
        for (tensor, (candidates, &left)) in tensors.iter().zip(ways) {
            let candidates = candidates.iter().map(|&place| indices[place]);
            let known = self.found.contains_key(&tensor.name);
            let place = self.found.entry(tensor.name.clone()).or_default();
            place.candidates.extend(candidates);
            place.may_be_left = if known {
                place.may_be_left && left
            } else {
                left
            };
        }
    }

    /// What is certain of one tensor is nobody else's; says what is left in doubt.
    fn settle(&mut self, tensors: &[&Tensor]) {
        let taken: Vec<(String, i64)> = tensors
            .iter()
            .filter_map(|own| Some((own.name.clone(), self.index(&own.name)?)))
            .collect();
        for (name, place) in &mut self.found {
            place.candidates.retain(|index| {
                taken
                    .iter()
                    .all(|(owner, own)| own != index || owner == name)
            });
        }
        let doubtful = tensors.iter().find(|own| {
            let place = self.found.get(&own.name);
            place.is_some_and(|own| !own.candidates.is_empty()) && self.index(&own.name).is_none()
        });
        self.doubt = doubtful.map(|tensor| {
            format!(
                "which of its parameters is `{}` cannot be known from shapes and order: give \
                 the optimizer named parameters (model.named_parameters())",
                tensor.name
            )
        });
    }
}

/// Trained tensors; where the optimizer has fewer, of two that are one (tied weights) the first.
fn distinct(checkpoint: &Checkpoint, parameters: usize) -> Vec<&Tensor> {
    let all: Vec<&Tensor> = trained(checkpoint).collect();
    if parameters >= all.len() {
        return all;
    }
    let mut tensors: Vec<&Tensor> = Vec::new();
    for tensor in all {
        let tied = |other: &&&Tensor| {
            other.shape == tensor.shape
                && other.shape.len() > 1
                && checkpoint.bytes(other) == checkpoint.bytes(tensor)
        };
        if tensors.iter().find(tied).is_none() || checkpoint.is_zero(tensor) {
            tensors.push(tensor);
        }
    }
    tensors
}

/// Whether a state can be that of a tensor before its rows were made more or fewer.
fn is_old_copy(state: &[usize], tensor: &[usize]) -> bool {
    state.len() == tensor.len() && state.len() > 1 && state[1..] == tensor[1..]
}

fn by_name(tensors: &[&Tensor], state: &OptimizerState) -> Parameters {
    let mut found = Parameters::default();
    for tensor in tensors {
        let mut place = Place {
            may_be_left: true,
            ..Place::default()
        };
        for group in &state.groups {
            let names = group.names.iter().flatten();
            for (name, &index) in names.zip(&group.parameters) {
                // Names may have prefixes that the tensors' have lost.
                let rest = name.strip_suffix(&tensor.name[..]);
                if rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.')) {
                    place = Place {
                        candidates: vec![index],
                        may_be_left: false,
                    };
                }
            }
        }
        found.found.insert(tensor.name.clone(), place);
    }
    found
}

/// Where the file does not keep the order: every pair that fits, and what is left over among
/// tensors and parameters that fit each other.
fn in_any_order(
    parameters: usize,
    tensors: usize,
    fits: impl Fn(usize, usize) -> bool,
) -> Option<Alignment> {
    let mut candidates: Vec<Vec<usize>> = (0..tensors)
        .map(|tensor| (0..parameters).filter(|&own| fits(own, tensor)).collect())
        .collect();
    let has_tensor = |own: usize| candidates.iter().any(|all| all.contains(&own));
    if !(0..parameters).all(has_tensor) {
        return None;
    }
    // A parameter that only one tensor can be is that tensor's, and so on.
    let mut settled = vec![false; parameters];
    loop {
        let sole = (0..parameters).find_map(|own| {
            let mut holders = (0..tensors).filter(|&tensor| candidates[tensor].contains(&own));
            let first = holders.next()?;
            (!settled[own] && holders.next().is_none()).then_some((own, first))
        });
        let Some((own, tensor)) = sole else { break };
        settled[own] = true;
        candidates[tensor] = vec![own];
    }
    let may_be_left = (0..tensors)
        .map(|tensor| {
            let own = &candidates[tensor];
            let rivals = candidates.iter().filter(|other| *other == own).count();
            own.is_empty() || !(own.len() == 1 && settled[own[0]]) && rivals > own.len()
        })
        .collect();
    Some(Alignment {
        candidates,
        may_be_left,
    })
}
