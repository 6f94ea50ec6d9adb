//! The store: one folder for each finished trial of all studies, add-only.
//!
//! ```text
//! RESULTS/trials/<first two digits of ID>/<ID>/   the tables and spec.json of a finished trial
//! RESULTS/partial/                                trials being written, and who is at which
//! RESULTS/damaged/<ID>/                           what was found cut or altered, set aside
//! ```
//!
//! A trial is written below `partial/`, flushed and renamed, so that it is there whole or not at
//! all. Its folder says by checksums what belongs in it ([`Manifest`]). Several processes may
//! work on one store ([`Store::claim`]); merging two stores is copying `trials/`.

mod claim;
mod manifest;
mod old;
mod write;

pub use claim::Claim;
pub use manifest::Manifest;
pub use old::{Contents, contents, remove_old};

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A folder of results.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A file or folder could not be read or written.
    #[error("cannot {action} {}: {source}{}", path.display(), hint(source))]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A table could not be written.
    #[error("{source}{}", source_hint(source))]
    Table {
        /// Which, and why.
        #[from]
        source: crate::frames::FrameError,
    },
}

/// What is in the store of a trial.
#[derive(Debug)]
pub enum Found {
    /// Nothing.
    Missing,
    /// All of it, as it was written.
    Whole(Manifest),
    /// Something else than what was written.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl Store {
    /// The store in a folder, which is made when something is written.
    pub fn new(root: &Path) -> Self {
        Self { root: root.into() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a finished trial is, or would be.
    pub fn folder(&self, id: &str) -> PathBuf {
        let first = id.get(..2).unwrap_or(id);
        self.root.join("trials").join(first).join(id)
    }

    /// Whether a trial is finished, without a look at what is in its folder.
    pub fn has(&self, id: &str) -> bool {
        self.folder(id).is_dir()
    }

    /// What there is of a trial, every byte compared with its checksum.
    pub fn find(&self, id: &str) -> Found {
        let folder = self.folder(id);
        if !folder.is_dir() {
            return Found::Missing;
        }
        match Manifest::verified(&folder, id) {
            Ok(manifest) => Found::Whole(manifest),
            Err((path, reason)) => Found::Damaged { path, reason },
        }
    }

    /// Makes the store's folders, sees whether a file can be written there, and clears away the
    /// locks of processes that were killed just after they had finished a trial.
    ///
    /// # Errors
    /// If not; the folder is named.
    pub fn prepare(&self) -> Result<(), StoreError> {
        for folder in [self.root.join("trials"), self.partial()] {
            fs::create_dir_all(&folder).map_err(io_error("create", &folder))?;
        }
        let trial = tempfile::NamedTempFile::new_in(self.partial());
        trial.map_err(io_error("write in", &self.partial()))?;
        self.clear_locks()
    }

    fn clear_locks(&self) -> Result<(), StoreError> {
        let partial = self.partial();
        for entry in fs::read_dir(&partial).map_err(io_error("read", &partial))? {
            let name = entry.map_err(io_error("read", &partial))?.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(".lock"));
            if let Some(id) = id.filter(|id| self.has(id)) {
                // Nobody else claims a finished trial; letting go of the claim removes the lock.
                drop(self.claim(id)?);
            }
        }
        Ok(())
    }

    /// Moves a damaged trial out of the way, so that it is run again.
    ///
    /// # Errors
    /// If it cannot be moved.
    pub fn set_aside(&self, id: &str) -> Result<PathBuf, StoreError> {
        let damaged = self.root.join("damaged");
        fs::create_dir_all(&damaged).map_err(io_error("create", &damaged))?;
        let mut place = damaged.join(id);
        let mut number = 2;
        while place.exists() {
            place = damaged.join(format!("{id}-{number}"));
            number += 1;
        }
        let folder = self.folder(id);
        match fs::rename(&folder, &place) {
            // Another process was quicker.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(place),
            moved => moved.map(|()| place).map_err(io_error("move", &folder)),
        }
    }

    fn partial(&self) -> PathBuf {
        self.root.join("partial")
    }
}

fn io_error<'a>(action: &'static str, path: &'a Path) -> impl Fn(io::Error) -> StoreError + 'a {
    move |source| StoreError::Io {
        action,
        path: path.into(),
        source,
    }
}

/// What to do about it.
fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; what is finished is kept: make room and start again"
        }
        io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::NotADirectory => "; choose another folder with --results",
        _ => "",
    }
}

fn source_hint(error: &crate::frames::FrameError) -> &'static str {
    match error {
        crate::frames::FrameError::File { source, .. } => hint(source),
        _ => "",
    }
}

#[cfg(test)]
#[path = "store/tests.rs"]
mod tests;
