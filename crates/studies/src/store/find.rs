//! What there is of a trial, and what becomes of damage.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::pack::{Damage, Pack, State};
use super::{Store, StoreError, folder};
use crate::frames::Place;

/// What is in the store of a trial.
#[derive(Debug)]
pub enum Found {
    /// Nothing.
    Missing,
    /// All of it, as it was written.
    Whole {
        /// Where its tables are.
        place: Place,
        /// Digest of what it recorded.
        digest: String,
    },
    /// Something else than what was written.
    Damaged(Damaged),
}

/// A file of the store that is not what was written.
#[derive(Clone, Debug)]
pub struct Damaged {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub reason: String,
    /// The pack, or the folder of a trial, that it is part of.
    folder: PathBuf,
}

impl Store {
    /// What there is of a trial, every byte compared with its checksum.
    pub fn find(&self, id: &str) -> Found {
        loop {
            let mut index = self.index();
            let Some((name, at)) = index.place(id) else {
                drop(index);
                return self.find_folder(id);
            };
            let folder = self.trials().join(&*name);
            let Some(State::Readable(pack)) = index.packs.get_mut(&*name) else {
                return Found::Missing;
            };
            match pack.verified() {
                Ok(trials) => {
                    let (spec, place) = &trials[at];
                    return Found::Whole {
                        place: place.clone(),
                        digest: spec.digest.clone(),
                    };
                }
                // Gathered by another process.
                Err(_) if !folder.is_dir() => {
                    index.forget(&name);
                    drop(index);
                    // What cannot be looked at is missing.
                    let _ = self.look();
                }
                Err(damage) => return Found::Damaged(Damaged::new(damage, folder)),
            }
        }
    }

    fn find_folder(&self, id: &str) -> Found {
        let folder = self.folder(id);
        if !folder.is_dir() {
            return Found::Missing;
        }
        match folder::verified(&folder, id) {
            Ok((spec, place)) => Found::Whole {
                place,
                digest: spec.digest,
            },
            Err(damage) => Found::Damaged(Damaged::new(damage, folder)),
        }
    }

    /// Packs of which it cannot be said what trials they hold.
    pub fn unreadable(&self) -> Vec<Damaged> {
        let trials = self.trials();
        let packs = &self.index().packs;
        let unreadable = packs.iter().filter_map(|(name, state)| match state {
            State::Unreadable(damage) => Some(Damaged::new(damage.clone(), trials.join(&**name))),
            _ => None,
        });
        unreadable.collect()
    }

    /// Moves what is damaged out of the way, so that its trials are run again.
    ///
    /// # Errors
    /// If it cannot be moved; what is damaged is named.
    pub fn set_aside(&self, damaged: &Damaged) -> Result<PathBuf, StoreError> {
        let unmoved = |source| StoreError::Damaged {
            path: damaged.path.clone(),
            reason: damaged.reason.clone(),
            source,
        };
        let aside = self.root.join("damaged");
        fs::create_dir_all(&aside).map_err(unmoved)?;
        let name = damaged.folder.file_name().and_then(|name| name.to_str());
        let name = name.unwrap_or_default();
        let mut place = aside.join(name);
        let mut number = 2;
        while place.exists() {
            place = aside.join(format!("{name}-{number}"));
            number += 1;
        }
        match fs::rename(&damaged.folder, &place) {
            // Another process was quicker.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            moved => moved.map_err(unmoved)?,
        }
        self.index().forget(name);
        Ok(place)
    }
}

impl Damaged {
    /// What is wrong with a pack, every byte compared with its checksum; nothing if it is whole.
    pub(super) fn of_pack(folder: &Path) -> Option<Self> {
        let damage = match Pack::open(folder) {
            State::Readable(mut pack) => pack.verified().err(),
            State::Other(..) => None,
            State::Unreadable(damage) => Some(damage),
        };
        damage.map(|damage| Self::new(damage, folder.into()))
    }

    pub(super) fn new((path, reason): Damage, folder: PathBuf) -> Self {
        Self {
            path,
            reason,
            folder,
        }
    }
}
