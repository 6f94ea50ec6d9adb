//! Who is at which trial, so that two processes do not run the same one.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::{Store, StoreError, io_error};

/// The right to run a trial, until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct Claim {
    /// Locked; the system lets go of it when the process ends.
    _lock: File,
    path: PathBuf,
    locked: bool,
}

impl Claim {
    /// Whether no other process can have it too: not so on a file system without locks.
    pub fn is_locked(&self) -> bool {
        self.locked
    }
}

impl Store {
    /// Claims a trial; nothing if another process is at it. What a process that was killed left
    /// of it is removed.
    ///
    /// # Errors
    /// If the store cannot be written.
    pub fn claim(&self, id: &str) -> Result<Option<Claim>, StoreError> {
        let path = self.partial().join(format!("{id}.lock"));
        let (lock, locked) = loop {
            let lock = File::create(&path).map_err(io_error("write", &path))?;
            let locked = match lock.try_lock() {
                Err(TryLockError::WouldBlock) => return Ok(None),
                Ok(()) => true,
                // A file system without locks: two processes may run a trial twice, to one result.
                Err(TryLockError::Error(_)) => false,
            };
            if is_at(&lock, &path) {
                break (lock, locked);
            }
        };
        let left = self.partial().join(id);
        if left.exists() {
            fs::remove_dir_all(&left).map_err(io_error("remove", &left))?;
        }
        Ok(Some(Claim {
            _lock: lock,
            path,
            locked,
        }))
    }
}

/// Whether the open file is still the one at that path: another process may have removed it
/// between our opening and our locking it.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let number = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let (open, there) = (file.metadata().map(number), fs::metadata(path).map(number));
    matches!((open, there), (Ok(open), Ok(there)) if open == there)
}

/// Where files have no number that std could read, an open file cannot be removed either.
#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

impl Drop for Claim {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
