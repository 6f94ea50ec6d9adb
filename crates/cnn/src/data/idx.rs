//! Files in the IDX format of MNIST, plain or gzip.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use super::{Images, in_range};
use crate::CnnError;

/// First four bytes of a file of images: unsigned bytes, three axes.
const IMAGES: [u8; 4] = [0, 0, 8, 3];
/// First four bytes of a file of labels: unsigned bytes, one axis.
const LABELS: [u8; 4] = [0, 0, 8, 1];
/// Most bytes that are read of one file.
const LARGEST: u64 = 1 << 31;

/// Settings of a set in IDX files: `FILES-images-idx3-ubyte` and `FILES-labels-idx1-ubyte` in the
/// data directory, each plain or with `.gz`. Pixels are divided by 255.
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

    pub(super) fn load(&self, folder: &Path) -> Result<Images, CnnError> {
        let images = File::open(folder, &format!("{}-images-idx3-ubyte", self.files))?;
        let labels = File::open(folder, &format!("{}-labels-idx1-ubyte", self.files))?;
        let ([count, height, width], pixels) = images.parse::<3>(IMAGES, "images")?;
        let ([label_count], label_bytes) = labels.parse::<1>(LABELS, "labels")?;
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

/// A file with its uncompressed bytes.
struct File {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl File {
    /// Reads `name`, or `name.gz` where that is not there.
    fn open(folder: &Path, name: &str) -> Result<Self, CnnError> {
        let plain = folder.join(name);
        let zipped = folder.join(format!("{name}.gz"));
        let path = if plain.exists() || !zipped.exists() {
            plain
        } else {
            zipped
        };
        let failed = |action| {
            let path = path.clone();
            move |source| CnnError::Io {
                path,
                action,
                source,
            }
        };
        let stored = fs::read(&path).map_err(failed("read"))?;
        let mut bytes = Vec::new();
        if stored.starts_with(&[0x1f, 0x8b]) {
            GzDecoder::new(&stored[..])
                .take(LARGEST)
                .read_to_end(&mut bytes)
                .map_err(|error| CnnError::File {
                    path: path.clone(),
                    problem: format!("cut short or damaged ({error}); fetch the file again"),
                })?;
        } else {
            bytes = stored;
        }
        Ok(Self { path, bytes })
    }

    fn wrong(&self, problem: String) -> CnnError {
        CnnError::File {
            path: self.path.clone(),
            problem,
        }
    }

    /// The lengths of the axes and the bytes after the header.
    fn parse<const AXES: usize>(
        &self,
        magic: [u8; 4],
        what: &str,
    ) -> Result<([usize; AXES], &[u8]), CnnError> {
        let header = 4 + 4 * AXES;
        let found = &self.bytes[..self.bytes.len().min(4)];
        if found != magic && found.len() == 4 {
            let looks_like = match found {
                found if found == IMAGES => "; this is a file of images",
                found if found == LABELS => "; this is a file of labels",
                _ => "",
            };
            return Err(self.wrong(format!(
                "not an IDX file of {what}: begins with the bytes {found:02x?}, and it should be \
                 {magic:02x?}{looks_like}"
            )));
        }
        let Some((head, body)) = self.bytes.split_at_checked(header) else {
            return Err(self.wrong(format!(
                "cut short: {} bytes, and the header of an IDX file of {what} alone has {header}",
                self.bytes.len()
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
            return Err(self.wrong(format!(
                "{how}: its header says {axes:?}, which is {product} bytes of {what}, and {} \
                 follow; fetch the file again",
                body.len()
            )));
        }
        Ok((axes, body))
    }
}

#[cfg(test)]
mod tests;
