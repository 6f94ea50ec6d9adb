//! Which room refers to which: the paths in the code that begin at the crate's root or climb.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::code::Token;
use crate::modules::Module;

/// One room's code names another room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    pub from: String,
    pub to: String,
    pub file: PathBuf,
    pub line: usize,
}

/// All references between different rooms of a crate, in the order of its files.
///
/// # Errors
/// A path whose first name is no room and no name that the crate's root hands on, in words.
pub fn references(name: &str, modules: &[Module]) -> Result<Vec<Reference>, String> {
    let rooms: BTreeSet<&str> = modules
        .iter()
        .filter_map(|module| module.path.first())
        .map(String::as_str)
        .collect();
    let mut handed_on = BTreeMap::new();
    for root in modules.iter().filter(|module| module.path.is_empty()) {
        names_handed_on(&root.tokens, &rooms, &mut handed_on);
    }
    let mut found = Vec::new();
    for module in modules {
        let Some(from) = module.path.first() else {
            continue;
        };
        for (first, line) in first_names(name, &module.path, &module.tokens) {
            let to = match (rooms.get(first.as_str()), handed_on.get(&first)) {
                (Some(room), _) => (*room).to_owned(),
                (None, Some(room)) => room.clone(),
                (None, None) => {
                    let file = module.file.display();
                    return Err(format!(
                        "{file}:{line}: `{first}` is no room of crate {name}"
                    ));
                }
            };
            if to != *from {
                let (from, file) = (from.clone(), module.file.clone());
                found.push(Reference {
                    from,
                    to,
                    file,
                    line,
                });
            }
        }
    }
    Ok(found)
}

/// What `use` items at the crate's root hand on: each name with the room that it comes from.
fn names_handed_on(tokens: &[Token], rooms: &BTreeSet<&str>, names: &mut BTreeMap<String, String>) {
    for at in 0..tokens.len().saturating_sub(1) {
        if tokens[at].text != "use" || !rooms.contains(tokens[at + 1].text.as_str()) {
            continue;
        }
        let room = &tokens[at + 1].text;
        for token in tokens[at + 2..]
            .iter()
            .take_while(|token| token.text != ";")
        {
            names.insert(token.text.clone(), room.clone());
        }
    }
}

/// The first name below the crate's root of every path in a file, with its line.
fn first_names(name: &str, path: &[String], tokens: &[Token]) -> Vec<(String, usize)> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let mut found = Vec::new();
    // Modules written inside the file, each with the depth of the braces around it.
    let mut inside: Vec<(String, usize)> = Vec::new();
    let mut depth = 0;
    for at in 0..tokens.len() {
        match text(at) {
            "mod" if text(at + 2) == "{" => inside.push((text(at + 1).to_owned(), depth)),
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                inside.retain(|(_, around)| *around < depth);
            }
            // `pub(in crate::room)` says who may see it.
            start if text(at + 1) == "::" && !["::", "in"].contains(&previous(tokens, at)) => {
                let names: Vec<&str> = path
                    .iter()
                    .chain(inside.iter().map(|(name, _)| name))
                    .map(String::as_str)
                    .collect();
                let below = match start {
                    "crate" => 0,
                    "self" => names.len(),
                    "super" => names.len().saturating_sub(1),
                    other if other == name => 0,
                    _ => continue,
                };
                climb(tokens, at + 2, &names[..below], &mut found);
            }
            _ => {}
        }
    }
    found
}

/// The text of the token before `at`.
fn previous(tokens: &[Token], at: usize) -> &str {
    at.checked_sub(1)
        .map_or("", |before| tokens[before].text.as_str())
}

/// Follows a path from behind `module::` through further `super`s, and notes its first name.
fn climb(tokens: &[Token], mut at: usize, mut module: &[&str], found: &mut Vec<(String, usize)>) {
    while tokens.get(at).is_some_and(|token| token.text == "super") {
        module = &module[..module.len().saturating_sub(1)];
        at += 2;
    }
    let Some(token) = tokens.get(at) else { return };
    if let Some(room) = module.first() {
        found.push(((*room).to_owned(), token.line));
    } else if token.text == "{" {
        found.extend(names_of_group(tokens, at));
    } else if token.text != "*" {
        found.push((token.text.clone(), token.line));
    }
}

/// The first name of each path in a group `{a::b, c::{d, e}, f}` that opens at `at`.
fn names_of_group(tokens: &[Token], at: usize) -> Vec<(String, usize)> {
    let mut names = Vec::new();
    let mut depth = 0;
    for pair in tokens[at..].windows(2) {
        match pair[0].text.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        let name = &pair[1];
        if depth == 1
            && ["{", ","].contains(&pair[0].text.as_str())
            && !["}", "self"].contains(&name.text.as_str())
        {
            names.push((name.text.clone(), name.line));
        }
    }
    names
}
