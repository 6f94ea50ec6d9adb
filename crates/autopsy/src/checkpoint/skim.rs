//! How far the training was, of files whose weights nobody wants yet.

use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use zip::{CompressionMethod, ZipArchive};

use super::{Checkpoint, Progress, Reading, kinds, refuse_by_name, safetensors};
use crate::AutopsyError;

/// Members of at least so many bytes hold weights, not the number of a step.
const LARGE: u64 = 1 << 16;

impl Progress {
    /// What a file says of it. Weights that lie apart from what says it are not read.
    ///
    /// # Errors
    /// As [`Checkpoint::open`].
    pub(crate) fn of(path: &Path) -> Result<Self, AutopsyError> {
        refuse_by_name(path)?;
        let is_file = fs::metadata(path).is_ok_and(|own| own.is_file());
        let start = is_file.then(|| kinds::start(path).unwrap_or_default());
        if start.is_some_and(|start| safetensors::begins(&start)) {
            return Ok(Self::default());
        }
        let file = match skimmed(path).ok().flatten().filter(|_| is_file) {
            Some(bytes) => Checkpoint::of_bytes(path, &Reading::default(), bytes)?,
            None => Checkpoint::open(path)?,
        };
        Ok(file.progress)
    }
}

/// An archive of PyTorch's with zeros for its large storages, which cost nothing: the system gives
/// memory for them when somebody asks for what is there. `None` for other files.
fn skimmed(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut file = File::open(path)?;
    let Ok(mut zip) = ZipArchive::new(BufReader::new(&file)) else {
        return Ok(None);
    };
    let (mut is_torch, mut holes) = (false, Vec::new());
    for index in 0..zip.len() {
        let Ok(member) = zip.by_index_raw(index) else {
            return Ok(None);
        };
        let name = member.name().unwrap_or_default();
        is_torch |= name.ends_with("data.pkl");
        let stored = member.compression() == CompressionMethod::Stored;
        if stored && name.contains("/data/") && member.size() >= LARGE {
            let start = member.data_start();
            holes.extend(start.and_then(|start| Some((start, start.checked_add(member.size())?))));
        }
    }
    drop(zip);
    if !is_torch {
        return Ok(None);
    }
    holes.sort_unstable();
    let length = file.metadata()?.len();
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    let mut start = 0;
    for (end, after) in holes.into_iter().chain([(length, length)]) {
        if start < end && end <= length {
            file.seek(SeekFrom::Start(start))?;
            file.read_exact(&mut bytes[start as usize..end as usize])?;
        }
        start = start.max(after);
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    #[test]
    fn only_large_storages_are_passed_over() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let mut archive = ZipWriter::new(io::Cursor::new(Vec::new()));
        let large = vec![7; LARGE as usize];
        for (name, content) in [
            ("a/data.pkl", &large[..]),
            ("a/data/0", &large),
            ("a/data/1", &large[..8]),
            ("a/version", b"3"),
        ] {
            archive.start_file(name, stored).unwrap();
            archive.write_all(content).unwrap();
        }
        let whole = archive.finish().unwrap().into_inner();
        file.write_all(&whole).unwrap();
        let bytes = skimmed(file.path()).unwrap().unwrap();
        let differ = bytes.iter().zip(&whole).filter(|(a, b)| a != b);
        assert_eq!(bytes.len(), whole.len());
        assert_eq!(differ.clone().count(), large.len());
        assert!(differ.clone().all(|(a, b)| (*a, *b) == (0, 7)));
    }

    #[test]
    fn every_file_says_what_it_says_when_read_whole() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
        let mut told = 0;
        for entry in fs::read_dir(data).unwrap() {
            let path = entry.unwrap().path();
            let whole = Checkpoint::open(&path).map(|file| file.progress);
            let own = Progress::of(&path);
            assert_eq!(own.ok(), whole.as_ref().ok().copied(), "{path:?}");
            told += usize::from(whole.is_ok_and(|own| own != Progress::default()));
        }
        assert!(told > 1);
    }
}
