//! A frame handed out: fields, JSON, files.

use std::path::Path;

use polars::prelude::DataType;
use polars_io::parquet::write::{ParquetCompression, ParquetWriter};
use serde_json::{Value as Json, json};

use super::error::FrameError;
use super::frame::Frame;
use crate::table::{Table, Values};

impl Frame {
    /// A column as it stands in a CSV file; what is missing is empty.
    ///
    /// # Errors
    /// If there is no such column.
    pub fn fields(&self, column: &str) -> Result<Vec<String>, FrameError> {
        let values = self.values(column)?;
        let present = self.present(column)?;
        let rows = present.iter().enumerate();
        Ok(rows
            .map(|(row, present)| {
                present
                    .then(|| values.get(row))
                    .flatten()
                    .unwrap_or_default()
            })
            .collect())
    }

    /// The rows as JSON objects; what is missing is null.
    ///
    /// # Errors
    /// If the frame was not made by this program.
    pub fn json(&self) -> Result<Vec<Json>, FrameError> {
        let mut rows = vec![serde_json::Map::new(); self.rows()];
        for column in self.columns() {
            let values = self.values(&column)?;
            for (row, present) in self.present(&column)?.into_iter().enumerate() {
                let value = match &values {
                    _ if !present => Json::Null,
                    Values::Real(values) => json!(values[row]),
                    Values::Integer(values) => json!(values[row]),
                    Values::Text(values) => json!(values[row]),
                    Values::Flag(values) => json!(values[row]),
                };
                rows[row].insert(column.clone(), value);
            }
        }
        Ok(rows.into_iter().map(Json::Object).collect())
    }

    /// The frame as CSV: a header, then a line a row.
    ///
    /// # Errors
    /// If the frame was not made by this program.
    pub fn csv(&self) -> Result<String, FrameError> {
        let mut table = Table::default();
        for name in self.columns() {
            let fields = self.fields(&name)?;
            table = table.text(&name, "", fields);
        }
        table.to_csv().map_err(|error| FrameError::Shape {
            action: "writing CSV",
            reason: error.to_string(),
        })
    }

    /// The bytes of a file of the frame, by the extension of its name: `.csv` or `.parquet`.
    ///
    /// # Errors
    /// If the name has another extension.
    pub fn encode(&self, path: &Path) -> Result<Vec<u8>, FrameError> {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("csv") => Ok(self.csv()?.into_bytes()),
            Some("parquet") => {
                let mut bytes = Vec::new();
                ParquetWriter::new(&mut bytes)
                    .with_compression(ParquetCompression::Snappy)
                    .set_parallel(false)
                    .finish(&mut self.polars().clone())
                    .map_err(|error| FrameError::Shape {
                        action: "writing Parquet",
                        reason: error.to_string(),
                    })?;
                Ok(bytes)
            }
            _ => Err(FrameError::Extension { path: path.into() }),
        }
    }

    /// Whether there is a value in each row of a column.
    fn present(&self, column: &str) -> Result<Vec<bool>, FrameError> {
        let series = self.series(column)?;
        let valid = series.is_not_null();
        let nan = match series.dtype() {
            DataType::Float64 => self
                .reals(column)?
                .iter()
                .map(|value| value.is_nan())
                .collect(),
            _ => vec![false; self.rows()],
        };
        Ok(valid
            .iter()
            .zip(nan)
            .map(|(valid, nan)| valid == Some(true) && !nan)
            .collect())
    }
}
