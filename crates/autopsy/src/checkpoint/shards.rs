//! Checkpoints in several files, by their index.
//!
//! `model.safetensors.index.json` and `pytorch_model.bin.index.json` are written by
//! `save_pretrained`: `{"metadata": {..}, "weight_map": {"name of a tensor": "its file"}}`. The
//! parts are read one after the other into the same memory.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::Path;

use serde::Deserialize;

use super::kinds::{self, Kind};
use super::{Contents, Reading, bytes};
use crate::AutopsyError;

/// Indices of several files.
pub const KIND: Kind = Kind {
    is: |path, start| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".index.json") && start.trim_ascii_start().starts_with(b"{")
    },
    read: |path, buffer, _| read(path, buffer),
};

#[derive(Deserialize)]
struct Index {
    /// File of each tensor.
    weight_map: BTreeMap<String, String>,
}

fn read(path: &Path, buffer: &mut Vec<u8>) -> Result<Contents, AutopsyError> {
    let index: Index = serde_json::from_slice(buffer).map_err(|error| {
        AutopsyError::file(
            path,
            format!("is no whole index with a weight_map ({error})"),
        )
    })?;
    let parts: BTreeSet<&String> = index.weight_map.values().collect();
    let mut contents = Contents {
        ordered: true,
        ..Contents::default()
    };
    for part in parts {
        // Nothing outside the folder is read, whatever the index says.
        if Path::new(part).file_name() != Some(OsStr::new(part)) || part.ends_with(".index.json") {
            return Err(AutopsyError::file(
                path,
                format!("names `{part}`, which is no file beside it"),
            ));
        }
        let own_path = path.with_file_name(part);
        let mut own = Vec::new();
        bytes::read(&own_path, &mut own, 0, None)?;
        let mut read = kinds::read(&own_path, &mut own, &Reading::default())?;
        read.shift(buffer.len());
        buffer.append(&mut own);
        contents.ordered &= read.ordered;
        contents.tensors.append(&mut read.tensors);
        contents.counters.append(&mut read.counters);
    }
    let names: BTreeSet<&str> = contents.names().collect();
    if names.len() < contents.tensors.len() + contents.counters.len() {
        return Err(AutopsyError::file(path, "has a tensor in two of its files"));
    }
    // Of other kinds of files than safetensors not all integers are kept.
    let lost = |(name, _): &(&String, &String)| !names.contains(&name[..]);
    if let Some((name, part)) = index.weight_map.iter().find(lost)
        && !contents.ordered
    {
        let problem = format!("is said to be in {part}, which does not have it");
        return Err(AutopsyError::tensor(path, name, problem));
    }
    Ok(contents)
}
