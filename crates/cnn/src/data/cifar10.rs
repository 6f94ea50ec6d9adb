//! CIFAR-10 in its binary format, plain or gzip.

use std::path::Path;

use super::file::{File, missing};
use super::{Images, in_range};
use crate::CnnError;

/// (height, width, channels) of every image.
const SHAPE: [usize; 3] = [32, 32, 3];
/// Pixels of one of the three planes: red, green, blue, each row by row.
const PLANE: usize = SHAPE[0] * SHAPE[1];
/// Bytes of an image: its label, then the planes.
const RECORD: usize = 1 + SHAPE[2] * PLANE;
const CLASSES: usize = 10;

/// Names of the files, in the order in which they are read.
const FILES: [&str; 6] = [
    "data_batch_1.bin",
    "data_batch_2.bin",
    "data_batch_3.bin",
    "data_batch_4.bin",
    "data_batch_5.bin",
    "test_batch.bin",
];
/// Folders below the data directory in which they are looked for, too; the second one is that of
/// the archive.
const BELOW: [&str; 2] = ["cifar10", "cifar-10-batches-bin"];

/// Settings of CIFAR-10 (Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images"):
/// 32x32 photographs in colour of ten classes. Whichever of its batches are in the data directory
/// are read one after the other, `data_batch_1.bin` to `data_batch_5.bin`, then `test_batch.bin`,
/// each plain or with `.gz`. Pixels are divided by 255.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cifar10 {
    /// How many images, the first ones; 0 means all.
    pub images: usize,
}

impl Cifar10 {
    /// What is read, in words.
    pub(super) const READS: &'static str = "data_batch_1.bin to data_batch_5.bin and \
        test_batch.bin, whichever are there, plain or with .gz (CIFAR-10's binary version: \
        https://www.cs.toronto.edu/~kriz/cifar.html)";

    pub(super) fn check(self) -> Result<(), CnnError> {
        match self.images {
            0 => Ok(()),
            images => in_range("images", images, 2, 1 << 24),
        }
    }

    pub(super) fn load(self, data_dir: &Path) -> Result<Images, CnnError> {
        let wanted = if self.images == 0 {
            usize::MAX
        } else {
            self.images
        };
        let (mut pixels, mut labels) = (Vec::new(), Vec::new());
        let paths = FILES
            .iter()
            .filter_map(|name| File::find(data_dir, &BELOW, name));
        for path in paths {
            if labels.len() == wanted {
                break;
            }
            let file = File::read(path)?;
            append(&file, wanted, &mut pixels, &mut labels)?;
        }
        if labels.is_empty() {
            return Err(missing(data_dir, Self::READS.into(), &BELOW));
        }
        if self.images > labels.len() {
            let expected = format!(
                "the batches in {} hold only {} images",
                data_dir.display(),
                labels.len()
            );
            return Err(CnnError::setting("data.images", self.images, &expected));
        }
        Images::new(SHAPE, CLASSES, pixels, labels)
    }
}

/// Appends the images of a batch until there are as many as are wanted. The whole batch is checked.
fn append(
    file: &File,
    wanted: usize,
    pixels: &mut Vec<f32>,
    labels: &mut Vec<u32>,
) -> Result<(), CnnError> {
    let length = file.bytes.len();
    let (records, rest) = file.bytes.as_chunks::<RECORD>();
    if records.is_empty() || !rest.is_empty() {
        return Err(file.wrong(format!(
            "cut short, or no batch of CIFAR-10's binary version: {length} bytes, and every image \
             has {RECORD} (a label, 3 planes of 32x32); fetch the file again"
        )));
    }
    for (index, [label, planes @ ..]) in records.iter().enumerate() {
        if usize::from(*label) >= CLASSES {
            return Err(file.wrong(format!(
                "image {index} (counted from 0) has the label {label}, and CIFAR-10's are 0 to 9; \
                 fetch the file again"
            )));
        }
        if labels.len() == wanted {
            continue;
        }
        labels.push(u32::from(*label));
        pixels.extend((0..PLANE).flat_map(|place| {
            let channels = planes.iter().skip(place).step_by(PLANE);
            channels.map(|&pixel| f32::from(pixel) / 255.0)
        }));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
