//! The settings of fastai's optimizers: `hypers`, a dictionary for each group of parameters.

use super::ParameterGroup;
use crate::checkpoint::pickle::{Id, Pickle};

/// The groups of so many parameters. Which of several groups holds which is not saved.
pub fn groups(pickle: &Pickle, settings: &[Id], parameters: usize) -> Vec<ParameterGroup> {
    let own = |group: &Id| {
        let number = |key| pickle.get(*group, key).and_then(|id| pickle.number(id));
        let momentum = number("mom");
        // With a mean of squares it is Adam, whose decay is decoupled unless told otherwise.
        let is_adam = number("sqr_mom").is_some();
        ParameterGroup {
            rate: number("lr"),
            momentum: momentum.filter(|_| !is_adam),
            beta1: momentum.filter(|_| is_adam),
            weight_decay: number("wd").unwrap_or(0.0),
            decoupled: is_adam,
            ..ParameterGroup::default()
        }
    };
    let mut groups: Vec<ParameterGroup> = settings.iter().map(own).collect();
    if let [only] = &mut groups[..] {
        only.parameters = (0..).take(parameters).collect();
    }
    groups
}
