//! The tensors below a value of a pickle, by name.

use std::collections::HashSet;

use super::numbers::{Element, array_format, element};
use crate::checkpoint::pickle::{Id, Object, Pickle, Value};

/// How deep dictionaries and modules may lie in each other.
const DEEPEST: usize = 64;

/// Bytes of the longest name; each value below it costs a copy.
const LONGEST_NAME: usize = 1024;

/// Names and places of tensors.
pub type Named = Vec<(String, Id)>;

/// A walk below one value.
pub struct Walk<'a> {
    pickle: &'a Pickle,
    /// Dictionaries and objects on the way, so that cycles end and what is shared counts once.
    seen: HashSet<Id>,
    visits: usize,
    pub found: Named,
}

/// Whether an object is a `torch.nn.Module`: it keeps its parts in dictionaries of these names.
pub fn is_module(pickle: &Pickle, id: Id) -> bool {
    matches!(pickle.values[id], Value::Object(_))
        && ["_parameters", "_modules"]
            .iter()
            .all(|key| pickle.get(id, key).is_some())
}

/// Whether an object is a module of `TorchScript`, whose attributes are its parts.
pub fn is_scripted(pickle: &Pickle, id: Id) -> bool {
    matches!(&pickle.values[id], Value::Object(object)
        if pickle.name(object.class).starts_with("__torch__."))
}

/// Whether a dictionary is an optimizer's state, whose tensors are no weights.
pub fn is_optimizer(pickle: &Pickle, id: Id) -> bool {
    let has = |key| pickle.get(id, key).is_some();
    has("state") && (has("param_groups") || has("hypers"))
}

/// Whether an object stands for a sparse tensor.
pub fn is_sparse(pickle: &Pickle, object: &Object) -> bool {
    let class = pickle.name(object.class);
    class.starts_with("torch._utils._rebuild_sparse")
}

/// Whether an object stands for a tensor of a kind that is not read.
fn is_foreign_tensor(pickle: &Pickle, object: &Object) -> bool {
    pickle
        .name(object.class)
        .starts_with("torch._utils._rebuild_")
}

/// The shape of a tensor or array.
pub fn shape(pickle: &Pickle, id: Id) -> Option<&[usize]> {
    match &pickle.values[id] {
        Value::Tensor(tensor) => Some(&tensor.shape),
        Value::Array(array) => Some(&array.shape),
        _ => None,
    }
}

/// How many axes a floating-point tensor or array has.
pub fn axes(pickle: &Pickle, id: Id) -> Option<usize> {
    match &pickle.values[id] {
        Value::Tensor(tensor) => {
            let is_weight = !matches!(element(pickle, tensor), Element::Integer | Element::Complex);
            is_weight.then_some(tensor.shape.len())
        }
        Value::Array(array) => {
            (!matches!(array_format(pickle, array), Ok(None))).then_some(array.shape.len())
        }
        Value::Object(object) if is_sparse(pickle, object) => None,
        Value::Object(object) if is_foreign_tensor(pickle, object) => Some(2),
        _ => None,
    }
}

impl<'a> Walk<'a> {
    pub fn new(pickle: &'a Pickle) -> Self {
        Self {
            pickle,
            seen: HashSet::new(),
            visits: 0,
            found: Vec::new(),
        }
    }

    /// How many values it came across.
    pub fn visits(&self) -> usize {
        self.visits
    }

    /// Adds the tensors below `id`, whose name is `prefix`.
    pub fn below(&mut self, prefix: &str, id: Id, depth: usize) -> Result<(), String> {
        if depth > DEEPEST || prefix.len() > LONGEST_NAME {
            let start: String = prefix.chars().take(80).collect();
            return Err(format!(
                "`{start}..` lies more than {DEEPEST} dictionaries deep, or has a name of more than \
                 {LONGEST_NAME} bytes: save model.state_dict()"
            ));
        }
        let pickle = self.pickle;
        let value = &pickle.values[id];
        self.visits += 1;
        if matches!(value, Value::Tensor(_) | Value::Array(_)) {
            self.found.push((prefix.to_owned(), id));
            return Ok(());
        }
        let holds_others = matches!(
            value,
            Value::Dictionary(_) | Value::Sequence(_) | Value::Object(_)
        );
        if !holds_others || !self.seen.insert(id) || is_optimizer(pickle, id) {
            return Ok(());
        }
        match value {
            Value::Sequence(items) => self.list(prefix, items, depth),
            Value::Object(object) if is_foreign_tensor(pickle, object) => {
                self.found.push((prefix.to_owned(), id));
                Ok(())
            }
            Value::Object(_) if is_module(pickle, id) => self.module(prefix, id, depth),
            Value::Object(object) => {
                self.dictionary(prefix, id, depth)?;
                // Wrappers such as Flax's `FrozenDict` are called with what they hold.
                let given = pickle.sequence(object.arguments).unwrap_or_default();
                for &given in given {
                    if matches!(pickle.values[given], Value::Dictionary(_)) {
                        self.below(prefix, given, depth + 1)?;
                    }
                }
                self.list(prefix, &object.items, depth)
            }
            _ => self.dictionary(prefix, id, depth),
        }
    }

    fn dictionary(&mut self, prefix: &str, id: Id, depth: usize) -> Result<(), String> {
        let pickle = self.pickle;
        for &(key, value) in pickle.entries(id) {
            match &pickle.values[key] {
                Value::Text(key) => self.below(&join(prefix, key), value, depth + 1)?,
                Value::Integer(key) => {
                    self.below(&join(prefix, &key.to_string()), value, depth + 1)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// What `state_dict` would give: parameters, buffers that are saved, and those of its modules.
    fn module(&mut self, prefix: &str, id: Id, depth: usize) -> Result<(), String> {
        let pickle = self.pickle;
        let passing = pickle.get(id, "_non_persistent_buffers_set");
        let passing = passing
            .and_then(|id| pickle.sequence(id))
            .unwrap_or_default();
        let passing: HashSet<&str> = passing.iter().filter_map(|&id| pickle.text(id)).collect();
        for part in ["_parameters", "_buffers", "_modules"] {
            let Some(part) = pickle.get(id, part) else {
                continue;
            };
            for &(key, value) in pickle.entries(part) {
                if let Some(key) = pickle.text(key).filter(|key| !passing.contains(key)) {
                    self.below(&join(prefix, key), value, depth + 1)?;
                }
            }
        }
        Ok(())
    }

    /// The items of a list; where all are tensors they are named as parameters.
    fn list(&mut self, prefix: &str, items: &[Id], depth: usize) -> Result<(), String> {
        let pickle = self.pickle;
        // Paddle saves arrays with their names.
        if let [name, array] = items[..]
            && matches!(pickle.values[name], Value::Text(_))
            && axes(pickle, array).is_some()
        {
            return self.below(prefix, array, depth + 1);
        }
        let all: Option<Vec<usize>> = items.iter().map(|&id| axes(pickle, id)).collect();
        let names = match all {
            Some(axes) => {
                let is_array = |&id: &Id| matches!(pickle.values[id], Value::Array(_));
                parameter_names(&axes, items.iter().any(is_array))
            }
            None => (0..items.len()).map(|index| index.to_string()).collect(),
        };
        for (name, &item) in names.iter().zip(items) {
            self.below(&join(prefix, name), item, depth + 1)?;
        }
        Ok(())
    }
}

/// Names of a list of parameters, from the number of axes of each: vectors after a weight are its
/// bias where they are odd in number, and the rest gains and shifts of norms in turn. NumPy's
/// arrays may have either layout, so their names are those that do not tell.
fn parameter_names(axes: &[usize], arrays: bool) -> Vec<String> {
    let (weight, bias) = if arrays {
        ("w", "b")
    } else {
        ("weight", "bias")
    };
    let mut names = Vec::with_capacity(axes.len());
    let mut layer = 0;
    let mut index = 0;
    while index < axes.len() {
        let own = usize::from(axes[index] > 1);
        let rest = &axes[index + own..];
        let vectors = rest.iter().take_while(|&&axes| axes < 2).count();
        if own == 1 {
            names.push(format!("{layer}.{weight}"));
        }
        let biases = if own == 1 { vectors % 2 } else { 0 };
        names.extend((0..biases).map(|_| format!("{layer}.{bias}")));
        layer += own;
        for vector in 0..vectors - biases {
            let kind = if vector % 2 == 0 { weight } else { bias };
            names.push(format!("{}.{kind}", layer + vector / 2));
        }
        layer += (vectors - biases).div_ceil(2);
        index += own + vectors;
    }
    names
}

/// A name below another; Haiku's have slashes.
fn join(prefix: &str, name: &str) -> String {
    match prefix {
        "" => name.to_owned(),
        prefix if prefix.contains('/') => format!("{prefix}/{name}"),
        prefix => format!("{prefix}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_parameters_is_named() {
        // Two convolutions, a norm after the second, and a linear layer.
        let names = parameter_names(&[4, 1, 4, 1, 1, 2, 1], false);
        assert_eq!(
            names,
            [
                "0.weight", "0.bias", "1.weight", "2.weight", "2.bias", "3.weight", "3.bias"
            ]
        );
        let names = parameter_names(&[4, 1, 1, 1], true);
        assert_eq!(names, ["0.w", "0.b", "1.w", "1.b"]);
    }
}
