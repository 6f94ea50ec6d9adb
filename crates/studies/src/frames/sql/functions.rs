//! Which functions and operators a statement may use.

use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, Function, FunctionArguments, Spanned as _, WindowType};

use super::judge::{Judge, Verdict};
use super::sums::Sum;
use crate::messages::hint;

/// The functions that a statement may call, beside `CASE`, `CAST`, `IN`, `LIKE`, `BETWEEN` and
/// the operators `+ - * / % || = <> < <= > >= AND OR NOT IS`.
pub const FUNCTIONS: [&str; 12] = [
    "COUNT",
    "SUM",
    "MIN",
    "MAX",
    "COALESCE",
    "NULLIF",
    "ABS",
    "ROUND",
    "LOWER",
    "UPPER",
    "CONCAT",
    "ROW_NUMBER",
];

/// How the names of aggregates of reals begin.
const STATISTICS: [&str; 9] = [
    "avg", "mean", "median", "std", "var", "quantile", "corr", "covar", "total",
];

impl Judge<'_> {
    /// Judges a call.
    pub(super) fn function(&mut self, function: &Function) -> Verdict {
        let span = function.name.span();
        let name = function.name.to_string().to_uppercase();
        if !FUNCTIONS.contains(&name.as_str()) {
            let lower = name.to_lowercase();
            let problem = if STATISTICS.iter().any(|known| lower.starts_with(known)) {
                format!(
                    "{name} is an aggregate of reals: the program's statistics do that, in a fixed \
                     order; select the values, one row a network"
                )
            } else {
                format!("no function {name}{}", hint(&name, FUNCTIONS))
            };
            return self.refuse(span, problem);
        }
        if !function.within_group.is_empty()
            || function.null_treatment.is_some()
            || !matches!(function.parameters, FunctionArguments::None)
        {
            return self.refuse(span, format!("{name} takes its arguments and an OVER only"));
        }
        let ordered = match &function.over {
            None => false,
            Some(WindowType::WindowSpec(window)) => !window.order_by.is_empty(),
            Some(WindowType::NamedWindow(window)) => {
                return self.refuse(window.span, "write the window out: OVER (PARTITION BY ...)");
            }
        };
        if name == "ROW_NUMBER" && !ordered {
            let problem =
                "ROW_NUMBER needs OVER (... ORDER BY ...): rows have no order of their own";
            return self.refuse(span, problem);
        }
        if name != "ROW_NUMBER" && ordered {
            let problem = format!(
                "{name} with an ORDER BY in its window depends on the order of equal rows; join with the earlier rows instead"
            );
            return self.refuse(span, problem);
        }
        if name == "SUM" {
            match Sum::new(function, self.selects.last(), &self.withs) {
                Some(sum) => self.sums.push(sum),
                None => {
                    return self.refuse(span, "SUM takes one argument, a whole number or a flag");
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// Whether an operator is one of those that may be used.
pub(super) fn known_operator(operator: &BinaryOperator) -> bool {
    use BinaryOperator::{
        And, Divide, Eq, Gt, GtEq, Lt, LtEq, Minus, Modulo, Multiply, NotEq, Or, Plus, StringConcat,
    };
    matches!(
        operator,
        And | Or
            | Eq
            | NotEq
            | Lt
            | LtEq
            | Gt
            | GtEq
            | Plus
            | Minus
            | Multiply
            | Divide
            | Modulo
            | StringConcat
    )
}
