//! The files that people write and editors know: `schemas/` holds what the structs that read them
//! say, and the first line of each text file names its own.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::analysis::grammar::Grammar;
use crate::plan::{Elsewhere, Pooled};
use crate::schema::of;
use crate::spec::{Amendment, Spec};

/// Makes a schema.
type Make = fn() -> Value;

/// Name of a file in the folder `schemas/`, and its contents.
const SCHEMAS: [(&str, Make); 5] = [
    ("study.json", of::<Spec>),
    ("amendment.json", of::<Amendment>),
    ("elsewhere.json", of::<Elsewhere>),
    ("pooled.json", of::<Pooled>),
    ("analysis.json", of::<Grammar>),
];

/// With `MORTALITY_WRITE=1` they are written anew.
#[test]
fn the_schemas_are_those_of_the_structs() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas"));
    for (name, schema) in SCHEMAS {
        let path = folder.join(name);
        let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        // Links of the documentation lead nowhere in an editor.
        let text = text.replace("[`", "`").replace("`]", "`");
        if std::env::var_os("MORTALITY_WRITE").is_some() {
            fs::write(&path, &text).unwrap();
        }
        assert!(
            fs::read_to_string(&path).unwrap() == text,
            "{name}: write it anew with MORTALITY_WRITE=1"
        );
    }
    let written = fs::read_dir(folder).unwrap().count();
    assert_eq!(written, SCHEMAS.len(), "a file that no struct reads");
}
