//! A figure as an item of CSL-JSON, which programs for references read.

use serde_json::{Value, json};

use super::{Citation, released};
use crate::provenance::Cited;

impl Citation {
    /// The item.
    pub fn csl(&self) -> Value {
        let Cited { figure, provenance } = &self.cited;
        let mut item = json!({
            "id": self.key(),
            "type": "figure",
            "title": self.title,
            "genre": format!("Figure {figure} of the study {}", provenance.study),
            "container-title": "mortality: when do convolutional filters die?",
            "version": provenance.version,
            "note": self.details(),
        });
        if let Some(author) = self.author() {
            let date = released().map(|part| part.parse::<u32>().unwrap_or(0));
            item["author"] = json!([{ "literal": author }]);
            item["issued"] = json!({ "date-parts": [date] });
        }
        item
    }
}
