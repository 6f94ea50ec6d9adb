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
mod tests {
    use std::io::Write;

    use super::*;

    const SIDE: usize = 3;

    fn images(count: u32) -> Vec<u8> {
        let mut bytes = IMAGES.to_vec();
        for axis in [count, SIDE as u32, SIDE as u32] {
            bytes.extend(axis.to_be_bytes());
        }
        bytes.extend((0..count * 9).map(|pixel| (pixel % 256) as u8));
        bytes
    }

    fn labels(count: u32) -> Vec<u8> {
        let mut bytes = LABELS.to_vec();
        bytes.extend(count.to_be_bytes());
        bytes.extend((0..count).map(|label| (label % 4) as u8));
        bytes
    }

    fn load(images: &[u8], labels: &[u8], settings: &Idx) -> Result<Images, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("train-images-idx3-ubyte"), images).unwrap();
        fs::write(folder.path().join("train-labels-idx1-ubyte"), labels).unwrap();
        settings
            .load(folder.path())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn whole_files_are_read_plain_or_zipped() {
        let plain = load(&images(6), &labels(6), &Idx::default()).unwrap();
        assert_eq!((plain.shape, plain.classes), ([3, 3, 1], 4));
        assert_eq!(plain.labels, [0, 1, 2, 3, 0, 1]);
        assert_eq!(plain.pixels[53], 53.0 / 255.0);

        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in [("images-idx3", images(6)), ("labels-idx1", labels(6))] {
            let file = fs::File::create(folder.path().join(format!("train-{name}-ubyte.gz")));
            let mut zip = flate2::write::GzEncoder::new(file.unwrap(), flate2::Compression::fast());
            zip.write_all(&bytes).unwrap();
            zip.finish().unwrap();
        }
        assert_eq!(Idx::default().load(folder.path()).unwrap(), plain);

        let first = Idx {
            images: 2,
            ..Idx::default()
        };
        let first = load(&images(6), &labels(6), &first).unwrap();
        assert_eq!((first.len(), first.classes), (2, 4));
        assert_eq!(first.pixels[..], plain.pixels[..18]);
    }

    #[test]
    fn a_file_cut_anywhere_is_named() {
        for (whole, name) in [(images(6), "images-idx3"), (labels(6), "labels-idx1")] {
            for length in 0..whole.len() {
                let cut = &whole[..length];
                let problem = if name == "images-idx3" {
                    load(cut, &labels(6), &Idx::default())
                } else {
                    load(&images(6), cut, &Idx::default())
                }
                .unwrap_err();
                assert!(
                    problem.contains(&format!("train-{name}-ubyte: cut short")),
                    "{problem}"
                );
            }
        }
    }

    #[test]
    fn a_zipped_file_cut_short_is_named() {
        let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        zip.write_all(&images(6)).unwrap();
        let zipped = zip.finish().unwrap();
        for length in [2, 10, zipped.len() / 2, zipped.len() - 1] {
            let problem = load(&zipped[..length], &labels(6), &Idx::default()).unwrap_err();
            assert!(
                problem.contains("train-images-idx3-ubyte: cut short or damaged"),
                "{problem}"
            );
        }
    }

    #[test]
    fn foreign_files_are_refused_with_what_would_be_right() {
        let longer = [images(6), vec![0]].concat();
        let mut huge = images(6);
        huge[4..16].fill(0xff);
        let cases = [
            (
                labels(6),
                labels(6),
                "images-idx3-ubyte: not an IDX file of images",
            ),
            (images(6), images(6), "this is a file of images"),
            (
                b"PNG and more".to_vec(),
                labels(6),
                "should be [00, 00, 08, 03]",
            ),
            (
                longer,
                labels(6),
                "longer than it says: its header says [6, 3, 3]",
            ),
            (huge, labels(6), "cut short: its header says [4294967295"),
            (images(6), labels(5), "holds 5 labels, but"),
            (images(0), labels(0), "holds 0 images of 3x3"),
        ];
        for (images, labels, expected) in cases {
            let problem = load(&images, &labels, &Idx::default()).unwrap_err();
            assert!(problem.contains(expected), "{problem}");
        }
        let many = Idx {
            images: 7,
            ..Idx::default()
        };
        let problem = load(&images(6), &labels(6), &many).unwrap_err();
        assert!(
            problem.contains("data.images = 7") && problem.contains("only 6"),
            "{problem}"
        );
        let problem = Idx::default()
            .load(Path::new("/nowhere"))
            .unwrap_err()
            .to_string();
        assert!(
            problem.contains("/nowhere/train-images-idx3-ubyte: cannot read"),
            "{problem}"
        );
        let escaping = Idx {
            files: "../train".to_owned(),
            images: 0,
        };
        assert!(
            escaping
                .check()
                .unwrap_err()
                .to_string()
                .contains("data.files = ../train")
        );
    }
}
