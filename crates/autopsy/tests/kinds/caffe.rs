//! Caffe's networks and the states of their solvers.

use std::fs;
use std::path::Path;

use autopsy::{Checkpoint, Format};

use super::{names, values};

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A field of bytes.
fn field(number: u64, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    varint(number << 3 | 2, &mut out);
    varint(content.len() as u64, &mut out);
    out.extend_from_slice(content);
    out
}

/// A field of a whole number.
fn number(number: u64, value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    varint(number << 3, &mut out);
    varint(value, &mut out);
    out
}

fn packed(values: &[f32]) -> Vec<u8> {
    let bytes = values.iter().flat_map(|value| value.to_le_bytes());
    field(5, &bytes.collect::<Vec<u8>>())
}

fn blob(shape: &[u64], values: &[f32]) -> Vec<u8> {
    let mut lengths = Vec::new();
    for &axis in shape {
        varint(axis, &mut lengths);
    }
    [packed(values), field(7, &field(1, &lengths))].concat()
}

/// A layer with a weight of 2 x 1 x 1 x 2 and a bias.
pub fn model() -> Vec<u8> {
    let layer = [
        field(1, b"conv1"),
        field(2, b"Convolution"),
        field(7, &blob(&[2, 1, 1, 2], &[1.0, 2.0, 3.0, 4.0])),
        field(7, &blob(&[2], &[5.0, 6.0])),
    ];
    let transposed = [
        field(1, b"fc"),
        field(2, b"InnerProduct"),
        field(7, &blob(&[2, 3], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0])),
        field(117, &number(6, 1)),
    ];
    let relu = [field(1, b"relu"), field(2, b"ReLU")];
    [
        field(1, b"net"),
        field(100, &layer.concat()),
        field(100, &relu.concat()),
        field(100, &transposed.concat()),
    ]
    .concat()
}

fn caffe(bytes: Vec<u8>) -> Result<Checkpoint, String> {
    let path = Path::new("a.caffemodel");
    Checkpoint::from_bytes(path, bytes).map_err(|error| error.to_string())
}

#[test]
fn a_network_of_caffe() {
    let file = caffe(model()).unwrap();
    assert_eq!(names(&file), ["conv1.weight", "conv1.bias", "fc.weight"]);
    assert_eq!(file.tensor("conv1.weight").unwrap().shape, [2, 1, 1, 2]);
    assert_eq!(values(&file, "conv1.weight"), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(values(&file, "conv1.bias"), [5.0, 6.0]);
    // `transpose: true` stores inputs first.
    assert_eq!(file.tensor("fc.weight").unwrap().shape, [3, 2]);
    assert_eq!(values(&file, "fc.weight"), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
    assert!(file.ordered);
}

#[test]
fn an_old_network_of_caffe() {
    // V1LayerParameter, the four lengths of old blobs, and numbers that are not packed.
    let single = |value: f32| [vec![5 << 3 | 5], value.to_le_bytes().to_vec()].concat();
    let weight = [
        number(1, 1),
        number(2, 1),
        number(3, 2),
        number(4, 2),
        single(1.0),
        single(2.0),
        single(3.0),
        single(4.0),
    ];
    let doubles = [0.5_f64, 0.25].map(f64::to_le_bytes).concat();
    let bias = [
        number(1, 1),
        number(2, 1),
        number(3, 1),
        number(4, 2),
        field(8, &doubles),
    ];
    let layer = [
        field(4, b"ip"),
        number(5, 14),
        field(6, &weight.concat()),
        field(6, &bias.concat()),
    ];
    let file = caffe(field(2, &layer.concat())).unwrap();
    assert_eq!(file.tensor("ip.weight").unwrap().shape, [2, 2]);
    assert_eq!(values(&file, "ip.weight"), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(file.tensor("ip.bias").unwrap().format, Format::F64);
    assert_eq!(values(&file, "ip.bias"), [0.5, 0.25]);
}

#[test]
fn the_state_of_a_solver_lies_beside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a_iter_20.caffemodel");
    fs::write(&path, model()).unwrap();
    let history = [
        blob(&[2, 1, 1, 2], &[0.1, 0.0, 0.0, 0.0]),
        blob(&[2], &[0.0, -1.0]),
        blob(&[2, 3], &[0.0; 6]),
    ];
    let history = history.map(|own| field(3, &own)).concat();
    let state = [number(1, 20), history].concat();
    let beside = path.with_extension("solverstate");
    fs::write(&beside, &state).unwrap();
    let file = Checkpoint::open(&path).unwrap();
    assert_eq!(file.progress.step, Some(20));
    let optimizer = file.optimizer.as_ref().unwrap();
    let moment = optimizer.entries[&1].first_moment.as_ref().unwrap();
    assert_eq!(moment.format.get(file.bytes(moment), 1), -1.0);
    let group = optimizer.groups[0].names.as_ref().unwrap();
    assert_eq!(group[2], "fc.weight");
    fs::write(&beside, &state[..state.len() - 1]).unwrap();
    let error = Checkpoint::open(&path).unwrap_err().to_string();
    assert!(
        error.contains("solverstate") && error.contains("cut short"),
        "{error}"
    );
}

#[test]
fn damaged_networks_of_caffe_are_errors() {
    let whole = model();
    for end in 1..whole.len() {
        if let Ok(file) = caffe(whole[..end].to_vec()) {
            // Cut between two layers it is another network.
            assert!(names(&file).len() < 3, "up to {end}");
        }
    }
    let enormous = blob(&[1 << 40, 1 << 40], &[1.0]);
    let layer = [
        field(1, b"fc"),
        field(2, b"InnerProduct"),
        field(7, &enormous),
    ]
    .concat();
    let error = caffe(field(100, &layer)).unwrap_err();
    assert!(error.contains("fc.weight"), "{error}");
}
