//! What is done to images and labels on their way to a network.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::CnnError;
use crate::data::{Images, Split, Subset};
use crate::network::Network;
use crate::random::{self, Generator, Stream, Streams, below};

/// What is done to the images of a data set and their labels on the way to a network. What is drawn
/// for the whole training comes from [`Stream::Images`] of the trial's seed, shifts from
/// [`Stream::Noise`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ImageSettings {
    /// Share of the training labels, rounded to the nearest number, that are another class than they
    /// should be, each with the same probability; from 0 to 1, such as 0.2. Accuracy on the training
    /// images is that of the labels as they are.
    pub label_noise: f64,
    /// Classes of which only a share of the training images is `kept`, such as `[0, 1]`.
    pub scarce: Vec<u32>,
    /// That share, above 0 and at most 1, such as 0.1; of each class the nearest number, at least 1.
    pub kept: f64,
    /// Added to every pixel, of training and held-out images, behind their scaling.
    pub offset: f64,
    /// Whether the biases of the first layer start where they undo the offset: less `offset` times
    /// the sum of the filter's weights (not at the edges, where padding is 0 and not `offset`).
    pub undo_offset: bool,
    /// Pixels by which each training image is moved at most in each batch, up or down and to a side;
    /// what comes in is 0. Censuses look at the images as they are, so that dead is relative to these.
    pub shift: u32,
}

impl Default for ImageSettings {
    fn default() -> Self {
        Self {
            label_noise: 0.0,
            scarce: Vec::new(),
            kept: 1.0,
            offset: 0.0,
            undo_offset: false,
            shift: 0,
        }
    }
}

impl ImageSettings {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether its values are in their range.
    pub(super) fn check(&self, images: &Images) -> Result<(), CnnError> {
        let wrong = |key: &str, value: String, expected: &str| {
            Err(CnnError::setting(&format!("images.{key}"), value, expected))
        };
        if !(0.0..=1.0).contains(&self.label_noise) {
            return wrong(
                "label_noise",
                self.label_noise.to_string(),
                "must be from 0 to 1",
            );
        }
        if !(self.kept > 0.0 && self.kept <= 1.0) {
            let expected = "must be above 0 and at most 1";
            return wrong("kept", self.kept.to_string(), expected);
        }
        let beyond = |class: &&u32| **class as usize >= images.classes;
        if let Some(class) = self.scarce.iter().find(beyond) {
            let expected = format!("the classes are 0 to {}", images.classes - 1);
            return wrong("scarce", class.to_string(), &expected);
        }
        if !(-f64::from(f32::MAX)..=f64::from(f32::MAX)).contains(&self.offset) {
            return wrong(
                "offset",
                self.offset.to_string(),
                "an offset is a finite number",
            );
        }
        let [height, width, _] = images.shape;
        if self.shift as usize >= height.min(width) {
            let expected = format!("must be below the {} pixels of a side", height.min(width));
            return wrong("shift", self.shift.to_string(), &expected);
        }
        Ok(())
    }

    /// How many training images there are.
    pub(super) fn training_len(&self, images: &Images) -> usize {
        let all = Split::training_len(images);
        if self.scarce.is_empty() {
            return all;
        }
        let counts = Split::training_counts(images);
        let scarce = counts.iter().zip(0_u32..);
        let scarce = scarce.filter(|(_, class)| self.scarce.contains(class));
        all - scarce
            .map(|(&count, _)| count - self.left(count))
            .sum::<usize>()
    }

    /// How many of so many images of a scarce class are left.
    fn left(&self, count: usize) -> usize {
        let share = (count as f64 * self.kept).round() as usize;
        share.max(1).min(count)
    }

    /// The images of a split as they are learned from, and held out.
    pub(crate) fn subsets(
        &self,
        images: &Images,
        pixels: crate::data::Pixels,
        streams: Streams,
    ) -> [Subset; 2] {
        let mut split = Split::draw(images, streams);
        self.thin(&mut split, images, streams.substream(Stream::Images, 1));
        let [mut training, mut held_out] = split.subsets(images, pixels);
        self.relabel(
            &mut training,
            images.classes,
            streams.substream(Stream::Images, 2),
        );
        if self.offset != 0.0 {
            for pixel in training.pixels.iter_mut().chain(&mut held_out.pixels) {
                *pixel = (f64::from(*pixel) + self.offset) as f32;
            }
        }
        [training, held_out]
    }

    /// Leaves of each scarce class a share of the training images.
    fn thin(&self, split: &mut Split, images: &Images, mut generator: Generator) {
        for class in 0..images.classes as u32 {
            if !self.scarce.contains(&class) {
                continue;
            }
            let of_class = |index: &&u32| images.labels[**index as usize] == class;
            let mut own: Vec<u32> = split.training.iter().filter(of_class).copied().collect();
            random::shuffle(&mut own, &mut generator);
            let gone = own.split_off(self.left(own.len()));
            split.training.retain(|index| !gone.contains(index));
        }
    }

    /// Gives training images wrong labels.
    fn relabel(&self, training: &mut Subset, classes: usize, mut generator: Generator) {
        let count = (self.label_noise * training.len() as f64).round() as usize;
        if count == 0 || classes < 2 {
            return;
        }
        training.clean = Some(training.labels.clone());
        let mut order: Vec<usize> = (0..training.len()).collect();
        random::shuffle(&mut order, &mut generator);
        let classes = classes as u32;
        for index in order.into_iter().take(count) {
            let label = &mut training.labels[index];
            *label = (*label + 1 + below(&mut generator, classes - 1)) % classes;
        }
    }

    /// Sets the biases of the first layer, where they undo the offset.
    pub(crate) fn bias(&self, network: &mut Network) {
        let Some(layer) = network.layers.first().filter(|_| self.undo_offset) else {
            return;
        };
        let (weights, biases) = (layer.weight.clone(), layer.bias.clone());
        let weight = network.parameters.iter().find(|own| own.range == weights);
        let Some(weight) = weight.cloned() else {
            return;
        };
        let mut sums = vec![0.0_f64; biases.len()];
        let parameters = network.graph.parameters_mut();
        for (index, &value) in parameters[weights].iter().enumerate() {
            sums[weight.input_and_filter(index).1] += f64::from(value);
        }
        for (bias, sum) in parameters[biases].iter_mut().zip(sums) {
            *bias = (f64::from(*bias) - self.offset * sum) as f32;
        }
    }

    /// Moves the images of a batch, (N, H, W, C).
    pub(crate) fn augment(
        &self,
        pixels: &mut [f32],
        [height, width, channels]: [usize; 3],
        generator: &mut Generator,
    ) {
        if self.shift == 0 {
            return;
        }
        let mut draw = || i64::from(below(generator, 2 * self.shift + 1)) - i64::from(self.shift);
        let mut before = vec![0.0; height * width * channels];
        for image in pixels.chunks_exact_mut(before.len().max(1)) {
            before.copy_from_slice(image);
            let (down, right) = (draw(), draw());
            for (place, pixel) in image.chunks_exact_mut(channels).enumerate() {
                let from = |at: usize, by: i64, length: usize| {
                    usize::try_from(at as i64 - by)
                        .ok()
                        .filter(|from| *from < length)
                };
                let row = from(place / width, down, height);
                match row.zip(from(place % width, right, width)) {
                    Some((row, column)) => {
                        let start = (row * width + column) * channels;
                        pixel.copy_from_slice(&before[start..start + channels]);
                    }
                    None => pixel.fill(0.0),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
