//! A published table read back from its CSV file.

use super::{Table, Values};

impl Table {
    /// The table of that name from CSV text. A column is of whole numbers if all its fields are or
    /// are empty, else of real ones if all are, else of words; of missing real ones if all are empty. Descriptions are not in the file.
    ///
    /// # Errors
    /// If the text is not CSV, or its lines differ in length.
    pub fn read_csv(name: &str, text: &str) -> Result<Self, csv::Error> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let names: Vec<String> = reader.headers()?.iter().map(Into::into).collect();
        let mut fields: Vec<Vec<String>> = vec![Vec::new(); names.len()];
        for record in reader.records() {
            for (column, field) in fields.iter_mut().zip(&record?) {
                column.push(field.into());
            }
        }
        let mut table = Self::new(name, "");
        for (name, fields) in names.iter().zip(fields) {
            table = table.column(name, "", values(fields));
        }
        Ok(table)
    }
}

impl Values {
    /// Fields of a CSV file as what they look like: whole numbers if all are or are empty, else
    /// reals if all are, else words; missing reals if all are empty.
    pub(crate) fn guessed(fields: Vec<String>) -> Self {
        values(fields)
    }
}

fn values(fields: Vec<String>) -> Values {
    let whole = |field: &String| match field.as_str() {
        "" => Some(None),
        text => text.parse().ok().map(Some),
    };
    let real = |field: &String| match field.as_str() {
        "" => Some(f64::NAN),
        text => text.parse().ok(),
    };
    if fields.iter().all(String::is_empty) {
        return Values::Real(vec![f64::NAN; fields.len()]);
    }
    if let Some(integers) = fields.iter().map(whole).collect() {
        return Values::Integer(integers);
    }
    if let Some(reals) = fields.iter().map(real).collect() {
        return Values::Real(reals);
    }
    Values::Text(fields)
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
