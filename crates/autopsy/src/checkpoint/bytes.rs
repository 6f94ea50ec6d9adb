//! A whole file into memory.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Mutex;
use std::thread;

use crate::AutopsyError;
use crate::threads::{MANY_BYTES, threads};

/// Memory that an earlier file no longer needs, and who looks at the next while it is read into it.
#[derive(Default)]
pub struct Memory<'a> {
    pub(crate) bytes: Vec<u8>,
    pub(crate) onlooker: Option<&'a dyn Onlooker>,
}

impl From<Vec<u8>> for Memory<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            onlooker: None,
        }
    }
}

/// Looks at a file while it is being read: every piece is in the processor's cache then, and
/// getting it from memory once more would take as long as looking at it.
pub trait Onlooker: Sync {
    /// Where the pieces of a file of this length end, in order.
    fn ends(&self, length: usize) -> Vec<usize>;

    /// Looks at a piece, which begins here.
    fn look(&self, start: usize, piece: &[u8]);
}

/// Bytes that a thread reads in a row: few enough that all end at about the same time, enough for
/// the system to see that it is to read on.
const STRETCH: usize = 8 << 20;

/// Reads a file to the end of `bytes`. Large files are read by several threads, since copying them
/// out of the system's cache is what takes long.
pub fn read(
    path: &Path,
    bytes: &mut Vec<u8>,
    start: usize,
    onlooker: Option<&dyn Onlooker>,
) -> Result<(), AutopsyError> {
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
    bytes.resize(whole, 0);
    let ends = onlooker.map_or_else(Vec::new, |own| own.ends(length));
    let stretches = Mutex::new(stretches(&mut bytes[start..], ends).into_iter());
    let next = || stretches.lock().ok()?.next();
    let work = || -> io::Result<()> {
        let mut file = File::open(path)?;
        while let Some(Stretch { mut start, pieces }) = next() {
            file.seek(SeekFrom::Start(start as u64))?;
            for piece in pieces {
                file.read_exact(piece)?;
                if let Some(onlooker) = onlooker {
                    onlooker.look(start, piece);
                }
                start += piece.len();
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let others = 1..threads(length, MANY_BYTES);
        let others: Vec<_> = others.map(|_| scope.spawn(work)).collect();
        let joined = |other: thread::ScopedJoinHandle<'_, io::Result<()>>| {
            other
                .join()
                .unwrap_or_else(|_| Err(io::Error::other("a thread failed")))
        };
        let own = work();
        others.into_iter().map(joined).fold(own, io::Result::and)
    })
    .map_err(failed())
}

/// Pieces in a row, the first of which begins at `start` of the file.
struct Stretch<'a> {
    start: usize,
    pieces: Vec<&'a mut [u8]>,
}

/// Divides memory into pieces that end here, or sooner where they would be longer than a stretch,
/// and these into stretches.
fn stretches(mut rest: &mut [u8], ends: Vec<usize>) -> Vec<Stretch<'_>> {
    let mut stretches: Vec<Stretch<'_>> = Vec::new();
    let (mut start, length) = (0, rest.len());
    for end in ends.into_iter().chain([length]) {
        while start < end.min(length) {
            let piece = rest.split_off_mut(..(end - start).min(STRETCH).min(rest.len()));
            let Some(piece) = piece else { break };
            let own_start = start;
            start += piece.len();
            match stretches.last_mut() {
                Some(own) if start - own.start <= STRETCH => own.pieces.push(piece),
                _ => stretches.push(Stretch {
                    start: own_start,
                    pieces: vec![piece],
                }),
            }
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes which pieces were seen, cut as told.
    struct Notes(Vec<usize>, Mutex<Vec<(usize, Vec<u8>)>>);

    impl Onlooker for Notes {
        fn ends(&self, _: usize) -> Vec<usize> {
            self.0.clone()
        }

        fn look(&self, start: usize, piece: &[u8]) {
            self.1.lock().unwrap().push((start, piece.to_vec()));
        }
    }

    #[test]
    fn every_byte_is_read_and_seen_once() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let length = 2 * STRETCH + 77;
        let content: Vec<u8> = (0..length).map(|place| (place / 5 % 251) as u8).collect();
        fs::write(&file, &content).unwrap();
        let ends = [0, 13, 13, 4000, STRETCH - 1, 2 * STRETCH, length + 9].to_vec();
        for ends in [Vec::new(), ends] {
            let onlooker = Notes(ends, Mutex::default());
            let mut bytes = vec![7; 3 * length];
            read(file.path(), &mut bytes, 5, Some(&onlooker)).unwrap();
            assert!(bytes[..5] == [7; 5] && bytes[5..] == content);
            let mut pieces = onlooker.1.into_inner().unwrap();
            pieces.sort();
            let starts = pieces.iter().map(|own| own.0);
            let lengths = pieces.iter().map(|own| own.1.len());
            let ends = lengths.scan(0, |sum, own| Some(std::mem::replace(sum, *sum + own)));
            assert!(starts.eq(ends));
            let asked = onlooker.0.get(3);
            assert!(asked.is_none_or(|end| pieces.iter().any(|own| own.0 == *end)));
            assert!(
                pieces
                    .into_iter()
                    .flat_map(|own| own.1)
                    .eq(content.iter().copied())
            );
        }
    }
}
