//! What a trial recorded, in one number: the same in whatever file its tables are.

use std::path::Path;

use cnn::record::TrialRecord;

use super::error::FrameError;
use super::parquet;
use super::schema::schema;
use super::write::tables;
use crate::table::Values;

/// blake3 of a trial's id and of every value of its tables, in hexadecimal. What is missing, and
/// which `NaN` it was, does not matter; every other bit does.
pub fn digest_of(id: &str, record: &TrialRecord) -> String {
    let mut hasher = begun(id);
    for (name, values) in tables(&[record]).iter().flatten() {
        add(&mut hasher, name, values);
    }
    hasher.finalize().to_hex().to_string()
}

/// The same of the tables in the folder of a single trial.
///
/// # Errors
/// If one cannot be read or lacks a column.
pub fn digest_in(id: &str, directory: &Path) -> Result<String, FrameError> {
    let mut hasher = begun(id);
    for table in schema() {
        let stored = parquet::read(&directory.join(table.file))?;
        for column in &table.columns {
            add(&mut hasher, column.name, &stored.values(column.name)?);
        }
    }
    Ok(hasher.finalize().to_hex().to_string())
}

fn begun(id: &str) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new_derive_key("mortality 1 content of a trial");
    text(&mut hasher, id);
    hasher
}

fn add(hasher: &mut blake3::Hasher, name: &str, values: &Values) {
    text(hasher, name);
    hasher.update(&(values.len() as u64).to_le_bytes());
    match values {
        Values::Real(values) => values.iter().for_each(|value| {
            number(hasher, (!value.is_nan()).then(|| value.to_bits()));
        }),
        Values::Integer(values) => values.iter().for_each(|value| {
            number(hasher, value.map(|value| value as u64));
        }),
        Values::Text(values) => values.iter().for_each(|value| text(hasher, value)),
        Values::Flag(values) => values.iter().for_each(|value| {
            number(hasher, value.map(u64::from));
        }),
    }
}

fn text(hasher: &mut blake3::Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}

fn number(hasher: &mut blake3::Hasher, bits: Option<u64>) {
    let mut bytes = [0; 9];
    if let Some(bits) = bits {
        bytes[0] = 1;
        bytes[1..].copy_from_slice(&bits.to_le_bytes());
    }
    hasher.update(&bytes);
}

#[cfg(test)]
mod tests {
    use super::super::fields::example_record;
    use super::super::write_records;
    use super::*;

    #[test]
    fn a_record_and_its_files_have_the_same_digest() {
        let folder = tempfile::tempdir().unwrap();
        let mut record = example_record();
        write_records(folder.path(), &[&record]).unwrap();
        let digest = digest_of("a", &record);
        assert_eq!(digest_in("a", folder.path()).unwrap(), digest);
        assert_ne!(digest_in("b", folder.path()).unwrap(), digest);
        record.filters[0].dead_at_end = !record.filters[0].dead_at_end;
        assert_ne!(digest_of("a", &record), digest);
    }
}
