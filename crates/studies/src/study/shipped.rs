//! The studies that are inside the program.

use std::sync::LazyLock;

use super::Study;

/// The files of shipped studies, by the names of their folders.
macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        vec![$(Study::shipped($name, [
            include_str!(concat!("../../../../studies/", $name, "/study.toml")),
            include_str!(concat!("../../../../studies/", $name, "/analysis.toml")),
            include_str!(concat!("../../../../studies/", $name, "/findings.md.jinja")),
            include_str!(concat!("../../../../studies/", $name, "/study.lock")),
        ])),+]
    };
}

/// All shipped studies, in the order of `mortality list`. A new one is one word here.
pub static STUDIES: LazyLock<Vec<Study>> = LazyLock::new(|| {
    shipped![
        "learning-rate",
        "stopped-weights",
        "mechanism",
        "permanence",
        "initialization",
        "activation",
        "when-filters-die",
        "optimizer",
        "born-dead",
    ]
});
