//! What is known of expressions, and what of them cannot be.

use minijinja::Value;
use minijinja::machinery::ast::{BinOpKind, CallArg, CompareOpKind, Expr, UnaryOpKind};

use super::super::filters;
use super::value::Known;
use super::{Asked, bytes};
use crate::messages::nearest;

/// Questions and filters that want a row's `value` and its interval.
const OF_VALUE: [&str; 10] = [
    "percent", "points", "number", "whole", "within", "outside", "above", "below", "known",
    "finite",
];

/// The names that stand in an expression.
pub(super) fn names<'b>(expression: &'b Expr, found: &mut Vec<&'b str>) {
    let mut each = |all: &[&'b Expr]| all.iter().for_each(|one| names(one, found));
    match expression {
        Expr::Var(own) => found.push(own.id),
        Expr::UnaryOp(own) => each(&[&own.expr]),
        Expr::BinOp(own) => each(&[&own.left, &own.right]),
        Expr::Compare(own) => {
            each(&[&own.expr]);
            own.ops
                .iter()
                .for_each(|compared| names(&compared.expr, found));
        }
        Expr::IfExpr(own) => each(&[&own.test_expr, &own.true_expr]),
        Expr::Filter(own) => own.expr.iter().for_each(|of| names(of, found)),
        Expr::Test(own) => each(&[&own.expr]),
        Expr::GetAttr(own) => each(&[&own.expr]),
        Expr::GetItem(own) => each(&[&own.expr, &own.subscript_expr]),
        Expr::Slice(own) => each(&[&own.expr]),
        Expr::Call(own) => own
            .args
            .iter()
            .for_each(|argument| names(of_argument(argument), found)),
        Expr::Const(_) | Expr::List(_) | Expr::Tuple(_) | Expr::Map(_) => {}
    }
}

/// The value of an argument.
pub(super) fn of_argument<'b>(argument: &'b CallArg<'b>) -> &'b Expr<'b> {
    match argument {
        CallArg::Pos(own)
        | CallArg::Kwarg(_, own)
        | CallArg::PosSplat(own)
        | CallArg::KwargSplat(own) => own,
    }
}

impl<'a> Asked<'a> {
    /// What is known of an expression.
    pub(super) fn expression(&mut self, expression: &'a Expr<'a>) -> Known {
        match expression {
            Expr::Const(own) => Known::constant(&own.value),
            Expr::Var(own) => self.scopes.find(own.id),
            Expr::UnaryOp(own) => {
                let known = self.expression(&own.expr);
                match (&own.op, known) {
                    (UnaryOpKind::Neg, Known::Each(values)) => negative(&values),
                    _ => Known::Nothing,
                }
            }
            Expr::BinOp(own) => {
                let (left, right) = (self.expression(&own.left), self.expression(&own.right));
                if matches!(own.op, BinOpKind::Eq | BinOpKind::Ne | BinOpKind::In) {
                    self.compared((&own.left, &left), (&own.right, &right));
                }
                Known::Nothing
            }
            Expr::Compare(own) => {
                let (mut left, mut known) = (&own.expr, self.expression(&own.expr));
                for compared in &own.ops {
                    let right = self.expression(&compared.expr);
                    if equality(compared.op) {
                        self.compared((left, &known), (&compared.expr, &right));
                    }
                    (left, known) = (&compared.expr, right);
                }
                Known::Nothing
            }
            Expr::IfExpr(own) => {
                self.expression(&own.test_expr);
                let known = self.expression(&own.true_expr);
                match &own.false_expr {
                    Some(other) => known.or(self.expression(other)),
                    None => Known::Nothing,
                }
            }
            Expr::Filter(own) => {
                let of = own.expr.as_ref().map(|of| self.expression(of));
                let arguments = self.arguments(&own.args);
                let known = of.unwrap_or(Known::Nothing);
                self.filtered(own.name, bytes(own.span()), &known, &arguments);
                Known::Nothing
            }
            Expr::Test(own) => {
                let known = self.expression(&own.expr);
                self.arguments(&own.args);
                self.has_value(own.name, bytes(own.span()), &known);
                Known::Nothing
            }
            Expr::GetAttr(own) => {
                let known = self.expression(&own.expr);
                self.attribute(bytes(own.span()), &known, own.name)
            }
            Expr::GetItem(own) => {
                let known = self.expression(&own.expr);
                let place = self.expression(&own.subscript_expr);
                match (&known, place.texts().as_deref()) {
                    (Known::Row(_) | Known::Interval, Some([name])) => {
                        self.attribute(bytes(own.span()), &known, name)
                    }
                    _ => known.item(),
                }
            }
            Expr::Slice(own) => {
                for end in [&own.start, &own.stop, &own.step].into_iter().flatten() {
                    self.expression(end);
                }
                match self.expression(&own.expr) {
                    Known::Rows(table) => Known::Rows(table),
                    _ => Known::Nothing,
                }
            }
            Expr::Call(own) => self.call(own),
            Expr::List(own) => self.list(&own.items),
            Expr::Tuple(own) => self.list(&own.items),
            Expr::Map(own) => {
                for item in own.keys.iter().chain(&own.values) {
                    self.expression(item);
                }
                Known::Nothing
            }
        }
    }

    fn list(&mut self, items: &'a [Expr<'a>]) -> Known {
        Known::List(items.iter().map(|item| self.expression(item)).collect())
    }

    fn arguments(&mut self, arguments: &'a [CallArg<'a>]) -> Vec<(&'a Expr<'a>, Known)> {
        let all = arguments.iter().map(of_argument);
        all.map(|own| (own, self.expression(own))).collect()
    }

    /// A column of a row, or what an interval has.
    fn attribute(&mut self, at: std::ops::Range<usize>, of: &Known, name: &str) -> Known {
        let (what, known): (String, Vec<&str>) = match of {
            Known::Row(table) => {
                let shape = &self.page.shapes[*table];
                if shape.has(name) {
                    let column = name.to_owned();
                    return Known::Cell {
                        table: *table,
                        column,
                    };
                }
                let ends = [("low", "low95"), ("high", "high95"), ("judging", "value")];
                let ends = ends.into_iter().filter(|(_, column)| shape.has(column));
                let columns = shape.columns.iter().map(String::as_str);
                let known = columns.chain(ends.map(|(end, _)| end));
                (format!("a row of `{}`", shape.name), known.collect())
            }
            Known::Interval => ("an interval".into(), vec!["value", "low", "high", "level"]),
            _ => return Known::Nothing,
        };
        if !known.contains(&name) {
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has {}", known.join(", ")),
            };
            self.fault(at, format!("{what} has no `{name}`"), Some(help));
        } else if name == "judging" {
            return Known::Interval;
        }
        Known::Nothing
    }

    /// A filter or question that looks at the value of a row.
    fn has_value(&mut self, who: &str, at: std::ops::Range<usize>, of: &Known) {
        let Known::Row(table) = of else { return };
        let shape = &self.page.shapes[*table];
        if OF_VALUE.contains(&who) && !shape.has("value") {
            let words = format!(
                "a row of `{}` has no column `value` for `{who}`",
                shape.name
            );
            self.fault(at, words, Some("name the column".into()));
        }
    }

    fn filtered(
        &mut self,
        who: &str,
        at: std::ops::Range<usize>,
        of: &Known,
        arguments: &[(&'a Expr<'a>, Known)],
    ) {
        self.has_value(who, at, of);
        let Some((column, known)) = arguments.first() else {
            return;
        };
        let place = bytes(column.span());
        for name in known.texts().into_iter().flatten() {
            match (who, of) {
                ("list", Known::Rows(table)) => {
                    self.column(*table, name, place.clone());
                }
                ("label", _) => self.labelled(name, place.clone()),
                _ => {}
            }
        }
    }

    /// What `label` takes: a factor, or a column of some table.
    fn labelled(&mut self, name: &str, at: std::ops::Range<usize>) {
        let page = self.page;
        let factors = page.factors.iter().map(|factor| factor.name.as_str());
        let columns = page.shapes.iter().flat_map(|shape| &shape.columns);
        let mut known = factors.clone().chain(columns.map(String::as_str));
        if !known.any(|known| known == name) {
            let help = super::calls::help(name, factors.collect());
            self.fault(at, format!("there is no factor `{name}`"), Some(help));
        }
    }

    /// A value that stands between `{{` and `}}`.
    pub(super) fn printed(&mut self, expression: &Expr, known: &Known) {
        let what = match known {
            Known::Row(table) => format!("a row of `{}`", self.page.shapes[*table].name),
            Known::Rows(table) => format!("rows of `{}`", self.page.shapes[*table].name),
            Known::Interval => "an interval".into(),
            _ => return,
        };
        let words = format!("{what} does not print");
        let help = format!("name a column, or a filter ({})", filters::NAMES.join(", "));
        self.fault(bytes(expression.span()), words, Some(help));
    }
}

/// Whether a comparison asks whether two values are equal, or one is among others.
fn equality(of: CompareOpKind) -> bool {
    use CompareOpKind::{Eq, In, Ne, NotIn};
    matches!(of, Eq | Ne | In | NotIn)
}

fn negative(values: &[Value]) -> Known {
    let all = values.iter().map(|value| f64::try_from(value.clone()).ok());
    let all: Option<Vec<f64>> = all.collect();
    all.map_or(Known::Nothing, |all| {
        Known::Each(all.into_iter().map(|value| Value::from(-value)).collect())
    })
}
