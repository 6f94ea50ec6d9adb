//! What several trials in one folder are: `specs.parquet`, one row a trial.

use std::ops::Range;
use std::path::Path;

use super::error::FrameError;
use super::frame::Frame;
use super::parquet;
use super::schema::schema;
use crate::table::Values;

/// Name of the file.
pub const SPECS_FILE: &str = "specs.parquet";

/// What a finished trial is, and which rows are its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The trial's id.
    pub id: String,
    /// Its settings in canonical form.
    pub settings: String,
    /// Its seed.
    pub seed: u64,
    /// Digest of the images.
    pub data: String,
    /// [`digest_of`](super::digest_of) what it recorded.
    pub digest: String,
    /// How many rows it has in each table, in the order of the schema.
    pub rows: [usize; 6],
}

/// Writes the specs of trials whose tables are in that directory in the same order, and flushes
/// them to disk.
///
/// # Errors
/// If the file cannot be written.
pub fn write_specs(directory: &Path, specs: &[Spec]) -> Result<(), FrameError> {
    let texts = |read: fn(&Spec) -> String| Values::Text(specs.iter().map(read).collect());
    let mut columns = vec![
        ("id", texts(|spec| spec.id.clone())),
        ("settings", texts(|spec| spec.settings.clone())),
        ("seed", texts(|spec| spec.seed.to_string())),
        ("data", texts(|spec| spec.data.clone())),
        ("digest", texts(|spec| spec.digest.clone())),
    ];
    for (index, table) in schema().iter().enumerate() {
        let rows = specs.iter().map(|spec| Some(spec.rows[index] as i64));
        columns.push((table.name, Values::Integer(rows.collect())));
    }
    parquet::write(&directory.join(SPECS_FILE), &mut Frame::new(columns)?)
}

/// Reads what [`write_specs`] wrote.
///
/// # Errors
/// If the file cannot be read or is another.
pub fn read_specs(directory: &Path) -> Result<Vec<Spec>, FrameError> {
    let path = directory.join(SPECS_FILE);
    let stored = parquet::read(&path)?;
    let damaged = |reason: String| FrameError::Damaged {
        path: path.clone(),
        reason,
    };
    let texts = |name: &str| {
        let texts = stored.texts(name);
        texts.map_err(|error| damaged(error.to_string()))
    };
    let [ids, settings, seeds, data, digests] =
        ["id", "settings", "seed", "data", "digest"].map(texts);
    let (settings, seeds, data, digests) = (settings?, seeds?, data?, digests?);
    let mut specs = Vec::with_capacity(stored.rows());
    for (at, id) in ids?.into_iter().enumerate() {
        let seed = seeds[at].parse();
        specs.push(Spec {
            id,
            settings: settings[at].clone(),
            seed: seed.map_err(|_| damaged(format!("`{}` is no seed", seeds[at])))?,
            data: data[at].clone(),
            digest: digests[at].clone(),
            rows: [0; 6],
        });
    }
    for (index, table) in schema().iter().enumerate() {
        let counts = stored.integers(table.name);
        let counts = counts.map_err(|error| damaged(error.to_string()))?;
        for (spec, count) in specs.iter_mut().zip(counts) {
            spec.rows[index] = usize::try_from(count.unwrap_or(0)).unwrap_or(0);
        }
    }
    Ok(specs)
}

/// Which rows of each table are each trial's own, of trials in this order.
pub fn ranges(specs: &[Spec]) -> impl Iterator<Item = [Range<usize>; 6]> {
    let mut ends = [0_usize; 6];
    specs.iter().map(move |spec| {
        let mut index = 0;
        ends.map(|_| {
            let start = ends[index];
            ends[index] = start.saturating_add(spec.rows[index]);
            index += 1;
            start..ends[index - 1]
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_and_rows_follow_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let spec = |id: &str, rows: usize| Spec {
            id: id.into(),
            settings: "{}".into(),
            seed: u64::MAX,
            data: "d".into(),
            digest: "e".into(),
            rows: [1, 2, rows, 0, 5, 7],
        };
        let specs = [spec("a", 3), spec("b", 4)];
        write_specs(folder.path(), &specs).unwrap();
        assert_eq!(read_specs(folder.path()).unwrap(), specs);
        let rows: Vec<_> = ranges(&specs).collect();
        assert_eq!(rows[0], [0..1, 0..2, 0..3, 0..0, 0..5, 0..7]);
        assert_eq!(rows[1], [1..2, 2..4, 3..7, 0..0, 5..10, 7..14]);
    }
}
