//! What tests of drawing and writing share.

use std::path::Path;

use super::export::Picture;
use super::{Figure, compose::compose, spec::FigureSpec};
use crate::provenance::{Licence, Provenance, Versions};
use crate::table::Table;

/// Provenance of nothing.
pub fn provenance() -> Provenance {
    Provenance {
        study: "example".into(),
        spec: "0123456789abcdef".repeat(4),
        lock: "1".repeat(64),
        analysis: "2".repeat(64),
        amendments: Vec::new(),
        data: Vec::new(),
        seed: 0,
        replicates: 16,
        trials: 448,
        results: "fedcba9876543210".repeat(4),
        version: env!("CARGO_PKG_VERSION").into(),
        versions: Some(Versions {
            numerics: 5,
            records: 3,
        }),
        changes: Vec::new(),
        licence: Some(Licence::CcBy),
    }
}

/// A small figure of a made-up table.
pub fn figure() -> Figure {
    let spec: FigureSpec = toml::from_str(
        r#"
        title = "Made up"
        width = 89
        caption = "Nothing."
        [[panels]]
        table = "cells"
        mark = "curves"
        encoding.x = { field = "rate", title = "Rate" }
        encoding.y = { field = "value", title = "Value" }
        "#,
    )
    .unwrap();
    let table = Table::new("cells", "One row a rate.")
        .real("rate", "", vec![0.1, 0.2, 0.3])
        .real("value", "", vec![1.0, 3.0, 2.0]);
    compose(
        "made-up",
        &spec,
        &[table],
        &|_, _| None,
        "Nothing.".into(),
        &provenance(),
    )
    .unwrap()
}

/// Writes a figure as SVG, PDF and PNG into the folder that `MORTALITY_SYNTHETIC` names, for
/// looking at; does nothing where it is not set.
pub fn save(figure: &Figure) {
    if let Some(folder) = std::env::var_os("MORTALITY_SYNTHETIC") {
        let path = Path::new(&folder).join(&figure.cited.figure);
        std::fs::write(path.with_extension("svg"), &figure.svg).unwrap();
        let picture = Picture::of(figure).unwrap();
        std::fs::write(path.with_extension("pdf"), picture.pdf().unwrap()).unwrap();
        std::fs::write(path.with_extension("png"), picture.png(300.0).unwrap()).unwrap();
    }
}
