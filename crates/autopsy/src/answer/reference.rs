//! Whether the studies can say what is normal here.

use super::code::Code;
use super::facts::Facts;
use crate::census::Role;

/// Why the studies, which trained chains of convolutions and linear layers with ReLU, have nothing
/// to compare a run with; `None` if they have.
pub fn missing(facts: &Facts<'_>, code: Code) -> Option<String> {
    if !code.trains() {
        return Some(
            "the studies' networks all trained, so they say nothing of one that does not"
                .to_owned(),
        );
    }
    let other = |role: Role| facts.trained().find(|own| own.role == role);
    let parts = [
        (Role::NormGain, "norms"),
        (Role::Embedding, "embeddings"),
        (Role::Position, "position embeddings"),
        (Role::Adapter, "adapters"),
        (Role::Scalar, "gates or slopes"),
    ];
    let part = parts
        .iter()
        .find_map(|&(role, words)| Some((words, other(role)?)));
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
