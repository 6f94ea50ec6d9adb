//! What tells the rows of a statement apart, as far as its text says.

use sqlparser::ast::{Expr, GroupByExpr, Select, SelectItem, SetExpr, Statement, TableFactor};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::super::schema::schema;

/// The key columns of a recorded table that tell the rows of a statement apart within a network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Apart {
    /// Those that it gives: its name for each, and the recorded one.
    pub shown: Vec<(String, String)>,
    /// Those that it groups by, or reads row by row, and does not give.
    pub hidden: Vec<String>,
}

/// Of a plain SELECT from `censuses` or `filters`: without joins, and without what its WHERE says
/// of a column. Nothing of any other statement, whose text does not say it.
pub fn apart(sql: &str) -> Option<Apart> {
    let mut statements = Parser::parse_sql(&GenericDialect, sql).ok()?.into_iter();
    let Some(Statement::Query(query)) = statements.next() else {
        return None;
    };
    let SetExpr::Select(select) = *query.body else {
        return None;
    };
    if query.with.is_some() || select.distinct.is_some() || select.having.is_some() {
        return None;
    }
    let keys = keys(&select)?;
    let grouped: Vec<&Expr> = match &select.group_by {
        GroupByExpr::Expressions(by, _) => by.iter().collect(),
        GroupByExpr::All(_) => return None,
    };
    let counts = select.projection.iter().any(|item| {
        let text = item.to_string().to_uppercase();
        let aggregate = ["COUNT(", "SUM(", "MIN(", "MAX("];
        aggregate.iter().any(|aggregate| text.contains(aggregate)) && !text.contains("OVER (")
    });
    if grouped.is_empty() && counts {
        return Some(Apart::default());
    }
    let chosen = select.selection.as_ref().map(ToString::to_string);
    let mut found = Apart::default();
    for key in keys {
        let tells = grouped.is_empty() || grouped.iter().any(|by| is_column(by, key));
        if !tells || chosen.as_ref().is_some_and(|chosen| has_word(chosen, key)) {
            continue;
        }
        let given = select.projection.iter().find_map(|item| match item {
            SelectItem::UnnamedExpr(own) if is_column(own, key) => Some(key.to_owned()),
            SelectItem::ExprWithAlias { expr, alias } if has_word(&expr.to_string(), key) => {
                Some(alias.value.clone())
            }
            SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => Some(key.to_owned()),
            _ => None,
        });
        match given {
            Some(name) => found.shown.push((name, key.to_owned())),
            None => found.hidden.push(key.to_owned()),
        }
    }
    Some(found)
}

/// The key columns of the one recorded table that is read, but for the network itself.
fn keys(select: &Select) -> Option<Vec<&'static str>> {
    let [from] = select.from.as_slice() else {
        return None;
    };
    let TableFactor::Table {
        name, args: None, ..
    } = &from.relation
    else {
        return None;
    };
    if !from.joins.is_empty() {
        return None;
    }
    let name = name.to_string();
    let table = schema().into_iter().find(|table| table.name == name)?;
    let told = table.name != "trials" && table.name != "probes";
    told.then(|| {
        table
            .key
            .iter()
            .copied()
            .filter(|key| *key != "trial")
            .collect()
    })
}

fn is_column(expression: &Expr, name: &str) -> bool {
    match expression {
        Expr::Identifier(own) => own.value == name,
        Expr::CompoundIdentifier(own) => own.last().is_some_and(|own| own.value == name),
        _ => false,
    }
}

fn has_word(text: &str, name: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sql: &str) -> Option<(Vec<String>, Vec<String>)> {
        let Apart { shown, hidden } = apart(sql)?;
        Some((shown.into_iter().map(|(name, _)| name).collect(), hidden))
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_plain_select_says_what_tells_its_rows_apart() {
        for (sql, shown, hidden) in [
            ("SELECT * FROM filters", &["layer", "filter"][..], &[][..]),
            (
                "SELECT trial, revivals AS value FROM filters",
                &[],
                &["layer", "filter"],
            ),
            (
                "SELECT trial, COUNT(*) AS n FROM filters GROUP BY trial, layer",
                &[],
                &["layer"],
            ),
            (
                "SELECT trial, layer + 1 AS which, COUNT(*) AS n FROM filters GROUP BY trial, layer",
                &["which"],
                &[],
            ),
            (
                "SELECT trial, step, dead AS value FROM censuses WHERE layer = 0",
                &["step"],
                &[],
            ),
            (
                "SELECT c.trial, c.step, MAX(c.dead) AS value FROM censuses c GROUP BY c.trial, c.step",
                &["step"],
                &[],
            ),
            ("SELECT COUNT(*) AS n FROM filters", &[], &[]),
        ] {
            assert_eq!(found(sql), Some((names(shown), names(hidden))), "{sql}");
        }
    }

    #[test]
    fn of_other_statements_nothing_is_said() {
        for sql in [
            "SELECT trial FROM trials",
            "SELECT DISTINCT trial FROM filters",
            "SELECT f.trial FROM filters f JOIN trials t ON f.trial = t.trial",
            "WITH a AS (SELECT * FROM filters) SELECT * FROM a",
            "SELECT trial FROM filters UNION SELECT trial FROM trials",
            "SELECT",
        ] {
            assert_eq!(found(sql), None, "{sql}");
        }
    }
}
