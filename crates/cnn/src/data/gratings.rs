//! Oriented gratings with noise, made by a procedure.

use std::f64::consts::PI;

use rand::distr::Distribution as _;

use super::{Images, in_range};
use crate::CnnError;
use crate::random::{self, Normal, Stream, StreamOffsets, Streams};

/// Settings of the gratings: as many as wanted, of any size.
///
/// Image i is of class c = i mod `classes`. At row y and column x it is
/// 0.5 + 0.4 sin(2 pi (x cos t + y sin t) / l + p) + `noise` e, cut to [0, 1], with
/// t = pi c / `classes`, wavelength l uniform on [3, 6) pixels, phase p uniform on [0, 2 pi) and e
/// standard normal, drawn in this order from substream i of [`Stream::Images`]: fewer images of
/// the same seed are the first ones of more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gratings {
    /// Number of images.
    pub images: usize,
    /// (height, width).
    pub size: [usize; 2],
    /// Number of orientations.
    pub classes: usize,
    /// Standard deviation of the noise.
    pub noise: f64,
    /// Seed of the set; the seed of a trial has no part in it.
    pub seed: u64,
}

impl Default for Gratings {
    /// As many images as there are digits, of the same size and number of classes.
    fn default() -> Self {
        Self {
            images: 1797,
            size: [8, 8],
            classes: 10,
            noise: 0.1,
            seed: 0,
        }
    }
}

impl Gratings {
    pub(super) fn check(&self) -> Result<(), CnnError> {
        in_range("images", self.images, 2, 1 << 24)?;
        in_range("size", self.size[0].min(self.size[1]), 1, 1 << 12)?;
        in_range("size", self.size[0].max(self.size[1]), 1, 1 << 12)?;
        in_range("classes", self.classes, 2, 1000)?;
        if self.images * self.size[0] * self.size[1] > 1 << 30 {
            let expected = "images x height x width must be at most 2^30";
            return Err(CnnError::setting("data.images", self.images, expected));
        }
        if !(0.0..=100.0).contains(&self.noise) {
            return Err(CnnError::setting(
                "data.noise",
                self.noise,
                "must be from 0 to 100",
            ));
        }
        // TOML has no larger numbers.
        if i64::try_from(self.seed).is_err() {
            return Err(CnnError::setting(
                "data.seed",
                self.seed,
                "must be below 2^63",
            ));
        }
        Ok(())
    }

    pub(super) fn load(&self) -> Result<Images, CnnError> {
        let Self {
            images,
            size: [height, width],
            classes,
            noise,
            seed,
        } = *self;
        let streams = Streams::new(seed, StreamOffsets::default());
        let normal = Normal {
            mean: 0.0,
            standard_deviation: 1.0,
        };
        let mut pixels = Vec::with_capacity(images * height * width);
        let mut labels = Vec::with_capacity(images);
        for image in 0..images {
            let class = image % classes;
            let angle = PI * class as f64 / classes as f64;
            let (sin, cos) = (libm::sin(angle), libm::cos(angle));
            let mut generator = streams.substream(Stream::Images, image as u64);
            let wavelength = 3.0 + 3.0 * random::unit(&mut generator);
            let phase = 2.0 * PI * random::unit(&mut generator);
            for y in 0..height {
                for x in 0..width {
                    let along = x as f64 * cos + y as f64 * sin;
                    let wave = libm::sin(2.0 * PI * along / wavelength + phase);
                    let e: f64 = normal.sample(&mut generator);
                    let pixel = 0.5 + 0.4 * wave + noise * e;
                    pixels.push(pixel.clamp(0.0, 1.0) as f32);
                }
            }
            labels.push(class as u32);
        }
        Images::new([height, width, 1], classes, pixels, labels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_images_are_the_first_of_more_and_another_seed_gives_others() {
        let make = |images, seed| {
            let settings = Gratings {
                images,
                size: [5, 7],
                classes: 4,
                seed,
                ..Gratings::default()
            };
            settings.load().unwrap()
        };
        let (few, more, other) = (make(6, 3), make(9, 3), make(6, 4));
        assert_eq!(few.shape, [5, 7, 1]);
        assert_eq!(few.labels, [0, 1, 2, 3, 0, 1]);
        assert_eq!(few.pixels[..], more.pixels[..few.pixels.len()]);
        assert_ne!(few.pixels, other.pixels);
    }

    #[test]
    fn without_noise_the_first_class_is_constant_along_columns() {
        let settings = Gratings {
            images: 2,
            classes: 2,
            noise: 0.0,
            ..Gratings::default()
        };
        let images = settings.load().unwrap();
        let rows: Vec<_> = images.pixels[..64].chunks(8).collect();
        assert!(rows.iter().all(|row| row == &rows[0]));
        assert!(rows[0].iter().any(|pixel| pixel != &rows[0][0]));
        // The second class, at a right angle, varies from row to row and hardly within one.
        for row in images.pixels[64..].chunks(8) {
            assert!(row.iter().all(|pixel| (pixel - row[0]).abs() < 1e-6));
        }
    }

    #[test]
    fn settings_out_of_range_are_refused() {
        let plain = Gratings::default();
        let wrong = [
            Gratings { images: 1, ..plain },
            Gratings {
                size: [8, 0],
                ..plain
            },
            Gratings {
                classes: 1,
                ..plain
            },
            Gratings {
                noise: f64::NAN,
                ..plain
            },
            Gratings {
                images: 1 << 24,
                size: [4096, 4096],
                ..plain
            },
        ];
        assert!(plain.check().is_ok());
        for settings in wrong {
            assert!(settings.check().is_err(), "{settings:?}");
        }
    }
}
