//! Files of a data directory, plain or gzip.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;

use crate::CnnError;

/// Most bytes that are read of one file.
const LARGEST: u64 = 1 << 31;

/// A file with its uncompressed bytes.
pub(super) struct File {
    pub path: PathBuf,
    pub bytes: Vec<u8>,
}

impl File {
    /// Where `name`, or `name.gz` where that is not there, lies: in the data directory or else in
    /// the first of these folders below it.
    pub fn find(data_dir: &Path, below: &[&str], name: &str) -> Option<PathBuf> {
        let folders = [data_dir.to_owned()].into_iter();
        let folders = folders.chain(below.iter().map(|folder| data_dir.join(folder)));
        let mut paths =
            folders.flat_map(|folder| [folder.join(name), folder.join(format!("{name}.gz"))]);
        paths.find(|path| path.is_file())
    }

    /// Reads a file, and unpacks it if it begins as gzip does.
    pub fn read(path: PathBuf) -> Result<Self, CnnError> {
        let stored = fs::read(&path).map_err(|source| CnnError::Io {
            path: path.clone(),
            action: "read",
            source,
        })?;
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

    /// The error that this file is not what it should be.
    pub fn wrong(&self, problem: String) -> CnnError {
        CnnError::File {
            path: self.path.clone(),
            problem,
        }
    }
}

/// The error that a data directory lacks what was looked for.
pub(super) fn missing(data_dir: &Path, looked_for: String, below: &[&str]) -> CnnError {
    CnnError::Missing {
        data_dir: data_dir.to_owned(),
        looked_for,
        below: below.join(" and "),
    }
}
