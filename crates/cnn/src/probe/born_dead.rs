//! How many networks, and how many single filters, are dead before training: by drawing them.
//!
//! It asks nothing of the trial's network, and draws at its end; the trial itself may be one of 0
//! epochs.
//!
//! A **network** has one input and hidden layers of equal width with ReLU. It is born dead if some
//! hidden layer is 0 at every input, so that its output is constant (Lu et al. 2019,
//! arXiv 1903.06733). A network of L layers is one of more layers cut off after its hidden layer
//! L - 1: so the first dead layer of each network answers for all depths.
//! - He: weights N(0, 2 / `fan_in`), no biases. Such a network is a ray on either side of 0:
//!   f(x) = |x| f(sign x), so that the inputs 1 and -1 stand for all.
//! - RAI: randomized asymmetric initialization as
//!   [`Initialization`](crate::initialization::Initialization) draws it, at 41 inputs from -sqrt 3
//!   to sqrt 3.
//!
//! A **filter** is 3x3 over the channels of the images, weights N(0, 1) (their scale changes
//! nothing), no bias. It is silent on patches if its sum is at most 0 on each: on one patch; on two
//! at 30, 60 and 90 degrees; on all patches that are not negative (it is not, unless all weights
//! are); on all that the training images have, zero padding around them.
//!
//! | quantity | layer | value |
//! |---|---|---|
//! | `networks` | | networks drawn |
//! | `first_dead` | hidden layer | networks whose first dead hidden layer it is |
//! | `filters` | | filters drawn |
//! | `silent_on_one`, `silent_at_30`, `silent_at_60`, `silent_at_90`, `silent_on_all`, `silent_on_images` | | filters silent there |

mod filters;
mod networks;

pub use crate::settings::probes::BornDead;

use crate::CnnError;
use crate::initialization::Scheme;
use crate::random::Streams;
use crate::record::ProbeRow;
use crate::step::Step;

/// The probe.
#[derive(Debug)]
pub(super) struct BornDeadProbe {
    asked: BornDead,
    streams: Streams,
}

impl BornDeadProbe {
    /// A probe that draws with these streams.
    pub const fn new(asked: BornDead, streams: Streams) -> Self {
        Self { asked, streams }
    }
}

impl super::Probe for BornDeadProbe {
    fn end(&mut self, step: &Step<'_>, rows: &mut Vec<ProbeRow>) -> Result<(), CnnError> {
        let mut row = |layer, quantity: &str, value: u32| {
            rows.push(ProbeRow {
                probe: "born_dead".into(),
                step: step.step,
                layer,
                filter: None,
                quantity: quantity.into(),
                value: f64::from(value),
            });
        };
        match self.asked {
            BornDead::Networks {
                draws,
                hidden,
                width,
                scheme,
            } => {
                row(None, "networks", draws);
                let first_dead = match scheme {
                    Scheme::Rai => networks::rai(draws, hidden, width, self.streams),
                    _ => networks::he(draws, hidden, width, self.streams),
                };
                for (layer, networks) in (0..).zip(first_dead) {
                    row(Some(layer), "first_dead", networks);
                }
            }
            BornDead::Filters { draws } => {
                row(None, "filters", draws);
                for (quantity, silent) in filters::silent(draws, step.training, self.streams) {
                    row(None, quantity, silent);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
