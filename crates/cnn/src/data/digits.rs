//! The embedded handwritten digits.

use std::io::Read;

use flate2::read::GzDecoder;

use super::Images;
use crate::CnnError;

/// "Optical Recognition of Handwritten Digits", test part (E. Alpaydin and C. Kaynak, 1998, UCI
/// Machine Learning Repository, doi 10.24432/C50P49, CC BY 4.0), as distributed with scikit-learn:
/// one line an image, 64 numbers from 0 to 16 and the label. SHA-256 of the file:
/// 09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22.
const FILE: &[u8] = include_bytes!("digits.csv.gz");

/// The 1,797 digits, (8, 8, 1), pixels divided by 16.
pub(super) fn load() -> Result<Images, CnnError> {
    let damaged = |problem: &str| CnnError::File {
        path: "digits.csv.gz".into(),
        problem: format!("the embedded digits are damaged ({problem}); build the program again"),
    };
    let mut text = String::new();
    GzDecoder::new(FILE)
        .read_to_string(&mut text)
        .map_err(|error| damaged(&error.to_string()))?;
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let numbers: Vec<u8> = line
            .split(',')
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map_err(|_| damaged("no number"))?;
        let Some((&label, image)) = numbers.split_last() else {
            return Err(damaged("an empty line"));
        };
        pixels.extend(image.iter().map(|&pixel| f32::from(pixel) / 16.0));
        labels.push(u32::from(label));
    }
    Images::new([8, 8, 1], 10, pixels, labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digits_are_the_ones_of_the_repository() {
        let digits = load().unwrap();
        let mut counts = [0; 10];
        for &label in &digits.labels {
            counts[label as usize] += 1;
        }
        // The counts that the data set's own description gives.
        assert_eq!(counts, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
        assert_eq!(digits.pixels[2..6], [0.3125, 0.8125, 0.5625, 0.0625]);
        assert!(digits.pixels.contains(&1.0));
        let digest = "d6483adedd73e1b810742935207c86970564ce72be2fbb0cc1f10204cf2e1b8a";
        assert_eq!(digits.digest, digest);
    }
}
