//! A published table read back from its CSV file.

use super::{Table, Values};

impl Table {
    /// The table of that name from CSV text, its columns of what their fields look like.
    /// Descriptions are not in the file.
    ///
    /// # Errors
    /// If the text is not CSV, or its lines differ in length.
    pub fn read_csv(name: &str, text: &str) -> Result<Self, csv::Error> {
        let mut table = Self::new(name, "");
        for (name, fields) in fields(text)? {
            table = table.column(&name, "", Values::guessed(fields));
        }
        Ok(table)
    }
}

/// The columns of CSV text by name, as they stand there.
///
/// # Errors
/// If the text is not CSV, or its lines differ in length.
pub(crate) fn fields(text: &str) -> Result<Vec<(String, Vec<String>)>, csv::Error> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers()?.iter();
    let mut columns: Vec<_> = names.map(|name| (name.to_owned(), Vec::new())).collect();
    for record in reader.records() {
        for ((_, column), field) in columns.iter_mut().zip(&record?) {
            column.push(field.to_owned());
        }
    }
    Ok(columns)
}

impl Values {
    /// Fields of a CSV file as what they look like: whole numbers if all are or are empty, else
    /// reals if all are, else words; missing reals if all are empty.
    pub(crate) fn guessed(fields: Vec<String>) -> Self {
        let whole = |field: &String| match field.as_str() {
            "" => Some(None),
            text => text.parse().ok().map(Some),
        };
        let real = |field: &String| match field.as_str() {
            "" => Some(f64::NAN),
            text => text.parse().ok(),
        };
        if fields.iter().all(String::is_empty) {
            return Self::Real(vec![f64::NAN; fields.len()]);
        }
        if let Some(integers) = fields.iter().map(whole).collect() {
            return Self::Integer(integers);
        }
        if let Some(reals) = fields.iter().map(real).collect() {
            return Self::Real(reals);
        }
        Self::Text(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_and_writes_the_same() {
        let table = Table::new("t", "")
            .real("share", "", vec![0.1, f64::NAN, 1.0 / 3.0])
            .column("step", "", Values::Integer(vec![None, Some(3), Some(-2)]))
            .text(
                "arm",
                "",
                vec!["raw, all".into(), "1".into(), String::new()],
            )
            .text("none", "", vec![String::new(); 3]);
        let text = table.to_csv().unwrap();
        let read = Table::read_csv("t", &text).unwrap();
        assert_eq!(read.to_csv().unwrap(), text);
        assert_eq!(read.columns[1], table.columns[1]);
        assert_eq!(read.columns[2], table.columns[2]);
    }

    #[test]
    fn lines_of_different_length_are_an_error() {
        assert!(Table::read_csv("t", "a,b\n1\n").is_err());
    }
}
