//! What an optimizer's state tells of a tensor at one moment.

use super::parameters::Parameters;
use crate::Format;
use crate::checkpoint::{Checkpoint, ParameterGroup, StateEntry, Tensor};
use crate::sketch::places;

/// What the optimizer holds of a tensor, as far as it is certain.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    /// Whether one of its groups holds the tensor.
    pub in_a_group: Option<bool>,
    /// Whether there is a state of it: PyTorch makes one with the first gradient.
    pub has_state: Option<bool>,
    /// Whether its moments are exactly 0 although steps were made: no gradient, ever.
    pub silent: bool,
    /// Whether its first moment is what weight decay alone makes of it: in the loss's gradient it
    /// does not occur.
    pub decay_only: bool,
    /// How often it was stepped.
    pub step: Option<f64>,
    /// The rate in force.
    pub rate: Option<f64>,
    /// Weight decay, whichever its kind.
    pub weight_decay: f64,
    /// The shape of its state, where it is another than the tensor's: that of an old copy.
    pub other_shape: Option<Vec<usize>>,
    /// What the next update changes.
    pub updates: Option<Updates>,
}

/// Shares of a tensor's numbers that an update changes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Updates {
    /// At the rate in force, see [`Rates`].
    pub own: f64,
    /// At the rate in force, if the numbers had 32 bits.
    pub in_f32: f64,
    /// At a rate of 0.001.
    pub at_usual_rate: f64,
}

/// The largest rate of the groups when the last two files were saved.
///
/// A schedule ends with the last step, often at 0: what moved the weights before is the larger one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// At the file before the last.
    pub before: Option<f64>,
    /// At the last.
    pub last: Option<f64>,
}

impl Rates {
    /// The larger one.
    pub fn in_force(self) -> Option<f64> {
        self.before
            .into_iter()
            .chain(self.last)
            .max_by(f64::total_cmp)
    }

    /// The same for a group whose rate at the last file is `own`.
    fn of_group(self, own: f64) -> f64 {
        match (self.before, self.last) {
            (Some(before), Some(last)) if before > last => {
                if last > 0.0 {
                    own * before / last
                } else {
                    before
                }
            }
            _ => own,
        }
    }
}

/// A rate that no one would call small, for Adam and for SGD alike.
const USUAL_RATE: f64 = 1e-3;

/// How many numbers of a tensor are asked.
const ASKED: usize = 256;

/// Adam's `eps`.
const EPSILON: f64 = 1e-8;

/// What the state of a file says of one of its tensors; `None` if it has none.
pub fn held(
    checkpoint: &Checkpoint,
    parameters: &Parameters,
    tensor: &Tensor,
    rates: Rates,
) -> Option<Held> {
    let (state, file) = checkpoint.state()?;
    let place = parameters.place(&tensor.name)?;
    let mut held = Held::default();
    if place.candidates.is_empty() {
        held.in_a_group = Some(false);
        return Some(held);
    }
    held.in_a_group = (!place.may_be_left).then_some(true);
    let entries = || {
        place
            .candidates
            .iter()
            .map(|index| state.entries.get(index))
    };
    // What holds for all candidates holds for the tensor.
    let all = |holds: &dyn Fn(&StateEntry) -> bool| entries().all(|own| own.is_some_and(holds));
    if !state.entries.is_empty() {
        held.has_state = if entries().all(|entry| entry.is_some()) {
            Some(true)
        } else if entries().all(|entry| entry.is_none()) {
            Some(false)
        } else {
            None
        };
    }
    let stepped = |entry: &StateEntry| file.step_of(entry).is_none_or(|step| step > 0.0);
    held.silent = all(&|entry| is_silent(file, entry) && stepped(entry));
    let (Some(&first), true) = (place.candidates.first(), held.in_a_group.is_some()) else {
        return Some(held);
    };
    held.step = state
        .entries
        .get(&first)
        .and_then(|entry| file.step_of(entry));
    if let Some(group) = state.group(first) {
        held.rate = group.rate;
        held.weight_decay = group.weight_decay;
        if let (Some(entry), [_]) = (state.entries.get(&first), &place.candidates[..]) {
            let differs = !entry.shape.is_empty() && entry.shape != tensor.shape;
            if differs {
                held.other_shape = Some(entry.shape.clone());
            } else {
                let rate = group.rate.map(|own| rates.of_group(own));
                held.updates = updates(checkpoint, tensor, file, entry, rate);
                held.decay_only = group.weight_decay > 0.0
                    && !group.decoupled
                    && is_multiple(checkpoint, tensor, file, entry);
            }
        }
    }
    Some(held)
}

/// Whether all moments are exactly 0.
pub fn is_silent(file: &Checkpoint, entry: &StateEntry) -> bool {
    let zero = |moment: &Option<Tensor>| moment.as_ref().is_none_or(|own| file.is_zero(own));
    entry.first_moment.is_some() && zero(&entry.first_moment) && zero(&entry.second_moment)
}

/// Whether the next update of a tensor would move a quarter of its numbers: if so, and it stands
/// still, the state is not its own.
pub fn moves(
    checkpoint: &Checkpoint,
    tensor: &Tensor,
    file: &Checkpoint,
    entry: &StateEntry,
    group: &ParameterGroup,
) -> bool {
    updates(checkpoint, tensor, file, entry, group.rate).is_some_and(|share| share.own > 0.25)
}

/// What an update changes: rate times the buffer of SGD, or times Adam's quotient of moments,
/// against half a unit in the last place.
fn updates(
    checkpoint: &Checkpoint,
    tensor: &Tensor,
    file: &Checkpoint,
    entry: &StateEntry,
    rate: Option<f64>,
) -> Option<Updates> {
    let first = entry.first_moment.as_ref()?;
    let second = entry.second_moment.as_ref();
    let fits = |moment: &Tensor| moment.shape == tensor.shape;
    if !fits(first) || !second.is_none_or(fits) || tensor.is_empty() {
        return None;
    }
    let rate = rate?;
    let mut moved = Updates::default();
    let one = 1.0 / tensor.len().min(ASKED) as f64;
    for place in places(tensor.len(), ASKED) {
        let size = libm::sqrt(second.map_or(1.0, |second| file.number(second, place)));
        let update = (file.number(first, place) / (size + EPSILON)).abs();
        let weight = checkpoint.number(tensor, place);
        let changes = |rate: f64, format: Format| {
            if rate * update > format.half_ulp(weight) {
                one
            } else {
                0.0
            }
        };
        moved.own += changes(rate, tensor.format);
        moved.in_f32 += changes(rate, Format::F32);
        moved.at_usual_rate += changes(USUAL_RATE, tensor.format);
    }
    Some(moved)
}

/// Whether a first moment is one multiple of the weights, above 0, to a twentieth: what an L2 term
/// makes of it where the loss has no gradient.
fn is_multiple(
    checkpoint: &Checkpoint,
    tensor: &Tensor,
    file: &Checkpoint,
    entry: &StateEntry,
) -> bool {
    const SLACK: f64 = 1.05;
    let Some(first) = entry
        .first_moment
        .as_ref()
        .filter(|own| own.shape == tensor.shape)
    else {
        return false;
    };
    let (mut low, mut high, mut asked) = (f64::INFINITY, 0.0_f64, 0);
    for place in places(tensor.len(), ASKED) {
        let weight = checkpoint.number(tensor, place);
        if weight != 0.0 {
            let ratio = file.number(first, place) / weight;
            (low, high, asked) = (low.min(ratio), high.max(ratio), asked + 1);
        }
    }
    asked > 3 && low > 0.0 && high < SLACK * SLACK * low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_that_has_ended_was_in_force_before() {
        let rates = |before, last| Rates {
            before: Some(before),
            last: Some(last),
        };
        assert_eq!(rates(0.5, 0.0).of_group(0.0), 0.5);
        assert_eq!(rates(0.5, 0.25).of_group(0.125), 0.25);
        assert_eq!(rates(0.25, 0.5).of_group(0.5), 0.5);
        assert_eq!(rates(0.5, 0.0).in_force(), Some(0.5));
        assert_eq!(Rates::default().of_group(0.5), 0.5);
    }
}
