//! A whole set of images in memory.

use crate::CnnError;

/// Images with labels, before any split and scaling.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Images {
    /// (height, width, channels) of each image.
    pub shape: [usize; 3],
    /// Labels are below this.
    pub classes: usize,
    /// (N, H, W, C) in row-major order, in [0, 1].
    pub pixels: Vec<f32>,
    /// (N).
    pub labels: Vec<u32>,
    /// BLAKE3, in hexadecimal, of shape, classes and number of images (little-endian 64-bit),
    /// then all pixels and all labels (little-endian).
    pub digest: String,
}

impl Images {
    /// The same images, `side` pixels high and wide: place (y, x) has what stood at (y modulo height,
    /// x modulo width) where a side is larger, and a smaller one is cut out around the middle.
    ///
    /// # Errors
    /// [`CnnError::Setting`] if it is 0.
    pub fn resized(&self, side: usize) -> Result<Self, CnnError> {
        let [height, width, channels] = self.shape;
        let from = |at: usize, length: usize| (at + length.saturating_sub(side) / 2) % length;
        let mut pixels = Vec::with_capacity(self.labels.len() * side * side * channels);
        for image in self.pixels.chunks_exact(self.pixels_each()) {
            for place in 0..side * side {
                let (row, column) = (from(place / side, height), from(place % side, width));
                let start = (row * width + column) * channels;
                pixels.extend_from_slice(&image[start..start + channels]);
            }
        }
        Self::new(
            [side, side, channels],
            self.classes,
            pixels,
            self.labels.clone(),
        )
    }

    /// A set of images with its digest.
    ///
    /// # Errors
    /// [`CnnError::Setting`] if the lengths do not agree, there are fewer than two images, a label
    /// is no class or a pixel is not in [0, 1].
    pub fn new(
        shape: [usize; 3],
        classes: usize,
        pixels: Vec<f32>,
        labels: Vec<u32>,
    ) -> Result<Self, CnnError> {
        let wrong = |what: &str, expected: &str| Err(CnnError::setting("images", what, expected));
        if labels.len() < 2 || u32::try_from(labels.len()).is_err() {
            return wrong(
                &labels.len().to_string(),
                "a set needs at least two images, one to learn from and one held out",
            );
        }
        if shape.iter().product::<usize>() * labels.len() != pixels.len() || pixels.is_empty() {
            let expected = format!("{} images need {shape:?} pixels each", labels.len());
            return wrong(&format!("{} pixels", pixels.len()), &expected);
        }
        if let Some(label) = labels.iter().find(|&&label| label as usize >= classes) {
            let expected = format!("labels are below the number of classes, {classes}");
            return wrong(&format!("label {label}"), &expected);
        }
        if let Some(pixel) = pixels.iter().find(|pixel| !(0.0..=1.0).contains(*pixel)) {
            return wrong(&format!("pixel {pixel}"), "pixels are in [0, 1]");
        }
        let mut hasher = blake3::Hasher::new();
        for number in shape.into_iter().chain([classes, labels.len()]) {
            hasher.update(&(number as u64).to_le_bytes());
        }
        for image in pixels.chunks(1024) {
            let bytes: Vec<u8> = image.iter().flat_map(|pixel| pixel.to_le_bytes()).collect();
            hasher.update(&bytes);
        }
        for label in &labels {
            hasher.update(&label.to_le_bytes());
        }
        let digest = hasher.finalize().to_hex().to_string();
        Ok(Self {
            shape,
            classes,
            pixels,
            labels,
            digest,
        })
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none (there always are).
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Number of pixels of one image, channels included.
    pub fn pixels_each(&self) -> usize {
        self.shape.iter().product()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused() {
        let make = |pixels: &[f32], labels: &[u32]| {
            Images::new([1, 2, 1], 3, pixels.to_vec(), labels.to_vec())
        };
        assert!(make(&[0.0, 0.5, 1.0, 0.25], &[0, 2]).is_ok());
        let expected = [
            (make(&[0.0; 2], &[0]), "at least two images"),
            (make(&[0.0; 3], &[0, 1]), "[1, 2, 1] pixels each"),
            (make(&[0.0; 4], &[0, 3]), "label 3"),
            (make(&[0.0, 0.0, 0.0, 1.5], &[0, 1]), "pixel 1.5"),
            (make(&[0.0, 0.0, 0.0, f32::NAN], &[0, 1]), "pixel NaN"),
        ];
        for (images, problem) in expected {
            let found = images.unwrap_err().to_string();
            assert!(found.contains(problem), "{found}");
        }
    }

    #[test]
    fn every_pixel_and_label_reaches_the_digest() {
        let digest = |pixels: [f32; 4], labels: [u32; 2], classes| {
            Images::new([2, 1, 1], classes, pixels.to_vec(), labels.to_vec())
                .unwrap()
                .digest
        };
        let plain = digest([0.0; 4], [0, 1], 2);
        assert_eq!(plain, digest([0.0; 4], [0, 1], 2));
        assert_ne!(plain, digest([0.0, 0.0, 0.0, 1.0], [0, 1], 2));
        assert_ne!(plain, digest([0.0; 4], [1, 1], 2));
        assert_ne!(plain, digest([0.0; 4], [0, 1], 3));
    }

    #[test]
    fn larger_images_are_tiles_and_smaller_ones_the_middle() {
        let pixels: Vec<f32> = (0..32_u8).map(|pixel| f32::from(pixel) / 32.0).collect();
        let images = Images::new([4, 4, 1], 2, pixels, vec![0, 1]).unwrap();
        let small = images.resized(2).unwrap();
        let at = |image: usize, place: usize| (image * 16 + place) as f32 / 32.0;
        assert_eq!(small.pixels[4..], [at(1, 5), at(1, 6), at(1, 9), at(1, 10)]);
        let large = images.resized(8).unwrap();
        assert_eq!(large.shape, [8, 8, 1]);
        for (place, &pixel) in large.pixels[..64].iter().enumerate() {
            assert_eq!(pixel, at(0, place / 8 % 4 * 4 + place % 4));
        }
        assert_eq!(images.resized(4).unwrap(), images);
        assert_ne!(large.digest, images.digest);
        assert!(images.resized(0).is_err());
    }
}
