//! A finished trial in a folder of its own, as stores were before there were packs: only read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cnn::settings::TrialSettings;
use serde::{Deserialize, Serialize};

use super::Versions;
use super::pack::{Damage, checksum};
use crate::frames::{Place, Spec, TABLE_FILES, digest_in};

/// Name of the file that says what the trial is.
const FILE: &str = "spec.json";

/// What stands in `spec.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub id: String,
    /// Its settings in canonical form.
    pub settings: serde_json::Value,
    pub seed: u64,
    /// Digest of the images.
    pub data: String,
    pub numerics_version: u32,
    pub record_version: u32,
    /// blake3 of each table, by file name.
    pub tables: BTreeMap<String, String>,
    /// blake3 of all of the above.
    pub digest: String,
}

impl Manifest {
    /// The digest that it should have.
    pub(super) fn computed(&self) -> String {
        let unsealed = Self {
            digest: String::new(),
            ..self.clone()
        };
        let text = serde_json::to_vec(&unsealed).unwrap_or_default();
        blake3::hash(&text).to_hex().to_string()
    }
}

/// The trial in a folder, every byte compared with its checksum.
///
/// # Errors
/// Which file is not what was written, and why.
pub(super) fn verified(folder: &Path, id: &str) -> Result<(Spec, Place), Damage> {
    let path = folder.join(FILE);
    let text = fs::read(&path).map_err(|error| (path.clone(), error.to_string()))?;
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|error| (path.clone(), format!("is cut or altered: {error}")))?;
    if manifest.digest != manifest.computed() {
        return Err((path, "was altered: its digest is another".into()));
    }
    if manifest.id != id {
        return Err((path, format!("belongs to the trial {}", manifest.id)));
    }
    for file in TABLE_FILES {
        checksum(&folder.join(file), manifest.tables.get(file))?;
    }
    let digest = digest_in(id, folder).map_err(|error| (folder.into(), error.to_string()))?;
    let spec = Spec {
        id: id.into(),
        settings: canonical(&manifest.settings),
        seed: manifest.seed,
        data: manifest.data,
        digest,
        // Of all tables all rows.
        rows: [0; 6],
    };
    Ok((spec, Place::alone(folder)))
}

/// Settings in canonical form, whose keys such a file has in another order.
fn canonical(settings: &serde_json::Value) -> String {
    let read = TrialSettings::deserialize(settings);
    read.map_or_else(|_| settings.to_string(), |settings| settings.canonical())
}

/// The versions that a folder says it is of; nothing if it says none.
pub(super) fn versions(folder: &Path) -> Option<Versions> {
    // There may be a hundred thousand of them: read as text, of which two numbers matter.
    let text = fs::read_to_string(folder.join(FILE)).ok()?;
    let number = |key: &str| {
        let (_, rest) = text.split_once(&format!("\"{key}\":"))?;
        let digits = rest.trim_start();
        let end = digits.find(|c: char| !c.is_ascii_digit())?;
        digits[..end].parse().ok()
    };
    Some(Versions {
        numerics_version: number("numerics_version")?,
        record_version: number("record_version")?,
    })
}

/// All such folders, by name.
///
/// # Errors
/// If a folder cannot be read.
pub(super) fn all(trials: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for first in super::below(trials)? {
        if !super::pack::is_one(&first) {
            all.extend(super::below(&first)?);
        }
    }
    Ok(all)
}
