//! A pack: the tables of one or more finished trials, and what tells that they are whole.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Versions;
use crate::frames::{Place, SPECS_FILE, Spec, TABLE_FILES, ranges, read_specs};

/// A file that is not what was written, and why.
pub(super) type Damage = (PathBuf, String);

/// A file that could not be written, and why.
pub(super) type Unwritten = (PathBuf, io::Error);

/// Name of the file that holds the checksums of the others.
const HEAD: &str = "pack.json";

/// Name of the file that holds the trials' ids, a line each.
const IDS: &str = "ids.txt";

/// What the names of packs begin with.
const PREFIX: &str = "pack-";

/// What stands in `pack.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Head {
    /// How many trials.
    pub trials: usize,
    #[serde(flatten)]
    pub versions: Versions,
    /// blake3 of each other file, by name.
    pub files: BTreeMap<String, String>,
    /// blake3 of all of the above.
    pub digest: String,
}

impl Head {
    fn computed(&self) -> String {
        let unsealed = Self {
            digest: String::new(),
            ..self.clone()
        };
        let text = serde_json::to_vec(&unsealed).unwrap_or_default();
        blake3::hash(&text).to_hex().to_string()
    }
}

/// A pack whose head and ids were read, and are as they were written.
#[derive(Debug)]
pub(super) struct Pack {
    folder: PathBuf,
    head: Head,
    pub ids: Vec<String>,
    /// What its trials are and where; known once all files were compared with their checksums.
    trials: Option<Vec<(Spec, Place)>>,
}

/// What a folder of that name is.
#[derive(Debug)]
pub(super) enum State {
    /// A pack that this version of the program reads.
    Readable(Pack),
    /// A pack of other versions, with so many trials.
    Other(Versions, usize),
    Unreadable(Damage),
}

impl Pack {
    /// Reads head and ids.
    pub(super) fn open(folder: &Path) -> State {
        let read = || -> Result<State, Damage> {
            let path = folder.join(HEAD);
            let text = fs::read(&path).map_err(|error| (path.clone(), error.to_string()))?;
            let head: Head = serde_json::from_slice(&text)
                .map_err(|error| (path.clone(), format!("is cut or altered: {error}")))?;
            if head.versions.age().is_ne() {
                return Ok(State::Other(head.versions, head.trials));
            }
            if head.digest != head.computed() {
                return Err((path, "was altered: its digest is another".into()));
            }
            let text = checksum(&folder.join(IDS), head.files.get(IDS))?;
            let text = String::from_utf8_lossy(&text);
            Ok(State::Readable(Self {
                folder: folder.into(),
                ids: text.lines().map(str::to_owned).collect(),
                head,
                trials: None,
            }))
        };
        read().unwrap_or_else(State::Unreadable)
    }

    /// Its trials, in the order of their ids, after every byte of it was compared with its
    /// checksum; that is done once.
    ///
    /// # Errors
    /// Which file is not what was written, and why.
    pub(super) fn verified(&mut self) -> Result<&[(Spec, Place)], Damage> {
        if self.trials.is_none() {
            for file in TABLE_FILES.iter().chain([&SPECS_FILE]) {
                checksum(&self.folder.join(file), self.head.files.get(*file))?;
            }
            let path = self.folder.join(SPECS_FILE);
            let specs = read_specs(&self.folder);
            let specs = specs.map_err(|error| (path.clone(), error.to_string()))?;
            if !specs.iter().map(|spec| &spec.id).eq(&self.ids) {
                return Err((path, "has other trials than its pack".into()));
            }
            let places: Vec<Place> = ranges(&specs)
                .map(|rows| Place {
                    directory: self.folder.as_path().into(),
                    rows: Some(rows),
                })
                .collect();
            self.trials = Some(specs.into_iter().zip(places).collect());
        }
        Ok(self.trials.as_deref().unwrap_or_default())
    }
}

/// Writes ids and head beside the other files of a pack, flushes all, and gives the pack its name:
/// how many trials it has, and its digest. The trials are sorted by their ids.
pub(super) fn seal(folder: &Path, specs: &[Spec], versions: Versions) -> Result<String, Unwritten> {
    let ids: Vec<&str> = specs.iter().map(|spec| &*spec.id).collect();
    let ids = ids.join("\n") + "\n";
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        let flushed = File::create(&path).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        flushed.map_err(|error| (path, error))
    };
    write(IDS, &ids)?;
    let mut files = BTreeMap::new();
    for file in TABLE_FILES.iter().chain([&SPECS_FILE, &IDS]) {
        let path = folder.join(file);
        let bytes = fs::read(&path).map_err(|error| (path, error))?;
        files.insert(
            (*file).to_owned(),
            blake3::hash(&bytes).to_hex().to_string(),
        );
    }
    let mut head = Head {
        trials: specs.len(),
        versions,
        files,
        digest: String::new(),
    };
    head.digest = head.computed();
    let text = serde_json::to_string_pretty(&head).unwrap_or_default();
    write(HEAD, &(text + "\n"))?;
    sync(folder).map_err(|error| (folder.into(), error))?;
    Ok(format!("{PREFIX}{}-{}", specs.len(), &head.digest[..32]))
}

/// Whether a path has the name of a pack.
pub(super) fn is_one(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    name.is_some_and(|name| name.starts_with(PREFIX))
}

/// Reads a file that should have that checksum.
pub(super) fn checksum(path: &Path, expected: Option<&String>) -> Result<Vec<u8>, Damage> {
    let bytes = fs::read(path).map_err(|error| (path.into(), error.to_string()))?;
    if Some(blake3::hash(&bytes).to_hex().as_str()) != expected.map(String::as_str) {
        return Err((
            path.into(),
            "was cut or altered: its checksum is another".into(),
        ));
    }
    Ok(bytes)
}

/// Flushes a folder's list of files, where the system knows such a thing.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
