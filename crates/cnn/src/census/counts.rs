//! Counts of one layer.

use super::place::Place;
use crate::network::FilterLayer;

/// What the filters of one layer do on a set of images.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerCensus {
    /// Largest pre-activation of each filter over images and positions; NaN if any was NaN.
    pub largest: Vec<f32>,
    /// Images on which each filter is active (pre-activation above 0) at some position.
    pub active_images: Vec<u64>,
    /// Image x position at which each filter is active.
    pub active_positions: Vec<u64>,
    /// Positions x filters: 1 where the unit is active on some image, else 0.
    pub active_units: Vec<u32>,
    /// Positions of each filter.
    pub positions: usize,
    /// (height, width) of the layer's map, 1 and 1 of a linear layer: the positions in rows. A
    /// filter of a locally connected layer stands at one of them.
    pub map: [usize; 2],
    /// Units at one position of the map: what its last axis counts.
    channels: usize,
    /// Up to which pre-activation the derivative is exactly 0; none if nowhere.
    zero_derivative_up_to: Option<f32>,
    /// From which one on it is; none if nowhere.
    zero_derivative_from: Option<f32>,
    /// Of each filter, whether some pre-activation has a derivative other than 0. Kept only where
    /// the derivative is 0 on both sides: elsewhere the largest pre-activation tells.
    sloped: Vec<bool>,
    /// Scratch: active positions of each filter in one image.
    in_image: Vec<u32>,
}

impl LayerCensus {
    /// Of a layer whose units have the shape (N, H, W, filters) or (N, filters).
    pub(super) fn new(layer: &FilterLayer, units: &[usize]) -> Self {
        let map = match units {
            [_, height, width, _] => [*height, *width],
            _ => [1, 1],
        };
        let filters = layer.filters;
        Self {
            largest: vec![f32::NEG_INFINITY; filters],
            active_images: vec![0; filters],
            active_positions: vec![0; filters],
            active_units: vec![0; filters * layer.positions],
            positions: layer.positions,
            map,
            channels: layer.channels,
            zero_derivative_up_to: layer.function.zero_derivative_up_to(),
            zero_derivative_from: layer.function.zero_derivative_from(),
            sloped: vec![false; filters],
            in_image: vec![0; filters],
        }
    }

    /// Number of filters.
    pub fn filters(&self) -> usize {
        self.largest.len()
    }

    /// Whether a filter is silent: its pre-activation is at most 0 at every image and position.
    pub fn is_silent(&self, filter: usize) -> bool {
        self.largest[filter] <= 0.0
    }

    /// Whether a filter is dead: silent, and the activation's derivative is exactly 0 throughout.
    pub fn is_dead(&self, filter: usize) -> bool {
        let largest = self.largest[filter];
        largest <= 0.0
            && self
                .zero_derivative_up_to
                .is_some_and(|limit| largest <= limit)
    }

    /// Whether a filter is saturated: not silent, and yet the activation's derivative is exactly 0
    /// at every image and position. Only of activations that are flat on both sides, as tanh.
    pub fn is_saturated(&self, filter: usize) -> bool {
        self.zero_derivative_from.is_some() && !self.sloped[filter] && self.largest[filter] > 0.0
    }

    /// Number of filters that are dead.
    pub fn count_dead(&self) -> usize {
        (0..self.filters())
            .filter(|&filter| self.is_dead(filter))
            .count()
    }

    /// Number of units that are active on some image.
    pub fn count_active_units(&self) -> usize {
        self.active_units
            .iter()
            .map(|&active| active as usize)
            .sum()
    }

    /// Number of units of one filter that are active on some image.
    pub fn active_units_of(&self, filter: usize) -> usize {
        let of_filter = self
            .active_units
            .iter()
            .skip(filter)
            .step_by(self.filters());
        of_filter.map(|&active| active as usize).sum()
    }

    /// Number of a filter's units at such places, and of those the ones that are silent: active
    /// on no image.
    pub fn units_at(&self, filter: usize, place: Place) -> [usize; 2] {
        let units = self.active_units.iter().enumerate().skip(filter);
        let of_filter = units.step_by(self.filters());
        let there = of_filter.filter(|(unit, _)| place.holds(unit / self.channels, self.map));
        there.fold([0, 0], |[units, silent], (_, &active)| {
            [units + 1, silent + usize::from(active == 0)]
        })
    }

    pub(super) fn clear(&mut self) {
        self.largest.fill(f32::NEG_INFINITY);
        self.active_images.fill(0);
        self.active_positions.fill(0);
        self.active_units.fill(0);
        self.sloped.fill(false);
    }

    /// Counts a batch: a value for each unit, (N, positions, filters), above 0 where it is active,
    /// and the largest pre-activation of each filter in the batch.
    pub(super) fn add(&mut self, values: &[f32], activity: &[f32]) {
        for (largest, &value) in self.largest.iter_mut().zip(activity) {
            if value > *largest || value.is_nan() {
                *largest = value;
            }
        }
        let filters = self.largest.len();
        if let (Some(end), Some(start)) = (self.zero_derivative_up_to, self.zero_derivative_from) {
            for position in values.chunks_exact(filters) {
                for (sloped, value) in self.sloped.iter_mut().zip(position) {
                    *sloped |= !(*value <= end || *value >= start);
                }
            }
        }
        for image in values.chunks_exact(filters * self.positions) {
            let mut first = 0;
            while first + LANES <= filters {
                let counts = count::<LANES>(image, filters, first, &mut self.active_units);
                self.in_image[first..first + LANES].copy_from_slice(&counts);
                first += LANES;
            }
            for filter in first..filters {
                let counts = count::<1>(image, filters, filter, &mut self.active_units);
                self.in_image[filter] = counts[0];
            }
            let totals = self
                .active_images
                .iter_mut()
                .zip(&mut self.active_positions);
            for ((images, positions), &count) in totals.zip(&self.in_image) {
                *images += u64::from(count > 0);
                *positions += u64::from(count);
            }
        }
    }
}

/// Filters that are counted side by side.
const LANES: usize = 16;

/// Active positions in one image of `N` filters from `first` on, their units noted in `units`.
fn count<const N: usize>(
    image: &[f32],
    filters: usize,
    first: usize,
    units: &mut [u32],
) -> [u32; N] {
    let mut counts = [0; N];
    let positions = image.chunks_exact(filters);
    for (values, units) in positions.zip(units.chunks_exact_mut(filters)) {
        let values = values[first..].first_chunk::<N>();
        let units = units[first..].first_chunk_mut::<N>();
        if let (Some(values), Some(units)) = (values, units) {
            for ((value, unit), count) in values.iter().zip(units).zip(&mut counts) {
                let active = u32::from(*value > 0.0);
                *unit |= active;
                *count += active;
            }
        }
    }
    counts
}
