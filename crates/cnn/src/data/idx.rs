//! Files in the IDX format of MNIST, plain or gzip.

use std::path::Path;

use super::file::{File, missing};
use super::{Images, in_range};
use crate::CnnError;

/// First four bytes of a file of images: unsigned bytes, three axes.
const IMAGES: [u8; 4] = [0, 0, 8, 3];
/// First four bytes of a file of labels: unsigned bytes, one axis.
const LABELS: [u8; 4] = [0, 0, 8, 1];
/// Folders below the data directory in which files are looked for, too; the second one is that of
/// torchvision.
const BELOW: [&str; 2] = ["mnist", "MNIST/raw"];

/// Settings of a set in IDX files: `FILES-images-idx3-ubyte` and `FILES-labels-idx1-ubyte` in the
/// data directory, each plain or with `.gz`. Pixels are divided by 255. There are as many classes as
/// the largest label says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idx {
    /// Beginning of both names: `train`, or `t10k` for MNIST's smaller part.
    pub files: String,
    /// How many images, the first ones of the file; 0 means all.
    pub images: usize,
}

impl Default for Idx {
    fn default() -> Self {
        Self {
            files: "train".to_owned(),
            images: 0,
        }
    }
}

impl Idx {
    pub(super) fn check(&self) -> Result<(), CnnError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if self.files.is_empty() || !self.files.chars().all(plain) {
            let expected = "must be the beginning of the files' names, such as \"train\" or \
                            \"t10k\": letters, digits, - and _";
            return Err(CnnError::setting("data.files", &self.files, expected));
        }
        match self.images {
            0 => Ok(()),
            images => in_range("images", images, 2, 1 << 24),
        }
    }

    /// What is read, in words.
    pub(super) fn reads(&self) -> String {
        format!(
            "{0}-images-idx3-ubyte and {0}-labels-idx1-ubyte, plain or with .gz (MNIST: \
             https://ossci-datasets.s3.amazonaws.com/mnist/)",
            self.files
        )
    }

    pub(super) fn load(&self, data_dir: &Path) -> Result<Images, CnnError> {
        let open = |what: &str| {
            let name = format!("{}-{what}-ubyte", self.files);
            let path = File::find(data_dir, &BELOW, &name);
            File::read(path.ok_or_else(|| missing(data_dir, self.reads(), &BELOW))?)
        };
        let (images, labels) = (open("images-idx3")?, open("labels-idx1")?);
        let ([count, height, width], pixels) = parse::<3>(&images, IMAGES, "images")?;
        let ([label_count], label_bytes) = parse::<1>(&labels, LABELS, "labels")?;
        if count != label_count {
            return Err(labels.wrong(format!(
                "holds {label_count} labels, but {} holds {count} images; use two files that \
                 belong together",
                images.path.display()
            )));
        }
        if self.images > count {
            let expected = format!("{} holds only {count} images", images.path.display());
            return Err(CnnError::setting("data.images", self.images, &expected));
        }
        if count < 2 || height == 0 || width == 0 {
            return Err(images.wrong(format!(
                "holds {count} images of {height}x{width}; at least two images of at least one \
                 pixel are needed"
            )));
        }
        let classes = label_bytes
            .iter()
            .max()
            .map_or(0, |&label| usize::from(label) + 1);
        let count = if self.images == 0 { count } else { self.images };
        let pixels = &pixels[..count * height * width];
        let pixels = pixels.iter().map(|&pixel| f32::from(pixel) / 255.0);
        let labels = label_bytes[..count].iter().map(|&label| u32::from(label));
        Images::new(
            [height, width, 1],
            classes,
            pixels.collect(),
            labels.collect(),
        )
    }
}

/// The lengths of the axes and the bytes after the header.
fn parse<'a, const AXES: usize>(
    file: &'a File,
    magic: [u8; 4],
    what: &str,
) -> Result<([usize; AXES], &'a [u8]), CnnError> {
    let header = 4 + 4 * AXES;
    let found = &file.bytes[..file.bytes.len().min(4)];
    if found != magic && found.len() == 4 {
        let looks_like = match found {
            found if found == IMAGES => "; this is a file of images",
            found if found == LABELS => "; this is a file of labels",
            _ => "",
        };
        return Err(file.wrong(format!(
            "not an IDX file of {what}: begins with the bytes {found:02x?}, and it should be \
             {magic:02x?}{looks_like}"
        )));
    }
    let Some((head, body)) = file.bytes.split_at_checked(header) else {
        return Err(file.wrong(format!(
            "cut short: {} bytes, and the header of an IDX file of {what} alone has {header}",
            file.bytes.len()
        )));
    };
    let mut axes = [0; AXES];
    let mut product = 1_usize;
    for (axis, word) in axes.iter_mut().zip(head[4..].as_chunks::<4>().0) {
        *axis = u32::from_be_bytes(*word) as usize;
        product = product.saturating_mul(*axis);
    }
    if product != body.len() {
        let how = if body.len() < product {
            "cut short"
        } else {
            "longer than it says"
        };
        return Err(file.wrong(format!(
            "{how}: its header says {axes:?}, which is {product} bytes of {what}, and {} \
             follow; fetch the file again",
            body.len()
        )));
    }
    Ok((axes, body))
}

#[cfg(test)]
mod tests;
