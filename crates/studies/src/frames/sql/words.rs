//! Words that an expression compares columns with.

use std::ops::{ControlFlow, Range};

use sqlparser::ast::{BinaryOperator, Expr, Spanned as _, Value, Visit as _, Visitor};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::error::SqlError;

/// A column that is compared with a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Its name, without that of its table.
    pub column: String,
    /// The word.
    pub word: String,
    /// Where the word stands in the expression; nowhere if that is not known.
    pub range: Option<Range<usize>>,
}

/// Every `column = 'word'`, `<>` and `IN ('word', ..)` of an expression; none of one that cannot be
/// read, which is told elsewhere.
pub fn compared(expression: &str) -> Vec<Compared> {
    let mut found = Words {
        sql: expression,
        all: Vec::new(),
    };
    let parser = Parser::new(&GenericDialect).try_with_sql(expression);
    let parsed = parser.and_then(|mut parser| parser.parse_expr());
    if let Ok(parsed) = parsed {
        let _ = parsed.visit(&mut found);
    }
    found.all
}

struct Words<'a> {
    sql: &'a str,
    all: Vec<Compared>,
}

impl Words<'_> {
    fn pair(&mut self, column: &Expr, word: &Expr) {
        let column = match column {
            Expr::Identifier(own) => &own.value,
            Expr::CompoundIdentifier(own) => match own.last() {
                Some(own) => &own.value,
                None => return,
            },
            _ => return,
        };
        if let Expr::Value(value) = word
            && let Value::SingleQuotedString(text) = &value.value
        {
            self.all.push(Compared {
                column: column.clone(),
                word: text.clone(),
                range: SqlError::at(self.sql, word.span(), "").range,
            });
        }
    }
}

impl Visitor for Words<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        match expression {
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq | BinaryOperator::NotEq,
                right,
            } => {
                self.pair(left, right);
                self.pair(right, left);
            }
            Expr::InList { expr, list, .. } => {
                for word in list {
                    self.pair(expr, word);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_beside_their_columns() {
        let sql = "SUM(CASE WHEN t.outcome <> 'working' AND layer = 1 THEN 1 ELSE 0 END) + (arm IN ('a', 'b'))";
        let found = compared(sql);
        let pairs: Vec<(&str, &str)> = found
            .iter()
            .map(|own| (own.column.as_str(), own.word.as_str()))
            .collect();
        assert_eq!(pairs, [("outcome", "working"), ("arm", "a"), ("arm", "b")]);
        assert_eq!(&sql[found[0].range.clone().unwrap()], "'working'");
        assert_eq!(compared("'x' = outcome")[0].word, "x");
        assert!(compared("outcome = ").is_empty() && compared("outcome LIKE 'x%'").is_empty());
    }
}
