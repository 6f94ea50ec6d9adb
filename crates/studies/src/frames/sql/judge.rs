//! The walk through a statement: tables, kinds of expression, and what depends on the order of rows.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{
    Distinct, Expr, Ident, ObjectName, Query, Select, SetExpr, Spanned, TableFactor, UnaryOperator,
    Visitor, With,
};
use sqlparser::tokenizer::Span;

use super::error::SqlError;
use super::functions::{FUNCTIONS, known_operator};
use super::sums::Sum;
use crate::messages::hint;

/// Goes through a statement and stops at the first thing that is refused.
pub(super) struct Judge<'a> {
    sql: &'a str,
    registered: &'a [&'a str],
    pub relations: BTreeSet<String>,
    /// Of the queries around the place that is visited.
    pub withs: Vec<Option<With>>,
    /// The SELECTs around it.
    pub selects: Vec<Select>,
    pub sums: Vec<Sum>,
    pub names: Vec<(String, Span)>,
}

pub(super) type Verdict = ControlFlow<Box<SqlError>>;

impl<'a> Judge<'a> {
    /// Of a statement over these tables.
    pub fn new(sql: &'a str, registered: &'a [&'a str]) -> Self {
        Self {
            sql,
            registered,
            relations: BTreeSet::new(),
            withs: Vec::new(),
            selects: Vec::new(),
            sums: Vec::new(),
            names: Vec::new(),
        }
    }

    /// The verdict that something at a place is not allowed.
    pub fn refuse(&self, span: Span, problem: impl Into<String>) -> Verdict {
        ControlFlow::Break(Box::new(if span.start.line > 0 {
            SqlError::at(self.sql, span, problem)
        } else {
            SqlError::new(self.sql, problem)
        }))
    }

    fn column(&mut self, name: &Ident) -> Verdict {
        if name.value.starts_with('^') && name.value.ends_with('$') {
            // polars would take every column that the pattern fits.
            return self.refuse(name.span, "a column has a name; patterns are not allowed");
        }
        self.names.push((name.value.clone(), name.span));
        ControlFlow::Continue(())
    }

    fn common_tables(&self) -> impl Iterator<Item = &Ident> {
        let withs = self.withs.iter().flatten();
        withs.flat_map(|with| with.cte_tables.iter().map(|cte| &cte.alias.name))
    }

    fn body(&self, body: &SetExpr) -> Verdict {
        match body {
            SetExpr::Select(_) | SetExpr::Query(_) => ControlFlow::Continue(()),
            SetExpr::SetOperation { left, right, .. } => {
                self.body(left)?;
                self.body(right)
            }
            other => self.refuse(other.span(), "only SELECT and WITH are allowed here"),
        }
    }
}

impl Visitor for Judge<'_> {
    type Break = Box<SqlError>;

    fn pre_visit_query(&mut self, query: &Query) -> Verdict {
        if let Some(with) = &query.with {
            if with.recursive {
                return self.refuse(with.with_token.0.span, "WITH RECURSIVE is not allowed");
            }
            for cte in &with.cte_tables {
                let name = &cte.alias.name;
                // polars would read the table.
                if self.registered.contains(&name.value.as_str()) {
                    let problem =
                        format!("`{}` is a table already; give it another name", name.value);
                    return self.refuse(name.span, problem);
                }
            }
        }
        let unordered = query.order_by.is_none();
        if unordered && (query.limit_clause.is_some() || query.fetch.is_some()) {
            let span = query
                .limit_clause
                .as_ref()
                .map_or(Span::empty(), Spanned::span);
            return self.refuse(
                span,
                "LIMIT needs ORDER BY: rows have no order of their own",
            );
        }
        self.body(&query.body)?;
        self.withs.push(query.with.clone());
        // ORDER BY stands outside the SELECT and may hold sums, too.
        if let SetExpr::Select(select) = query.body.as_ref() {
            self.selects.push(select.as_ref().clone());
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &Query) -> Verdict {
        self.withs.pop();
        if let SetExpr::Select(_) = query.body.as_ref() {
            self.selects.pop();
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> Verdict {
        if let Some(into) = &select.into {
            return self.refuse(
                into.span(),
                "SELECT INTO is not allowed: tables are only read",
            );
        }
        if let Some(Distinct::On(columns)) = &select.distinct {
            let span = columns.first().map_or(Span::empty(), Spanned::span);
            return self.refuse(
                span,
                "DISTINCT ON keeps whichever row comes first; use MIN or MAX and a join",
            );
        }
        self.selects.push(select.clone());
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _: &Select) -> Verdict {
        self.selects.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> Verdict {
        match factor {
            TableFactor::Table {
                name,
                args: Some(_),
                ..
            } => {
                let problem =
                    format!("{name}(...) reads from outside; only registered tables can be asked");
                self.refuse(name.span(), problem)
            }
            TableFactor::Table { .. }
            | TableFactor::NestedJoin { .. }
            | TableFactor::Derived { lateral: false, .. } => ControlFlow::Continue(()),
            other => self.refuse(
                other.span(),
                "only tables, views and (SELECT ...) can be read from",
            ),
        }
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> Verdict {
        let [part] = relation.0.as_slice() else {
            return self.refuse(
                relation.span(),
                format!("`{relation}`: a table's name is one word"),
            );
        };
        let Some(name) = part.as_ident() else {
            return self.refuse(relation.span(), "a table has a plain name");
        };
        if self.common_tables().any(|table| table.value == name.value) {
            return ControlFlow::Continue(());
        }
        if self.registered.contains(&name.value.as_str()) {
            self.relations.insert(name.value.clone());
            return ControlFlow::Continue(());
        }
        let common: Vec<String> = self
            .common_tables()
            .map(|table| table.value.clone())
            .collect();
        let known = self
            .registered
            .iter()
            .copied()
            .chain(common.iter().map(String::as_str));
        let known: Vec<&str> = known.collect();
        let problem = format!(
            "no table `{}`{}",
            name.value,
            hint(&name.value, known.iter().copied())
        );
        self.refuse(relation.span(), problem)
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> Verdict {
        match expr {
            Expr::Identifier(name) => return self.column(name),
            Expr::CompoundIdentifier(names) => {
                return names
                    .last()
                    .map_or(ControlFlow::Continue(()), |name| self.column(name));
            }
            Expr::Function(function) => return self.function(function),
            Expr::BinaryOp { op, .. } if !known_operator(op) => {
                return self.refuse(expr.span(), format!("operator `{op}` is not allowed"));
            }
            Expr::UnaryOp { op, .. }
                if !matches!(
                    op,
                    UnaryOperator::Minus | UnaryOperator::Plus | UnaryOperator::Not
                ) =>
            {
                return self.refuse(expr.span(), format!("operator `{op}` is not allowed"));
            }
            Expr::BinaryOp { .. }
            | Expr::UnaryOp { .. }
            | Expr::Value(_)
            | Expr::Nested(_)
            | Expr::Case { .. }
            | Expr::Cast { .. }
            | Expr::IsNull(_)
            | Expr::IsNotNull(_)
            | Expr::IsTrue(_)
            | Expr::IsNotTrue(_)
            | Expr::IsFalse(_)
            | Expr::IsNotFalse(_)
            | Expr::IsDistinctFrom(..)
            | Expr::IsNotDistinctFrom(..)
            | Expr::InList { .. }
            | Expr::InSubquery { .. }
            | Expr::Between { .. }
            | Expr::Like { .. }
            | Expr::ILike { .. }
            | Expr::Wildcard(_)
            | Expr::QualifiedWildcard(..) => {}
            Expr::Exists { subquery, .. } | Expr::Subquery(subquery) => {
                let problem =
                    "a SELECT as a value is not read; JOIN with it, or use IN (SELECT ...)";
                return self.refuse(subquery.span(), problem);
            }
            other => {
                let problem = format!(
                    "`{other}` is not allowed; there are CASE, CAST, IN, LIKE, BETWEEN, \
                     the usual operators, and {}",
                    FUNCTIONS.join(", ")
                );
                return self.refuse(other.span(), problem);
            }
        }
        ControlFlow::Continue(())
    }
}
