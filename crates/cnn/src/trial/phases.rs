//! Phases of training, each with the pixels in an order of its own.

use crate::data::Subset;
use crate::random::{self, Stream, Streams};

/// Puts the positions of all images in a new order, each equally likely, drawn from substream
/// `phase` of [`Stream::Permutations`]. A census at the step between two phases, taken before,
/// still sees the old one.
pub(super) fn permute(subsets: [&mut Subset; 2], phase: u64, streams: Streams) {
    let [height, width, _] = subsets[0].shape;
    let mut order: Vec<u32> = (0..(height * width) as u32).collect();
    let mut generator = streams.substream(Stream::Permutations, phase);
    random::shuffle(&mut order, &mut generator);
    for subset in subsets {
        subset.permute(&order);
    }
}

#[cfg(test)]
mod tests {
    use crate::CnnError;
    use crate::trial::tests::{digits, settings};
    use crate::trial::{Observer, Step, run};

    /// The first training image and the first held-out image after every step, the weights after
    /// the last.
    #[derive(Default)]
    struct Seen {
        images: Vec<[Vec<f32>; 2]>,
        parameters: Vec<f32>,
    }

    impl Observer for Seen {
        fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
            let both = [step.training, step.held_out];
            self.images.push(both.map(|set| set.image(0).to_vec()));
            self.parameters = step.network.graph.parameters().to_vec();
            Ok(())
        }
    }

    fn seen(permuted_every: usize, epochs: usize, seed: u64) -> Seen {
        let mut settings = settings(0.1, epochs);
        settings.schedule.permuted_every = permuted_every;
        let mut seen = Seen::default();
        run(&settings, seed, &digits(200), &mut seen).unwrap();
        seen
    }

    #[test]
    fn each_phase_has_its_own_order_of_the_same_pixels() {
        // 160 training images are 5 steps an epoch; phases of 2 epochs are 10 steps.
        let plain = seen(0, 6, 3);
        let phases = seen(2, 6, 3);
        assert_eq!(phases.images.len(), 31);
        // Up to the end of the first phase nothing differs; an observer meets the new order with
        // the first update on it.
        assert_eq!(phases.images[..11], plain.images[..11]);
        let sorted = |image: &[f32]| {
            let mut image = image.to_vec();
            image.sort_by(f32::total_cmp);
            image
        };
        for set in 0..2 {
            let of = |step: usize| &phases.images[step][set];
            assert!(of(11) == of(20) && of(21) == of(30));
            assert!(of(10) != of(11) && of(20) != of(21) && of(10) != of(21));
            for step in [11, 21] {
                assert_eq!(sorted(of(step)), sorted(of(0)));
            }
        }
        assert_ne!(phases.parameters, plain.parameters);
    }

    #[test]
    fn orders_follow_the_seed() {
        let (one, again, other) = (seen(1, 2, 3), seen(1, 2, 3), seen(1, 2, 4));
        assert_eq!(one.images, again.images);
        assert_eq!(one.parameters, again.parameters);
        assert_ne!(one.images[6], other.images[6]);
    }

    #[test]
    fn phases_as_long_as_the_training_change_nothing() {
        assert_eq!(seen(2, 2, 3).parameters, seen(0, 2, 3).parameters);
    }
}
