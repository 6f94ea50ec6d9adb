//! What the optimizer's state says of layers and tensors.

use crate::census::{Census, TensorCensus};
use crate::checkpoint::Checkpoint;
use crate::layers::Layer;
use crate::moments::{Movement, Parameters, Rates, held};

/// Writes into the census what the state of the last file says of every tensor; returns what of it
/// cannot be used.
pub fn hold(census: &mut Census, last: &Checkpoint, rates: Rates) -> Option<String> {
    let movement = |name: &str| {
        let own = census.tensors.iter().find(|own| own.name == name);
        own.map_or(Movement::Moves, TensorCensus::movement)
    };
    let parameters = Parameters::find(last, movement)?;
    let tensors = census.tensors.iter_mut();
    for census in tensors.filter(|own| own.is_trained()) {
        let tensor = last.tensor(&census.name);
        census.held = tensor.and_then(|tensor| held(last, &parameters, tensor, rates));
    }
    let doubt = parameters.doubt.as_ref()?;
    Some(format!("the optimizer's state is used in part: {doubt}"))
}

/// Marks layers of which the optimizer has no state.
pub fn mark_stateless(
    checkpoint: &Checkpoint,
    parameters: &Parameters,
    layers: &[Layer],
    stateless: &mut [bool],
) {
    let Some((state, _)) = checkpoint.state() else {
        return;
    };
    let lacks = |name: &String| {
        let place = parameters.place(name);
        place.is_some_and(|own| {
            let mut candidates = own.candidates.iter();
            candidates.all(|index| !state.entries.contains_key(index))
        })
    };
    for (layer, stateless) in layers.iter().zip(stateless) {
        *stateless = lacks(&layer.weight) && layer.companions.iter().all(lacks);
    }
}
