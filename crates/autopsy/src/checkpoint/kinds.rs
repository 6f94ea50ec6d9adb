//! The kinds of files that are read, and how each is told by its first bytes.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::refused::{self, is_beside, is_named};
use super::{Checkpoint, Contents, Reading, archive, caffe, numpy, safetensors, shards, torch};
use crate::AutopsyError;

/// A kind of file.
pub struct Kind {
    /// Whether a file of this name that begins with these bytes is of this kind.
    pub is: fn(&Path, &[u8]) -> bool,
    /// Reads it; files that belong to it are read to the end of the same memory.
    pub read: fn(&Path, &mut Vec<u8>, &Reading) -> Result<Contents, AutopsyError>,
}

/// All kinds; the first that fits reads.
const KINDS: &[&Kind] = &[
    &caffe::KIND,
    &shards::KIND,
    #[cfg(feature = "hdf5")]
    &super::hdf5::KIND,
    &archive::KIND,
    &numpy::KIND,
    &torch::KIND,
    &safetensors::KIND,
];

/// Bytes that tell what a file is.
const START: usize = 512;

/// Endings under which files of weights are known; what is called otherwise is looked into.
const ENDINGS: [&str; 11] = [
    "safetensors",
    "npz",
    "npy",
    "pt",
    "pth",
    "ckpt",
    "bin",
    "caffemodel",
    "h5",
    "hdf5",
    "keras",
];

fn kind_of(path: &Path, bytes: &[u8]) -> Option<&'static Kind> {
    let start = &bytes[..bytes.len().min(START)];
    KINDS.iter().copied().find(|kind| (kind.is)(path, start))
}

/// Reads a file of any kind.
pub fn read(
    path: &Path,
    buffer: &mut Vec<u8>,
    reading: &Reading,
) -> Result<Contents, AutopsyError> {
    if buffer.is_empty() {
        return Err(AutopsyError::file(path, "is empty: leave it out"));
    }
    refused::refuse_by_content(path, buffer)?;
    match kind_of(path, buffer) {
        Some(kind) => (kind.read)(path, buffer, reading),
        None => Err(AutopsyError::file(path, refused::UNKNOWN)),
    }
}

/// Whether a file in a folder of checkpoints is one: by its ending, so that a damaged one is not
/// passed over, else by what is in it; but not if its name is one under which trainers save other
/// things beside the weights.
pub fn is_checkpoint(path: &Path) -> bool {
    if is_beside(path) {
        return false;
    }
    if ENDINGS.iter().any(|ending| is_named(path, ending)) {
        return true;
    }
    // A pickle may hold anything.
    start(path).is_ok_and(|start| kind_of(path, &start).is_some()) && holds_weights(path)
}

/// The bytes that tell what a file is.
pub fn start(path: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    File::open(path)?
        .take(START as u64)
        .read_to_end(&mut start)?;
    Ok(start)
}

fn holds_weights(path: &Path) -> bool {
    match Checkpoint::open(path) {
        Ok(file) => file.tensors.iter().any(|tensor| tensor.shape.len() > 1),
        // It has tensors; what is wrong with one is said when it is read.
        Err(AutopsyError::Tensor { .. }) => true,
        Err(_) => false,
    }
}
