//! The tables of many trials, stacked.

use std::path::{Path, PathBuf};

use super::error::AggregateError;
use super::frame::Frame;
use super::parquet;
use super::schema::{ColumnDocumentation, documentation};
use super::value::Value;
use crate::table::Values;

/// A finished trial in the store, and what is known of it beforehand.
#[derive(Clone, Debug)]
pub struct Part {
    /// The folder that holds its tables.
    pub directory: PathBuf,
    /// Columns that go in front of each of its rows, in order: the same names for every part.
    pub settings: Vec<(String, Value)>,
}

/// The four tables of many trials.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// One row a trial.
    pub trials: Frame,
    /// One row a trial, census and layer.
    pub censuses: Frame,
    /// One row a trial and filter.
    pub filters: Frame,
    /// One row a trial and number that a probe measured.
    pub probes: Frame,
}

/// Reads the tables of the parts and stacks them in the order of `parts`, with each part's
/// settings in front.
///
/// # Errors
/// If a file cannot be read, is not the table it should be, or lacks a column; the error names it.
pub fn read_tables(parts: &[Part]) -> Result<Tables, AggregateError> {
    let [trials, censuses, filters, probes] = documentation();
    Ok(Tables {
        trials: stack(parts, trials.file, &trials.columns)?,
        censuses: stack(parts, censuses.file, &censuses.columns)?,
        filters: stack(parts, filters.file, &filters.columns)?,
        probes: stack(parts, probes.file, &probes.columns)?,
    })
}

fn stack(
    parts: &[Part],
    file: &str,
    columns: &[ColumnDocumentation],
) -> Result<Frame, AggregateError> {
    let mut frames = Vec::with_capacity(parts.len());
    for part in parts {
        frames.push(read_part(
            &part.directory.join(file),
            columns,
            &part.settings,
        )?);
    }
    Frame::stack(frames)
}

fn read_part(
    path: &Path,
    columns: &[ColumnDocumentation],
    settings: &[(String, Value)],
) -> Result<Frame, AggregateError> {
    let stored = parquet::read(path)?;
    let damaged = |error: AggregateError| AggregateError::Damaged {
        path: path.into(),
        reason: error.to_string(),
    };
    let rows = stored.rows();
    let mut all: Vec<(String, Values)> = settings
        .iter()
        .map(|(name, value)| (name.clone(), repeat(value, rows)))
        .collect();
    for column in columns {
        all.push((
            column.name.into(),
            stored.values(column.name).map_err(damaged)?,
        ));
    }
    Frame::new(all)
}

fn repeat(value: &Value, rows: usize) -> Values {
    match value {
        Value::Real(value) => Values::Real(vec![*value; rows]),
        Value::Integer(value) => Values::Integer(vec![*value; rows]),
        Value::Text(value) => Values::Text(vec![value.clone(); rows]),
        Value::Flag(value) => Values::Flag(vec![*value; rows]),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::fields::example_record;
    use super::super::write::{TABLE_FILES, write_record};
    use super::*;

    fn part(directory: &Path, replicate: u32) -> Part {
        Part {
            directory: directory.into(),
            settings: vec![
                ("trial".into(), replicate.into()),
                ("learning_rate".into(), (0.1 * f64::from(replicate)).into()),
                ("pixels".into(), "raw".into()),
            ],
        }
    }

    #[test]
    fn what_is_written_is_what_is_documented_and_reads_back() {
        let folder = tempfile::tempdir().unwrap();
        let record = example_record();
        write_record(folder.path(), &record).unwrap();
        for table in documentation() {
            let stored = parquet::read(&folder.path().join(table.file)).unwrap();
            let documented: Vec<_> = table.columns.iter().map(|c| c.name.to_string()).collect();
            assert_eq!(stored.columns(), documented, "{}", table.file);
        }
        let tables = read_tables(&[part(folder.path(), 1), part(folder.path(), 2)]).unwrap();
        assert_eq!(tables.trials.rows(), 2);
        assert_eq!(tables.censuses.rows(), 4);
        assert_eq!(tables.filters.rows(), 4);
        assert_eq!(
            tables.probes.integers("layer").unwrap(),
            [Some(0), None, Some(0), None]
        );
        assert!(tables.probes.reals("value").unwrap()[1].is_nan());
        assert_eq!(
            tables.filters.integers("trial").unwrap(),
            [1, 1, 2, 2].map(Some)
        );
        assert_eq!(tables.trials.reals("learning_rate").unwrap(), [0.1, 0.2]);
        assert_eq!(tables.trials.texts("outcome").unwrap(), ["collapsed"; 2]);
        assert_eq!(
            tables.trials.reals("held_out_accuracy").unwrap(),
            [1.0 / 3.0; 2]
        );
        assert_eq!(tables.trials.integers("layer_dead").unwrap(), [None; 2]);
        assert!(tables.censuses.reals("train_loss").unwrap()[1].is_nan());
        assert_eq!(
            tables.filters.integers("final_death_by").unwrap()[..2],
            [Some(5), None]
        );
        assert_eq!(
            tables.filters.flags("dead_at_end").unwrap(),
            [true, false, true, false]
        );
    }

    #[test]
    fn a_trial_without_probes_has_an_empty_table_of_them() {
        let folder = tempfile::tempdir().unwrap();
        let record = cnn::record::TrialRecord {
            probes: Vec::new(),
            ..example_record()
        };
        write_record(folder.path(), &record).unwrap();
        let probes = read_tables(&[part(folder.path(), 1)]).unwrap().probes;
        assert_eq!(probes.rows(), 0);
        assert!(probes.has("quantity") && probes.has("learning_rate"));
    }

    #[test]
    fn the_same_record_gives_the_same_bytes() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write_record(one.path(), &example_record()).unwrap();
        write_record(other.path(), &example_record()).unwrap();
        for file in TABLE_FILES {
            let bytes = fs::read(one.path().join(file)).unwrap();
            assert_eq!(bytes, fs::read(other.path().join(file)).unwrap(), "{file}");
        }
    }

    #[test]
    fn damage_is_reported_by_name() {
        let folder = tempfile::tempdir().unwrap();
        write_record(folder.path(), &example_record()).unwrap();
        let path = folder.path().join("filters.parquet");
        let bytes = fs::read(&path).unwrap();
        for broken in [
            &bytes[..bytes.len() / 2],
            b"",
            b"not a table at all, only words",
        ] {
            fs::write(&path, broken).unwrap();
            let error = read_tables(&[part(folder.path(), 1)]).unwrap_err();
            assert!(
                matches!(&error, AggregateError::Damaged { path: p, .. } if *p == path),
                "{error}"
            );
        }
        // A table of the right form with other columns.
        fs::copy(folder.path().join("trial.parquet"), &path).unwrap();
        let error = read_tables(&[part(folder.path(), 1)])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("filters.parquet") && error.contains("`layer`"),
            "{error}"
        );
        fs::remove_file(&path).unwrap();
        let error = read_tables(&[part(folder.path(), 1)]).unwrap_err();
        assert!(matches!(error, AggregateError::File { .. }), "{error}");
    }

    #[test]
    fn no_trials_give_empty_tables() {
        assert_eq!(read_tables(&[]).unwrap().trials.rows(), 0);
    }
}
