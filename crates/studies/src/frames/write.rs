//! A trial's record as four tables.

use std::path::Path;

use cnn::record::TrialRecord;

use super::error::FrameError;
use super::fields::{census, filter, probe, trial};
use super::frame::Frame;
use super::parquet;
use super::schema::{CENSUSES_FILE, FILTERS_FILE, Field, PROBES_FILE, TRIAL_FILE};

/// The files that [`write_record`] writes.
pub const TABLE_FILES: [&str; 4] = [TRIAL_FILE, CENSUSES_FILE, FILTERS_FILE, PROBES_FILE];

/// Writes [`TABLE_FILES`] into an existing directory, each flushed to disk. The same record gives the same bytes.
///
/// # Errors
/// If a file cannot be written; what was written stays.
pub fn write_record(directory: &Path, record: &TrialRecord) -> Result<(), FrameError> {
    let one = std::slice::from_ref(&record.trial);
    parquet::write(&directory.join(TRIAL_FILE), &mut frame(trial::FIELDS, one)?)?;
    parquet::write(
        &directory.join(CENSUSES_FILE),
        &mut frame(census::FIELDS, &record.censuses)?,
    )?;
    parquet::write(
        &directory.join(FILTERS_FILE),
        &mut frame(filter::FIELDS, &record.filters)?,
    )?;
    parquet::write(
        &directory.join(PROBES_FILE),
        &mut frame(probe::FIELDS, &record.probes)?,
    )
}

fn frame<Row>(fields: &[Field<Row>], rows: &[Row]) -> Result<Frame, FrameError> {
    Frame::new(fields.iter().map(|field| (field.name, field.values(rows))))
}
