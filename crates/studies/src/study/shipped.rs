//! The studies that are inside the program.

use std::sync::LazyLock;

use super::Study;

/// The files of shipped studies, by the names of their folders below a root; `"name" + 1 + 2` has
/// two amendments.
macro_rules! shipped {
    ($root:literal: $($name:literal $(+ $amendment:literal)*),+ $(,)?) => {
        vec![$(Study::shipped(
            $name,
            [
                include_str!(concat!($root, $name, "/study.toml")),
                include_str!(concat!($root, $name, "/analysis.toml")),
                include_str!(concat!($root, $name, "/findings.md.jinja")),
                include_str!(concat!($root, $name, "/study.lock")),
            ],
            &[$([
                include_str!(concat!($root, $name, "/amendment-", $amendment, ".toml")),
                include_str!(concat!($root, $name, "/amendment-", $amendment, ".lock")),
            ]),*],
        )),+]
    };
}

/// All shipped studies, in the order of `mortality list`. A new one is one word here, and so is the
/// number of an amendment, whose lock is written empty before it is locked.
pub static STUDIES: LazyLock<Vec<Study>> = LazyLock::new(|| {
    shipped![
        "../../../../studies/":
        "learning-rate",
        "stopped-weights" + 1,
        "mechanism" + 1,
        "permanence" + 1,
        "initialization" + 1,
        "activation" + 1,
        "when-filters-die" + 1,
        "optimizer" + 1,
        "born-dead",
        "pruning",
        "definitions",
        "weight-sharing" + 1,
        "width",
        "batch-norm",
        "centring" + 1,
        "does-it-hurt",
        "depth",
        "tasks" + 1,
        "robustness" + 1,
        "elsewhere",
        "answers",
    ]
});

/// A study with an amendment.
#[cfg(test)]
pub(super) fn amended() -> Study {
    shipped!["../../../../tests/": "amended" + 1].remove(0)
}
