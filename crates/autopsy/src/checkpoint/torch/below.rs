//! What lies directly below a value of a pickle, and below a dotted key.

use super::walk::{axes, is_optimizer};
use crate::checkpoint::pickle::{Id, Pickle, Value};

/// How deep states lie in other dictionaries.
pub const DEEPEST: usize = 16;

/// What a dictionary, list or object holds, with its keys; a wrapper's content has none.
pub fn children(pickle: &Pickle, id: Id) -> Vec<(Option<String>, Id)> {
    if is_optimizer(pickle, id) {
        return Vec::new();
    }
    let named = |&(key, value): &(Id, Id)| match &pickle.values[key] {
        Value::Text(key) => Some((Some(key.clone()), value)),
        Value::Integer(key) => Some((Some(key.to_string()), value)),
        _ => None,
    };
    match &pickle.values[id] {
        Value::Sequence(items) if items.len() == 1 && axes(pickle, items[0]).is_none() => {
            vec![(None, items[0])]
        }
        Value::Sequence(items) => {
            let numbered = items.iter().enumerate();
            numbered
                .map(|(index, &item)| (Some(index.to_string()), item))
                .collect()
        }
        Value::Object(object) if pickle.entries(id).is_empty() => {
            let given = pickle.sequence(object.arguments).unwrap_or_default();
            let held = |&&id: &&Id| matches!(pickle.values[id], Value::Dictionary(_));
            let held: Vec<_> = given.iter().filter(held).map(|&id| (None, id)).collect();
            if held.len() == 1 { held } else { Vec::new() }
        }
        _ => pickle.entries(id).iter().filter_map(named).collect(),
    }
}

/// The value under a dotted key; keys may have dots themselves.
pub fn find(pickle: &Pickle, id: Id, key: &str, depth: usize) -> Option<Id> {
    let child = |name: &str| {
        let children = children(pickle, id).into_iter().rev();
        let mut named = children.filter(|(own, _)| own.as_deref() == Some(name));
        named.next().map(|(_, child)| child)
    };
    if depth > DEEPEST {
        return None;
    }
    child(key).or_else(|| {
        let mut dots = key.match_indices('.');
        dots.find_map(|(dot, _)| find(pickle, child(&key[..dot])?, &key[dot + 1..], depth + 1))
    })
}

/// Says that there is no such key, and which there are.
pub fn missing(pickle: &Pickle, key: &str) -> String {
    let keys = children(pickle, pickle.root);
    let keys: Vec<String> = keys
        .into_iter()
        .filter_map(|(key, _)| key)
        .take(40)
        .collect();
    format!("has no key `{key}`; it has {}", keys.join(", "))
}

/// Says that no tensors of a model are there.
pub fn nothing(pickle: &Pickle, id: Id) -> String {
    let keys: Vec<_> = children(pickle, id)
        .into_iter()
        .filter_map(|(key, _)| key)
        .take(40)
        .collect();
    if keys.is_empty() {
        return "holds no tensors: save model.state_dict()".to_owned();
    }
    format!(
        "holds a dictionary with the keys {keys:?}, none of which has tensors of a model below it: \
         put model.state_dict() under `model_state_dict`"
    )
}
