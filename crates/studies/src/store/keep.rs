//! Finished trials into the store.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cnn::record::TrialRecord;

use super::pack::{seal, sync};
use super::{Claim, Damaged, Store, StoreError, Versions, io_error};
use crate::frames::{FrameError, Spec, digest_of, rows_of, write_records, write_specs};

/// A trial that was run, and is to be kept.
#[derive(Debug)]
pub struct Finished {
    /// The right to write it.
    pub claim: Claim,
    /// Its id.
    pub id: String,
    /// Its settings in canonical form.
    pub settings: String,
    /// Its seed.
    pub seed: u64,
    /// Digest of its images.
    pub data: String,
    /// What it recorded.
    pub record: TrialRecord,
}

impl Store {
    /// Writes finished trials as one pack; when it is there, their claims may be let go.
    ///
    /// # Errors
    /// If it cannot be written; then nothing of them is in `trials/`.
    pub fn keep(&self, finished: &[Finished]) -> Result<(), StoreError> {
        self.keep_as(finished, Versions::CURRENT)
    }

    pub(super) fn keep_as(
        &self,
        finished: &[Finished],
        versions: Versions,
    ) -> Result<(), StoreError> {
        let mut sorted: Vec<&Finished> = finished.iter().collect();
        sorted.sort_by_key(|one| &one.id);
        // Without locks another process may write the same trial below the same name, which does
        // no harm if it writes the same bytes.
        let packs = sorted.chunk_by(|one, next| one.claim.is_locked() && next.claim.is_locked());
        for pack in packs {
            let specs = pack.iter().map(|one| Spec {
                id: one.id.clone(),
                settings: one.settings.clone(),
                seed: one.seed,
                data: one.data.clone(),
                digest: digest_of(&one.id, &one.record),
                rows: rows_of(&one.record),
            });
            let specs: Vec<Spec> = specs.collect();
            let records: Vec<&TrialRecord> = pack.iter().map(|one| &one.record).collect();
            // The claim of the first trial is the right to the folder of its name.
            self.pack(&specs[0].id, &specs, versions, |folder| {
                write_records(folder, &records)
            })?;
        }
        Ok(())
    }

    /// Writes a pack below `partial/`, in a folder that nobody else may use, flushes it and gives
    /// it its place, which is returned. `tables` writes the tables; the specs are sorted by their
    /// ids.
    pub(super) fn pack(
        &self,
        own: &str,
        specs: &[Spec],
        versions: Versions,
        tables: impl FnOnce(&Path) -> Result<(), FrameError>,
    ) -> Result<PathBuf, StoreError> {
        let partial = self.partial().join(own);
        let written = self.pack_in(&partial, specs, versions, tables);
        if written.is_err() {
            // The error to report is the first one.
            let _ = fs::remove_dir_all(&partial);
        }
        written
    }

    fn pack_in(
        &self,
        partial: &Path,
        specs: &[Spec],
        versions: Versions,
        tables: impl FnOnce(&Path) -> Result<(), FrameError>,
    ) -> Result<PathBuf, StoreError> {
        fs::create_dir_all(partial).map_err(io_error("create", partial))?;
        tables(partial)?;
        write_specs(partial, specs)?;
        let sealed = seal(partial, specs, versions);
        let name = sealed.map_err(|(path, source)| io_error("write", &path)(source))?;
        let trials = self.trials();
        let place = trials.join(name);
        let mut renamed = fs::rename(partial, &place);
        if renamed.as_ref().is_err_and(is_there) {
            match Damaged::of_pack(&place) {
                // The same trials with the same bytes, by another process or from another store.
                None => renamed = fs::remove_dir_all(partial),
                Some(damaged) => {
                    self.set_aside(&damaged)?;
                    renamed = fs::rename(partial, &place);
                }
            }
        }
        renamed.map_err(io_error("write", &place))?;
        sync(&trials).map_err(io_error("flush", &trials))?;
        Ok(place)
    }
}

/// Whether a folder could not be given a name because there is one of that name.
fn is_there(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists
    )
}
