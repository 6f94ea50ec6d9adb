//! Tables and views by name, and the answers to queries over them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use polars::prelude::{IntoLazy as _, LazyFrame};
use polars::sql::SQLContext;
use sqlparser::ast::{Expr, OrderByExpr, OrderByKind, OrderByOptions, Query, Value};

use super::super::frame::Frame;
use super::super::schema::Kind;
use super::error::SqlError;
use super::guard::{Guarded, guard, orders_by_all};
use super::limits::Budget;
use super::result;

/// Frames and named SELECTs that can be asked in SQL.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    tables: Vec<(String, Frame)>,
    views: Vec<(String, Guarded)>,
    budget: Option<Budget>,
}

impl Catalog {
    /// Makes a frame known as a table; one of that name is replaced.
    pub fn register(&mut self, name: &str, frame: Frame) {
        self.tables.retain(|(known, _)| known != name);
        self.tables.push((name.into(), frame));
    }

    /// Makes a SELECT over what is registered by now known as a table. Its columns are looked up
    /// when it is asked.
    ///
    /// # Errors
    /// If there is something of that name, or the statement is refused.
    pub fn register_view(&mut self, name: &str, sql: &str) -> Result<(), SqlError> {
        let names = self.names();
        if names.contains(&name) {
            let problem = format!("there is a table or view `{name}` already");
            return Err(SqlError::new(sql, problem).in_view(name));
        }
        let guarded = guard(sql, &names).map_err(|error| error.in_view(name))?;
        self.views.push((name.into(), guarded));
        Ok(())
    }

    /// Its statements take no more than this from now on.
    pub fn limit(&mut self, budget: Option<Budget>) {
        self.budget = budget;
    }

    /// Evaluates a view once, so that all that ask it find a table.
    ///
    /// # Errors
    /// As [`Self::query`].
    pub fn evaluate_view(&mut self, name: &str) -> Result<(), SqlError> {
        let found = self.views.iter().position(|(known, _)| known == name);
        if let Some(at) = found {
            let frame = self.answer(&format!("views.{name}"), &self.views[at].1);
            let frame = frame.map_err(|error| error.in_view(name))?;
            self.views.remove(at);
            self.register(name, frame);
        }
        Ok(())
    }

    /// The tables by name, in the order of registration.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &Frame)> + Clone {
        let tables = self.tables.iter();
        tables.map(|(name, frame)| (name.as_str(), frame))
    }

    /// The names of the views, in the order of registration.
    pub fn views(&self) -> impl Iterator<Item = &str> {
        self.views.iter().map(|(name, _)| name.as_str())
    }

    /// Names of tables, then of views, in the order of registration.
    pub fn names(&self) -> Vec<&str> {
        let tables = self.tables().map(|(name, _)| name);
        tables.chain(self.views()).collect()
    }

    /// The same tables, each with its last row first. An answer that does not depend on the order
    /// of rows is the same bits.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let tables = self.tables.iter();
        Self {
            tables: tables
                .map(|(name, frame)| (name.clone(), frame.reversed()))
                .collect(),
            views: self.views.clone(),
            budget: self.budget.clone(),
        }
    }

    /// What a query would give, without evaluating it: names and kinds of its columns.
    ///
    /// # Errors
    /// As [`Self::query`], but for what happens while rows are read.
    pub fn check(&self, sql: &str) -> Result<Vec<(String, Kind)>, SqlError> {
        let guarded = guard(sql, &self.names())?;
        Ok(self.prepare(&guarded)?.1)
    }

    /// The answer to a query; see the [module](super) for order and types.
    ///
    /// # Errors
    /// If the statement is refused (no single SELECT, an unknown table, a function that is not
    /// allowed, a sum of reals), names a column that there is not, or gives something else than
    /// numbers, text and flags.
    pub fn query(&self, sql: &str) -> Result<Frame, SqlError> {
        self.query_of("a query", sql)
    }

    /// The answer to the query of that name: what is told where it passes its limits.
    ///
    /// # Errors
    /// As [`Self::query`].
    pub fn query_of(&self, what: &str, sql: &str) -> Result<Frame, SqlError> {
        let guarded = guard(sql, &self.names())?;
        let views: Vec<&String> = guarded
            .relations
            .iter()
            .filter(|name| self.views.iter().any(|(view, _)| view == *name))
            .collect();
        let frame = match views.as_slice() {
            [] => self.answer(what, &guarded)?,
            [view] => self.answer(&format!("{what}, over the view `{view}`"), &guarded)?,
            [first, ..] => {
                self.answer(&format!("{what}, over `{first}` and other views"), &guarded)?
            }
        };
        if guarded.query.order_by.is_some() {
            return Ok(frame);
        }
        let columns = frame.columns();
        let by: Vec<&str> = columns.iter().map(String::as_str).collect();
        frame
            .sort(&by)
            .map_err(|error| SqlError::new(sql, error.to_string()))
    }

    /// What a statement gives, its rows in no order unless it says one.
    fn answer(&self, what: &str, guarded: &Guarded) -> Result<Frame, SqlError> {
        match &self.budget {
            Some(budget) => budget.during(what, || self.evaluated(guarded)),
            None => self.evaluated(guarded),
        }
    }

    fn evaluated(&self, guarded: &Guarded) -> Result<Frame, SqlError> {
        let sql = &guarded.sql;
        let (lazy, _) = self.prepare(guarded)?;
        // polars panics where it meets what it did not expect.
        let collected = catch_unwind(AssertUnwindSafe(|| lazy.collect()))
            .map_err(|_| SqlError::new(sql, "polars could not evaluate this (see above)"))?;
        let found = collected.map_err(|error| SqlError::of_polars(sql, &guarded.names, &error))?;
        result::frame(&found).map_err(|problem| SqlError::new(sql, problem))
    }

    /// The plan of a statement whose sums are of whole numbers, and its columns.
    fn prepare(&self, guarded: &Guarded) -> Result<(LazyFrame, Vec<(String, Kind)>), SqlError> {
        let mut context = self.context(guarded)?;
        let (lazy, columns) = plan(&mut context, guarded, &guarded.query)?;
        let ordered = with_ties(&guarded.query, columns.len());
        Ok(match ordered {
            Some(query) => plan(&mut context, guarded, &query)?,
            None => (lazy, columns),
        })
    }

    /// All tables, and the views that the statement needs.
    fn context(&self, guarded: &Guarded) -> Result<SQLContext, SqlError> {
        let mut context = SQLContext::new();
        for (name, frame) in &self.tables {
            context.register(name, frame.polars().clone().lazy());
        }
        let mut needed = guarded.relations.clone();
        for (name, view) in self.views.iter().rev() {
            if needed.contains(name) {
                needed.extend(view.relations.iter().cloned());
            }
        }
        for (name, view) in self.views.iter().filter(|(name, _)| needed.contains(name)) {
            let (lazy, _) =
                plan(&mut context, view, &view.query).map_err(|error| error.in_view(name))?;
            context.register(name, lazy);
        }
        Ok(context)
    }
}

fn plan(
    context: &mut SQLContext,
    guarded: &Guarded,
    query: &Query,
) -> Result<(LazyFrame, Vec<(String, Kind)>), SqlError> {
    let sql = &guarded.sql;
    let planned = context
        .execute(&query.to_string())
        .and_then(|mut lazy| lazy.collect_schema().map(|schema| (lazy, schema)));
    let (lazy, schema) =
        planned.map_err(|error| SqlError::of_polars(sql, &guarded.names, &error))?;
    for sum in &guarded.sums {
        sum.check(context)
            .map_err(|(span, problem)| SqlError::at(sql, span, problem))?;
    }
    let columns = result::columns(&schema).map_err(|problem| SqlError::new(sql, problem))?;
    Ok((lazy, columns))
}

/// The query with all columns behind its own ORDER BY, so that rows which that leaves equal have
/// an order.
fn with_ties(query: &Query, columns: usize) -> Option<Query> {
    let order = query.order_by.as_ref()?;
    let OrderByKind::Expressions(_) = &order.kind else {
        return None;
    };
    if orders_by_all(order) {
        return None;
    }
    let mut query = query.clone();
    if let Some(order) = &mut query.order_by
        && let OrderByKind::Expressions(by) = &mut order.kind
    {
        by.extend((1..=columns).map(|column| OrderByExpr {
            expr: Expr::value(Value::Number(column.to_string(), false)),
            options: OrderByOptions {
                asc: None,
                nulls_first: None,
            },
            with_fill: None,
        }));
    }
    Some(query)
}
