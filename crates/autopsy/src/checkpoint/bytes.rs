//! A whole file into memory.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::thread;

use crate::AutopsyError;
use crate::threads::{MANY_BYTES, threads};

/// Reads a file into `buffer` from `start` on, up to which it is filled already, and where it
/// ends then. Large files are read in parts at the same time, since
/// copying them out of the system's cache is what takes long.
pub fn read(path: &Path, buffer: &mut Vec<u8>, start: usize) -> Result<(), AutopsyError> {
    let failed = || AutopsyError::io(path, "read");
    // Asked before it is opened: opening a pipe waits for somebody to write into it.
    let metadata = fs::metadata(path).map_err(failed())?;
    if !metadata.is_file() {
        return Err(AutopsyError::file(path, "is no regular file"));
    }
    let length = usize::try_from(metadata.len())
        .map_err(|_| AutopsyError::file(path, "is larger than this system's memory"))?;
    // Older bytes are overwritten, not cleared first.
    let whole = start.checked_add(length);
    let whole = whole.ok_or_else(|| AutopsyError::file(path, "is too large with the others"))?;
    buffer.resize(whole, 0);
    let buffer = &mut buffer[start..];
    let share = length.div_ceil(threads(length, MANY_BYTES)).max(1);
    thread::scope(|scope| {
        let mut parts = buffer.chunks_mut(share).enumerate();
        let first = parts.next();
        let others: Vec<_> = parts
            .map(|(index, part)| scope.spawn(move || read_part(path, index * share, part)))
            .collect();
        let first = first.map_or(Ok(()), |(_, part)| read_part(path, 0, part));
        let joined = |other: thread::ScopedJoinHandle<'_, io::Result<()>>| {
            other
                .join()
                .unwrap_or_else(|_| Err(io::Error::other("a thread failed")))
        };
        others.into_iter().map(joined).fold(first, io::Result::and)
    })
    .map_err(failed())
}

fn read_part(path: &Path, start: usize, part: &mut [u8]) -> io::Result<()> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(start as u64))?;
    file.read_exact(part)
}
