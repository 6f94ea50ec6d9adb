//! What every target asks of a reader.

use std::path::Path;

use autopsy::Checkpoint;
use autopsy::chain::connect;
use autopsy::layers::{attention, layers};

/// Reads a file of this name and content, and finds its layers: that may fail and may not panic,
/// and what is read is as long as its shape says.
pub fn read(name: &str, bytes: Vec<u8>) {
    let Ok(checkpoint) = Checkpoint::from_bytes(Path::new(name), bytes) else {
        return;
    };
    for tensor in &checkpoint.tensors {
        let bytes = checkpoint.bytes(tensor);
        assert_eq!(bytes.len(), tensor.len() * tensor.format.size());
    }
    for counter in &checkpoint.counters {
        checkpoint.counter_bytes(counter);
    }
    if let Ok(layers) = layers(&checkpoint, None) {
        connect(layers, checkpoint.ordered, attention(&checkpoint).as_deref());
    }
}
