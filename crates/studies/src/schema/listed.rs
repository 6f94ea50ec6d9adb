//! A schema as a list: every key that a file may have, with its type, default and meaning.

use serde::Serialize;
use serde_json::Value;

use super::node::Node;

/// A key of a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Key {
    /// Where it stands: `schedule.epochs`; `NAME` for a name that the author gives, `[]` for each
    /// element of a list.
    pub path: String,
    /// What may stand there.
    #[serde(rename = "type")]
    pub kind: String,
    /// What holds if it is not said; nothing where it must be, or means that there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// Whether it must be said.
    pub required: bool,
    /// The key and its word with which it belongs together: `optimizer.kind = adam`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<(String, String)>,
    /// What it is.
    pub meaning: String,
    /// The words that it may be and what each means, where that is said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<(String, String)>,
}

/// Every key of a file with this schema, in the order in which it is written.
pub fn keys(schema: &Value) -> Vec<Key> {
    let mut listing = Listing {
        all: Vec::new(),
        with: None,
        told: Vec::new(),
    };
    listing.table(Node::new(schema).resolved(), "", None);
    listing.all
}

struct Listing<'a> {
    all: Vec<Key>,
    /// The tag of the form that is gone through.
    with: Option<(String, String)>,
    /// The tables whose keys are listed, and where: the same one elsewhere has the same keys.
    told: Vec<(Node<'a>, String)>,
}

impl<'a> Listing<'a> {
    /// The keys of a table; `defaults` are those of the table as a whole.
    fn table(&mut self, node: Node<'a>, path: &str, defaults: Option<&Value>) {
        let required = node.required();
        for name in node.names() {
            let Some(inside) = node.property(name) else {
                continue;
            };
            let below = if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            };
            let own = node.of_property(name, "default");
            let default = own.or_else(|| defaults.and_then(|all| all.get(name)));
            let meaning = node
                .of_property(name, "description")
                .and_then(Value::as_str);
            self.key(inside, &below, default, meaning, required.contains(&name));
        }
    }

    fn key(
        &mut self,
        node: Node<'a>,
        path: &str,
        default: Option<&Value>,
        meaning: Option<&str>,
        required: bool,
    ) {
        let node = node.resolved();
        let forms: Vec<Node<'a>> = node.forms();
        let tables: Vec<&Node<'a>> = forms.iter().filter(|form| form.is_table()).collect();
        let tag = tag(&tables);
        let mut key = Key {
            path: path.into(),
            kind: kind(&forms),
            default: default.filter(|value| !value.is_null()).cloned(),
            required,
            with: self.with.clone(),
            meaning: plain(meaning.or(node.description()).unwrap_or_default()),
            words: words(&forms),
        };
        if let Some(tag) = tag {
            // The forms of a table that a word tells apart.
            let of = |form: &&Node<'_>| {
                let word = form.property(tag).map(Node::words).unwrap_or_default();
                word.first().map(|word| (*word).to_owned())
            };
            let forms: Vec<(String, Node<'a>)> = tables
                .iter()
                .filter_map(|form| Some((of(form)?, **form)))
                .collect();
            let names: Vec<&str> = forms.iter().map(|(word, _)| word.as_str()).collect();
            key.kind = format!("`{}`", names.join("` or `"));
            let tag_path = format!("{path}.{tag}");
            key.path.clone_from(&tag_path);
            key.words = forms
                .iter()
                .map(|(word, form)| (word.clone(), plain(form.description().unwrap_or_default())))
                .collect();
            self.all.push(key);
            for (word, form) in forms {
                let before = self.with.replace((tag_path.clone(), word));
                self.form(form, path, tag);
                self.with = before;
            }
            return;
        }
        let only = match tables.as_slice() {
            [only] => Some(**only),
            _ => None,
        };
        let lists: Vec<Node<'a>> = forms.iter().filter_map(|form| form.items()).collect();
        let of_tables = lists.iter().find(|items| items.resolved().is_table());
        match (only, of_tables) {
            (Some(table), _) if !table.names().is_empty() => {
                // The table itself says what its keys are about.
                let known = self.told.iter().find(|(own, _)| own.is(table));
                if let Some((_, known)) = known {
                    key.meaning = format!("{} Its keys are those of `{known}`.", key.meaning);
                    self.all.push(key);
                    return;
                }
                self.all.push(key);
                self.told.push((table, path.into()));
                self.table(table, path, default);
            }
            (Some(table), _)
                if table
                    .additional()
                    .is_some_and(|own| own.resolved().is_table()) =>
            {
                self.all.push(key);
                if let Some(inside) = table.additional() {
                    self.table(inside.resolved(), &format!("{path}.NAME"), None);
                }
            }
            (_, Some(items)) => {
                self.all.push(key);
                self.table(items.resolved(), &format!("{path}[]"), None);
            }
            _ => self.all.push(key),
        }
    }

    /// The keys of one form of a table, but for the word that tells it.
    fn form(&mut self, form: Node<'a>, path: &str, tag: &str) {
        let first = self.all.len();
        self.table(form, path, None);
        let told = format!("{path}.{tag}");
        let own = self.all.split_off(first);
        self.all
            .extend(own.into_iter().filter(|key| key.path != told));
    }
}

/// The key that holds one word in each of several forms of a table.
fn tag<'a>(tables: &[&Node<'a>]) -> Option<&'a str> {
    let first = tables.first()?;
    if tables.len() < 2 {
        return None;
    }
    first.names().into_iter().find(|name| {
        let one = |form: &&Node<'_>| {
            form.property(name)
                .is_some_and(|own| own.words().len() == 1)
        };
        tables.iter().all(one)
    })
}

/// What may stand there, in words.
fn kind(forms: &[Node<'_>]) -> String {
    let mut kinds: Vec<String> = Vec::new();
    let words: Vec<&str> = forms.iter().flat_map(|form| form.words()).collect();
    if !words.is_empty() {
        kinds.push(format!("`{}`", words.join("` or `")));
    }
    for form in forms.iter().filter(|form| form.words().is_empty()) {
        let kind = match form.items() {
            Some(items) => {
                let inside = kind(&items.resolved().forms());
                format!("list of {inside}")
            }
            None => form.expected(),
        };
        if kind != "nothing" && !kind.is_empty() && !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.join(" or ")
}

fn words(forms: &[Node<'_>]) -> Vec<(String, String)> {
    let described = forms
        .iter()
        .filter_map(|form| match form.words().as_slice() {
            [word] => Some(((*word).to_owned(), plain(form.description()?))),
            _ => None,
        });
    described.collect()
}

/// A description as one paragraph, without the links of its documentation.
fn plain(text: &str) -> String {
    let text = text.split("\n\n").next().unwrap_or_default();
    let text = text.replace("[`", "`").replace("`]", "`");
    let mut words = String::new();
    let mut rest = text.as_str();
    // `name`(path::to::it) is a link too.
    while let Some(at) = rest.find("`(crate::") {
        words += &rest[..=at];
        rest = rest[at..].split_once(')').map_or("", |(_, rest)| rest);
    }
    words += rest;
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
