//! A place in a schema.

use serde_json::{Map, Value};

/// A part of a schema, and the whole, in which its references lead somewhere.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    root: &'a Value,
    here: &'a Value,
}

impl<'a> Node<'a> {
    pub fn new(root: &'a Value) -> Self {
        Self { root, here: root }
    }

    fn at(self, here: &'a Value) -> Self {
        let mut node = Self { here, ..self };
        // Each reference leads to a definition, none of which is a reference alone.
        while let Some(path) = node.here.get("$ref").and_then(Value::as_str) {
            let Some(target) = node.root.pointer(path.trim_start_matches('#')) else {
                break;
            };
            node.here = target;
        }
        node
    }

    /// What an object may have; `allOf` with one reference is that reference with a description.
    pub fn resolved(self) -> Self {
        match self.list("allOf").as_slice() {
            [only] if self.properties().is_none() => only.resolved(),
            _ => self,
        }
    }

    fn list(self, key: &str) -> Vec<Self> {
        let items = self.here.get(key).and_then(Value::as_array);
        items
            .into_iter()
            .flatten()
            .map(|item| self.at(item))
            .collect()
    }

    /// The forms that a value may have; none if there is one only.
    pub fn alternatives(self) -> Vec<Self> {
        let mut all = self.list("oneOf");
        all.extend(self.list("anyOf"));
        all
    }

    fn properties(self) -> Option<&'a Map<String, Value>> {
        self.here.get("properties").and_then(Value::as_object)
    }

    /// Names of the keys that are known.
    pub fn names(self) -> Vec<&'a str> {
        let properties = self.properties().into_iter().flatten();
        properties.map(|(name, _)| name.as_str()).collect()
    }

    /// What is expected of a key.
    pub fn property(self, name: &str) -> Option<Self> {
        self.properties()?.get(name).map(|inside| self.at(inside))
    }

    /// Names of the keys that must be there.
    pub fn required(self) -> Vec<&'a str> {
        let names = self.here.get("required").and_then(Value::as_array);
        names
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// Whether keys that are not known are refused.
    pub fn is_closed(self) -> bool {
        self.here.get("additionalProperties") == Some(&Value::Bool(false))
    }

    /// What is expected of keys that have no name of their own.
    pub fn additional(self) -> Option<Self> {
        let inside = self.here.get("additionalProperties")?;
        inside.is_object().then(|| self.at(inside))
    }

    /// What is expected of the elements of a list.
    pub fn items(self) -> Option<Self> {
        let inside = self.here.get("items")?;
        inside.is_object().then(|| self.at(inside))
    }

    /// The words that a text may be; none if any.
    pub fn words(self) -> Vec<&'a str> {
        let listed = self.here.get("enum").and_then(Value::as_array);
        let one = self.here.get("const");
        listed
            .into_iter()
            .flatten()
            .chain(one)
            .filter_map(Value::as_str)
            .collect()
    }

    /// Whether a value of this type may stand here; `integer` is a `number`.
    pub fn allows(self, kind: &str) -> bool {
        let same = |own: &str| own == kind || (own == "number" && kind == "integer");
        match self.here.get("type") {
            Some(Value::String(own)) => same(own),
            Some(Value::Array(own)) => own.iter().filter_map(Value::as_str).any(same),
            _ => self.here.get("const").is_none_or(|_| kind == "string"),
        }
    }

    /// The types that may stand here, in words.
    pub fn expected(self) -> String {
        let words = |kind: &str| match kind {
            "string" => "a text in quotes",
            "integer" => "a whole number",
            "number" => "a number",
            "boolean" => "true or false",
            "array" => "a list",
            "object" => "a table",
            _ => "nothing",
        };
        match self.here.get("type") {
            Some(Value::String(own)) => words(own).into(),
            Some(Value::Array(own)) => {
                let own = own.iter().filter_map(Value::as_str);
                let own: Vec<&str> = own.filter(|kind| *kind != "null").map(words).collect();
                own.join(" or ")
            }
            _ => "something else".into(),
        }
    }
}

/// What a listing of keys asks.
impl<'a> Node<'a> {
    /// The forms that a value may have, those of forms among them; itself if there is one only.
    pub fn forms(self) -> Vec<Self> {
        let alternatives = self.alternatives();
        if alternatives.is_empty() {
            return vec![self];
        }
        let forms = alternatives.into_iter();
        forms.flat_map(|form| form.resolved().forms()).collect()
    }

    /// Whether it is a table.
    pub fn is_table(self) -> bool {
        let kind = self.here.get("type").and_then(Value::as_str);
        kind == Some("object")
    }

    /// Whether it is the same part of the schema.
    pub fn is(self, other: Self) -> bool {
        std::ptr::eq(self.here, other.here)
    }

    /// What is said of it.
    pub fn description(self) -> Option<&'a str> {
        self.here.get("description").and_then(Value::as_str)
    }

    /// What is said of a key where it is named, before any reference is followed.
    pub fn of_property(self, name: &str, what: &str) -> Option<&'a Value> {
        self.properties()?.get(name)?.get(what)
    }
}
