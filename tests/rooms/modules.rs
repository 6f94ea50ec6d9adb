//! The modules of a crate: the files that its `mod` items lead to.

use std::fs;
use std::path::{Path, PathBuf};

use crate::code::{Token, tokens, without_tests};

/// One file of a crate.
#[derive(Debug, Clone)]
pub struct Module {
    /// Names of the modules it lies in, from the top; empty for `lib.rs` and `main.rs`.
    pub path: Vec<String>,
    pub file: PathBuf,
    /// Its code but for tests.
    pub tokens: Vec<Token>,
}

/// All modules under a crate's `src`, those that only tests compile left out.
///
/// # Errors
/// A file that cannot be read, a `mod` item without a file, in words.
pub fn modules(source: &Path) -> Result<Vec<Module>, String> {
    let mut found = Vec::new();
    for root in ["lib.rs", "main.rs"] {
        let file = source.join(root);
        if file.exists() {
            read(&file, source, &[], &mut found)?;
        }
    }
    Ok(found)
}

/// Reads a file and what its `mod` items name, which lies in `folder`.
fn read(
    file: &Path,
    folder: &Path,
    path: &[String],
    found: &mut Vec<Module>,
) -> Result<(), String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let tokens = without_tests(&tokens(&text));
    let children: Vec<String> = children(&tokens);
    found.push(Module {
        path: path.to_vec(),
        file: file.to_path_buf(),
        tokens,
    });
    for child in children {
        let below = folder.join(&child);
        let choices = [folder.join(format!("{child}.rs")), below.join("mod.rs")];
        let Some(file) = choices.iter().find(|choice| choice.exists()) else {
            return Err(format!("{}: `mod {child};` without a file", file.display()));
        };
        let path: Vec<String> = path.iter().cloned().chain([child]).collect();
        read(file, &below, &path, found)?;
    }
    Ok(())
}

/// Names of the `mod` items that have files of their own.
fn children(tokens: &[Token]) -> Vec<String> {
    tokens
        .windows(3)
        .filter(|three| three[0].text == "mod" && three[2].text == ";")
        .map(|three| three[1].text.clone())
        .collect()
}
