//! What of a file was taken.

use crate::checkpoint::Checkpoint;

/// Which of several models in a file was taken, and what was passed over.
pub fn taken(file: &Checkpoint) -> Vec<String> {
    let mut notes = Vec::new();
    if !file.other_keys.is_empty() {
        notes.push(format!(
            "the files hold tensors under {} too; {} was taken: say --key NAME for another",
            file.other_keys.join(", "),
            file.key.as_deref().unwrap_or("the whole file")
        ));
    }
    if !file.unread.is_empty() {
        notes.push(format!(
            "complex and sparse tensors are passed over: {}",
            file.unread.join(", ")
        ));
    }
    notes
}
