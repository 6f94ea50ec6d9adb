//! Records of trials as tables.

use std::path::Path;

use cnn::record::TrialRecord;

use super::error::FrameError;
use super::fields::{activity, census, event, filter, probe, trial};
use super::frame::Frame;
use super::parquet;
use super::schema::{
    ACTIVITY_FILE, CENSUSES_FILE, EVENTS_FILE, FILTERS_FILE, Field, PROBES_FILE, TRIAL_FILE,
};
use crate::table::Values;

/// The files that [`write_records`] writes, in the order of the schema.
pub const TABLE_FILES: [&str; 6] = [
    TRIAL_FILE,
    CENSUSES_FILE,
    FILTERS_FILE,
    PROBES_FILE,
    ACTIVITY_FILE,
    EVENTS_FILE,
];

/// A column of a table: its name and what it holds.
pub(super) type NamedValues = (&'static str, Values);

/// Writes [`TABLE_FILES`] of these trials, one behind the other, into an existing directory, each
/// file flushed to disk. The same records give the same bytes.
///
/// # Errors
/// If a file cannot be written; what was written stays.
pub fn write_records(directory: &Path, records: &[&TrialRecord]) -> Result<(), FrameError> {
    for (file, columns) in TABLE_FILES.iter().zip(tables(records)) {
        parquet::write(&directory.join(file), &mut Frame::new(columns)?)?;
    }
    Ok(())
}

/// How many rows a trial has in each of [`TABLE_FILES`].
pub fn rows_of(record: &TrialRecord) -> [usize; 6] {
    [
        1,
        record.censuses.len(),
        record.filters.len(),
        record.probes.len(),
        record.activity.len(),
        record.events.len(),
    ]
}

/// The six tables of these trials.
pub(super) fn tables(records: &[&TrialRecord]) -> [Vec<NamedValues>; 6] {
    let all = records.iter();
    [
        columns(trial::FIELDS, &all.clone().map(|record| &record.trial)),
        columns(census::FIELDS, &all.clone().flat_map(|one| &one.censuses)),
        columns(filter::FIELDS, &all.clone().flat_map(|one| &one.filters)),
        columns(probe::FIELDS, &all.clone().flat_map(|one| &one.probes)),
        columns(activity::FIELDS, &all.clone().flat_map(|one| &one.activity)),
        columns(event::FIELDS, &all.flat_map(|one| &one.events)),
    ]
}

fn columns<'a, Row: 'a>(
    fields: &[Field<Row>],
    rows: &(impl Iterator<Item = &'a Row> + Clone),
) -> Vec<NamedValues> {
    let fields = fields.iter();
    fields
        .map(|field| (field.name, field.values(rows.clone())))
        .collect()
}
