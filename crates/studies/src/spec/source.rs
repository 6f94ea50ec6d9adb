//! Where in the file a mistake is.

use toml::de::{DeTable, DeValue, Error};

use super::SpecError;
use super::names::nearest;

/// The text of a specification and the file it is in.
#[derive(Clone, Debug)]
pub struct Source {
    /// For messages.
    pub file: String,
    /// All of it.
    pub text: String,
}

/// A step from a table or list to what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At<'a> {
    /// A key of a table.
    Key(&'a str),
    /// A place in a list.
    Index(usize),
}

impl Source {
    /// The error at a place that is reached by these steps; where they lead nowhere, as far as
    /// they go.
    pub fn error(&self, at: &[At<'_>], problem: impl Into<String>) -> SpecError {
        SpecError {
            place: self.place(self.offset(at)),
            problem: problem.into(),
        }
    }

    /// What the TOML reader refuses: with its line, and with the nearest name for one that it does
    /// not know.
    pub(super) fn refuse(&self, error: &Error) -> SpecError {
        SpecError {
            place: self.place(error.span().map(|span| span.start)),
            problem: explain(error.message()),
        }
    }

    /// Whether these steps lead somewhere.
    pub fn has(&self, at: &[At<'_>]) -> bool {
        self.walk(at).1 == at.len()
    }

    fn place(&self, offset: Option<usize>) -> String {
        match offset {
            Some(offset) => {
                let before = self.text.bytes().take(offset);
                let line = 1 + before.filter(|byte| *byte == b'\n').count();
                format!("{}:{line}", self.file)
            }
            None => self.file.clone(),
        }
    }

    fn offset(&self, at: &[At<'_>]) -> Option<usize> {
        self.walk(at).0
    }

    /// Where the steps lead, and how many of them could be gone.
    fn walk(&self, at: &[At<'_>]) -> (Option<usize>, usize) {
        let Ok(document) = DeTable::parse(&self.text) else {
            return (None, 0);
        };
        let document = DeValue::Table(document.into_inner());
        let (mut value, mut offset) = (&document, None);
        for (gone, step) in at.iter().enumerate() {
            let next = match (step, value) {
                (At::Key(key), DeValue::Table(table)) => table
                    .iter()
                    .find(|(name, _)| name.get_ref() == key)
                    .map(|(name, value)| (name.span().start, value)),
                (At::Index(index), DeValue::Array(items)) => {
                    items.get(*index).map(|item| (item.span().start, item))
                }
                _ => None,
            };
            let Some((start, inside)) = next else {
                return (offset, gone);
            };
            (offset, value) = (Some(start), inside.get_ref());
        }
        (offset, at.len())
    }
}

/// What a deserializer says, and the nearest name to one that it does not know.
pub(crate) fn explain(message: &str) -> String {
    let message = message.trim();
    let unknown = message.starts_with("unknown field") || message.starts_with("unknown variant");
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((name, expected)) if unknown => match nearest(name, expected.iter().copied()) {
            Some(nearest) => format!("{message}; did you mean `{nearest}`?"),
            None => message.into(),
        },
        _ => message.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_as_far_as_the_steps_go() {
        let source = Source {
            file: "s.toml".into(),
            text: "a = 1\n[[arms]]\nname = \"x\"\n[[arms]]\nname = \"y\"\n[arms.grid]\n\"p.q\" = [1]\n"
                .into(),
        };
        let line = |at: &[At<'_>]| source.error(at, "").place;
        let arm = [At::Key("arms"), At::Index(1)];
        assert_eq!(line(&[At::Key("a")]), "s.toml:1");
        assert_eq!(line(&[arm[0], arm[1], At::Key("name")]), "s.toml:5");
        let grid = [arm[0], arm[1], At::Key("grid"), At::Key("p.q")];
        assert_eq!(line(&grid), "s.toml:7");
        assert!(source.has(&grid) && !source.has(&[At::Key("b")]));
        assert_eq!(line(&[At::Key("b")]), "s.toml");
    }

    #[test]
    fn a_key_that_is_not_known_comes_with_its_nearest() {
        let message = "unknown field `momentun`, expected one of `momentum`, `nesterov`";
        assert!(explain(message).ends_with("did you mean `momentum`?"));
        assert_eq!(explain("invalid type"), "invalid type");
    }
}
