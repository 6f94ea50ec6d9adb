//! `spec.json`: what a finished trial is, and by which checksums one knows that it is whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::frames::TABLE_FILES;

/// Name of the file.
pub(super) const FILE: &str = "spec.json";

/// What stands in `spec.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The trial's id.
    pub id: String,
    /// Its settings in canonical form.
    pub settings: serde_json::Value,
    /// Its seed.
    pub seed: u64,
    /// Digest of the images.
    pub data: String,
    /// [`cnn::trial::NUMERICS_VERSION`] of the program that ran it.
    pub numerics_version: u32,
    /// [`cnn::trial::RECORD_VERSION`] of the program that ran it.
    pub record_version: u32,
    /// blake3 of each table, by file name.
    pub tables: BTreeMap<String, String>,
    /// blake3 of all of the above.
    pub digest: String,
}

impl Manifest {
    /// The manifest with its digest filled in.
    pub(super) fn sealed(mut self) -> Self {
        self.digest = self.computed();
        self
    }

    fn computed(&self) -> String {
        let unsealed = Self {
            digest: String::new(),
            ..self.clone()
        };
        let text = serde_json::to_vec(&unsealed).unwrap_or_default();
        blake3::hash(&text).to_hex().to_string()
    }

    pub(super) fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        text + "\n"
    }

    /// Reads a manifest, without a look at the tables.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(folder: &Path) -> Result<Self, (PathBuf, String)> {
        let path = folder.join(FILE);
        let text = fs::read(&path).map_err(|error| (path.clone(), error.to_string()))?;
        let manifest: Self = serde_json::from_slice(&text)
            .map_err(|error| (path.clone(), format!("is cut or altered: {error}")))?;
        if manifest.digest != manifest.computed() {
            return Err((path, "was altered: its digest is another".into()));
        }
        Ok(manifest)
    }

    /// Reads the manifest of a trial and compares every table with its checksum.
    ///
    /// # Errors
    /// Which file is not what was written, and why.
    pub(super) fn verified(folder: &Path, id: &str) -> Result<Self, (PathBuf, String)> {
        let manifest = Self::read(folder)?;
        if manifest.id != id {
            let reason = format!("belongs to the trial {}", manifest.id);
            return Err((folder.join(FILE), reason));
        }
        for file in TABLE_FILES {
            let path = folder.join(file);
            let expected = manifest.tables.get(file);
            match checksum(&path) {
                Ok(found) if Some(&found) == expected => {}
                Ok(_) => return Err((path, "was cut or altered: its checksum is another".into())),
                Err(error) => return Err((path, error.to_string())),
            }
        }
        Ok(manifest)
    }
}

/// blake3 of a file.
pub(super) fn checksum(path: &Path) -> std::io::Result<String> {
    Ok(blake3::hash(&fs::read(path)?).to_hex().to_string())
}
