//! What the filters of one layer put out.
#![expect(
    clippy::inline_always,
    reason = "only what is inlined is compiled for the instructions at hand"
)]

use crate::architecture::Activation;
use crate::network::FilterLayer;

/// An output whose size is at most this is near zero (fastai's `ActivationStats`).
pub const NEAR_ZERO: f32 = 0.05;

/// What the filters of one layer put out on some images. An output is one filter at one position
/// of one image, after the activation and before any pooling.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerActivity {
    /// Number of images.
    pub images: u64,
    /// Positions of each filter in one image.
    pub positions: usize,
    /// Images on which each filter is active (pre-activation above 0) at some position.
    pub active_images: Vec<u64>,
    /// Outputs at which each filter is active.
    pub active_outputs: Vec<u64>,
    /// Outputs y with |y| <= [`NEAR_ZERO`].
    pub near_zero: Vec<u64>,
    /// Sum of the outputs.
    pub sum: Vec<f64>,
    /// Largest output.
    pub largest: Vec<f32>,
    /// Sum of |y|, the largest |y| and the largest pre-activation. Empty of ReLU: there they are
    /// those of y, if what is below 0 before it counts as 0.
    sizes: Vec<f64>,
    largest_sizes: Vec<f32>,
    largest_before: Vec<f32>,
    function: Activation,
}

impl LayerActivity {
    /// On no images yet.
    pub fn new(layer: &FilterLayer) -> Self {
        let filters = layer.filters;
        let signed = if layer.function == Activation::RELU {
            0
        } else {
            filters
        };
        Self {
            images: 0,
            positions: layer.positions,
            active_images: vec![0; filters],
            active_outputs: vec![0; filters],
            near_zero: vec![0; filters],
            sum: vec![0.0; filters],
            largest: vec![f32::NEG_INFINITY; filters],
            sizes: vec![0.0; signed],
            largest_sizes: vec![0.0; signed],
            largest_before: vec![f32::NEG_INFINITY; signed],
            function: layer.function,
        }
    }

    /// Forgets all images.
    pub fn clear(&mut self) {
        self.images = 0;
        self.active_images.fill(0);
        self.active_outputs.fill(0);
        self.near_zero.fill(0);
        self.sum.fill(0.0);
        self.largest.fill(f32::NEG_INFINITY);
        self.sizes.fill(0.0);
        self.largest_sizes.fill(0.0);
        self.largest_before.fill(f32::NEG_INFINITY);
    }

    /// Number of filters.
    pub fn filters(&self) -> usize {
        self.sum.len()
    }

    /// Number of outputs of each filter.
    pub fn outputs(&self) -> u64 {
        self.images * self.positions as u64
    }

    /// Mean output of a filter.
    pub fn mean(&self, filter: usize) -> f64 {
        self.sum[filter] / self.outputs() as f64
    }

    /// Mean |output| of a filter.
    pub fn mean_size(&self, filter: usize) -> f64 {
        self.sizes.get(filter).unwrap_or(&self.sum[filter]) / self.outputs() as f64
    }

    /// Largest |output| of a filter.
    pub fn largest_size(&self, filter: usize) -> f32 {
        *self
            .largest_sizes
            .get(filter)
            .unwrap_or(&self.largest[filter])
    }

    /// Whether a filter is dead on these images: silent, with a derivative of exactly 0.
    pub fn is_dead(&self, filter: usize) -> bool {
        let largest = self.largest_before.get(filter);
        let largest = *largest.unwrap_or(&self.largest[filter]);
        largest <= 0.0
            && self
                .function
                .zero_derivative_up_to()
                .is_some_and(|end| largest <= end)
    }

    /// Of each filter the score of Sokar et al. (2023, "The Dormant Neuron Phenomenon in Deep
    /// Reinforcement Learning", arXiv 2302.12902): its mean |output| over the layer's mean of it,
    /// summed in the order of the filters. At most tau is tau-dormant. All are 0 where the layer
    /// puts out nothing but 0.
    pub fn dormancy(&self) -> Vec<f64> {
        let means: Vec<f64> = (0..self.filters()).map(|f| self.mean_size(f)).collect();
        let layer = means.iter().fold(0.0, |sum, mean| sum + mean) / means.len() as f64;
        let score = |mean: f64| if layer > 0.0 { mean / layer } else { 0.0 };
        means.into_iter().map(score).collect()
    }

    /// Takes in one image: pre-activations and outputs, each (positions, filters).
    #[inline(always)]
    pub(super) fn image(&mut self, pre_activations: &[f32], outputs: &[f32]) {
        let filters = self.filters();
        let mut first = 0;
        while first + LANES <= filters {
            self.lanes::<LANES>(pre_activations, outputs, first);
            first += LANES;
        }
        for filter in first..filters {
            self.lanes::<1>(pre_activations, outputs, filter);
        }
        self.images += 1;
    }

    /// The same of `N` filters from `first` on.
    #[inline(always)]
    fn lanes<const N: usize>(&mut self, pre_activations: &[f32], outputs: &[f32], first: usize) {
        let filters = self.filters();
        let (mut active, mut near) = ([0_u32; N], [0_u32; N]);
        let mut sum = take::<f64, N>(&self.sum, first);
        let mut largest = take::<f32, N>(&self.largest, first);
        for outputs in outputs.chunks_exact(filters) {
            let outputs = take::<f32, N>(outputs, first);
            for lane in 0..N {
                near[lane] += u32::from(outputs[lane].abs() <= NEAR_ZERO);
            }
            for lane in 0..N {
                sum[lane] += f64::from(outputs[lane]);
            }
            for lane in 0..N {
                largest[lane] = above(outputs[lane], largest[lane]);
            }
        }
        for values in pre_activations.chunks_exact(filters) {
            let values = take::<f32, N>(values, first);
            for lane in 0..N {
                active[lane] += u32::from(values[lane] > 0.0);
            }
        }
        self.sum[first..first + N].copy_from_slice(&sum);
        self.largest[first..first + N].copy_from_slice(&largest);
        for lane in 0..N {
            self.active_images[first + lane] += u64::from(active[lane] > 0);
            self.active_outputs[first + lane] += u64::from(active[lane]);
            self.near_zero[first + lane] += u64::from(near[lane]);
        }
        if !self.sizes.is_empty() {
            self.signed::<N>(pre_activations, outputs, first);
        }
    }

    /// What is not known from the outputs alone where they may be negative.
    #[inline(always)]
    fn signed<const N: usize>(&mut self, pre_activations: &[f32], outputs: &[f32], first: usize) {
        let filters = self.filters();
        let mut sizes = take::<f64, N>(&self.sizes, first);
        let mut largest = take::<f32, N>(&self.largest_sizes, first);
        for outputs in outputs.chunks_exact(filters) {
            let outputs = take::<f32, N>(outputs, first);
            for lane in 0..N {
                sizes[lane] += f64::from(outputs[lane].abs());
            }
            for lane in 0..N {
                largest[lane] = above(outputs[lane].abs(), largest[lane]);
            }
        }
        let mut largest_before = take::<f32, N>(&self.largest_before, first);
        for values in pre_activations.chunks_exact(filters) {
            let values = take::<f32, N>(values, first);
            for lane in 0..N {
                largest_before[lane] = above(values[lane], largest_before[lane]);
            }
        }
        let own = first..first + N;
        self.sizes[own.clone()].copy_from_slice(&sizes);
        self.largest_sizes[own.clone()].copy_from_slice(&largest);
        self.largest_before[own].copy_from_slice(&largest_before);
    }
}

/// Filters that are taken side by side.
const LANES: usize = 16;

#[inline(always)]
fn take<T: Copy + Default, const N: usize>(values: &[T], first: usize) -> [T; N] {
    let found = values.get(first..).and_then(|from| from.first_chunk::<N>());
    found.copied().unwrap_or([T::default(); N])
}

/// The larger of two numbers; the second if they are equal.
#[inline(always)]
fn above(value: f32, largest: f32) -> f32 {
    if value > largest { value } else { largest }
}
