//! Whether the studies can say what is normal here.

use super::code::Code;
use super::facts::Facts;
use crate::census::TensorCensus;
use crate::layers::Role;

/// Whether a tensor is what somebody looks for.
type Holds = fn(&TensorCensus) -> bool;

/// Why the studies, which trained chains of convolutions and linear layers with ReLU, have nothing
/// to compare a run with; `None` if they have.
pub fn missing(facts: &Facts<'_>, code: Code) -> Option<String> {
    if !code.trains() {
        return Some(
            "the studies' networks all trained, so they say nothing of one that does not"
                .to_owned(),
        );
    }
    let parts: [(&str, Holds); 7] = [
        ("norms", |own| own.role == Role::NormGain),
        ("embeddings", |own| own.role == Role::Embedding),
        ("position embeddings", |own| own.role == Role::Position),
        ("adapters", TensorCensus::is_adapter),
        ("attention", |own| own.role == Role::Attention),
        ("recurrent layers", |own| own.role == Role::Recurrent),
        ("gates or slopes", |own| own.role.is_gate()),
    ];
    let part = parts
        .iter()
        .find_map(|(words, holds)| Some((words, facts.trained().find(|own| holds(own))?)));
    let reason = if let Some((words, tensor)) = part {
        format!("this network has {words} ({})", tensor.name)
    } else if !facts.history.network.certain {
        "this network is not known to be such a chain".to_owned()
    } else {
        return None;
    };
    Some(format!(
        "nobody has measured it: the studies trained chains of convolutions and linear layers with \
         ReLU, and {reason}"
    ))
}
