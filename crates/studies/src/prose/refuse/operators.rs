//! What operators are between.

use minijinja::machinery::ast::{BinOpKind, CompareOpKind, Expr, UnaryOpKind};

/// A constant.
pub(super) fn literal(expression: &Expr) -> bool {
    matches!(expression, Expr::Const(_))
}

/// A number that is written out.
pub(super) fn number(expression: &Expr) -> bool {
    match expression {
        Expr::Const(own) => own.value.is_number(),
        Expr::UnaryOp(own) => matches!(own.op, UnaryOpKind::Neg) && number(&own.expr),
        _ => false,
    }
}

/// The same comparison where it stands alone.
pub(super) fn binary(kind: CompareOpKind) -> BinOpKind {
    match kind {
        CompareOpKind::Eq => BinOpKind::Eq,
        CompareOpKind::Ne => BinOpKind::Ne,
        CompareOpKind::Lt => BinOpKind::Lt,
        CompareOpKind::Lte => BinOpKind::Lte,
        CompareOpKind::Gt => BinOpKind::Gt,
        CompareOpKind::Gte => BinOpKind::Gte,
        CompareOpKind::In | CompareOpKind::NotIn => BinOpKind::In,
    }
}
