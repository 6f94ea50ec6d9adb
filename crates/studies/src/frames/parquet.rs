//! One frame in one Parquet file.

use std::fs::File;
use std::path::Path;

use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use polars_io::parquet::write::{ParquetCompression, ParquetWriter};

use super::error::FrameError;
use super::frame::Frame;

/// Writes a frame and flushes it to disk. Equal frames give equal bytes.
pub(super) fn write(path: &Path, frame: &mut Frame) -> Result<(), FrameError> {
    let file = File::create(path).map_err(io(path))?;
    let written = ParquetWriter::new(&file)
        .with_compression(ParquetCompression::Snappy)
        .set_parallel(false)
        .finish(frame.polars_mut());
    if let Err(error) = written {
        return Err(io(path)(std::io::Error::other(error.to_string())));
    }
    file.sync_all().map_err(io(path))
}

/// Reads a frame.
pub(super) fn read(path: &Path) -> Result<Frame, FrameError> {
    let file = File::open(path).map_err(io(path))?;
    ParquetReader::new(file)
        .finish()
        .map(Frame::from_polars)
        .map_err(|error| FrameError::Damaged {
            path: path.into(),
            reason: error.to_string(),
        })
}

fn io(path: &Path) -> impl Fn(std::io::Error) -> FrameError {
    move |source| FrameError::File {
        path: path.into(),
        source,
    }
}
