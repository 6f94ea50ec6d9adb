//! All that is in a store, and what of it is of no use any more.

use std::cmp::Ordering;
use std::fs;
use std::path::PathBuf;

use serde::Serialize;

use super::pack::State;
use super::{Store, StoreError, Versions, below, folder, io_error};

/// How much is in a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// Finished trials of this version of the numbers.
    pub trials: usize,
    /// Finished trials of an older version of the numbers or of what is recorded.
    pub old: usize,
    /// Finished trials of a newer version of the program.
    pub newer: usize,
    /// Packs and folders whose head cannot be read.
    pub unreadable: usize,
    /// Packs and folders that were damaged and set aside.
    pub damaged: usize,
}

/// Counts what is in the store, without a look at the tables.
///
/// # Errors
/// If a folder cannot be read.
pub fn contents(store: &Store) -> Result<Contents, StoreError> {
    store.look()?;
    let mut contents = Contents {
        trials: store.index().trials(),
        ..Contents::default()
    };
    for state in store.index().packs.values() {
        match state {
            State::Readable(_) => {}
            State::Other(versions, trials) => contents.add(*versions, *trials),
            State::Unreadable(_) => contents.unreadable += 1,
        }
    }
    for folder in folders(store)? {
        let id = folder.file_name().and_then(|name| name.to_str());
        match folder::versions(&folder) {
            // A copy of a trial that is in a pack too.
            Some(_) if store.index().place(id.unwrap_or_default()).is_some() => {}
            Some(versions) => contents.add(versions, 1),
            None => contents.unreadable += 1,
        }
    }
    let damaged = store.root.join("damaged");
    contents.damaged = below(&damaged).map_err(io_error("read", &damaged))?.len();
    Ok(contents)
}

impl Contents {
    fn add(&mut self, versions: Versions, trials: usize) {
        match versions.age() {
            Ordering::Less => self.old += trials,
            Ordering::Equal => self.trials += trials,
            Ordering::Greater => self.newer += trials,
        }
    }
}

/// Removes what belongs to older numerics or an older record, and what was set aside as damaged;
/// gives the number of trials removed, of what is damaged that of folders.
///
/// # Errors
/// If something cannot be removed.
pub fn remove_old(store: &Store) -> Result<usize, StoreError> {
    store.look()?;
    let mut old: Vec<(PathBuf, usize)> = Vec::new();
    for (name, state) in &store.index().packs {
        if let State::Other(versions, trials) = state
            && versions.age().is_lt()
        {
            old.push((store.trials().join(&**name), *trials));
        }
    }
    let is_old = |folder: &PathBuf| folder::versions(folder).is_some_and(|own| own.age().is_lt());
    old.extend(
        folders(store)?
            .into_iter()
            .filter(is_old)
            .map(|one| (one, 1)),
    );
    let damaged = store.root.join("damaged");
    let damaged = below(&damaged).map_err(io_error("read", &damaged))?;
    old.extend(damaged.into_iter().map(|one| (one, 1)));
    let mut removed = 0;
    for (folder, trials) in old {
        fs::remove_dir_all(&folder).map_err(io_error("remove", &folder))?;
        removed += trials;
    }
    store.look()?;
    Ok(removed)
}

fn folders(store: &Store) -> Result<Vec<PathBuf>, StoreError> {
    let trials = store.trials();
    folder::all(&trials).map_err(io_error("read", &trials))
}
