//! What polars gave, in the four kinds of columns of a frame.

use polars::prelude::{DataFrame, DataType, Float64Chunked, IntoSeries, NewChunkedArray, Schema};

use super::super::frame::Frame;
use super::super::schema::Kind;

/// The kind of a column of polars, if it is one of frames.
pub(in super::super) fn kind(data_type: &DataType) -> Option<Kind> {
    match data_type {
        DataType::Boolean => Some(Kind::Flag),
        DataType::String => Some(Kind::Text),
        whole if whole.is_integer() => Some(Kind::Integer),
        // Nothing but NULL.
        DataType::Null => Some(Kind::Real),
        real if real.is_float() => Some(Kind::Real),
        _ => None,
    }
}

/// The columns of a result.
///
/// # Errors
/// Which column is of a kind that frames do not have.
pub(super) fn columns(schema: &Schema) -> Result<Vec<(String, Kind)>, String> {
    let one = |(name, data_type): (_, &DataType)| {
        let name = format!("{name}");
        match kind(data_type) {
            Some(kind) => Ok((name, kind)),
            None => Err(format!(
                "column `{name}` is of type {data_type}; a result holds whole numbers, reals, text and flags: CAST it"
            )),
        }
    };
    schema.iter().map(one).collect()
}

/// The frame: whole numbers of 64 bits, reals without NaN and without -0.
///
/// # Errors
/// If a whole number does not fit in 64 bits.
pub(super) fn frame(found: &DataFrame) -> Result<Frame, String> {
    let mut columns = Vec::with_capacity(found.width());
    for column in found.columns() {
        let name = column.name().clone();
        let problem = |error: polars::prelude::PolarsError| format!("column `{name}`: {error}");
        let series = column.as_materialized_series();
        let plain = match kind(series.dtype()) {
            Some(Kind::Integer) => series.strict_cast(&DataType::Int64).map_err(problem)?,
            Some(Kind::Real) => {
                let cast = series.cast(&DataType::Float64).map_err(problem)?;
                let reals = cast.f64().map_err(problem)?;
                let plain = reals
                    .iter()
                    .map(|value| value.filter(|v| !v.is_nan()).map(|v| v + 0.0));
                Float64Chunked::from_iter_options(name.clone(), plain).into_series()
            }
            _ => series.clone(),
        };
        columns.push(plain.into());
    }
    DataFrame::new(found.height(), columns)
        .map(Frame::from_polars)
        .map_err(|error| error.to_string())
}
