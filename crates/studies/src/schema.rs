//! JSON Schemas of the files that people write, from the structs that read them: for editors
//! (`schemas/`), and for messages that name every key that is missing or not known at once
//! ([`problems`]).

mod check;
mod listed;
mod node;

pub use check::problems;
pub use listed::{Key, keys};

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

/// Version of the grammar of these files: `grammar = 1` stands in each.
pub const GRAMMAR: u32 = 1;

/// The schema of what a struct reads.
pub fn of<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft07().into_generator();
    let schema: Schema = generator.into_root_schema_for::<T>();
    schema.into()
}
