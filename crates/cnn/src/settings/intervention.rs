//! What is done to filters of a network while it is trained.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::CnnError;
use crate::architecture::{Activation, Architecture};
use crate::prune::{Pruning, Weighted, chain};
use crate::random::{self, Stream, Streams};

/// What is done to filters, between two updates: after whatever looks at the network there (the
/// census of that step sees it as it was), and before the next update.
///
/// Layers have the names of [`FilterLayer::name`](crate::network::FilterLayer). Of a layer either
/// `filters` are listed, or a `share` of them, rounded to the nearest number, is drawn from
/// [`Stream::Interventions`]: the same ones for [`Intervention::Silence`] and
/// [`Intervention::Remove`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Intervention {
    /// Weights and bias of filters become 0, and so does what the optimizer remembers of them. Their
    /// pre-activation is then 0 on every image, and its gradient too: they are dead for good. For
    /// activations whose derivative at 0 is 0.
    Silence {
        /// The layer, such as `conv3`.
        layer: String,
        /// Which filters, counted from 0; or else a share.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        filters: Vec<usize>,
        /// How many of the layer's, from 0 to 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        share: Option<f64>,
        /// After how many updates.
        step: u32,
    },
    /// The network is trained without filters: those that stay begin with the draws that they have
    /// in the whole network. It goes the way of the whole network in which they are silenced at step
    /// 0, bit for bit.
    Remove {
        /// The layer, such as `conv3`.
        layer: String,
        /// Which filters, counted from 0; or else a share.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        filters: Vec<usize>,
        /// How many of the layer's, from 0 to 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        share: Option<f64>,
    },
    /// Filters of all layers start afresh: weights and bias are drawn anew, the weights by which the
    /// next layer reads them become 0, and the optimizer forgets both. Where they were dead, no
    /// output of the network changes. (The restarts of continual backpropagation, Dohare et al. 2024,
    /// and of `ReDo`, Sokar et al. 2023, arXiv 2302.12902.)
    Rescue {
        /// Which.
        filters: Which,
        /// After how many updates; or else every so many epochs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<u32>,
        /// At the end of every so many epochs, such as 4.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        every_epochs: Option<u32>,
    },
}

/// Which filters start afresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// Those that are dead on the training images.
    Dead,
    /// Of each layer as many as are dead, drawn from those that are not.
    Live,
}

impl Intervention {
    /// Whether there are such filters, and whether it can be done to them.
    pub(super) fn check(
        &self,
        architecture: &Architecture,
        input: [usize; 3],
        steps: u64,
    ) -> Result<(), CnnError> {
        match self {
            Self::Silence { step, .. } => {
                moment(Some(*step), None, steps)?;
                no_batch_norm(architecture, "silence")?;
                let removed = self.chosen(architecture, input, None)?;
                let chain = chain(&architecture.0, &architecture.check(input)?);
                for own in &chain {
                    let silenced = own.activated.is_some_and(|at| !removed[at].is_empty());
                    if let (true, Some(function)) = (silenced, own.function) {
                        flat_at_0(function)?;
                    }
                }
                Pruning::new(architecture, input, &removed).map(drop)
            }
            Self::Remove { .. } => {
                let removed = self.chosen(architecture, input, None)?;
                Pruning::new(architecture, input, &removed).map(drop)
            }
            Self::Rescue {
                step, every_epochs, ..
            } => {
                moment(*step, *every_epochs, steps)?;
                no_batch_norm(architecture, "rescue")?;
                let chain = chain(&architecture.0, &architecture.check(input)?);
                chain
                    .iter()
                    .filter(|own| own.activated.is_some())
                    .try_for_each(Weighted::free)
            }
        }
    }

    /// The filters that are silenced or removed, of each layer with an activation; without streams
    /// as many others.
    ///
    /// # Errors
    /// If there is no such layer or filter.
    pub(crate) fn chosen(
        &self,
        architecture: &Architecture,
        input: [usize; 3],
        streams: Option<Streams>,
    ) -> Result<Vec<Vec<usize>>, CnnError> {
        let chain = chain(&architecture.0, &architecture.check(input)?);
        let layers: Vec<&Weighted> = chain.iter().filter(|own| own.activated.is_some()).collect();
        let mut chosen = vec![Vec::new(); layers.len()];
        let (Self::Silence {
            layer,
            filters,
            share,
            ..
        }
        | Self::Remove {
            layer,
            filters,
            share,
        }) = self
        else {
            return Ok(chosen);
        };
        let Some(place) = layers.iter().position(|own| own.name == *layer) else {
            let names: Vec<&str> = layers.iter().map(|own| own.name.as_str()).collect();
            let expected = format!("the layers with an activation are {}", names.join(", "));
            return Err(CnnError::setting("intervention.layer", layer, &expected));
        };
        let all = layers[place].filters;
        chosen[place] = match (filters.as_slice(), share) {
            ([], Some(share)) if (0.0..=1.0).contains(share) => {
                let mut order: Vec<usize> = (0..all).collect();
                if let Some(streams) = streams {
                    random::shuffle(&mut order, &mut streams.generator(Stream::Interventions));
                }
                order.truncate((share * all as f64).round() as usize);
                order.sort_unstable();
                order
            }
            ([], Some(share)) => {
                let expected = "must be from 0 to 1";
                return Err(CnnError::setting("intervention.share", share, expected));
            }
            (listed @ [_, ..], None) => listed.to_vec(),
            _ => {
                let expected = "say which of a layer's by `filters` or how many by `share`, one of \
                                the two";
                return Err(CnnError::setting("intervention.filters", "", expected));
            }
        };
        Ok(chosen)
    }
}

/// Whether one of the two says when.
fn moment(step: Option<u32>, every_epochs: Option<u32>, steps: u64) -> Result<(), CnnError> {
    let wrong = |key: &str, value: u32, expected: &str| {
        Err(CnnError::setting(
            &format!("intervention.{key}"),
            value,
            expected,
        ))
    };
    match (step, every_epochs) {
        (Some(step), None) if u64::from(step) >= steps => {
            let expected = format!("must be below the {steps} updates of the training");
            wrong("step", step, &expected)
        }
        (None, Some(0)) => wrong("every_epochs", 0, "must be at least 1"),
        (Some(_), None) | (None, Some(_)) => Ok(()),
        _ => wrong(
            "step",
            step.unwrap_or(0),
            "say when by `step` or by `every_epochs`, one of the two",
        ),
    }
}

fn no_batch_norm(architecture: &Architecture, kind: &str) -> Result<(), CnnError> {
    if !architecture.has_batch_norm() {
        return Ok(());
    }
    let expected = "a batch norm keeps what it knows of filters; use a network without one";
    Err(CnnError::setting("intervention.kind", kind, expected))
}

/// Whether a pre-activation of 0 gets no gradient.
fn flat_at_0(function: Activation) -> Result<(), CnnError> {
    if function.is_flat_at(0.0) {
        return Ok(());
    }
    let expected = format!(
        "a silenced filter's pre-activation is 0, and the derivative of `{function}` there is not; \
         silence filters of ReLU"
    );
    Err(CnnError::setting("intervention.kind", "silence", &expected))
}
