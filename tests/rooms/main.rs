//! The rooms of the workspace: which module knows which, read from the sources.
//!
//! A room is a module at the top of a crate: a file or a folder under `src`. Rooms refer to each
//! other without a circle, two heavy libraries each stay in the rooms that are theirs, and no file
//! grows beyond what one reading takes in. Tests and documentation may refer to anything.
//! READMEs are held to such a measure, too: see `prose`.

mod circles;
mod code;
mod modules;
mod prose;
mod references;

use std::fs;
use std::path::{Path, PathBuf};

use circles::{Circle, circles};
use modules::{Module, modules};
use references::{Reference, references};

/// Lines of the longest file that is fine.
const LONGEST: usize = 300;

/// Names of libraries, by how they begin, and the rooms of `studies` that may use them. Of
/// `aggregate` and `frames` there is one, under its old name or its new.
const LIBRARIES: [(&str, &[&str]); 2] =
    [("polars", &["frames", "store"]), ("plotters", &["figures"])];

/// The folder that holds the workspace.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("crates/studies lies in a workspace")
        .to_path_buf()
}

/// The crates of the workspace, in alphabetical order.
fn crates() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(workspace().join("crates"))
        .expect("the folder of crates")
        .map(|entry| entry.expect("a crate").file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// All modules of a crate but those of its tests.
fn modules_of(name: &str) -> Vec<Module> {
    let source = workspace().join("crates").join(name).join("src");
    modules(&source).unwrap_or_else(|error| panic!("{error}"))
}

/// What the rooms of a crate say of each other.
fn references_of(name: &str) -> Vec<Reference> {
    references(name, &modules_of(name)).unwrap_or_else(|error| panic!("{error}"))
}

/// All Rust files under a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry of a folder").path();
        if path.is_dir() && !path.ends_with("target") {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// A path as it stands below the workspace.
fn short(path: &Path) -> String {
    let below = path.strip_prefix(workspace()).unwrap_or(path);
    below.display().to_string()
}

/// The circles of a crate when some of its references are left out.
fn circles_without(references: &[Reference], out: &[(&str, &str)]) -> Vec<Circle> {
    let kept: Vec<Reference> = references
        .iter()
        .filter(|reference| !out.contains(&(&reference.from, &reference.to)))
        .cloned()
        .collect();
    circles(&kept)
}

#[test]
fn rooms_refer_to_each_other_without_a_circle() {
    let mut found = Vec::new();
    for name in crates() {
        for circle in circles_without(&references_of(&name), &[]) {
            found.push(format!("crate {name}: {}", circle.written(&workspace())));
        }
    }
    assert!(found.is_empty(), "rooms in a circle:\n{}", found.concat());
}

#[test]
fn libraries_stay_in_their_rooms() {
    let mut strays = Vec::new();
    for (library, rooms) in LIBRARIES {
        for module in modules_of("studies") {
            if module
                .path
                .first()
                .is_some_and(|room| rooms.contains(&room.as_str()))
            {
                continue;
            }
            let stray = module.tokens.iter().find(|token| {
                let name = token.text.strip_prefix(library);
                name.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
            });
            if let Some(token) = stray {
                strays.push(format!("{}:{} {library}", short(&module.file), token.line));
            }
        }
    }
    assert!(
        strays.is_empty(),
        "libraries outside their rooms:\n{}",
        strays.join("\n")
    );
}

#[test]
fn no_file_is_long() {
    let mut found = Vec::new();
    files(&workspace().join("crates"), &mut found);
    files(&workspace().join("tests"), &mut found);
    let mut long: Vec<(String, usize)> = Vec::new();
    for path in found {
        let text = fs::read_to_string(&path).expect("a source file is text");
        let lines = text.lines().count();
        if lines > LONGEST {
            long.push((short(&path), lines));
        }
    }
    long.sort();
    assert!(
        long.is_empty(),
        "files of more than {LONGEST} lines: {long:#?}"
    );
}
