//! Sums are of whole numbers: each argument's type is asked of polars before anything is added.

use std::ops::ControlFlow;

use polars::sql::SQLContext;
use sqlparser::ast::{
    CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    GroupByExpr, Query, Select, SelectItem, Spanned as _, VisitMut, VisitorMut, With,
};
use sqlparser::tokenizer::Span;

/// A sum, and a query whose only column is its argument.
#[derive(Clone, Debug)]
pub(super) struct Sum {
    span: Span,
    text: String,
    argument: String,
}

impl Sum {
    /// The sum that stands in a SELECT below these WITHs; none if it has not one plain argument.
    pub fn new(
        function: &Function,
        select: Option<&Select>,
        withs: &[Option<With>],
    ) -> Option<Self> {
        let argument = argument(function)?;
        let select = Select {
            projection: vec![SelectItem::UnnamedExpr(argument.clone())],
            distinct: None,
            selection: None,
            group_by: GroupByExpr::Expressions(Vec::new(), Vec::new()),
            having: None,
            qualify: None,
            ..select?.clone()
        };
        let tables: Vec<String> = withs
            .iter()
            .flatten()
            .flat_map(|with| with.cte_tables.iter().map(ToString::to_string))
            .collect();
        let with = if tables.is_empty() {
            String::new()
        } else {
            format!("WITH {} ", tables.join(", "))
        };
        Some(Self {
            span: match argument.span() {
                span if span.start.line > 0 => span,
                _ => function.name.span(),
            },
            text: function.to_string(),
            argument: format!("{with}{select}"),
        })
    }

    /// Whether it adds whole numbers or flags; else what is wrong.
    pub fn check(&self, context: &mut SQLContext) -> Result<(), (Span, String)> {
        let text = &self.text;
        let schema = context
            .execute(&self.argument)
            .and_then(|mut lazy| lazy.collect_schema());
        let found = match &schema {
            Ok(schema) if schema.len() == 1 => schema.iter_values().next(),
            _ => None,
        };
        let problem = match found {
            Some(kind) if kind.is_integer() || kind.is_bool() || kind.is_null() => return Ok(()),
            Some(kind) if kind.is_float() => format!(
                "{text} adds reals, whose sum depends on the order of rows; the program's \
                 statistics do that, in a fixed order; SUM takes whole numbers and flags (`/` \
                 gives a real number)"
            ),
            Some(kind) => {
                format!("{text} adds values of type {kind}; SUM takes whole numbers and flags")
            }
            None => format!(
                "{text}: the type of its argument cannot be told; write CAST(... AS BIGINT) around \
                 it if it is a whole number"
            ),
        };
        Err((self.span, problem))
    }
}

fn argument(function: &Function) -> Option<&Expr> {
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let plain = list.duplicate_treatment.is_none() && list.clauses.is_empty();
    match list.args.as_slice() {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] if plain => Some(argument),
        _ => None,
    }
}

/// The query with each sum over numbers of 64 bits: polars would add what is narrower in 32, and
/// go round.
pub(super) fn widened(mut query: Query) -> Query {
    let _ = VisitMut::visit(&mut query, &mut Widen);
    query
}

struct Widen;

impl VisitorMut for Widen {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expr
            && function.name.to_string().eq_ignore_ascii_case("sum")
            && let FunctionArguments::List(list) = &mut function.args
            && let [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] =
                list.args.as_mut_slice()
        {
            *argument = Expr::Cast {
                kind: CastKind::Cast,
                expr: Box::new(argument.clone()),
                data_type: DataType::BigInt(None),
                array: false,
                format: None,
            };
        }
        ControlFlow::Continue(())
    }
}
