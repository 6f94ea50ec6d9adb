//! Files that hold the weights of an earlier one, bit for bit.

use std::hash::{DefaultHasher, Hasher};

use crate::AutopsyError;
use crate::checkpoint::Checkpoint;
use crate::layers::trained;
use crate::order::Saved;
use crate::sketch::places;

/// Numbers of a tensor that a fingerprint is made of.
const NUMBERS: usize = 64;

/// What files with the same weights have in common, and others hardly ever: a digest of some
/// numbers of every trained tensor.
pub fn fingerprint(checkpoint: &Checkpoint) -> u64 {
    let mut hasher = DefaultHasher::new();
    for tensor in trained(checkpoint) {
        let (bytes, size) = (checkpoint.bytes(tensor), tensor.format.size());
        for place in places(tensor.len(), NUMBERS) {
            hasher.write(&bytes[place * size..(place + 1) * size]);
        }
    }
    hasher.finish()
}

/// For every file the first of the earlier ones with the same trained weights. `still` says which
/// files are equal to the one before; others with one fingerprint are read again and compared.
///
/// # Errors
/// As [`Checkpoint::open`].
pub fn repeats(
    files: &[Saved],
    fingerprints: &[u64],
    still: &[bool],
) -> Result<Vec<Option<usize>>, AutopsyError> {
    let mut first: Vec<Option<usize>> = vec![None; files.len()];
    for file in 1..files.len() {
        if still[file - 1] {
            first[file] = first[file - 1].or(Some(file - 1));
            continue;
        }
        let alike = (0..file)
            .filter(|&own| first[own].is_none() && fingerprints[own] == fingerprints[file]);
        for earlier in alike {
            let [a, b] = [earlier, file].map(|own| Checkpoint::open(&files[own].path));
            if same(&a?, &b?) {
                first[file] = Some(earlier);
                break;
            }
        }
    }
    Ok(first)
}

fn same(a: &Checkpoint, b: &Checkpoint) -> bool {
    trained(a).all(|own| {
        let other = b.tensor(&own.name);
        other.is_some_and(|other| a.bytes(own) == b.bytes(other))
    })
}
