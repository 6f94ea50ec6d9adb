//! Which parameter of an optimizer is which tensor of the model.

use std::collections::BTreeMap;

use crate::checkpoint::{Checkpoint, OptimizerState, ParameterGroup, Tensor};
use crate::layers::is_trained;

/// Which parameter of the optimizer is which tensor of the model.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    /// Indices by name of the tensor.
    indices: BTreeMap<String, i64>,
}

impl Parameters {
    /// The index of the tensor's parameter.
    pub fn index(&self, name: &str) -> Option<i64> {
        self.indices.get(name).copied()
    }

    /// Maps names to indices, through names in the state where it has them, otherwise through
    /// shapes and order.
    ///
    /// # Errors
    /// Why the mapping is ambiguous.
    pub fn find(checkpoint: &Checkpoint, optimizer: &OptimizerState) -> Result<Self, String> {
        let trained: Vec<&Tensor> = checkpoint
            .tensors
            .iter()
            .filter(|tensor| is_trained(&tensor.name))
            .collect();
        let groups = &optimizer.groups;
        let mut indices = BTreeMap::new();
        if groups.iter().all(|group| group.names.is_some()) {
            for group in groups {
                let names = group.names.iter().flatten();
                for (name, &index) in names.zip(&group.parameters) {
                    // Names may have prefixes that the tensors' have lost.
                    let own = trained.iter().find(|tensor| name.ends_with(&tensor.name));
                    indices.extend(own.map(|tensor| (tensor.name.clone(), index)));
                }
            }
            return Ok(Self { indices });
        }
        let all: Vec<i64> = groups
            .iter()
            .flat_map(|group| group.parameters.clone())
            .collect();
        let fits = |index: &i64, tensor: &Tensor| {
            let entry = optimizer.entries.get(index);
            entry.is_none_or(|entry| entry.shape.is_empty() || entry.shape == tensor.shape)
        };
        if groups.len() == 1 && all.len() == trained.len() {
            let in_order = || all.iter().zip(&trained);
            if in_order().all(|(index, tensor)| fits(index, tensor)) {
                let named = in_order().map(|(&index, tensor)| (tensor.name.clone(), index));
                return Ok(Self {
                    indices: named.collect(),
                });
            }
            return Err("its parameters are not in the order of the model's tensors".to_owned());
        }
        by_shape(&trained, optimizer)
    }
}

/// Where every shape's parameters are all in one group, order within the shape tells them apart.
fn by_shape(trained: &[&Tensor], optimizer: &OptimizerState) -> Result<Parameters, String> {
    let mut indices = BTreeMap::new();
    for tensor in trained {
        let same: Vec<&&Tensor> = trained
            .iter()
            .filter(|own| own.shape == tensor.shape)
            .collect();
        let place = same.iter().position(|own| own.name == tensor.name);
        let of_shape = |group: &ParameterGroup| -> Vec<i64> {
            let fits = |index: &&i64| {
                let entry = optimizer.entries.get(index);
                entry.is_some_and(|entry| entry.shape == tensor.shape)
            };
            group.parameters.iter().filter(fits).copied().collect()
        };
        let found: Vec<Vec<i64>> = optimizer.groups.iter().map(of_shape).collect();
        let found: Vec<&Vec<i64>> = found.iter().filter(|own| !own.is_empty()).collect();
        match (&found[..], place) {
            ([], _) => {}
            ([own], Some(place)) if own.len() == same.len() => {
                indices.insert(tensor.name.clone(), own[place]);
            }
            _ => {
                return Err(format!(
                    "which of its parameters is `{}` cannot be known from shapes and order: give \
                     the optimizer named parameters (model.named_parameters())",
                    tensor.name
                ));
            }
        }
    }
    Ok(Parameters { indices })
}
