//! Random numbers: named, independent ChaCha streams, and distributions on `libm`.
//!
//! A trial has one `u64` seed. Each purpose ([`Stream`]) has a generator of its own, whose key is
//! BLAKE3 in key-derivation mode of the stream's name, the seed and the stream's offset (both as
//! little-endian bytes), so that changing what one purpose draws leaves the others as they are.
//! Within a purpose, [`Streams::substream`] numbers independent sequences (ChaCha's own stream
//! counter): initialization uses one a layer, so that a wider first layer leaves the draws of
//! the others alone.
//!
//! Nothing here samples a `usize`, whose width would reach the numbers.

mod bulk;
mod distributions;

pub use bulk::Normals;
pub use distributions::{Beta21, Normal, Uniform};

use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The generator behind every stream: ChaCha with 8 rounds.
pub type Generator = ChaCha8Rng;

/// What random numbers are drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// The split into training and held-out images.
    Split,
    /// Initial weights.
    Initialization,
    /// The order of the images in the epochs.
    Batches,
    /// Noise during training (the slopes of randomized Leaky ReLU, augmentation).
    Noise,
    /// Images made by a procedure.
    Images,
    /// New orders of the pixels during training.
    Permutations,
    /// Which filters a probe follows, and what it draws.
    Probes,
    /// Which filters are silenced, removed or started afresh, and their new draws.
    Interventions,
    /// Rounding of weights at random.
    Rounding,
}

impl Stream {
    /// Context string of the key derivation: globally unique, never to be changed.
    const fn context(self) -> &'static str {
        match self {
            Self::Split => "mortality 1 random stream: split",
            Self::Initialization => "mortality 1 random stream: initialization",
            Self::Batches => "mortality 1 random stream: batches",
            Self::Noise => "mortality 1 random stream: noise",
            Self::Images => "mortality 1 random stream: images",
            Self::Permutations => "mortality 1 random stream: permutations",
            Self::Probes => "mortality 1 random stream: probes",
            Self::Interventions => "mortality 1 random stream: interventions",
            Self::Rounding => "mortality 1 random stream: rounding",
        }
    }
}

/// Which instance of each random stream a trial uses.
///
/// All zero for an ordinary trial. Two trials with the same seed and different `batches` share
/// the split and the initial draws and see the batches in different orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StreamOffsets {
    /// Train / held-out split.
    pub split: u32,
    /// Initial weights.
    pub initialization: u32,
    /// Order of the images in the epochs.
    pub batches: u32,
}

/// The random streams of one trial.
///
/// ```
/// use cnn::random::{Stream, StreamOffsets, Streams};
/// use rand::RngCore;
///
/// let streams = Streams::new(7, StreamOffsets::default());
/// let again = Streams::new(7, StreamOffsets { batches: 1, ..StreamOffsets::default() });
/// let first = |s: &Streams, stream| s.generator(stream).next_u64();
/// assert_eq!(first(&streams, Stream::Split), first(&again, Stream::Split));
/// assert_ne!(first(&streams, Stream::Batches), first(&again, Stream::Batches));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    seed: u64,
    offsets: StreamOffsets,
}

impl Streams {
    /// The streams of a trial with this seed.
    pub const fn new(seed: u64, offsets: StreamOffsets) -> Self {
        Self { seed, offsets }
    }

    /// Streams of another seed, which is drawn from [`Stream::Interventions`]: what a filter that
    /// starts afresh for the `time`-th time (from 1) is drawn from.
    #[must_use]
    pub fn afresh(&self, time: u64) -> Self {
        Self {
            seed: self.substream(Stream::Interventions, time).next_u64(),
            ..*self
        }
    }

    /// A fresh generator at the start of a stream; substream 0.
    pub fn generator(&self, stream: Stream) -> Generator {
        self.substream(stream, 0)
    }

    /// A fresh generator at the start of an independent sequence within a stream.
    pub fn substream(&self, stream: Stream, number: u64) -> Generator {
        let offset = match stream {
            Stream::Split => self.offsets.split,
            Stream::Initialization => self.offsets.initialization,
            Stream::Batches => self.offsets.batches,
            Stream::Noise
            | Stream::Images
            | Stream::Permutations
            | Stream::Probes
            | Stream::Interventions
            | Stream::Rounding => 0,
        };
        let mut material = [0; 12];
        material[..8].copy_from_slice(&self.seed.to_le_bytes());
        material[8..].copy_from_slice(&offset.to_le_bytes());
        let mut generator = Generator::from_seed(blake3::derive_key(stream.context(), &material));
        generator.set_stream(number);
        generator
    }
}

/// A number in `0..bound`, each equally likely (Lemire 2019, arXiv 1805.10941: multiply, and
/// reject the remainder). `bound` 0 gives 0.
pub fn below(generator: &mut (impl RngCore + ?Sized), bound: u32) -> u32 {
    let threshold = bound.wrapping_neg().checked_rem(bound).unwrap_or(0);
    loop {
        let product = u64::from(generator.next_u32()) * u64::from(bound);
        if product as u32 >= threshold {
            return (product >> 32) as u32;
        }
    }
}

/// Puts the items in a uniformly random order (Fisher and Yates, from the last item down).
///
/// Of more than 2^32 items only the first 2^32 are moved.
pub fn shuffle<T>(items: &mut [T], generator: &mut (impl RngCore + ?Sized)) {
    let count = u32::try_from(items.len()).unwrap_or(u32::MAX);
    for last in (1..count).rev() {
        items.swap(last as usize, below(generator, last + 1) as usize);
    }
}

/// A number in [0, 1) with 53 random bits: the upper bits of one 64-bit word, times 2^-53.
pub fn unit(generator: &mut (impl RngCore + ?Sized)) -> f64 {
    const SCALE: f64 = 1.0 / (1_u64 << 53) as f64;
    (generator.next_u64() >> 11) as f64 * SCALE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_name_seed_offset_and_number() {
        let first = |seed, offsets, stream, number| {
            Streams::new(seed, offsets)
                .substream(stream, number)
                .next_u64()
        };
        let plain = StreamOffsets::default();
        let other = StreamOffsets {
            initialization: 1,
            ..plain
        };
        let mut seen = vec![
            first(0, plain, Stream::Split, 0),
            first(0, plain, Stream::Initialization, 0),
            first(0, plain, Stream::Initialization, 1),
            first(0, other, Stream::Initialization, 0),
            first(1, plain, Stream::Initialization, 0),
            first(0, plain, Stream::Batches, 0),
            first(0, plain, Stream::Noise, 0),
            first(0, plain, Stream::Images, 0),
            first(0, plain, Stream::Permutations, 0),
            first(0, plain, Stream::Rounding, 0),
        ];
        assert_eq!(
            first(0, plain, Stream::Split, 0),
            first(0, other, Stream::Split, 0)
        );
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 10);
    }

    #[test]
    fn the_streams_are_pinned() {
        // Every published number stands on these draws: a change here is a new numerics version.
        let mut generator = Streams::new(0, StreamOffsets::default()).generator(Stream::Batches);
        assert_eq!(generator.next_u64(), 14_834_851_977_428_523_661);
    }

    #[test]
    fn below_is_uniform() {
        let mut generator = Streams::new(1, StreamOffsets::default()).generator(Stream::Noise);
        let mut counts = [0_u32; 6];
        for _ in 0..60_000 {
            counts[below(&mut generator, 6) as usize] += 1;
        }
        // Binomial with standard deviation 91: five of them.
        assert!(
            counts.iter().all(|count| count.abs_diff(10_000) < 456),
            "{counts:?}"
        );
    }

    #[test]
    fn below_rejects_the_remainder() {
        // With bound 2^31 + 1 about half of all words must go: 0 and 2 have the low halves 0
        // and 2, below the threshold 2^31 - 1; 5 has 2^31 + 5.
        struct Fixed(Vec<u32>);
        impl RngCore for Fixed {
            fn next_u32(&mut self) -> u32 {
                self.0.remove(0)
            }
            fn next_u64(&mut self) -> u64 {
                u64::from(self.next_u32())
            }
            fn fill_bytes(&mut self, bytes: &mut [u8]) {
                bytes.fill(0);
            }
        }
        assert_eq!(below(&mut Fixed(vec![0, 2, 5]), (1 << 31) + 1), 2);
    }

    #[test]
    fn shuffle_reaches_every_order_equally() {
        let mut generator = Streams::new(2, StreamOffsets::default()).generator(Stream::Batches);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..24_000 {
            let mut items = [0, 1, 2, 3];
            shuffle(&mut items, &mut generator);
            *counts.entry(items).or_insert(0_u32) += 1;
        }
        assert_eq!(counts.len(), 24);
        assert!(
            counts.values().all(|count| count.abs_diff(1000) < 160),
            "{counts:?}"
        );
    }
}
