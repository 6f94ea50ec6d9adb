//! What layers, units and readers are found from names and shapes alone: runs of three files in
//! which everything moves but the weights of dead units and what reads them.

mod axes;
mod known;
mod parts;

use std::fs;
use std::path::{Path, PathBuf};

use autopsy::AutopsyError;
use autopsy::answer::{Answer, answer};
use autopsy::history::Options;
use autopsy::verdict::Verdict;
use safetensors::serialize;
use safetensors::tensor::{Dtype, TensorView};

/// A tensor's name and axes.
type Shape<'a> = (&'a str, &'a [usize]);

/// Part of a tensor that stands still: an index for each axis, `None` for all of it.
type Still<'a> = (&'a str, &'a [Option<usize>]);

/// A layer's name, kind, units, and those that are dead.
type Expected<'a> = (&'a str, &'a str, usize, &'a [usize]);

/// All of an axis.
const ALL: Option<usize> = None;

/// Something between -1 and 1, different for every number.
fn wave(number: usize) -> f32 {
    ((number as f64 * 0.618_033_988_749_894_9 + 0.2).fract() * 2.0 - 1.0) as f32
}

fn is_still(shape: &[usize], index: usize, part: &[Option<usize>]) -> bool {
    let mut rest = index;
    let mut places = Vec::new();
    for axis in shape.iter().rev() {
        places.push(rest % axis);
        rest /= axis;
    }
    places.reverse();
    let mut wanted = part.iter().zip(&places);
    wanted.all(|(wanted, place)| wanted.is_none_or(|own| own == *place))
}

fn save(folder: &Path, tensors: &[Shape], still: &[Still]) -> Vec<PathBuf> {
    let files = (0..3).map(|file| {
        let bytes: Vec<Vec<u8>> = tensors
            .iter()
            .enumerate()
            .map(|(number, (name, shape))| {
                let parts: Vec<&Still> = still.iter().filter(|own| own.0 == *name).collect();
                assert!(parts.iter().all(|own| own.1.len() == shape.len()), "{name}");
                let value = |index: usize| {
                    let stands = parts.iter().any(|own| is_still(shape, index, own.1));
                    let start = 0.3 * wave(7919 * number + 13 * index);
                    let moved = (0..if stands { 0 } else { file })
                        .map(|step| 0.01 * wave(104_729 * (step + 1) + 31 * index + number));
                    start + moved.sum::<f32>()
                };
                let count = shape.iter().product();
                (0..count)
                    .flat_map(|index| value(index).to_le_bytes())
                    .collect()
            })
            .collect();
        let views = tensors.iter().zip(&bytes).map(|((name, shape), bytes)| {
            (
                *name,
                TensorView::new(Dtype::F32, shape.to_vec(), bytes).unwrap(),
            )
        });
        let path = folder.join(format!("step{}.safetensors", 100 * (file + 1)));
        fs::write(&path, serialize(views, None).unwrap()).unwrap();
        path
    });
    files.collect()
}

fn ask(tensors: &[Shape], still: &[Still]) -> Result<Answer, AutopsyError> {
    let folder = tempfile::tempdir().unwrap();
    let files = save(folder.path(), tensors, still);
    Ok(answer(&files, &Options::default())?.0)
}

/// Asserts the layers, in any order, and that no other unit of a hidden layer is called dead.
#[track_caller]
fn check(tensors: &[Shape], still: &[Still], expected: &[Expected]) {
    let answer = ask(tensors, still).unwrap();
    let mut found: Vec<(String, String, usize, Vec<usize>)> = answer
        .layers
        .iter()
        .map(|layer| {
            let dead = layer
                .units
                .iter()
                .filter(|unit| unit.verdict == Verdict::Dead);
            let dead = dead.map(|unit| unit.unit).collect();
            (
                layer.name.clone(),
                layer.kind.clone(),
                layer.units.len(),
                dead,
            )
        })
        .collect();
    let mut expected: Vec<(String, String, usize, Vec<usize>)> = expected
        .iter()
        .map(|own| (own.0.to_owned(), own.1.to_owned(), own.2, own.3.to_vec()))
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[track_caller]
fn reads(answer: &Answer, layer: &str) -> Option<String> {
    let own = answer.layers.iter().find(|own| own.name == layer).unwrap();
    own.read_by.clone()
}
