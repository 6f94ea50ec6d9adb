//! All that is in a store, and what of it is of no use any more.

use std::fs;
use std::path::{Path, PathBuf};

use cnn::trial::{NUMERICS_VERSION, RECORD_VERSION};
use serde::Serialize;

use super::{Manifest, Store, StoreError, io_error};

/// How much is in a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// Finished trials of this version of the numbers.
    pub trials: usize,
    /// Finished trials of another version of the numbers or of what is recorded.
    pub old: usize,
    /// Folders whose `spec.json` cannot be read.
    pub unreadable: usize,
    /// Damaged trials that were set aside.
    pub damaged: usize,
}

/// Counts what is in the store.
///
/// # Errors
/// If a folder cannot be read.
pub fn contents(store: &Store) -> Result<Contents, StoreError> {
    let mut contents = Contents::default();
    for folder in finished(store)? {
        match Manifest::read(&folder) {
            Ok(manifest) if current(&manifest) => contents.trials += 1,
            Ok(_) => contents.old += 1,
            Err(_) => contents.unreadable += 1,
        }
    }
    contents.damaged = below(&store.root.join("damaged"))?.len();
    Ok(contents)
}

/// Removes what belongs to other numerics or another record, and what was set aside as damaged;
/// gives the number of trials removed.
///
/// # Errors
/// If something cannot be removed.
pub fn remove_old(store: &Store) -> Result<usize, StoreError> {
    let old = finished(store)?
        .into_iter()
        .filter(|folder| Manifest::read(folder).is_ok_and(|manifest| !current(&manifest)));
    let mut removed = 0;
    for folder in old.chain(below(&store.root.join("damaged"))?) {
        fs::remove_dir_all(&folder).map_err(io_error("remove", &folder))?;
        removed += 1;
    }
    Ok(removed)
}

fn current(manifest: &Manifest) -> bool {
    (manifest.numerics_version, manifest.record_version) == (NUMERICS_VERSION, RECORD_VERSION)
}

fn finished(store: &Store) -> Result<Vec<PathBuf>, StoreError> {
    let mut all = Vec::new();
    for first in below(&store.root.join("trials"))? {
        all.extend(below(&first)?);
    }
    Ok(all)
}

/// The folders in a folder, by name; none if there is no such folder.
fn below(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let read = || -> std::io::Result<Vec<PathBuf>> {
        let mut folders = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            }
        }
        folders.sort();
        Ok(folders)
    };
    read().map_err(io_error("read", folder))
}
