//! Caffe's `.caffemodel`, and the `.solverstate` that it writes with it.
//!
//! Both are protocol buffers. Of their messages four matter, with a handful of fields whose
//! numbers are fixed (`caffe.proto`); a generated reader (`prost`) would copy every weight into
//! lists of its own, while this one leaves them where they are in the file.
//!
//! | message | fields |
//! |---|---|
//! | `NetParameter` | 100 layer, 2 layers (before 2014) |
//! | `LayerParameter` | 1 name, 2 type, 7 blobs, 117 of inner products (6 transpose) |
//! | `V1LayerParameter` | 4 name, 5 type, 6 blobs |
//! | `SolverState` | 1 iter, 3 history |
//!
//! A convolution's blob is (units, inputs / groups, height, width) and an inner product's (units,
//! inputs), which is PyTorch's layout. Names are PyTorch's: `conv1.weight`, `conv1.bias`.

mod blob;
mod wire;

use std::ops::Range;
use std::path::Path;

use super::kinds::Kind;
use super::refused::is_named;
use super::{Contents, OptimizerState, ParameterGroup, StateEntry, Tensor, bytes};
use crate::AutopsyError;
use blob::Blob;
use wire::{Field, Fields};

/// Networks, by their name: a protocol buffer has no mark of its own.
pub const KIND: Kind = Kind {
    is: |path, start| is_named(path, "caffemodel") && !start.starts_with(b"\x89HDF"),
    read: |path, buffer, _| read(path, buffer),
};

/// A layer with weights.
#[derive(Default)]
struct Layer {
    name: String,
    kind: String,
    blobs: Vec<Range<usize>>,
    transposed: bool,
}

/// Of `V1LayerParameter`'s types, those whose weights have names of their own here.
const OLD_INNER_PRODUCT: u64 = 14;

fn read(path: &Path, buffer: &mut Vec<u8>) -> Result<Contents, AutopsyError> {
    let refuse = |problem: String| AutopsyError::file(path, problem);
    let mut tensors = Vec::new();
    for layer in layers(buffer).map_err(refuse)? {
        for (index, range) in layer.blobs.iter().enumerate() {
            let Some((kind, axes)) = role(&layer.kind, index) else {
                continue;
            };
            let name = format!("{}.{kind}", layer.name);
            let read = Blob::read(buffer, range.clone()).and_then(|mut blob| {
                blob.squeeze(axes);
                blob.tensor(buffer, name.clone(), layer.transposed && axes == 2)
            });
            tensors.push(read.map_err(|problem| AutopsyError::tensor(path, &name, problem))?);
        }
    }
    if tensors.is_empty() {
        return Err(refuse("holds no layer with blobs".to_owned()));
    }
    let mut contents = Contents {
        tensors,
        ordered: true,
        ..Contents::default()
    };
    let beside = path.with_extension("solverstate");
    if beside.is_file() {
        let start = buffer.len();
        bytes::read(&beside, buffer, start, None)?;
        solver(&beside, buffer, start, &mut contents)?;
    }
    Ok(contents)
}

/// The name of a layer's blob, and how many axes it has at least; `None` for what is no weight.
fn role(kind: &str, index: usize) -> Option<(String, usize)> {
    Some(match (kind, index) {
        ("BatchNorm", 0) => ("running_mean".to_owned(), 1),
        ("BatchNorm", 1) => ("running_var".to_owned(), 1),
        // What both are to be divided by.
        ("BatchNorm", _) => return None,
        ("InnerProduct" | "Embed", 0) => ("weight".to_owned(), 2),
        ("Scale" | "PReLU", 0) => ("weight".to_owned(), 1),
        (_, 0) => ("weight".to_owned(), 4),
        (_, 1) => ("bias".to_owned(), 1),
        (_, index) => (index.to_string(), 1),
    })
}

fn layers(bytes: &[u8]) -> Result<Vec<Layer>, String> {
    let mut layers = Vec::new();
    let mut fields = Fields::new(bytes, 0..bytes.len());
    while let Some((number, field)) = fields.next()? {
        if let (2 | 100, Field::Bytes(range)) = (number, field) {
            let layer = layer(bytes, range, number == 2)?;
            if !layer.blobs.is_empty() {
                layers.push(layer);
            }
        }
    }
    Ok(layers)
}

fn layer(bytes: &[u8], range: Range<usize>, old: bool) -> Result<Layer, String> {
    let text = |range: Range<usize>| String::from_utf8_lossy(&bytes[range]).into_owned();
    let mut layer = Layer::default();
    let mut fields = Fields::new(bytes, range);
    while let Some((number, field)) = fields.next()? {
        match (old, number, field) {
            (true, 4, Field::Bytes(range)) | (false, 1, Field::Bytes(range)) => {
                layer.name = text(range);
            }
            (true, 5, Field::Number(OLD_INNER_PRODUCT)) => {
                "InnerProduct".clone_into(&mut layer.kind);
            }
            (false, 2, Field::Bytes(range)) => layer.kind = text(range),
            (true, 6, Field::Bytes(range)) | (false, 7, Field::Bytes(range)) => {
                layer.blobs.push(range);
            }
            (true, 1, Field::Bytes(_)) => {
                return Err(
                    "has layers of Caffe's first version: upgrade it with Caffe's \
                     upgrade_net_proto_binary"
                        .to_owned(),
                );
            }
            (false, 117, Field::Bytes(range)) => {
                let mut fields = Fields::new(bytes, range);
                while let Some((number, field)) = fields.next()? {
                    if let (6, Field::Number(transposed)) = (number, field) {
                        layer.transposed = transposed != 0;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(layer)
}

/// The number of iterations, and the history: of each blob in turn what was last subtracted from
/// it, and with Adam then the mean squares of all.
fn solver(
    path: &Path,
    bytes: &[u8],
    start: usize,
    contents: &mut Contents,
) -> Result<(), AutopsyError> {
    let refuse = |problem: String| AutopsyError::file(path, problem);
    let mut history: Vec<Tensor> = Vec::new();
    let mut fields = Fields::new(bytes, start..bytes.len());
    while let Some((number, field)) = fields.next().map_err(refuse)? {
        match (number, field) {
            (1, Field::Number(iteration)) => contents.progress.step = Some(iteration),
            (3, Field::Bytes(range)) => {
                let name = format!("history {}", history.len());
                let read = Blob::read(bytes, range)
                    .and_then(|blob| blob.tensor(bytes, name.clone(), false));
                history.push(read.map_err(|problem| AutopsyError::tensor(path, &name, problem))?);
            }
            _ => {}
        }
    }
    let names: Vec<String> = contents
        .tensors
        .iter()
        .map(|own| own.name.clone())
        .collect();
    // Statistics of norms are blobs too: whose history is whose is then not known.
    let fits = |(own, tensor): (&Tensor, &Tensor)| own.len() == tensor.len();
    let known = [names.len(), 2 * names.len()].contains(&history.len())
        && history.iter().zip(&contents.tensors).all(fits);
    if known {
        let mut state = OptimizerState::default();
        let mut group = ParameterGroup::default();
        for (index, (moment, own)) in history.into_iter().zip(&contents.tensors).enumerate() {
            let mut entry = StateEntry::default();
            entry.shape.clone_from(&own.shape);
            entry.first_moment = Some(moment);
            state.entries.insert(index as i64, entry);
            group.parameters.push(index as i64);
        }
        group.names = Some(names);
        state.groups.push(group);
        contents.optimizer = Some(state);
    }
    Ok(())
}
