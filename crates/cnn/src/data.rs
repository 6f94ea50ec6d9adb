//! Images to learn from: which set, how its pixels are scaled, how it is split.
//!
//! ```
//! use cnn::data::{DataSettings, DataSet, Pixels};
//!
//! let settings = DataSettings { set: DataSet::Digits, pixels: Pixels::Raw, side: None };
//! let images = settings.load(None)?;
//! assert_eq!((images.len(), images.shape, images.classes), (1797, [8, 8, 1], 10));
//! # Ok::<(), cnn::CnnError>(())
//! ```
//!
//! In a spec: `data = { set = "digits", pixels = "raw" }`,
//! `{ set = "idx", files = "train", images = 12500 }` or `{ set = "cifar10", images = 10000 }` or
//! `{ set = "digits", side = 16 }` or `{ set = "gratings", images = 4000, size = [16, 16], classes = 8, noise = 0.2, seed = 1 }`.

mod cifar10;
mod digits;
mod file;
mod gratings;
mod idx;
mod images;
mod split;
mod written;

pub use cifar10::Cifar10;
pub use gratings::Gratings;
pub use idx::Idx;
pub use images::Images;
pub use split::{Split, Subset};

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::CnnError;

/// Which images, and how their pixels reach the network.
///
/// In files all keys of the set stand beside `set`; those it does not have are refused. Written
/// out again, every key of the set is there, also those left at their defaults.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "written::Written", into = "written::Written")]
pub struct DataSettings {
    /// The set.
    pub set: DataSet,
    /// The scale of the pixels.
    pub pixels: Pixels,
    /// Height and width to which images are tiled or cropped: see [`Images::resized`].
    pub side: Option<usize>,
}

/// A set of images with labels.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum DataSet {
    /// `digits`: 1,797 handwritten digits of 8x8, embedded in the program (Alpaydin and Kaynak
    /// 1998, "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository,
    /// CC BY 4.0, in the form distributed with scikit-learn).
    #[default]
    Digits,
    /// `idx`: files in the format of MNIST, from the data directory.
    Idx(Idx),
    /// `cifar10`: CIFAR-10 in its binary format, from the data directory.
    Cifar10(Cifar10),
    /// `gratings`: oriented gratings with noise, made by a procedure.
    Gratings(Gratings),
}

/// The scale of the pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pixels {
    /// In [0, 1].
    #[default]
    Raw,
    /// Minus the mean, divided by the standard deviation of all pixels of the training set (two
    /// numbers; the deviation of a constant set counts as 1).
    Standardized,
}

impl DataSet {
    /// The share of the training images, under their true labels, that a network must classify
    /// rightly at the end of its schedule to have learned this set: .9 of the digits and of files
    /// in MNIST's format, .4 of CIFAR-10. None where no pilot has told yet (gratings).
    pub const fn learned_from(&self) -> Option<f64> {
        match self {
            Self::Digits | Self::Idx(_) => Some(0.9),
            Self::Cifar10(_) => Some(0.4),
            Self::Gratings(_) => None,
        }
    }

    /// The files that are read from the data directory, in words, with where they come from; none
    /// of a set that needs no files.
    pub fn reads(&self) -> Option<String> {
        match self {
            Self::Idx(settings) => Some(settings.reads()),
            Self::Cifar10(_) => Some(Cifar10::READS.into()),
            Self::Digits | Self::Gratings(_) => None,
        }
    }

    fn load(&self, data_dir: Option<&Path>) -> Result<Images, CnnError> {
        let folder = || {
            data_dir.ok_or_else(|| {
                let reads = self.reads().unwrap_or_default();
                let expected = format!("no data directory was given; it reads {reads}");
                CnnError::setting("data.set", self.name(), &expected)
            })
        };
        match self {
            Self::Digits => digits::load(),
            Self::Idx(settings) => settings.load(folder()?),
            Self::Cifar10(settings) => settings.load(folder()?),
            Self::Gratings(settings) => settings.load(),
        }
    }

    /// Its name in files.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Idx(_) => "idx",
            Self::Cifar10(_) => "cifar10",
            Self::Gratings(_) => "gratings",
        }
    }
}

impl DataSettings {
    /// Whether all settings are in their range.
    ///
    /// # Errors
    /// [`CnnError::Setting`] with the key, its value and what would be right.
    pub fn check(&self) -> Result<(), CnnError> {
        if let Some(side) = self.side {
            in_range("side", side, 1, 1 << 10)?;
        }
        match &self.set {
            DataSet::Digits => Ok(()),
            DataSet::Idx(settings) => settings.check(),
            DataSet::Cifar10(settings) => settings.check(),
            DataSet::Gratings(settings) => settings.check(),
        }
    }

    /// Reads or makes the images, pixels in [0, 1] whatever [`DataSettings::pixels`] says: the
    /// scale depends on a trial's split.
    ///
    /// # Errors
    /// As [`DataSettings::check`]; for a set of files without a data directory
    /// [`CnnError::Setting`], where that lacks them [`CnnError::Missing`], and [`CnnError::Io`] or
    /// [`CnnError::File`] for a file that cannot be read or is not what it should be, naming it and
    /// what would be right.
    pub fn load(&self, data_dir: Option<&Path>) -> Result<Images, CnnError> {
        self.check()?;
        let images = self.set.load(data_dir)?;
        match self.side {
            Some(side) => images.resized(side),
            None => Ok(images),
        }
    }
}

/// Refuses a number outside of `from..=to`.
fn in_range(key: &str, value: usize, from: usize, to: usize) -> Result<(), CnnError> {
    if (from..=to).contains(&value) {
        return Ok(());
    }
    let expected = format!("must be from {from} to {to}");
    Err(CnnError::setting(&format!("data.{key}"), value, &expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<DataSettings, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_set_is_written_with_all_its_keys_and_no_others() {
        let digits = parsed(r#"{"set": "digits"}"#).unwrap();
        assert_eq!(digits, DataSettings::default());
        let written = serde_json::to_string(&digits).unwrap();
        assert_eq!(written, r#"{"set":"digits","pixels":"raw"}"#);

        let idx = parsed(r#"{"set": "idx", "pixels": "standardized"}"#).unwrap();
        let written = serde_json::to_string(&idx).unwrap();
        let expected = r#"{"set":"idx","pixels":"standardized","files":"train","images":0}"#;
        assert_eq!(written, expected);

        let cifar = parsed(r#"{"set": "cifar10", "images": 10000}"#).unwrap();
        let written = serde_json::to_string(&cifar).unwrap();
        assert_eq!(
            written,
            r#"{"set":"cifar10","pixels":"raw","images":10000}"#
        );

        let gratings = parsed(r#"{"set": "gratings", "classes": 4}"#).unwrap();
        let written = serde_json::to_string(&gratings).unwrap();
        assert!(written.contains(r#""size":[8,8],"classes":4"#), "{written}");
        assert_eq!(parsed(&written).unwrap(), gratings);
    }

    #[test]
    fn what_counts_as_learned_is_declared_with_the_set() {
        let from = |text: &str| parsed(text).unwrap().set.learned_from();
        assert_eq!(from(r#"{"set": "digits"}"#), Some(0.9));
        assert_eq!(from(r#"{"set": "idx"}"#), Some(0.9));
        assert_eq!(from(r#"{"set": "cifar10"}"#), Some(0.4));
        assert_eq!(from(r#"{"set": "gratings"}"#), None);
    }

    #[test]
    fn foreign_keys_are_refused() {
        let problem = parsed(r#"{"set": "digits", "noise": 0.1}"#).unwrap_err();
        assert!(
            problem.contains("`noise` does not belong to set = \"digits\""),
            "{problem}"
        );
        let problem = parsed(r#"{"set": "digits", "pixel": "raw"}"#).unwrap_err();
        assert!(problem.contains("unknown field `pixel`"), "{problem}");
        let problem = parsed(r#"{"set": "cifar10", "files": "train"}"#).unwrap_err();
        assert!(
            problem.contains("`files` does not belong to set = \"cifar10\""),
            "{problem}"
        );
        let problem = parsed(r#"{"set": "mnist"}"#).unwrap_err();
        assert!(
            problem.contains("`digits`, `idx`, `cifar10`, `gratings`"),
            "{problem}"
        );
    }

    #[test]
    fn sets_of_files_need_a_data_directory_and_say_which_files() {
        for (name, file) in [
            ("idx", "train-images-idx3-ubyte"),
            ("cifar10", "data_batch_1.bin"),
        ] {
            let settings = parsed(&format!(r#"{{"set": "{name}"}}"#)).unwrap();
            let problem = settings.load(None).unwrap_err().to_string();
            let expected =
                format!("data.set = {name}: no data directory was given; it reads {file}");
            assert!(
                problem.starts_with(&expected) && problem.contains("https://"),
                "{problem}"
            );
        }
    }
}
