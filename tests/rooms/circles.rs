//! Circles among rooms that refer to each other.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use crate::references::Reference;

/// References of which each begins in the room that the one before names; the last one names the
/// room that the first begins in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle(Vec<Reference>);

impl Circle {
    /// The rooms as a path, and below it one place for each step.
    pub fn written(&self, workspace: &Path) -> String {
        let mut rooms: Vec<&str> = self.0.iter().map(|one| one.from.as_str()).collect();
        rooms.extend(rooms.first().copied());
        let steps = self.0.iter().map(
            |Reference {
                 from,
                 to,
                 file,
                 line,
             }| {
                let file = file.strip_prefix(workspace).unwrap_or(file).display();
                format!("\n    {from} -> {to}  at {file}:{line}")
            },
        );
        let steps: String = steps.collect::<Vec<_>>().concat();
        format!("{}{steps}\n", rooms.join(" -> "))
    }

    /// The rooms it goes through.
    fn rooms(&self) -> BTreeSet<&str> {
        self.0
            .iter()
            .map(|reference| reference.from.as_str())
            .collect()
    }
}

/// The shortest circle through each room that lies in one, each set of rooms once.
pub fn circles(references: &[Reference]) -> Vec<Circle> {
    let mut steps: BTreeMap<&str, BTreeMap<&str, &Reference>> = BTreeMap::new();
    for reference in references {
        let onward = steps.entry(&reference.from).or_default();
        onward.entry(&reference.to).or_insert(reference);
    }
    let mut found: Vec<Circle> = Vec::new();
    for &room in steps.keys() {
        if let Some(circle) = shortest(&steps, room)
            && found.iter().all(|other| other.rooms() != circle.rooms())
        {
            found.push(circle);
        }
    }
    found
}

/// The shortest way from a room back to it, breadth first.
fn shortest(steps: &BTreeMap<&str, BTreeMap<&str, &Reference>>, start: &str) -> Option<Circle> {
    let mut reached_by: BTreeMap<&str, &Reference> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(room) = waiting.pop_front() {
        for (&next, &reference) in steps.get(room).into_iter().flatten() {
            if reached_by.contains_key(next) {
                continue;
            }
            reached_by.insert(next, reference);
            waiting.push_back(next);
        }
        if let Some(&last) = reached_by.get(start) {
            let mut way = vec![last.clone()];
            while way[0].from != start {
                way.insert(0, reached_by[way[0].from.as_str()].clone());
            }
            return Some(Circle(way));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::code::{tokens, without_tests};
    use crate::modules::Module;
    use crate::references::references;

    /// The circles of a crate `made` of files given by the names of their modules.
    fn written(files: &[(&str, &str)]) -> Vec<String> {
        let modules: Vec<Module> = files
            .iter()
            .map(|(path, text)| Module {
                path: path.split_terminator('/').map(str::to_owned).collect(),
                file: PathBuf::from(format!("src/{path}.rs")),
                tokens: without_tests(&tokens(text)),
            })
            .collect();
        let references = references("made", &modules).unwrap();
        let found = circles(&references);
        found
            .iter()
            .map(|circle| circle.written(Path::new(".")))
            .collect()
    }

    #[test]
    fn a_circle_is_written_out_with_its_places() {
        let found = written(&[
            ("", "mod a; mod b; mod c; mod d;"),
            ("a", "use crate::d;\n\nfn f(of: crate::b::Of) {}"),
            ("b", "mod below;"),
            (
                "b/below",
                "// One up, and one more.\nuse super::super::c::{Of, self};",
            ),
            ("c", "use crate::{\n    d,\n    a::A,\n};"),
            ("d", "struct D;"),
        ]);
        let expected = "a -> b -> c -> a\n    \
                        a -> b  at src/a.rs:3\n    \
                        b -> c  at src/b/below.rs:2\n    \
                        c -> a  at src/c.rs:3\n";
        assert_eq!(found, [expected]);
    }

    #[test]
    fn two_circles_are_two_and_each_is_as_short_as_can_be() {
        let found = written(&[
            ("", "mod a; mod b; mod c; mod d; mod e;"),
            ("a", "use crate::b::X; use crate::c::X;"),
            ("b", "use crate::c::X;"),
            ("c", "use crate::a::X;"),
            ("d", "use super::e::X;"),
            ("e", "use made::d::X;"),
        ]);
        let paths: Vec<&str> = found
            .iter()
            .map(|text| text.lines().next().unwrap())
            .collect();
        assert_eq!(paths, ["a -> c -> a", "b -> c -> a -> b", "d -> e -> d"]);
    }

    #[test]
    fn names_that_the_root_hands_on_count_as_their_rooms() {
        let found = written(&[
            ("", "mod a; mod b; pub use b::{B, Other as Renamed};"),
            ("a", "use crate::Renamed;"),
            ("b", "use crate::a::A;"),
        ]);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn tests_documentation_and_visibility_close_no_circle() {
        let found = written(&[
            ("", "mod a; mod b;"),
            ("a", "use crate::b::B;"),
            (
                "b",
                "/// See [`crate::a::A`].
                 pub(in crate::a) struct B;
                 mod inside { use super::B; mod further { use super::super::B; } }
                 #[cfg(test)]
                 mod tests { use super::*; use crate::a::A; }",
            ),
        ]);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn a_path_to_nowhere_is_an_error() {
        let module = Module {
            path: vec!["a".to_owned()],
            file: PathBuf::from("src/a.rs"),
            tokens: tokens("\nuse crate::lost::X;"),
        };
        let problem = references("made", &[module]).unwrap_err();
        assert_eq!(problem, "src/a.rs:2: `lost` is no room of crate made");
    }
}
