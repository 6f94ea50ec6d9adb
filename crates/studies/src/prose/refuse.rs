//! What a template may not say, seen before it runs.
//!
//! A template shows; it does not compute. Arithmetic, an order by value and a comparison of two
//! published numbers are estimates, which have intervals.

mod names;
mod operators;

use std::collections::BTreeSet;

use minijinja::machinery::Span;
use minijinja::machinery::ast::{BinOpKind, CallArg, Expr, Stmt, UnaryOpKind};

use self::names::{Names, known};
use self::operators::{binary, literal, number};
use super::fault::{Fault, within};
use super::page::Page;
use super::{filters, functions, questions};
use crate::messages::nearest;

const CHOOSE: &str = "a template shows and does not compute: let an estimate in analysis.toml \
                      choose or compute it, and show that with its interval";
const ASK: &str = "ask `is above(0.4)`, `is below(..)`, `is within(.., ..)` or `is outside(.., ..)`: \
                   of a row they ask its whole interval";

/// Operators, filters and attributes below one another.
const DEPTH: usize = 100;

/// Everything that a parsed template says and may not.
pub(super) fn refusals(text: &str, template: &Stmt, page: &Page) -> Vec<Fault> {
    let mut own = Refusals {
        text,
        page,
        names: known(template),
        faults: Vec::new(),
        depth: 0,
    };
    own.statement(template);
    own.faults
}

struct Refusals<'a> {
    text: &'a str,
    page: &'a Page,
    names: Names,
    faults: Vec<Fault>,
    depth: usize,
}

impl Refusals<'_> {
    fn refuse(&mut self, span: Span, words: impl Into<String>, help: impl Into<String>) {
        let at = span.start_offset as usize..span.end_offset as usize;
        self.faults.push(Fault {
            at: within(self.text, at),
            words: words.into(),
            help: Some(help.into()),
        });
    }

    fn unknown<'b>(&mut self, span: Span, what: &str, name: &str, all: &BTreeSet<&'b str>) {
        let near = nearest(name, all.iter().copied());
        let help = near.map_or_else(
            || {
                let all: Vec<&'b str> = all.iter().copied().collect();
                format!("there are: {}", all.join(", "))
            },
            |near| format!("did you mean `{near}`?"),
        );
        self.refuse(span, format!("there is no {what} `{name}`"), help);
    }

    fn statements(&mut self, all: &[Stmt]) {
        for statement in all {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Template(own) => self.statements(&own.children),
            Stmt::EmitExpr(own) => self.expression(&own.expr),
            Stmt::EmitRaw(_) => {}
            Stmt::ForLoop(own) => {
                self.expression(&own.iter);
                if let Some(filter) = &own.filter_expr {
                    self.expression(filter);
                }
                self.statements(&own.body);
                self.statements(&own.else_body);
            }
            Stmt::IfCond(own) => {
                self.expression(&own.expr);
                self.statements(&own.true_body);
                self.statements(&own.false_body);
            }
            Stmt::WithBlock(own) => {
                for (_, value) in &own.assignments {
                    self.expression(value);
                }
                self.statements(&own.body);
            }
            Stmt::Set(own) => self.expression(&own.expr),
            Stmt::SetBlock(own) => {
                if let Some(filter) = &own.filter {
                    self.expression(filter);
                }
                self.statements(&own.body);
            }
            Stmt::Macro(own) => {
                for default in &own.defaults {
                    self.expression(default);
                }
                self.statements(&own.body);
            }
            Stmt::FilterBlock(own) => {
                self.expression(&own.filter);
                self.statements(&own.body);
            }
            Stmt::AutoEscape(own) => self.statement_refused(own.span(), "autoescape"),
            Stmt::CallBlock(own) => self.statement_refused(own.span(), "call"),
            Stmt::Do(own) => self.statement_refused(own.span(), "do"),
        }
    }

    fn statement_refused(&mut self, span: Span, name: &str) {
        let help = "there are: for, if, set, with, macro, filter";
        self.refuse(span, format!("no statement `{name}` here"), help);
    }

    fn arguments(&mut self, arguments: &[CallArg]) {
        for argument in arguments {
            match argument {
                CallArg::Pos(own)
                | CallArg::Kwarg(_, own)
                | CallArg::PosSplat(own)
                | CallArg::KwargSplat(own) => self.expression(own),
            }
        }
    }

    /// The compiler looks for constants below each operator anew, so that time would grow with
    /// the square of the depth.
    fn expression(&mut self, expression: &Expr) {
        self.depth += 1;
        if self.depth <= DEPTH {
            self.parts(expression);
        } else if self.depth == DEPTH + 1 {
            let words = format!("more than {DEPTH} operators in one expression");
            self.refuse(expression.span(), words, "give its parts names with `set`");
        }
        self.depth -= 1;
    }

    fn parts(&mut self, expression: &Expr) {
        match expression {
            Expr::Const(_) => {}
            Expr::Var(own) => {
                if self.names.callable(own.id) {
                    let words = format!("`{}` is a function, not a value", own.id);
                    let help = format!("call it, `{}(..)`, or give the value another name", own.id);
                    self.refuse(own.span(), words, help);
                } else if !self.names.variables.contains(own.id) {
                    let names = self.names.clone();
                    self.unknown(own.span(), "name", own.id, &names.all());
                }
            }
            Expr::UnaryOp(own) => {
                if matches!(own.op, UnaryOpKind::Neg) && !literal(&own.expr) {
                    self.refuse(own.span(), "arithmetic in a template", CHOOSE);
                }
                self.expression(&own.expr);
            }
            Expr::BinOp(own) => {
                self.operator(own.op, own.span(), &own.left, &own.right);
                self.expression(&own.left);
                self.expression(&own.right);
            }
            Expr::Compare(own) => {
                let mut left = &own.expr;
                self.expression(left);
                for compared in &own.ops {
                    self.operator(binary(compared.op), own.span(), left, &compared.expr);
                    self.expression(&compared.expr);
                    left = &compared.expr;
                }
            }
            Expr::Slice(own) => {
                self.expression(&own.expr);
                for end in [&own.start, &own.stop, &own.step].into_iter().flatten() {
                    self.expression(end);
                }
            }
            Expr::IfExpr(own) => {
                self.expression(&own.test_expr);
                self.expression(&own.true_expr);
                if let Some(other) = &own.false_expr {
                    self.expression(other);
                }
            }
            Expr::Filter(own) => {
                let all = filters::NAMES.into();
                self.named(own.span(), "filter", own.name, &all);
                if let Some(of) = &own.expr {
                    self.expression(of);
                }
                self.arguments(&own.args);
            }
            Expr::Test(own) => {
                let all = questions::NAMES.into();
                self.named(own.span(), "question", own.name, &all);
                let compares = own
                    .args
                    .iter()
                    .any(|argument| !matches!(argument, CallArg::Pos(of) if number(of)));
                if compares && questions::NAMES.contains(&own.name) {
                    let words = format!("`{}` takes numbers that are written out", own.name);
                    self.refuse(own.span(), words, CHOOSE);
                }
                self.expression(&own.expr);
                self.arguments(&own.args);
            }
            Expr::GetAttr(own) => self.expression(&own.expr),
            Expr::GetItem(own) => {
                self.expression(&own.expr);
                self.expression(&own.subscript_expr);
            }
            Expr::Call(own) => {
                if let Expr::Var(name) = &own.expr {
                    let mut all: BTreeSet<&str> = functions::NAMES.into();
                    let macros = self.names.macros.clone();
                    all.extend(macros.iter().map(String::as_str));
                    self.named(name.span(), "function", name.id, &all);
                } else {
                    let help = format!("there are: {}", functions::NAMES.join(", "));
                    self.refuse(own.span(), "values have no methods here", help);
                }
                self.arguments(&own.args);
            }
            Expr::List(own) => own.items.iter().for_each(|item| self.expression(item)),
            Expr::Tuple(own) => own.items.iter().for_each(|item| self.expression(item)),
            Expr::Map(own) => {
                let all = own.keys.iter().chain(&own.values);
                all.for_each(|item| self.expression(item));
            }
        }
    }

    fn named(&mut self, span: Span, what: &str, name: &str, all: &BTreeSet<&str>) {
        if ["max", "min", "sort", "sum", "largest", "smallest"].contains(&name) {
            self.refuse(span, format!("there is no {what} `{name}`"), CHOOSE);
        } else if !all.contains(name) {
            self.unknown(span, what, name, all);
        }
    }

    fn operator(&mut self, kind: BinOpKind, span: Span, left: &Expr, right: &Expr) {
        match kind {
            BinOpKind::Add
            | BinOpKind::Sub
            | BinOpKind::Mul
            | BinOpKind::Div
            | BinOpKind::FloorDiv
            | BinOpKind::Rem
            | BinOpKind::Pow => self.refuse(span, "arithmetic in a template", CHOOSE),
            BinOpKind::Lt | BinOpKind::Lte | BinOpKind::Gt | BinOpKind::Gte => {
                self.refuse(span, "numbers are not compared in a template", ASK);
            }
            BinOpKind::Eq | BinOpKind::Ne => {
                let key =
                    |of: &Expr| matches!(of, Expr::GetAttr(own) if self.page.is_key(own.name));
                if (key(left) && number(right)) || (key(right) && number(left)) {
                    let help = "put it in quotation marks, as it stands in the table";
                    self.refuse(span, "a level is text and equals no number", help);
                }
            }
            BinOpKind::ScAnd | BinOpKind::ScOr | BinOpKind::Concat | BinOpKind::In => {}
        }
    }
}
