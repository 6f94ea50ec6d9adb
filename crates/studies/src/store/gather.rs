//! Many small packs into few large ones.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::pack::{State, is_one};
use super::{Store, StoreError, Versions, folder, io_error};
use crate::frames::{Place, Spec, gather_tables};

/// Trials of a large pack: it is written anew no more. A flipped bit costs as many trials at most
/// twice.
const LARGE: usize = 1000;

/// So many small packs are gathered even if all of them are a small one again.
const MANY: usize = 64;

/// What of the store may be gathered: its folder, and how many trials it holds.
type Small = (PathBuf, usize);

impl Store {
    /// Puts small packs, and trials in folders of their own, together: where there are many, or
    /// `all` that there are. Nothing is removed before all of it is flushed in a new place, and what
    /// is damaged stays where it is. If another process is gathering, nothing is done.
    ///
    /// # Errors
    /// If something cannot be read, written or removed.
    pub fn gather(&self, all: bool) -> Result<(), StoreError> {
        let Some(claim) = self.claim("gather")?.filter(super::Claim::is_locked) else {
            return Ok(());
        };
        self.look()?;
        let small = self.small()?;
        let trials: usize = small.iter().map(|(_, trials)| trials).sum();
        if all || small.len() >= MANY || trials >= LARGE {
            let mut group = Vec::new();
            let mut trials = 0;
            for (folder, own) in small {
                group.push(folder);
                trials += own;
                if trials >= LARGE {
                    self.unite(&std::mem::take(&mut group))?;
                    trials = 0;
                }
            }
            self.unite(&group)?;
        }
        self.clear_gone()?;
        drop(claim);
        self.look()
    }

    /// Packs that are not large, and folders of single trials.
    fn small(&self) -> Result<Vec<Small>, StoreError> {
        let trials = self.trials();
        let mut small = Vec::new();
        for (name, state) in &self.index().packs {
            if let State::Readable(pack) = state
                && pack.ids.len() < LARGE / 2
            {
                small.push((trials.join(&**name), pack.ids.len()));
            }
        }
        let folders = folder::all(&trials).map_err(io_error("read", &trials))?;
        let current = |folder: &PathBuf| folder::versions(folder) == Some(Versions::CURRENT);
        small.extend(
            folders
                .into_iter()
                .filter(current)
                .map(|folder| (folder, 1)),
        );
        Ok(small)
    }

    /// Writes one pack of all that is whole in these folders, and removes them.
    fn unite(&self, folders: &[PathBuf]) -> Result<(), StoreError> {
        // A pack alone stays as it is.
        if matches!(folders, [one] if is_one(one)) {
            return Ok(());
        }
        let mut trials: BTreeMap<String, (Spec, Place)> = BTreeMap::new();
        let mut whole = Vec::new();
        for folder in folders {
            let own = self.all_in(folder);
            whole.extend((!own.is_empty()).then_some(folder));
            trials.extend(own.into_iter().map(|one| (one.0.id.clone(), one)));
        }
        if trials.is_empty() {
            return Ok(());
        }
        let (mut specs, places): (Vec<Spec>, Vec<Place>) = trials.into_values().unzip();
        let counted = crate::frames::counted(&places)?;
        for (spec, rows) in specs.iter_mut().zip(counted) {
            spec.rows = rows;
        }
        let written = self.pack("gather", &specs, Versions::CURRENT, |folder| {
            gather_tables(&places, folder)
        })?;
        // What one of them held alone is the same pack again.
        let mut others = whole.into_iter().filter(|folder| **folder != written);
        others.try_for_each(|folder| self.retire(folder))
    }

    /// What a pack or the folder of a trial holds; nothing if that is not whole.
    fn all_in(&self, folder: &Path) -> Vec<(Spec, Place)> {
        let name = folder.file_name().and_then(|name| name.to_str());
        let name = name.unwrap_or_default();
        match self.index().packs.get_mut(name) {
            Some(State::Readable(pack)) => pack.verified().unwrap_or_default().to_vec(),
            Some(_) => Vec::new(),
            None => folder::verified(folder, name).into_iter().collect(),
        }
    }

    /// Removes what stands elsewhere by now, at one stroke for all who read.
    fn retire(&self, folder: &Path) -> Result<(), StoreError> {
        let name = folder.file_name().and_then(|name| name.to_str());
        let gone = self.gone().join(name.unwrap_or_default());
        fs::create_dir_all(self.gone()).map_err(io_error("create", &self.gone()))?;
        // One of the same name that was left there goes first.
        remove(&gone)?;
        match fs::rename(folder, &gone) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            renamed => renamed.map_err(io_error("move", folder)),
        }?;
        if let Some(above) = folder.parent().filter(|above| *above != self.trials()) {
            // The first two digits of an id: it goes with the last that has them.
            let _ = fs::remove_dir(above);
        }
        Ok(())
    }

    fn clear_gone(&self) -> Result<(), StoreError> {
        remove(&self.gone())
    }

    fn gone(&self) -> PathBuf {
        self.partial().join("gone")
    }
}

fn remove(folder: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(io_error("remove", folder)),
    }
}
