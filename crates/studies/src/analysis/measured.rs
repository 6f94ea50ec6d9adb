//! A measure carried out: what polars counts of each network, and how networks are put together.

mod summary;

pub use summary::Summary;

use std::collections::{BTreeMap, BTreeSet};

use super::error::{AnalysisError, sql_error};
use super::grammar::{Grammar, Measure, Statistic};
use super::level::Level;
use super::networks::{Networks, ordered};
use crate::frames::sql::Catalog;
use crate::table::ALL;

/// What a measure gives of each network and combination of its keys.
#[derive(Clone, Debug)]
pub struct Measured {
    /// Its keys, in the order of a row's levels.
    pub keys: Vec<String>,
    /// How networks are put together.
    pub statistic: Statistic,
    /// By network.
    rows: Vec<Row>,
    /// Of network `at` are the rows from `starts[at]` to `starts[at + 1]`.
    starts: Vec<usize>,
    outside: Option<f64>,
    /// Whether it is a ratio of whole numbers, even where it has no row.
    ratio: bool,
    inside: Vec<bool>,
}

#[derive(Clone, Debug)]
struct Row {
    network: usize,
    levels: Vec<Level>,
    number: Number,
}

#[derive(Clone, Copy, Debug)]
enum Number {
    Value(f64),
    Ratio { numerator: f64, denominator: f64 },
}

/// The SELECT that a measure stands for: columns `trial`, its keys, and `value` or `numerator` and
/// `denominator`.
pub fn select(measure: &Measure, grammar: &Grammar) -> String {
    if let Some(sql) = &measure.sql {
        return sql.clone();
    }
    let table = measure.table.as_deref().unwrap_or("trials");
    let mut columns = vec!["trial".to_owned()];
    let mut group = vec!["trial".to_owned()];
    for key in &measure.keys {
        let sql = grammar.keys.get(key).and_then(|factor| factor.sql.clone());
        let expression = sql.unwrap_or_else(|| format!("\"{key}\""));
        columns.push(format!("{expression} AS \"{key}\""));
        group.push(expression);
    }
    let filter = measure.filter.as_ref();
    let filter = filter.map_or_else(String::new, |filter| format!(" WHERE {filter}"));
    if let Some(numerator) = &measure.numerator {
        columns.push(format!("{numerator} AS numerator"));
        let denominator = measure.denominator.as_deref().unwrap_or("1");
        columns.push(format!("{denominator} AS denominator"));
        let (columns, group) = (columns.join(", "), group.join(", "));
        return format!("SELECT {columns} FROM {table}{filter} GROUP BY {group}");
    }
    let value = match (&measure.value, &measure.event) {
        (Some(value), _) => value.clone(),
        (None, Some(event)) => format!("CASE WHEN {event} THEN 1 ELSE 0 END"),
        (None, None) => "NULL".into(),
    };
    columns.push(format!("{value} AS \"value\""));
    format!("SELECT {} FROM {table}{filter}", columns.join(", "))
}

/// Carries a measure out.
///
/// # Errors
/// If its query is refused or gives two rows for one network and key (unless things are pooled).
pub fn measure(
    name: &str,
    grammar: &Grammar,
    catalog: &Catalog,
    networks: &Networks,
) -> Result<Measured, AnalysisError> {
    let key = format!("measures.{name}");
    let measure = &grammar.measures[name];
    let frame = catalog
        .query_of(&key, &select(measure, grammar))
        .map_err(sql_error(&key))?;
    let trial = frame.integers("trial")?;
    let named = ["trial", "value", "numerator", "denominator"];
    let columns = frame.columns();
    let keys = columns
        .iter()
        .filter(|column| !named.contains(&column.as_str()));
    let keys: Vec<String> = keys.cloned().collect();
    let is_ratio = frame.has("numerator") && frame.has("denominator");
    if !is_ratio && !frame.has("value") {
        let problem = "gives neither a column `value` nor `numerator` and `denominator`";
        return Err(AnalysisError::unfit(key, problem));
    }
    let (values, numerators, denominators) = if is_ratio {
        let (numerator, denominator) = (frame.reals("numerator")?, frame.reals("denominator")?);
        (Vec::new(), numerator, denominator)
    } else {
        (frame.reals("value")?, Vec::new(), Vec::new())
    };
    let columns = keys
        .iter()
        .map(|key| Ok(Level::column(&frame.values(key)?)));
    let columns = columns.collect::<Result<Vec<_>, AnalysisError>>()?;
    let mut rows = Vec::with_capacity(frame.rows());
    for row in 0..frame.rows() {
        let Some(network) = trial[row].and_then(|trial| networks.find(trial)) else {
            continue;
        };
        let levels = columns.iter().map(|column| column[row].clone()).collect();
        let number = if is_ratio {
            Number::Ratio {
                numerator: numerators[row],
                denominator: denominators[row],
            }
        } else {
            Number::Value(values[row])
        };
        rows.push(Row {
            network,
            levels,
            number,
        });
    }
    let statistic = measure.statistic.unwrap_or(match () {
        () if measure.event.is_some() => Statistic::Event,
        () if is_ratio => Statistic::Share,
        () => Statistic::Mean,
    });
    if !matches!(statistic, Statistic::Median) {
        unique(&rows).map_err(|problem| AnalysisError::unfit(key, problem))?;
    }
    let inside = (0..networks.len()).map(|at| networks.inside(measure.population.as_deref(), at));
    rows.sort_by_key(|row| row.network);
    let before = |at: usize| rows.partition_point(|row| row.network < at);
    Ok(Measured {
        keys,
        statistic,
        starts: (0..=networks.len()).map(before).collect(),
        rows,
        outside: measure.outside,
        ratio: is_ratio,
        inside: inside.collect(),
    })
}

fn unique(rows: &[Row]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for row in rows {
        if !seen.insert((row.network, &row.levels)) {
            let levels: Vec<&str> = row.levels.iter().map(Level::as_str).collect();
            return Err(format!(
                "gives two rows for one network (trial {}, keys {levels:?}): group by trial and \
                 keys, or say `statistic = \"median\"`",
                row.network
            ));
        }
    }
    Ok(())
}

impl Measured {
    /// The levels of a key that occur among some networks, in their order.
    pub fn levels(&self, key: &str, listed: &[Level]) -> Vec<Level> {
        let Some(at) = self.keys.iter().position(|known| known == key) else {
            return Vec::new();
        };
        ordered(self.rows.iter().map(|row| &row.levels[at]), listed)
    }

    /// The combinations of levels of these keys that occur among the networks.
    pub fn combinations(&self, keys: &[&str], networks: &[usize]) -> Vec<Vec<Level>> {
        let at: Vec<usize> = keys.iter().filter_map(|key| self.place(key)).collect();
        let rows = networks.iter().flat_map(|network| self.of(*network));
        let found: BTreeSet<Vec<Level>> = rows
            .map(|row| at.iter().map(|at| row.levels[*at].clone()).collect())
            .collect();
        found.into_iter().collect()
    }

    fn of(&self, network: usize) -> &[Row] {
        &self.rows[self.starts[network]..self.starts[network + 1]]
    }

    fn place(&self, key: &str) -> Option<usize> {
        self.keys.iter().position(|known| known == key)
    }

    /// The rows of each of the networks whose keys have these levels; `all` fits every level.
    fn chosen(&self, networks: &[usize], at: &BTreeMap<&str, &Level>) -> Vec<Vec<Number>> {
        let wanted: Vec<(usize, &Level)> = at
            .iter()
            .filter(|(_, level)| level.as_str() != ALL)
            .filter_map(|(key, level)| Some((self.place(key)?, *level)))
            .collect();
        let fits = |row: &&Row| wanted.iter().all(|(at, level)| row.levels[*at] == **level);
        let of = |network: &usize| self.of(*network).iter().filter(fits);
        let numbers = |network| of(network).map(|row| row.number).collect();
        networks.iter().map(numbers).collect()
    }

    /// The number of one network, from its rows.
    fn value(&self, network: usize, rows: &[Number]) -> f64 {
        if !self.inside[network] {
            return self.outside.unwrap_or(f64::NAN);
        }
        match rows {
            [] => f64::NAN,
            [Number::Value(value)] => *value,
            _ => {
                let (numerator, denominator) = sums(rows);
                numerator / denominator
            }
        }
    }
}

impl Number {
    fn real(self) -> f64 {
        match self {
            Self::Value(value) => value,
            Self::Ratio {
                numerator,
                denominator,
            } => numerator / denominator,
        }
    }
}

/// Sums of numerators and denominators. Whole numbers below 2^53 add up without loss.
fn sums(rows: &[Number]) -> (f64, f64) {
    rows.iter().fold((0.0, 0.0), |sum, row| match row {
        Number::Ratio {
            numerator,
            denominator,
        } => (sum.0 + numerator, sum.1 + denominator),
        Number::Value(_) => sum,
    })
}
