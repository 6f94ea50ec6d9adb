//! What a template asks for, held against what there will be: unknown tables, columns, levels and
//! estimates, families without their levels, rows that do not tell what is meant. All of it is known
//! from `analysis.toml` and the design ([`Shape`](super::Shape)) before there are results.
//!
//! The walk goes through every branch. Where a value is not known (it comes from a row, or a
//! condition stands before it) nothing is said of it.

mod calls;
mod expression;
mod rows;
mod value;

use std::collections::BTreeMap;
use std::ops::Range;

use minijinja::machinery::Span;
use minijinja::machinery::ast::{Expr, Macro, Stmt};

use self::value::{Known, Scopes};
use super::fault::{Fault, within};
use super::page::Page;

/// Calls of macros that are followed: more than any README has, and an end to macros that call
/// each other.
const CALLS: usize = 1000;

/// Everything that a parsed template asks for and that will not be there; nothing where no shapes
/// are known.
pub(super) fn lacking<'a>(text: &'a str, template: &'a Stmt<'a>, page: &'a Page) -> Vec<Fault> {
    if page.shapes.is_empty() {
        return Vec::new();
    }
    let mut asked = Asked {
        text,
        page,
        faults: Vec::new(),
        scopes: Scopes::default(),
        macros: BTreeMap::new(),
        inside: Vec::new(),
        calls: 0,
    };
    asked.statement(template);
    asked.faults
}

struct Asked<'a> {
    text: &'a str,
    page: &'a Page,
    faults: Vec<Fault>,
    scopes: Scopes,
    macros: BTreeMap<&'a str, &'a Macro<'a>>,
    /// Macros that are being followed.
    inside: Vec<&'a str>,
    calls: usize,
}

/// The bytes of a place.
fn bytes(span: Span) -> Range<usize> {
    span.start_offset as usize..span.end_offset as usize
}

impl<'a> Asked<'a> {
    fn fault(&mut self, at: Range<usize>, words: String, help: Option<String>) {
        let at = within(self.text, at);
        self.faults.push(Fault { at, words, help });
    }

    fn statements(&mut self, all: &'a [Stmt<'a>]) {
        for statement in all {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'a Stmt<'a>) {
        match statement {
            Stmt::Template(own) => self.statements(&own.children),
            Stmt::EmitExpr(own) => {
                let known = self.expression(&own.expr);
                self.printed(&own.expr, &known);
            }
            Stmt::ForLoop(own) => {
                let over = self.expression(&own.iter);
                self.scopes.open();
                self.bind(&own.target, over.item());
                if let Some(filter) = &own.filter_expr {
                    self.expression(filter);
                    self.forget(filter);
                }
                self.statements(&own.body);
                self.scopes.close();
                self.scopes.open();
                self.statements(&own.else_body);
                self.scopes.close();
            }
            Stmt::IfCond(own) => {
                self.expression(&own.expr);
                let before = self.scopes.clone();
                self.forget(&own.expr);
                self.statements(&own.true_body);
                let after = std::mem::replace(&mut self.scopes, before);
                self.forget(&own.expr);
                self.statements(&own.false_body);
                self.scopes = after.or(&self.scopes);
            }
            Stmt::WithBlock(own) => {
                self.scopes.open();
                for (target, value) in &own.assignments {
                    let known = self.expression(value);
                    self.bind(target, known);
                }
                self.statements(&own.body);
                self.scopes.close();
            }
            Stmt::Set(own) => {
                let known = self.expression(&own.expr);
                self.bind(&own.target, known);
            }
            Stmt::SetBlock(own) => {
                self.scopes.open();
                self.statements(&own.body);
                self.scopes.close();
                self.bind(&own.target, Known::Nothing);
            }
            Stmt::FilterBlock(own) => {
                self.scopes.open();
                self.statements(&own.body);
                self.scopes.close();
            }
            Stmt::Macro(own) => {
                self.macros.insert(own.name, own);
                self.follow(own, &BTreeMap::new());
            }
            Stmt::EmitRaw(_) | Stmt::AutoEscape(_) | Stmt::CallBlock(_) | Stmt::Do(_) => {}
        }
    }

    /// Gives the names of a target.
    fn bind(&mut self, target: &Expr, known: Known) {
        match target {
            Expr::Var(own) => self.scopes.give(own.id, known),
            Expr::List(own) => self.bind_each(&own.items, &known),
            Expr::Tuple(own) => self.bind_each(&own.items, &known),
            _ => {}
        }
    }

    fn bind_each(&mut self, targets: &[Expr], known: &Known) {
        let items = match known {
            Known::List(items) if items.len() == targets.len() => items.clone(),
            _ => vec![Known::Nothing; targets.len()],
        };
        for (target, known) in targets.iter().zip(items) {
            self.bind(target, known);
        }
    }

    /// A name of several values that stands in a condition has only some of them behind it.
    fn forget(&mut self, condition: &Expr) {
        let mut names = Vec::new();
        expression::names(condition, &mut names);
        for name in names {
            if matches!(self.scopes.find(name), Known::Each(values) if values.len() > 1) {
                self.scopes.give(name, Known::Nothing);
            }
        }
    }

    /// Goes through the body of a macro with what is known of its arguments.
    fn follow(&mut self, own: &'a Macro<'a>, given: &BTreeMap<&str, Known>) {
        if self.inside.contains(&own.name) || self.calls >= CALLS {
            return;
        }
        self.calls += 1;
        self.inside.push(own.name);
        let outermost = self.scopes.outermost();
        let before = std::mem::replace(&mut self.scopes, outermost);
        self.scopes.open();
        let first = own.args.len() - own.defaults.len().min(own.args.len());
        for (index, argument) in own.args.iter().enumerate() {
            let Expr::Var(name) = argument else { continue };
            let default = index.checked_sub(first).and_then(|at| own.defaults.get(at));
            let known = match (given.get(name.id), default) {
                (Some(known), _) => known.clone(),
                (None, Some(default)) if !given.is_empty() => self.expression(default),
                _ => Known::Nothing,
            };
            self.scopes.give(name.id, known);
        }
        self.statements(&own.body);
        self.scopes = before;
        self.inside.pop();
    }
}
