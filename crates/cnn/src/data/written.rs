//! Data settings as they stand in files: all keys side by side.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Cifar10, DataSet, DataSettings, Gratings, Idx, Pixels};

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Name {
    /// 1,797 handwritten digits of 8x8, which are inside the program.
    #[default]
    Digits,
    /// Files in the format of MNIST, from the folder of `--data-dir`.
    Idx,
    /// CIFAR-10 in its binary format, from the folder of `--data-dir`.
    Cifar10,
    /// Oriented gratings with noise, made by a procedure.
    Gratings,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    /// Which images.
    set: Name,
    /// How their pixels are scaled.
    #[serde(default)]
    pixels: Pixels,
    /// Height and width to which images are made: larger ones by tiling, smaller ones by cropping
    /// around the middle, such as 16. As they are if it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    side: Option<usize>,
    /// Of `idx`: beginning of the names of both files.
    #[schemars(extend("default" = Idx::default().files))]
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<String>,
    /// How many images. Of `idx` and `cifar10` the first ones of the files, all of them if 0 or not
    /// said; of `gratings` as many as there are digits if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    images: Option<usize>,
    /// Of `gratings`: height and width.
    #[schemars(extend("default" = Gratings::default().size))]
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<[usize; 2]>,
    /// Of `gratings`: number of orientations.
    #[schemars(extend("default" = Gratings::default().classes))]
    #[serde(skip_serializing_if = "Option::is_none")]
    classes: Option<usize>,
    /// Of `gratings`: standard deviation of the noise.
    #[schemars(extend("default" = Gratings::default().noise))]
    #[serde(skip_serializing_if = "Option::is_none")]
    noise: Option<f64>,
    /// Of `gratings`: seed of the set; the seed of a trial has no part in it.
    #[schemars(extend("default" = Gratings::default().seed))]
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
}

impl From<DataSettings> for Written {
    fn from(DataSettings { set, pixels, side }: DataSettings) -> Self {
        let common = |set| Self {
            set,
            pixels,
            side,
            ..Self::default()
        };
        match set {
            DataSet::Digits => common(Name::Digits),
            DataSet::Idx(Idx { files, images }) => Self {
                files: Some(files),
                images: Some(images),
                ..common(Name::Idx)
            },
            DataSet::Cifar10(Cifar10 { images }) => Self {
                images: Some(images),
                ..common(Name::Cifar10)
            },
            DataSet::Gratings(gratings) => Self {
                images: Some(gratings.images),
                size: Some(gratings.size),
                classes: Some(gratings.classes),
                noise: Some(gratings.noise),
                seed: Some(gratings.seed),
                ..common(Name::Gratings)
            },
        }
    }
}

impl TryFrom<Written> for DataSettings {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written {
            set,
            pixels,
            side,
            files,
            images,
            size,
            classes,
            noise,
            seed,
        } = written;
        let of_files = [("files", files.is_some())];
        let of_gratings = [
            ("size", size.is_some()),
            ("classes", classes.is_some()),
            ("noise", noise.is_some()),
            ("seed", seed.is_some()),
        ];
        let (name, foreign) = match set {
            Name::Digits => {
                let both = [&of_files[..], &of_gratings, &[("images", images.is_some())]];
                ("digits", both.concat())
            }
            Name::Idx => ("idx", of_gratings.to_vec()),
            Name::Cifar10 => ("cifar10", [&of_files[..], &of_gratings].concat()),
            Name::Gratings => ("gratings", of_files.to_vec()),
        };
        if let Some((key, _)) = foreign.iter().find(|(_, given)| *given) {
            return Err(format!(
                "`{key}` does not belong to set = \"{name}\"; leave it out"
            ));
        }
        let set = match set {
            Name::Digits => DataSet::Digits,
            Name::Idx => {
                let default = Idx::default();
                DataSet::Idx(Idx {
                    files: files.unwrap_or(default.files),
                    images: images.unwrap_or(default.images),
                })
            }
            Name::Cifar10 => DataSet::Cifar10(Cifar10 {
                images: images.unwrap_or_default(),
            }),
            Name::Gratings => {
                let default = Gratings::default();
                DataSet::Gratings(Gratings {
                    images: images.unwrap_or(default.images),
                    size: size.unwrap_or(default.size),
                    classes: classes.unwrap_or(default.classes),
                    noise: noise.unwrap_or(default.noise),
                    seed: seed.unwrap_or(default.seed),
                })
            }
        };
        Ok(Self { set, pixels, side })
    }
}
