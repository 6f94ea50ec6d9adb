//! Which of a file's tensors are the model's.
//!
//! Trainers save dictionaries in dictionaries. A dictionary that holds matrices by name is a
//! model's state, and so is a module. Elsewhere the most explicit of [`MODEL_KEYS`] is taken, or
//! the only key with tensors below it; where there are several, all together (generator and
//! discriminator) but for averages and copies ([`AVERAGES`]). What was taken and what was left is
//! said, and `--key` chooses otherwise.

use std::collections::HashSet;

use super::below::{DEEPEST, children, find, missing, nothing};
use super::walk::{Named, Walk, axes, is_module, is_optimizer, is_scripted, shape};
use crate::checkpoint::pickle::{Id, Pickle};

/// Keys under which a `state_dict` is looked for, the most explicit first.
const MODEL_KEYS: [&str; 11] = [
    "model_state_dict",
    "state_dict",
    "model",
    "model_state",
    "net",
    "network",
    "module",
    "weights",
    "params",
    "net_state_dict",
    "student",
];

/// Words in keys of averages and copies of a model.
const AVERAGES: [&str; 13] = [
    "ema", "swa", "avg", "average", "averaged", "polyak", "teacher", "target", "shadow", "best",
    "old", "previous", "ref",
];

/// Beginnings of keys whose values are never the model.
const BESIDE: [&str; 14] = [
    "optim",
    "lr_",
    "sched",
    "scaler",
    "amp_scaler",
    "rng",
    "random",
    "callbacks",
    "loops",
    "args",
    "hparams",
    "hyper_parameters",
    "config",
    "message_hub",
];

/// What was chosen.
#[derive(Default)]
pub struct Choice {
    /// The dotted key that was taken; `None` for the whole file.
    pub key: Option<String>,
    /// Keys of what else holds tensors.
    pub others: Vec<String>,
    pub tensors: Named,
}

/// A key and the tensors below it.
struct Group {
    key: String,
    is_module: bool,
    id: Id,
    tensors: Named,
}

/// Chooses the model's tensors, below `key` if one is given.
pub fn choose(pickle: &Pickle, key: Option<&str>) -> Result<Choice, String> {
    let mut choosing = Choosing {
        pickle,
        // A tree is gone through once for each of the levels above its states.
        visits: DEEPEST * pickle.values.len() + 64,
        path: Vec::new(),
        others: Vec::new(),
    };
    let mut start = pickle.root;
    if let Some(key) = key {
        start = find(pickle, pickle.root, key, 0).ok_or_else(|| missing(pickle, key))?;
        choosing.path.push(key.to_owned());
    }
    let tensors = choosing.model(start)?;
    let is_weight = |(_, id): &(String, Id)| axes(pickle, *id).is_some();
    if !tensors.iter().any(is_weight) {
        // A file of an optimizer's or a scaler's state lies beside the weights.
        let beside = is_optimizer(pickle, start) || pickle.get(start, "growth_factor").is_some();
        if !beside || key.is_some() {
            return Err(nothing(pickle, start));
        }
    }
    Ok(Choice {
        key: (!choosing.path.is_empty()).then(|| choosing.path.join(".")),
        others: choosing.others,
        tensors,
    })
}

struct Choosing<'a> {
    pickle: &'a Pickle,
    /// Values that may still be looked at: shared ones may be reached on many ways.
    visits: usize,
    path: Vec<String>,
    others: Vec<String>,
}

impl Choosing<'_> {
    fn all(&mut self, id: Id) -> Result<Named, String> {
        let mut walk = Walk::new(self.pickle);
        walk.below("", id, 0)?;
        self.visits = self
            .visits
            .checked_sub(walk.visits())
            .ok_or("refers to the same tensors again and again: save model.state_dict()")?;
        Ok(walk.found)
    }

    /// The model's tensors below a value.
    fn model(&mut self, mut id: Id) -> Result<Named, String> {
        let pickle = self.pickle;
        for _ in 0..DEEPEST {
            if is_module(pickle, id) || is_scripted(pickle, id) {
                return self.all(id);
            }
            let children = children(pickle, id);
            if let [(None, only)] = children[..] {
                id = only;
                continue;
            }
            let mut groups = Vec::new();
            let mut direct = Vec::new();
            for (key, child) in children {
                let Some(key) = key else { continue };
                match axes(pickle, child) {
                    Some(axes) => direct.push(axes),
                    None if BESIDE.iter().any(|word| key.starts_with(word)) => {}
                    None => {
                        let tensors = self.all(child)?;
                        let holds = |(_, id): &(String, Id)| axes(pickle, *id) > Some(0);
                        if tensors.iter().any(holds) {
                            groups.push(Group {
                                key,
                                is_module: is_module(pickle, child),
                                id: child,
                                tensors,
                            });
                        }
                    }
                }
            }
            self.without_records(&mut groups);
            let keyed = MODEL_KEYS
                .iter()
                .find_map(|name| groups.iter().position(|group| group.key == *name));
            let is_state = direct.iter().any(|&axes| axes > 1) || groups.is_empty();
            let taken = match keyed {
                Some(keyed) => keyed,
                None if is_state => return self.all(id),
                None => {
                    // Beside modules, other tensors are data.
                    let modules = groups.iter().any(|group| group.is_module);
                    let aside =
                        |group: &Group| is_average(&group.key) || (modules && !group.is_module);
                    let (averages, own): (Vec<usize>, Vec<usize>) =
                        (0..groups.len()).partition(|&index| aside(&groups[index]));
                    match (&own[..], &averages[..]) {
                        ([only], _) | ([], [only, ..]) if !is_layer(pickle, groups[*only].id) => {
                            *only
                        }
                        _ => {
                            self.leave(averages.iter().map(|&index| &groups[index]));
                            return Ok(together(&groups, &own));
                        }
                    }
                }
            };
            let rest = groups.iter().enumerate();
            let rest = rest.filter(|&(index, _)| index != taken);
            self.leave(rest.map(|(_, group)| group));
            self.path.push(groups[taken].key.clone());
            id = groups[taken].id;
        }
        self.all(id)
    }

    /// Takes groups of vectors away that fit no matrix, such as losses so far.
    fn without_records(&self, groups: &mut Vec<Group>) {
        let pickle = self.pickle;
        let shapes = |group: &Group| -> Vec<Vec<usize>> {
            let tensors = group.tensors.iter();
            tensors
                .filter(|(_, id)| axes(pickle, *id).is_some())
                .filter_map(|(_, id)| shape(pickle, *id).map(<[usize]>::to_vec))
                .collect()
        };
        let all: Vec<Vec<Vec<usize>>> = groups.iter().map(shapes).collect();
        let matrices = all.iter().flatten().filter(|shape| shape.len() > 1);
        let lengths: HashSet<usize> = matrices.flatten().copied().collect();
        let mut own = all.iter();
        groups.retain(|_| {
            let of_model = |shape: &Vec<usize>| {
                shape.len() > 1 || shape.iter().any(|length| lengths.contains(length))
            };
            lengths.is_empty() || own.next().is_some_and(|shapes| shapes.iter().any(of_model))
        });
    }

    /// Remembers what is not taken.
    fn leave<'b>(&mut self, groups: impl Iterator<Item = &'b Group>) {
        let full = |group: &Group| {
            let path = self.path.iter().map(String::as_str);
            path.chain([&group.key[..]]).collect::<Vec<_>>().join(".")
        };
        // Vectors alone are no model.
        let is_model = |group: &&Group| {
            let mut tensors = group.tensors.iter();
            tensors.any(|(_, id)| axes(self.pickle, *id) > Some(1))
        };
        let left: Vec<String> = groups.filter(is_model).map(full).collect();
        self.others.extend(left);
    }
}

/// Several groups as one, each under its key.
fn together(groups: &[Group], chosen: &[usize]) -> Named {
    let chosen = chosen.iter().map(|&index| &groups[index]);
    chosen
        .flat_map(|group| {
            let separator = if group.key.contains('/') { '/' } else { '.' };
            let name =
                move |(name, id): &(String, Id)| (format!("{}{separator}{name}", group.key), *id);
            group.tensors.iter().map(name)
        })
        .collect()
}

/// Whether a dictionary holds a layer's own variables, and not a model's.
fn is_layer(pickle: &Pickle, id: Id) -> bool {
    let names = ["weight", "kernel", "w", "W"];
    names.iter().any(|name| pickle.get(id, name).is_some())
}

/// Whether one of a key's words says that it is an average or a copy.
pub fn is_average(key: &str) -> bool {
    let key = key.to_lowercase();
    let mut words = key.split(|char: char| !char.is_ascii_alphanumeric());
    words.any(|word| AVERAGES.contains(&word))
}
