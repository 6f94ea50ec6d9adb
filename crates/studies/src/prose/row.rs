//! A row of a published table, as a template sees it.

use std::fmt::Write as _;
use std::sync::Arc;

use minijinja::value::Object;
use minijinja::{Error, ErrorKind, Value};

use super::interval::{Bounds, Interval};
use super::language::Word;
use super::page::Page;
use crate::messages::nearest;
use crate::table::{ESTIMATES, PREDICTIONS, Table, Values};

/// What every row with a number has, beside its table's columns.
pub(super) const ALL: [Word; 4] = [
    Word {
        name: "value",
        written: "row.value",
        meaning: "the number, without its interval",
        example: r#"{{ cell("cells", measure="working", learning_rate="high").value | percent }}"#,
    },
    Word {
        name: "low",
        written: "row.low",
        meaning: "the lower end of the 95% interval; `n/a` where there is none",
        example: r#"{{ cell("cells", measure="working", learning_rate="high").low }}"#,
    },
    Word {
        name: "high",
        written: "row.high",
        meaning: "its upper end",
        example: r#"{{ cell("cells", measure="working", learning_rate="high").high }}"#,
    },
    Word {
        name: "judging",
        written: "row.judging",
        meaning: "of an estimate that a prediction rests on: the interval that judges, with `level`",
        example: r#"{{ estimate("dead_at_0.5_minus_0.05").judging | points }} ({{ estimate("dead_at_0.5_minus_0.05").judging.level }})"#,
    },
];

/// A row: its columns are attributes. One that this version of the study lacks has the same
/// columns, all of them missing.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) page: Arc<Page>,
    /// Index of the table.
    pub(super) table: usize,
    pub(super) index: Option<usize>,
}

impl Row {
    fn table(&self) -> &Table {
        &self.page.tables[self.table]
    }

    fn number(&self, column: &str) -> f64 {
        let column = self.table().columns.iter().find(|own| own.name == column);
        match (column.map(|column| &column.values), self.index) {
            (Some(Values::Real(values)), Some(row)) => values[row],
            (Some(Values::Integer(values)), Some(row)) => {
                values[row].map_or(f64::NAN, |value| value as f64)
            }
            _ => f64::NAN,
        }
    }

    /// The first of these columns that the table has.
    fn first(&self, columns: [&'static str; 2]) -> &'static str {
        let [wanted, other] = columns;
        if self.table().has(wanted) {
            wanted
        } else {
            other
        }
    }

    /// The number of the row and its 95% interval (of a prediction, the one that judges).
    ///
    /// # Errors
    /// If the table has no column `value`.
    pub(super) fn bounds(&self, who: &str) -> Result<Bounds, Error> {
        if !self.table().has("value") {
            let name = &self.table().name;
            return Err(Error::new(
                ErrorKind::InvalidOperation,
                format!("a row of `{name}` has no column `value` for `{who}`: name the column"),
            ));
        }
        Ok(Bounds {
            value: self.number("value"),
            low: self.number(self.first(["low95", "low"])),
            high: self.number(self.first(["high95", "high"])),
        })
    }

    fn text(&self, column: &str) -> Option<String> {
        let column = self.table().columns.iter().find(|own| own.name == column)?;
        column.values.get(self.index?)
    }

    /// The interval of the prediction that rests on this estimate, or the row's own of 95%.
    fn judging(&self) -> Result<Interval, Error> {
        let own = Interval {
            bounds: self.bounds("judging")?,
            level: self.text("level").unwrap_or_else(|| "95%".into()),
        };
        let (Some(name), true) = (self.text("name"), self.table().name == ESTIMATES) else {
            return Ok(own);
        };
        let of = self.text("of").unwrap_or_default();
        let declared = self.page.declared.iter();
        let mut names = declared.filter(|own| own.estimate == name && own.of == of);
        let called = names.next().map_or(name.as_str(), |own| own.name.as_str());
        let tables = &self.page.tables;
        let Some(table) = tables.iter().position(|own| own.name == PREDICTIONS) else {
            return Ok(own);
        };
        let estimates = tables[table].words("estimate").unwrap_or_default();
        let row = estimates.iter().position(|estimate| estimate == called);
        let prediction = Self {
            page: self.page.clone(),
            table,
            index: row,
        };
        match row {
            Some(_) => prediction.judging(),
            None => Ok(own),
        }
    }
}

impl Object for Row {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        let table = self.table();
        let own = table.columns.iter().find(|column| column.name == key);
        let missing = Value::from(());
        if let Some(column) = own {
            let Some(row) = self.index else {
                return Some(missing);
            };
            if self.page.is_key(key) {
                return column.values.get(row).map(Value::from);
            }
            return Some(match &column.values {
                Values::Real(values) if values[row].is_nan() => missing,
                Values::Real(values) => Value::from(values[row]),
                Values::Integer(values) => values[row].map_or(missing, Value::from),
                Values::Text(values) => Value::from(values[row].clone()),
                Values::Flag(values) => values[row].map_or(missing, Value::from),
            });
        }
        let end = |column: &str| {
            let number = self.number(column);
            if number.is_nan() {
                missing.clone()
            } else {
                Value::from(number)
            }
        };
        Some(match key {
            "low" if table.has("low95") => end("low95"),
            "high" if table.has("high95") => end("high95"),
            "judging" => match self.judging() {
                Ok(interval) => Value::from_object(interval),
                Err(error) => Value::from(error),
            },
            // Only this version of the study lacks it.
            _ if self
                .page
                .shape(&table.name)
                .is_some_and(|shape| shape.has(key)) =>
            {
                missing
            }
            "low" | "high"
                if self
                    .page
                    .shape(&table.name)
                    .is_some_and(|shape| shape.has("value")) =>
            {
                missing
            }
            _ => {
                let columns = table.columns.iter().map(|column| column.name.as_str());
                let known: Vec<&str> = columns.chain(["low", "high", "judging"]).collect();
                no_attribute(&format!("a row of `{}`", table.name), key, &known)
            }
        })
    }

    /// A row that is there is true.
    fn is_true(self: &Arc<Self>) -> bool {
        self.index.is_some()
    }
}

/// An error in the place of a value: whatever touches it fails with these words.
pub(super) fn no_attribute(of: &str, key: &str, known: &[&str]) -> Value {
    let mut words = format!("{of} has no `{key}`");
    let _ = match nearest(key, known.iter().copied()) {
        Some(near) => write!(words, "; did you mean `{near}`?"),
        None => write!(words, "; it has {}", known.join(", ")),
    };
    Value::from(Error::new(ErrorKind::UndefinedError, words))
}
