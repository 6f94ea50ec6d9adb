//! Zip archives: what `numpy.savez` and `torch.save` write.
//!
//! Stored members are used where they are; compressed ones are unpacked within a budget, so that
//! a small file cannot ask for all memory.

mod nested;

use std::io::{Cursor, Read};
use std::ops::Range;
use std::path::Path;

use zip::{CompressionMethod, ZipArchive};

use super::budget::Budget;
use super::kinds::Kind;
use super::{Contents, Data, Reading, numpy, torch};
use crate::AutopsyError;

/// Archives, whatever is in them.
pub const KIND: Kind = Kind {
    is: |_, start| start.starts_with(b"PK"),
    read: |path, buffer, reading| read(path, buffer, reading),
};

/// A zip archive in memory.
pub struct Archive<'a> {
    pub path: &'a Path,
    buffer: &'a [u8],
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// Names without compression's details, in the order of the central directory.
    pub members: Vec<Member>,
    budget: Budget,
}

/// One file of an archive.
pub struct Member {
    pub name: String,
    size: usize,
    /// Place in the buffer of a member that is not compressed.
    stored: Option<Range<usize>>,
}

/// Reads the archive as what it is.
fn read(path: &Path, buffer: &[u8], reading: &Reading) -> Result<Contents, AutopsyError> {
    let archive = Archive::open(path, buffer)?;
    let holds = |end: &str| {
        archive
            .members
            .iter()
            .any(|member| member.name.ends_with(end))
    };
    if holds("data.pkl") {
        return torch::read_archive(archive, reading);
    }
    if holds(".npy") {
        return numpy::read_archive(archive);
    }
    if holds(".h5") {
        #[cfg(feature = "hdf5")]
        return super::hdf5::read_archive(archive);
        #[cfg(not(feature = "hdf5"))]
        return Err(super::refused::hdf5(path));
    }
    if let Some(contents) = nested::read(&archive, reading)? {
        return Ok(contents);
    }
    Err(AutopsyError::file(
        path,
        "is a zip archive with neither .npy arrays (numpy.savez) nor data.pkl (torch.save)",
    ))
}

impl<'a> Archive<'a> {
    fn open(path: &'a Path, buffer: &'a [u8]) -> Result<Self, AutopsyError> {
        let refused = |problem: String| AutopsyError::file(path, problem);
        let mut zip = ZipArchive::new(Cursor::new(buffer)).map_err(|error| {
            refused(format!(
                "is cut short or damaged, so leave it out ({error})"
            ))
        })?;
        if zip.offset() > 0 {
            // What is found is an archive inside, at whose end the file was cut.
            return Err(refused(
                "is cut short or damaged, so leave it out".to_owned(),
            ));
        }
        let mut members = Vec::with_capacity(zip.len());
        for index in 0..zip.len() {
            let file = zip
                .by_index_raw(index)
                .map_err(|error| refused(format!("member {index} is damaged ({error})")))?;
            let name = file
                .name()
                .map_err(|error| refused(format!("member {index} has no name ({error})")))?
                .into_owned();
            if file.encrypted() {
                return Err(refused(format!("member `{name}` is encrypted")));
            }
            let size = usize::try_from(file.size()).unwrap_or(usize::MAX);
            let stored = match file.compression() {
                CompressionMethod::Stored => {
                    let start = file
                        .data_start()
                        .and_then(|start| usize::try_from(start).ok());
                    let range = start.and_then(|start| Some(start..start.checked_add(size)?));
                    let inside = range.filter(|range| range.end <= buffer.len());
                    if inside.is_none() || file.compressed_size() != file.size() {
                        return Err(refused(format!("member `{name}` is cut short or damaged")));
                    }
                    inside
                }
                CompressionMethod::Deflated => None,
                other => {
                    return Err(refused(format!(
                        "member `{name}` is compressed by {other:?}: use numpy.savez or \
                         numpy.savez_compressed"
                    )));
                }
            };
            members.push(Member { name, size, stored });
        }
        Ok(Self {
            path,
            buffer,
            zip,
            members,
            budget: Budget::of(buffer.len()),
        })
    }

    /// The bytes of a member: a range of the file where it is stored, else unpacked.
    pub fn member(&mut self, index: usize) -> Result<Data, AutopsyError> {
        let Member { name, size, stored } = &self.members[index];
        if let Some(range) = stored {
            return Ok(Data::Here(range.clone()));
        }
        let (name, size) = (name.clone(), *size);
        self.spend(size, &name)?;
        let damaged = |error: String| {
            AutopsyError::file(self.path, format!("member `{name}` is damaged ({error})"))
        };
        let file = self
            .zip
            .by_index(index)
            .map_err(|error| damaged(error.to_string()))?;
        let mut bytes = Vec::with_capacity(size);
        // One byte more than declared is enough to notice that there is more.
        file.take(size as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| damaged(error.to_string()))?;
        if bytes.len() != size {
            return Err(damaged("its length is not as declared".to_owned()));
        }
        Ok(Data::Unpacked(bytes))
    }

    /// Where a member of this name is.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.members.iter().position(|member| member.name == name)
    }

    /// The bytes that `data` stands for.
    pub fn bytes<'b>(&'b self, data: &'b Data) -> &'b [u8] {
        match data {
            Data::Here(range) => &self.buffer[range.clone()],
            Data::Unpacked(bytes) => bytes,
        }
    }

    /// The bytes of the whole archive.
    pub fn buffer(&self) -> &'a [u8] {
        self.buffer
    }

    /// Counts bytes that are about to be copied out of the file.
    pub fn spend(&mut self, size: usize, name: &str) -> Result<(), AutopsyError> {
        let spent = self.budget.spend(size, name);
        spent.map_err(|problem| AutopsyError::file(self.path, problem))
    }
}
