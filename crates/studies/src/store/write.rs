//! A finished trial into the store.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use cnn::record::TrialRecord;

use super::manifest::{FILE, checksum};
use super::{Claim, Manifest, Store, StoreError, io_error};
use crate::frames::{TABLE_FILES, write_record};

impl Store {
    /// Writes a finished trial. `spec` is its manifest, with tables and digest still empty.
    ///
    /// # Errors
    /// If it cannot be written; then nothing of it is in `trials/`.
    pub fn write(
        &self,
        spec: Manifest,
        record: &TrialRecord,
        _claim: &Claim,
    ) -> Result<(), StoreError> {
        let partial = self.partial().join(&spec.id);
        let written = self.write_partial(&partial, spec, record);
        if written.is_err() {
            // The error to report is the first one.
            let _ = fs::remove_dir_all(&partial);
        }
        written
    }

    fn write_partial(
        &self,
        partial: &Path,
        mut spec: Manifest,
        record: &TrialRecord,
    ) -> Result<(), StoreError> {
        fs::create_dir_all(partial).map_err(io_error("create", partial))?;
        write_record(partial, record)?;
        let mut tables = BTreeMap::new();
        for file in TABLE_FILES {
            let path = partial.join(file);
            let checksum = checksum(&path).map_err(io_error("read", &path))?;
            tables.insert(file.to_owned(), checksum);
        }
        spec.tables = tables;
        let spec = spec.sealed();
        let path = partial.join(FILE);
        let flushed = File::create(&path).and_then(|mut file| {
            file.write_all(spec.text().as_bytes())?;
            file.sync_all()
        });
        flushed.map_err(io_error("write", &path))?;
        sync(partial).map_err(io_error("flush", partial))?;
        let folder = self.folder(&spec.id);
        let above = folder.parent().unwrap_or(&self.root);
        fs::create_dir_all(above).map_err(io_error("create", above))?;
        match fs::rename(partial, &folder) {
            // Another process was quicker, with the same bytes.
            Err(_) if folder.is_dir() => {
                fs::remove_dir_all(partial).map_err(io_error("remove", partial))?;
            }
            renamed => renamed.map_err(io_error("write", &folder))?,
        }
        sync(above).map_err(io_error("flush", above))
    }
}

/// Flushes a folder's list of files, where the system knows such a thing.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
