//! Small recorded tables that no network was trained for: every kind of value, missing ones among
//! them, to try queries on before there are results.

use super::error::FrameError;
use super::fields::OUTCOMES;
use super::frame::Frame;
use super::read::Tables;
use super::schema::{ColumnSchema, Kind, TableSchema, schema};
use super::value::Value;
use crate::table::Values;

/// Layers of each network, filters of each layer, and steps at which it is looked at.
const LAYERS: i64 = 2;
const FILTERS: i64 = 3;
const STEPS: [i64; 3] = [0, 45, 90];
/// Epochs left at the looks near the end.
const LOOKS: [i64; 3] = [5, 1, 0];

/// What stands in a column of words without meaning here.
const WORDS: [&str; 2] = ["a", "b"];

/// Tables of networks with these columns in front, the same for every network. In columns of words
/// stand `words`: those that the queries compare them with.
///
/// # Errors
/// If two columns share a name.
pub fn generated_tables(
    networks: &[Vec<(String, Value)>],
    words: &[String],
) -> Result<Tables, FrameError> {
    let layers = || (0..LAYERS).map(|layer| vec![("layer", layer)]);
    let with = |keys: Vec<Vec<(&'static str, i64)>>, name: &'static str, values: &[i64]| {
        let longer = keys.into_iter().flat_map(|key| {
            let values = values.iter();
            let one = values.map(move |value| [&key[..], &[(name, *value)]].concat());
            one.collect::<Vec<_>>()
        });
        longer.collect::<Vec<_>>()
    };
    let of_filters = with(
        layers().collect(),
        "filter",
        &(0..FILTERS).collect::<Vec<_>>(),
    );
    let of_censuses = with(layers().collect(), "step", &STEPS);
    let of_probes = with(of_filters.clone(), "step", &STEPS);
    let looks = with(of_filters.clone(), "epochs_left", &LOOKS);
    let mut tables = Tables::default();
    for table in schema() {
        let keys = match table.name {
            "trials" => &[Vec::new()][..],
            "censuses" => &of_censuses,
            "filters" | "events" => &of_filters,
            "activity" => &looks,
            _ => &of_probes,
        };
        *tables.named_mut(table.name) = Frame::new(columns(&table, networks, keys, words))?;
    }
    Ok(tables)
}

fn columns(
    table: &TableSchema,
    networks: &[Vec<(String, Value)>],
    keys: &[Vec<(&'static str, i64)>],
    words: &[String],
) -> Vec<(String, Values)> {
    let mut all = Vec::new();
    for (at, (name, first)) in networks.first().into_iter().flatten().enumerate() {
        let values = networks
            .iter()
            .flat_map(|network| keys.iter().map(move |_| &network[at].1));
        all.push((name.clone(), first.column(values)));
    }
    let rows: Vec<&Vec<(&str, i64)>> = networks.iter().flat_map(|_| keys).collect();
    for column in &table.columns {
        let key = |row: usize| {
            let own = rows[row].iter().find(|(name, _)| *name == column.name);
            own.map(|(_, value)| *value)
        };
        let place = |row: usize| mixed(table.name, column.name, row);
        all.push((
            column.name.into(),
            recorded(column, rows.len(), &key, &place, words),
        ));
    }
    all
}

/// The values of a recorded column: keys as they are, a fifth of what may lack missing.
fn recorded(
    column: &ColumnSchema,
    rows: usize,
    key: &dyn Fn(usize) -> Option<i64>,
    place: &dyn Fn(usize) -> u64,
    words: &[String],
) -> Values {
    let lacks = |row: usize| !column.required && (place(row) / 64).is_multiple_of(5);
    match column.kind {
        Kind::Real => {
            let value = |row: usize| {
                if lacks(row) {
                    f64::NAN
                } else {
                    (place(row) % 32) as f64 / 32.0
                }
            };
            Values::Real((0..rows).map(value).collect())
        }
        Kind::Integer => {
            let value = |row: usize| (!lacks(row)).then(|| (place(row) % 8) as i64);
            Values::Integer(
                (0..rows)
                    .map(|row| key(row).or_else(|| value(row)))
                    .collect(),
            )
        }
        Kind::Flag => {
            let value = |row: usize| Some(place(row).is_multiple_of(2));
            Values::Flag((0..rows).map(value).collect())
        }
        Kind::Text => {
            let outcomes = OUTCOMES.map(str::to_owned);
            let any = WORDS.map(str::to_owned);
            let known: &[String] = match column.name {
                name if name.starts_with("outcome") => &outcomes,
                _ if words.is_empty() => &any,
                _ => words,
            };
            let value = |row: usize| known[place(row) as usize % known.len()].clone();
            Values::Text((0..rows).map(value).collect())
        }
    }
}

/// A number of 32 bits for each place, the same on every machine.
fn mixed(table: &str, column: &str, row: usize) -> u64 {
    let digest = blake3::hash(format!("{table} {column} {row}").as_bytes());
    let bytes = digest.as_bytes();
    u64::from(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_have_every_column_and_values_and_lack_some() {
        let network = |trial: i64| {
            vec![
                ("trial".to_owned(), Value::Integer(Some(trial))),
                ("replicate".to_owned(), Value::Integer(Some(trial))),
                ("rate".to_owned(), Value::Real(0.5)),
            ]
        };
        let tables = generated_tables(&[network(0), network(1)], &["found".into()]).unwrap();
        let catalog = tables.catalog();
        let rows: Vec<_> = tables
            .named()
            .map(|(name, frame)| (name, frame.rows()))
            .collect();
        let expected = [
            ("trials", 2),
            ("censuses", 12),
            ("filters", 12),
            ("probes", 36),
            ("activity", 36),
            ("events", 12),
        ];
        assert_eq!(rows, expected);
        for (table, (_, frame)) in schema().into_iter().zip(tables.named()) {
            for column in &table.columns {
                assert_eq!(
                    frame.kind(column.name).unwrap(),
                    column.kind,
                    "{}",
                    column.name
                );
            }
            let keys = table
                .key
                .iter()
                .filter(|key| !["probe", "quantity", "subset", "event"].contains(key));
            let keys: Vec<&str> = keys.copied().collect();
            let sql = format!("SELECT DISTINCT {} FROM {}", keys.join(", "), table.name);
            assert_eq!(catalog.query(&sql).unwrap().rows(), frame.rows(), "{sql}");
        }
        let deaths = tables.filters.integers("final_death_by").unwrap();
        assert!(deaths.contains(&None) && deaths.iter().any(Option::is_some));
        assert!(
            tables
                .probes
                .texts("quantity")
                .unwrap()
                .iter()
                .all(|own| own == "found")
        );
    }
}
