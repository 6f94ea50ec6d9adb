//! A trial's record as its tables.

use std::path::Path;

use cnn::record::TrialRecord;

use super::error::FrameError;
use super::fields::{activity, census, event, filter, probe, trial};
use super::frame::Frame;
use super::parquet;
use super::schema::{
    ACTIVITY_FILE, CENSUSES_FILE, EVENTS_FILE, FILTERS_FILE, Field, PROBES_FILE, TRIAL_FILE,
};

/// The files that [`write_record`] writes.
pub const TABLE_FILES: [&str; 6] = [
    TRIAL_FILE,
    CENSUSES_FILE,
    FILTERS_FILE,
    PROBES_FILE,
    ACTIVITY_FILE,
    EVENTS_FILE,
];

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
    )?;
    parquet::write(
        &directory.join(ACTIVITY_FILE),
        &mut frame(activity::FIELDS, &record.activity)?,
    )?;
    parquet::write(
        &directory.join(EVENTS_FILE),
        &mut frame(event::FIELDS, &record.events)?,
    )
}

fn frame<Row>(fields: &[Field<Row>], rows: &[Row]) -> Result<Frame, FrameError> {
    Frame::new(fields.iter().map(|field| (field.name, field.values(rows))))
}
