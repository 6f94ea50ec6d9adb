//! How Keras names its variables in a file.
//!
//! Files of old versions have every variable's name. Those of Keras 3 have only numbers, below
//! groups that are called after the layers' classes: there the names are those that the class
//! gives its variables, and where it is not known they follow from the shapes.

use std::collections::HashMap;

use hdf5_pure::Group;
use serde_json::Value;

use super::{Found, Named, Reader};

/// Groups at the top that hold no weights.
const BESIDE: [&str; 3] = ["optimizer", "optimizer_weights", "metrics"];

/// The group and names of layers, where a file has variables by name.
pub fn layers_by_name(root: &Group) -> Option<(Group, Vec<String>)> {
    let within = root.group("model_weights").ok();
    let base = within.unwrap_or_else(|| root.clone());
    let layers = list(&base, "layer_names")?;
    Some((base, layers))
}

/// An attribute that is a list of names; a long one is in pieces.
pub fn list(group: &Group, name: &str) -> Option<Vec<String>> {
    let attributes = group.attrs().ok()?;
    let strings = |name: &str| Some(attributes.get(name)?.as_strings()?.to_vec());
    strings(name).or_else(|| {
        let pieces = (0..).map_while(|piece| strings(&format!("{name}{piece}")));
        let all: Vec<String> = pieces.flatten().collect();
        (!all.is_empty()).then_some(all)
    })
}

/// How often the optimizer has stepped.
pub fn iterations(reader: &mut Reader<'_>, root: &Group) -> Option<u64> {
    let mut found = Vec::new();
    for beside in &BESIDE[..2] {
        if let Ok(group) = root.group(beside) {
            reader.below(&group, &mut Vec::new(), &mut found).ok()?;
        }
    }
    let counts = |found: &&Found| {
        let path: Vec<&str> = found.path.iter().map(String::as_str).collect();
        let named = ["iteration", "iteration:0", "iter:0", "iterations:0"];
        path == ["vars", "0"] || path.last().is_some_and(|last| named.contains(last))
    };
    let counter = found.iter().find(counts)?;
    // One number, whatever its type.
    let count: u64 = counter.dataset.shape().ok()?.iter().product();
    let number = (count == 1).then(|| counter.dataset.read_i64().ok())??;
    number
        .first()
        .and_then(|&number| u64::try_from(number).ok())
}

/// The path of a group, and its variables with their numbers.
type Variables = (Vec<String>, Vec<(usize, Found)>);

/// What a model's description says of a layer.
struct Described {
    /// Its name, with those of the models that it is in.
    name: String,
    /// Its place among all.
    place: usize,
    /// Whether a norm has gains and shifts.
    scale: bool,
    center: bool,
}

/// Variables by their numbers.
pub fn by_index(found: Vec<Found>, config: Option<&[u8]>) -> Named {
    let config = config.and_then(|text| serde_json::from_slice::<Value>(text).ok());
    let mut described = HashMap::new();
    if let Some(config) = &config {
        describe(config, "", "", &mut described);
    }
    // By the group that they are in.
    let mut groups: Vec<Variables> = Vec::new();
    let mut named = Named::default();
    for own in found {
        if own
            .path
            .first()
            .is_some_and(|first| BESIDE.contains(&&first[..]))
        {
            continue;
        }
        let index = match &own.path[..] {
            [.., vars, index] if vars == "vars" => index.parse().ok(),
            _ => None,
        };
        let Some(index) = index else {
            named.arrays.push((own.path.join("/"), own.dataset));
            continue;
        };
        let group = own.path[..own.path.len() - 2].to_vec();
        match groups.iter_mut().find(|(path, _)| *path == group) {
            Some((_, variables)) => variables.push((index, own)),
            None => groups.push((group, vec![(index, own)])),
        }
    }
    let mut placed = Vec::new();
    for (group, mut variables) in groups {
        variables.sort_by_key(|&(index, _)| index);
        let own = (1..=group.len())
            .rev()
            .find_map(|end| Some((end, described.get(&group[..end].join("/"))?)));
        let rest = &group[own.map_or(0, |(end, _)| end)..];
        let mut name: Vec<&str> = own.iter().map(|(_, own)| &own.name[..]).collect();
        name.extend(
            rest.iter()
                .map(String::as_str)
                .filter(|part| *part != "layers"),
        );
        let axes: Vec<usize> = variables
            .iter()
            .map(|(_, own)| own.dataset.shape().map_or(0, |shape| shape.len()))
            .collect();
        let class = group.last().map_or("", |last| class(last));
        let norm = own.map(|(_, own)| (own.scale, own.center));
        let leaves = variable_names(class, &axes, norm);
        let place = own.map_or(usize::MAX, |(_, own)| own.place);
        for (leaf, (_, own)) in leaves.into_iter().zip(variables) {
            let full = name.iter().copied().chain([&leaf[..]]);
            placed.push((place, full.collect::<Vec<_>>().join("/"), own.dataset));
        }
    }
    named.ordered = !placed.is_empty() && placed.iter().all(|&(place, ..)| place != usize::MAX);
    placed.sort_by_key(|&(place, ..)| place);
    let arrays = placed.into_iter().map(|(_, name, dataset)| (name, dataset));
    named.arrays.extend(arrays);
    named
}

/// A class's part of a group's name: `conv2d` of `conv2d_1`.
fn class(group: &str) -> &str {
    let start = group.trim_end_matches(|char: char| char.is_ascii_digit());
    start.strip_suffix('_').unwrap_or(group)
}

/// The layers of a model's description, by the groups that their variables are in: the class in
/// small letters, numbered from the second of its kind (`keras/src/saving/saving_lib.py`).
fn describe(model: &Value, group: &str, name: &str, described: &mut HashMap<String, Described>) {
    let layers = model["config"]["layers"].as_array();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for layer in layers.into_iter().flatten() {
        let class = snake(layer["class_name"].as_str().unwrap_or_default());
        let count = counts.entry(class.clone()).or_default();
        let own = if *count == 0 {
            format!("{group}layers/{class}")
        } else {
            format!("{group}layers/{class}_{count}")
        };
        *count += 1;
        let config = &layer["config"];
        let full = format!("{name}{}", config["name"].as_str().unwrap_or(&class));
        describe(layer, &format!("{own}/"), &format!("{full}/"), described);
        let place = described.len();
        let flag = |key: &str| config[key].as_bool().unwrap_or(true);
        let own_description = Described {
            name: full,
            place,
            scale: flag("scale"),
            center: flag("center"),
        };
        described.insert(own, own_description);
    }
}

/// A class's name in small letters, as Keras writes it.
fn snake(class: &str) -> String {
    let chars: Vec<char> = class.chars().collect();
    let mut out = String::new();
    for (index, &char) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| chars[before]);
        let after = chars.get(index + 1);
        let begins = char.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase() || after.is_some_and(char::is_ascii_lowercase)
            });
        if begins {
            out.push('_');
        }
        out.push(char.to_ascii_lowercase());
    }
    out
}

/// Names that a class gives its variables, in their order.
fn variable_names(class: &str, axes: &[usize], norm: Option<(bool, bool)>) -> Vec<String> {
    let is_norm = class.ends_with("normalization") && class != "normalization";
    let statistics: &[&str] = match class {
        "batch_normalization" => &["moving_mean", "moving_variance"],
        _ => &[],
    };
    let trained = axes.len().saturating_sub(statistics.len());
    let names: Vec<&str> = match (class, axes) {
        _ if is_norm => {
            let trained: &[&str] = match (trained, norm) {
                (2, _) => &["gamma", "beta"],
                (1, Some((true, _))) => &["gamma"],
                (1, Some((false, _))) => &["beta"],
                (1, None) => &["gamma_or_beta"],
                _ => &[],
            };
            trained.iter().chain(statistics).copied().collect()
        }
        ("embedding", _) => vec!["embeddings"],
        ("p_re_lu", _) => vec!["alpha"],
        (class, _) if class.starts_with("separable_conv") => {
            vec!["depthwise_kernel", "pointwise_kernel", "bias"]
        }
        // Cells of recurrent networks, of which GRU's has two biases in one.
        (_, &[a, b, ..]) if a > 1 && b > 1 && axes.len() < 4 => {
            vec!["kernel", "recurrent_kernel", "bias"]
        }
        (_, &[a] | &[a, 1]) if a > 1 => vec!["kernel", "bias"],
        _ => Vec::new(),
    };
    let numbered = (0..axes.len()).map(|index| match names.get(index) {
        Some(name) => (*name).to_owned(),
        None => index.to_string(),
    });
    numbered.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_called_as_keras_does() {
        for (class, own) in [
            ("Conv2D", "conv2d"),
            ("Conv2DTranspose", "conv2d_transpose"),
            ("BatchNormalization", "batch_normalization"),
            ("PReLU", "p_re_lu"),
            ("LSTM", "lstm"),
            ("SeparableConv2D", "separable_conv2d"),
        ] {
            assert_eq!(snake(class), own);
        }
        assert_eq!(class("conv2d_12"), "conv2d");
        assert_eq!(class("conv2d"), "conv2d");
    }

    #[test]
    fn variables_are_named_by_their_class_or_shapes() {
        let names = |class, axes: &[usize]| variable_names(class, axes, None).join(" ");
        assert_eq!(names("conv2d", &[4, 1]), "kernel bias");
        assert_eq!(names("dense", &[2]), "kernel");
        assert_eq!(
            names("batch_normalization", &[1, 1, 1, 1]),
            "gamma beta moving_mean moving_variance"
        );
        assert_eq!(names("layer_normalization", &[1, 1]), "gamma beta");
        assert_eq!(names("cell", &[2, 2, 1]), "kernel recurrent_kernel bias");
        assert_eq!(names("mine", &[1, 3]), "0 1");
    }
}
