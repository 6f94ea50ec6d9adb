//! The store: finished trials of all studies in packs, add-only.
//!
//! ```text
//! RESULTS/trials/pack-<trials>-<digest>/   the tables of one or more finished trials
//!     ids.txt         their ids, sorted, a line each
//!     specs.parquet   what each is (settings, seed, images), and how many rows it has
//!     trial.parquet, censuses.parquet, ...     the recorded tables, trial behind trial
//!     pack.json       how many trials, of which version, and checksums of all files
//! RESULTS/partial/                         what is being written, and who is at which trial
//! RESULTS/damaged/                         what was found cut or altered, set aside
//! ```
//!
//! **Writing.** Trials that are finished within a second are written together ([`Store::keep`]),
//! longer ones at once: into a folder below `partial/`, flushed and renamed, so that a pack is there
//! whole or not at all. A trial is finished when its pack is there. Small packs are gathered into
//! large ones while a study runs and when it ends ([`Store::gather`]): the new one is flushed and in
//! its place before any of the old ones leaves theirs, each by one renaming. So at every moment
//! every finished trial is in some pack, in two after a kill between these steps, and the same
//! trials in one pack are the same bytes, in whatever order they were run.
//!
//! **Reading.** A trial is where some pack has it, found by the lists of ids alone
//! ([`Store::look`]); its tables are read after every byte of that pack was compared with its
//! checksum. What is damaged is told by name and set aside, and what no other pack holds of it is
//! run again. Folders of single trials, as stores had them before, are read like packs of one, and
//! gathered by the next run. Several processes may work on one store ([`Store::claim`]); merging
//! two is copying `trials/`.

mod claim;
mod error;
mod find;
mod folder;
mod gather;
mod index;
mod keep;
mod old;
mod pack;
mod versions;

pub use claim::Claim;
pub use error::StoreError;
use error::io_error;
pub use find::{Damaged, Found};
pub use keep::Finished;
pub use old::{Contents, contents, remove_old};

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use index::Index;
use versions::Versions;

/// A folder of results.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    index: Arc<Mutex<Index>>,
}

impl Store {
    /// The store in a folder, which is made when something is written.
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.into(),
            index: Arc::default(),
        }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Sees which packs there are now. What is asked later is answered by the last look.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn look(&self) -> Result<(), StoreError> {
        let trials = self.trials();
        let looked = self.index().look(&trials);
        looked.map_err(io_error("read", &trials))
    }

    /// Whether a trial is finished, without a look at its tables.
    pub fn has(&self, id: &str) -> bool {
        self.index().place(id).is_some() || self.folder(id).is_dir()
    }

    /// Makes the store's folders, sees whether a file can be written there, and clears away the
    /// locks of processes that were killed just after they had finished a trial.
    ///
    /// # Errors
    /// If not; the folder is named.
    pub fn prepare(&self) -> Result<(), StoreError> {
        for folder in [self.trials(), self.partial()] {
            fs::create_dir_all(&folder).map_err(io_error("create", &folder))?;
        }
        let trial = tempfile::NamedTempFile::new_in(self.partial());
        trial.map_err(io_error("write in", &self.partial()))?;
        self.look()?;
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

    /// Where a finished trial was before there were packs.
    fn folder(&self, id: &str) -> PathBuf {
        self.trials().join(id.get(..2).unwrap_or(id)).join(id)
    }

    fn trials(&self) -> PathBuf {
        self.root.join("trials")
    }

    fn partial(&self) -> PathBuf {
        self.root.join("partial")
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The folders in a folder, by name; none if there is no such folder.
fn below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut folders = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() || entry.path().is_dir() {
            folders.push(entry.path());
        }
    }
    folders.sort();
    Ok(folders)
}

#[cfg(test)]
mod tests;
