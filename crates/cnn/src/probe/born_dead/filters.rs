//! Single 3x3 filters without bias.

use std::collections::BTreeSet;

use crate::data::Subset;
use crate::random::{Normals, Stream, Streams};

/// Taps a channel.
const TAPS: usize = 9;

/// Angles between two patches in degrees, with cosine and sine.
const ANGLES: [(&str, f32, f32); 3] = [
    ("silent_at_30", 0.866_025_4, 0.5),
    ("silent_at_60", 0.5, 0.866_025_4),
    ("silent_at_90", 0.0, 1.0),
];

/// How many of `draws` filters are silent, by question.
pub(super) fn silent(draws: u32, images: &Subset, streams: Streams) -> Vec<(&'static str, u32)> {
    let patches = Patches::of(images);
    let mut normals = Normals::new(streams.substream(Stream::Probes, 0));
    let mut weights = vec![0.0; TAPS * images.shape[2]];
    let (mut on_one, mut on_all, mut on_images) = (0, 0, 0);
    let mut at = [0; ANGLES.len()];
    for _ in 0..draws {
        for weight in &mut weights {
            [*weight] = normals.draw();
        }
        // Patches of one pixel, or two: the first pixel, and a patch at an angle to it.
        let first = weights[0] <= 0.0;
        on_one += u32::from(first);
        for (count, (_, cosine, sine)) in at.iter_mut().zip(ANGLES) {
            let second = cosine * weights[0] + sine * weights[1] <= 0.0;
            *count += u32::from(first && second);
        }
        on_all += u32::from(weights.iter().all(|&weight| weight <= 0.0));
        on_images += u32::from(patches.all_silent(&weights));
    }
    let angles = ANGLES.iter().zip(at);
    let mut counts = vec![("silent_on_one", on_one)];
    counts.extend(angles.map(|(&(name, ..), count)| (name, count)));
    counts.extend([("silent_on_all", on_all), ("silent_on_images", on_images)]);
    counts
}

/// The different patches of a set of images.
struct Patches {
    /// One after the other, all taps of a channel after those of the channel before.
    values: Vec<f32>,
    length: usize,
}

impl Patches {
    fn of(images: &Subset) -> Self {
        let [height, width, channels] = images.shape;
        let mut distinct: BTreeSet<Vec<u32>> = BTreeSet::new();
        for image in images.pixels.chunks_exact(height * width * channels) {
            let pixel = |row: usize, column: usize, channel: usize| {
                // Counted from the padding on.
                let inside = (1..=height).contains(&row) && (1..=width).contains(&column);
                let place = || ((row - 1) * width + column - 1) * channels + channel;
                if inside { image[place()].to_bits() } else { 0 }
            };
            for row in 0..height {
                for column in 0..width {
                    let taps = (0..channels).flat_map(|channel| {
                        (0..TAPS).map(move |tap| pixel(row + tap / 3, column + tap % 3, channel))
                    });
                    distinct.insert(taps.collect());
                }
            }
        }
        Self {
            values: distinct.into_iter().flatten().map(f32::from_bits).collect(),
            length: TAPS * channels,
        }
    }

    fn all_silent(&self, weights: &[f32]) -> bool {
        self.values.chunks_exact(self.length).all(|patch| {
            let products = patch.iter().zip(weights).map(|(x, w)| x * w);
            products.fold(0.0, |sum, product| sum + product) <= 0.0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_are_distinct_and_padded() {
        let images = Subset {
            shape: [2, 2, 1],
            pixels: vec![1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0],
            labels: vec![0, 1],
            clean: None,
        };
        let patches = Patches::of(&images);
        assert_eq!(patches.values.len(), 4 * TAPS);
        let upper_left = [0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 3.0, 4.0];
        assert!(patches.values.chunks(TAPS).any(|patch| patch == upper_left));
        let mut weights = [-1.0; TAPS];
        assert!(patches.all_silent(&weights));
        // Only the upper left patch has a last tap that outweighs the others.
        weights[8] = 3.0;
        assert!(!patches.all_silent(&weights));
    }
}
