//! The names that a template gives.

use std::collections::BTreeSet;

use minijinja::machinery::ast::{Expr, Stmt};

use crate::prose::functions;

/// Names that may stand in a template, wherever in it they were given.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) variables: BTreeSet<String>,
    pub(super) macros: BTreeSet<String>,
}

impl Names {
    /// Whether it is a function or a macro.
    pub(super) fn callable(&self, name: &str) -> bool {
        functions::NAMES.contains(&name) || self.macros.contains(name)
    }

    /// All of them, and the functions.
    pub(super) fn all(&self) -> BTreeSet<&str> {
        let own = self.variables.iter().map(String::as_str);
        own.chain(functions::NAMES).collect()
    }

    fn give(&mut self, target: &Expr) {
        match target {
            Expr::Var(own) => {
                self.variables.insert(own.id.into());
            }
            Expr::List(own) => own.items.iter().for_each(|item| self.give(item)),
            Expr::Tuple(own) => own.items.iter().for_each(|item| self.give(item)),
            _ => {}
        }
    }

    fn statements(&mut self, all: &[Stmt]) {
        for statement in all {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Template(own) => self.statements(&own.children),
            Stmt::ForLoop(own) => {
                self.give(&own.target);
                self.statements(&own.body);
                self.statements(&own.else_body);
            }
            Stmt::IfCond(own) => {
                self.statements(&own.true_body);
                self.statements(&own.false_body);
            }
            Stmt::WithBlock(own) => {
                own.assignments
                    .iter()
                    .for_each(|(target, _)| self.give(target));
                self.statements(&own.body);
            }
            Stmt::Set(own) => self.give(&own.target),
            Stmt::SetBlock(own) => {
                self.give(&own.target);
                self.statements(&own.body);
            }
            Stmt::FilterBlock(own) => self.statements(&own.body),
            Stmt::Macro(own) => {
                self.macros.insert(own.name.into());
                own.args.iter().for_each(|argument| self.give(argument));
                self.statements(&own.body);
            }
            Stmt::EmitExpr(_)
            | Stmt::EmitRaw(_)
            | Stmt::AutoEscape(_)
            | Stmt::CallBlock(_)
            | Stmt::Do(_) => {}
        }
    }
}

/// Every name that a template gives by `set`, `for`, `with` or `macro`.
pub(super) fn known(template: &Stmt) -> Names {
    let mut names = Names::default();
    names.variables.insert("loop".into());
    names.statement(template);
    names
}
