//! The split into training and held-out images, and the pixels as a network sees them.

use super::{Images, Pixels};
use crate::random::{self, Stream, Streams};

/// Which images are learnt from and which are held out; both in the order of the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// Indices of the training images.
    pub training: Vec<u32>,
    /// Indices of the held-out images.
    pub held_out: Vec<u32>,
}

impl Split {
    /// Number of training images of any split: four fifths, rounded down.
    pub fn training_len(images: &Images) -> usize {
        images.len() - Self::held_out_len(images)
    }

    /// Number of training images of each class, of any split.
    pub fn training_counts(images: &Images) -> Vec<usize> {
        let mut counts = vec![0; images.classes];
        for &label in &images.labels {
            counts[label as usize] += 1;
        }
        let taken = Self::held_out_counts(images, &counts);
        counts
            .iter()
            .zip(taken)
            .map(|(all, out)| all - out)
            .collect()
    }

    fn held_out_len(images: &Images) -> usize {
        images.len().div_ceil(5)
    }

    /// A stratified split, drawn from [`Stream::Split`].
    ///
    /// A fifth of all images, rounded up, is held out (360 of the 1,797 digits). Of a class with
    /// n of N images these are n/N of the held-out ones, rounded down, and one more for as many
    /// classes as it takes, those with the largest remainders (the lower class among equals).
    /// Within a class the first ones after a shuffle are held out, class by class from 0.
    pub fn draw(images: &Images, streams: Streams) -> Self {
        let mut generator = streams.generator(Stream::Split);
        let mut members = vec![Vec::new(); images.classes];
        for (index, &label) in (0_u32..).zip(&images.labels) {
            members[label as usize].push(index);
        }
        let counts: Vec<usize> = members.iter().map(Vec::len).collect();
        let taken = Self::held_out_counts(images, &counts);
        let mut split = Self {
            training: Vec::new(),
            held_out: Vec::new(),
        };
        for (mut of_class, taken) in members.into_iter().zip(taken) {
            random::shuffle(&mut of_class, &mut generator);
            let (held_out, training) = of_class.split_at(taken);
            split.held_out.extend(held_out);
            split.training.extend(training);
        }
        split.training.sort_unstable();
        split.held_out.sort_unstable();
        split
    }

    /// How many images of each class are held out, of so many.
    fn held_out_counts(images: &Images, counts: &[usize]) -> Vec<usize> {
        let held_out_len = Self::held_out_len(images);
        let shares = counts.iter().map(|count| count * held_out_len);
        let (mut taken, mut remainders): (Vec<_>, Vec<_>) = shares
            .enumerate()
            .map(|(class, share)| (share / images.len(), (share % images.len(), class)))
            .unzip();
        remainders.sort_by_key(|&(remainder, class)| (std::cmp::Reverse(remainder), class));
        let missing = held_out_len - taken.iter().sum::<usize>();
        for &(_, class) in remainders.iter().take(missing) {
            taken[class] += 1;
        }
        taken
    }

    /// The training and the held-out images, with their pixels on the scale that the network sees.
    pub fn subsets(&self, images: &Images, scale: Pixels) -> [Subset; 2] {
        let mut subsets =
            [&self.training, &self.held_out].map(|indices| Subset::new(images, indices));
        if scale == Pixels::Standardized {
            let pixels = &subsets[0].pixels;
            let count = pixels.len() as f64;
            let sum: f64 = pixels.iter().copied().map(f64::from).sum();
            let mean = sum / count;
            let squares: f64 = pixels
                .iter()
                .map(|&pixel| (f64::from(pixel) - mean) * (f64::from(pixel) - mean))
                .sum();
            let deviation = (squares / count).sqrt();
            let deviation = if deviation > 0.0 { deviation } else { 1.0 };
            for subset in &mut subsets {
                for pixel in &mut subset.pixels {
                    *pixel = ((f64::from(*pixel) - mean) / deviation) as f32;
                }
            }
        }
        subsets
    }
}

/// Images as a network sees them.
#[derive(Clone, Debug, PartialEq)]
pub struct Subset {
    /// (height, width, channels).
    pub shape: [usize; 3],
    /// (N, H, W, C) in row-major order.
    pub pixels: Vec<f32>,
    /// (N).
    pub labels: Vec<u32>,
    /// (N), what the labels should be where some are wrong on purpose.
    pub clean: Option<Vec<u32>>,
}

impl Subset {
    fn new(images: &Images, indices: &[u32]) -> Self {
        let each = images.pixels_each();
        let pixels = indices.iter().flat_map(|&index| {
            let start = index as usize * each;
            &images.pixels[start..start + each]
        });
        Self {
            shape: images.shape,
            pixels: pixels.copied().collect(),
            labels: indices
                .iter()
                .map(|&index| images.labels[index as usize])
                .collect(),
            clean: None,
        }
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The first images of it, all of them where it has no more.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        let count = count.min(self.len());
        let each = self.shape.iter().product::<usize>();
        Self {
            shape: self.shape,
            pixels: self.pixels[..count * each].to_vec(),
            labels: self.labels[..count].to_vec(),
            clean: self.clean.as_ref().map(|labels| labels[..count].to_vec()),
        }
    }

    /// Puts the positions of every image in another order: place p then has what stood at
    /// `order[p]`, with all its channels. `order` holds each of the H W positions once.
    pub fn permute(&mut self, order: &[u32]) {
        let [_, _, channels] = self.shape;
        let each = self.shape.iter().product::<usize>();
        let mut before = vec![0.0; each];
        for image in self.pixels.chunks_exact_mut(each) {
            before.copy_from_slice(image);
            for (pixel, &from) in image.chunks_exact_mut(channels).zip(order) {
                let from = from as usize * channels;
                pixel.copy_from_slice(&before[from..from + channels]);
            }
        }
    }

    /// The pixels of one image.
    pub fn image(&self, index: usize) -> &[f32] {
        let each = self.shape.iter().product::<usize>();
        &self.pixels[index * each..(index + 1) * each]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::DataSettings;
    use crate::random::StreamOffsets;

    fn streams(seed: u64, offsets: StreamOffsets) -> Streams {
        Streams::new(seed, offsets)
    }

    #[test]
    fn digits_are_split_1437_to_360_stratified_and_disjoint() {
        let digits = DataSettings::default().load(None).unwrap();
        let plain = StreamOffsets::default();
        for seed in 0..5 {
            let split = Split::draw(&digits, streams(seed, plain));
            assert_eq!((split.training.len(), split.held_out.len()), (1437, 360));
            let mut all = [&split.training[..], &split.held_out].concat();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..1797));
            for class in 0..10 {
                let of_class = |indices: &[u32]| {
                    let labels = indices.iter().map(|&index| digits.labels[index as usize]);
                    labels.filter(|&label| label == class).count() as f64
                };
                let (training, held_out) = (of_class(&split.training), of_class(&split.held_out));
                let expected = (training + held_out) * 360.0 / 1797.0;
                assert!(
                    (held_out - expected).abs() < 1.0,
                    "class {class}: {held_out}"
                );
            }
        }
    }

    #[test]
    fn the_split_follows_seed_and_its_own_offset_only() {
        let digits = DataSettings::default().load(None).unwrap();
        let draw = |seed, offsets| Split::draw(&digits, streams(seed, offsets));
        let plain = StreamOffsets::default();
        let batches = StreamOffsets {
            batches: 1,
            ..plain
        };
        let other = StreamOffsets { split: 1, ..plain };
        assert_eq!(draw(0, plain), draw(0, batches));
        assert_ne!(draw(0, plain), draw(0, other));
        assert_ne!(draw(0, plain), draw(1, plain));
    }

    #[test]
    fn permuting_moves_whole_pixels_alike_in_all_images() {
        let mut subset = Subset {
            shape: [1, 3, 2],
            pixels: (0..12_u8).map(f32::from).collect(),
            labels: vec![0, 1],
            clean: None,
        };
        subset.permute(&[2, 0, 1]);
        assert_eq!(subset.image(0), [4.0, 5.0, 0.0, 1.0, 2.0, 3.0]);
        assert_eq!(subset.image(1), [10.0, 11.0, 6.0, 7.0, 8.0, 9.0]);
    }

    #[test]
    fn standardized_training_pixels_have_mean_0_and_deviation_1() {
        let digits = DataSettings::default().load(None).unwrap();
        let split = Split::draw(&digits, streams(0, StreamOffsets::default()));
        let [raw, _] = split.subsets(&digits, Pixels::Raw);
        assert_eq!(
            raw.image(1),
            &digits.pixels[split.training[1] as usize * 64..][..64]
        );
        let [training, held_out] = split.subsets(&digits, Pixels::Standardized);
        let count = training.pixels.len() as f64;
        let mean = training.pixels.iter().copied().map(f64::from).sum::<f64>() / count;
        let squares = training
            .pixels
            .iter()
            .map(|&x| f64::from(x) * f64::from(x))
            .sum::<f64>();
        assert!(mean.abs() < 1e-6 && (squares / count - 1.0).abs() < 1e-6);
        // One pair of numbers for both parts: 0 becomes the same.
        let zero = |subset: &Subset| subset.pixels.iter().copied().fold(f32::INFINITY, f32::min);
        assert_eq!(zero(&training), zero(&held_out));
    }
}
