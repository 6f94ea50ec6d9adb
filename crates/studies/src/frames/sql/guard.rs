//! What a statement may be, judged before polars sees it.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{OrderBy, Query, Spanned as _, Statement, Visit as _};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::{Parser, ParserOptions};
use sqlparser::tokenizer::Span;

use super::error::SqlError;
use super::judge::Judge;
use super::sums::{self, Sum};

/// A statement that may be evaluated once its sums are known to be of whole numbers.
#[derive(Clone, Debug)]
pub(super) struct Guarded {
    /// As it was written.
    pub sql: String,
    /// With every sum over 64 bits.
    pub query: Query,
    /// Tables and views that it reads.
    pub relations: BTreeSet<String>,
    /// Its sums.
    pub sums: Vec<Sum>,
    /// Every name in it and where it stands.
    pub names: Vec<(String, Span)>,
}

/// Parses and judges a statement over these tables and views.
pub(super) fn guard(sql: &str, registered: &[&str]) -> Result<Guarded, SqlError> {
    let options = ParserOptions {
        trailing_commas: true,
        ..ParserOptions::default()
    };
    let statements = Parser::new(&GenericDialect)
        .with_options(options)
        .try_with_sql(sql)
        .and_then(|mut parser| parser.parse_statements())
        .map_err(|error| SqlError::of_parser(sql, &error))?;
    let mut statements = statements.into_iter();
    let query = match (statements.next(), statements.next()) {
        (Some(Statement::Query(query)), None) => *query,
        (Some(_), Some(second)) => {
            let problem = "one statement at a time; here a second one begins";
            return Err(SqlError::at(sql, second.span(), problem));
        }
        (Some(other), None) => {
            let text = other.to_string();
            let word = text.split(' ').next().unwrap_or_default();
            let problem = format!("{word} is not allowed: tables are read, with SELECT or WITH");
            return Err(match other.span() {
                span if span.start.line > 0 => SqlError::at(sql, span, problem),
                _ => SqlError::new(sql, problem),
            });
        }
        (None, _) => return Err(SqlError::new(sql, "no statement; SELECT ... FROM a table")),
    };
    let mut judge = Judge::new(sql, registered);
    if let ControlFlow::Break(error) = query.visit(&mut judge) {
        return Err(*error);
    }
    let Judge {
        relations,
        sums,
        names,
        ..
    } = judge;
    Ok(Guarded {
        sql: sql.into(),
        query: sums::widened(query),
        relations,
        sums,
        names,
    })
}

/// Whether `ORDER BY` is polars' word for all columns.
pub(super) fn orders_by_all(order: &OrderBy) -> bool {
    order.to_string().to_uppercase().starts_with("ORDER BY ALL")
}
