use super::*;
use crate::format::Format;

/// A network 3-4-2 with ReLU: its output for an input, from the checkpoint's numbers.
fn output(checkpoint: &Checkpoint, input: [f64; 3]) -> Vec<f64> {
    let values = |name: &str| -> Vec<f64> {
        let tensor = checkpoint.tensor(name).unwrap();
        let bytes = checkpoint.bytes(tensor);
        (0..tensor.len())
            .map(|index| Format::F32.get(bytes, index))
            .collect()
    };
    let (weight, bias, reader) = (values("a.weight"), values("a.bias"), values("b.weight"));
    let hidden: Vec<f64> = (bias.iter().zip(weight.chunks(3)))
        .map(|(bias, row)| {
            let sum: f64 = row
                .iter()
                .zip(input)
                .map(|(weight, input)| weight * input)
                .sum();
            (bias + sum).max(0.0)
        })
        .collect();
    let row = |row: &[f64]| row.iter().zip(&hidden).map(|(w, h)| w * h).sum();
    reader.chunks(hidden.len()).map(row).collect()
}

/// Prunes to `out`.
fn run(
    checkpoint: &Path,
    using: &[PathBuf],
    options: &Options,
    out: &Path,
) -> Result<Pruned, AutopsyError> {
    let wanted = Wanted {
        checkpoint,
        using,
        out,
        dead: None,
    };
    prune(&wanted, options)
}

fn save(path: &Path, step: u8) {
    save_with(path, step, |index| index % 4 == 1);
}

/// The same with other weights of the reader standing still.
fn save_with(path: &Path, step: u8, still: impl Fn(usize) -> bool) {
    use safetensors::{Dtype, serialize, tensor::TensorView};
    // Unit 1 is dead: its bias is far below 0. So it and what reads it stand still.
    let value = |index: usize, still: bool| {
        let time = if still { 0.0 } else { f32::from(step) };
        (0.1 + 0.01 * (index as f32 + time * (1.0 + index as f32 % 3.0))).to_le_bytes()
    };
    let weight: Vec<u8> = (0..12)
        .flat_map(|index| value(index, index / 3 == 1))
        .collect();
    let bias: Vec<u8> = (0..4)
        .flat_map(|index| {
            if index == 1 {
                (-9.0_f32).to_le_bytes()
            } else {
                value(index, false)
            }
        })
        .collect();
    let reader: Vec<u8> = (0..8)
        .flat_map(|index| value(index, still(index)))
        .collect();
    let count = 7_i64.to_le_bytes();
    let views = [
        ("a.weight", TensorView::new(Dtype::F32, vec![4, 3], &weight)),
        ("a.bias", TensorView::new(Dtype::F32, vec![4], &bias)),
        ("b.weight", TensorView::new(Dtype::F32, vec![2, 4], &reader)),
        ("count", TensorView::new(Dtype::I64, vec![], &count)),
    ];
    let views = views.map(|(name, view)| (name, view.unwrap()));
    std::fs::write(path, serialize(views, None).unwrap()).unwrap();
}

#[test]
fn outputs_stay_and_bytes_go() {
    let folder = tempfile::tempdir().unwrap();
    for step in 0..4 {
        save(&folder.path().join(format!("{step}.safetensors")), step);
    }
    let last = folder.path().join("3.safetensors");
    let out = folder.path().join("small.safetensors");
    let using: Vec<PathBuf> = (0..4)
        .map(|k| folder.path().join(format!("{k}.safetensors")))
        .collect();
    let pruned = run(&last, &using, &Options::default(), &out).unwrap();
    let layer = PrunedLayer {
        name: "a".to_owned(),
        before: 4,
        after: 3,
    };
    assert_eq!(pruned.layers[0], layer);
    assert_eq!((pruned.bytes_before, pruned.bytes_after), (24 * 4, 18 * 4));
    let (before, after) = (
        Checkpoint::open(&last).unwrap(),
        Checkpoint::open(&out).unwrap(),
    );
    assert_eq!(after.tensor("b.weight").unwrap().shape, [2, 3]);
    assert_eq!(after.counter_bytes(&after.counters[0]), 7_i64.to_le_bytes());
    for input in [[0.0, 1.0, 0.5], [1.0, 1.0, 1.0], [0.3, 0.0, 0.9]] {
        assert_eq!(output(&before, input), output(&after, input));
    }
    let copy = folder.path().join("copy.safetensors");
    std::fs::copy(&last, &copy).unwrap();
    assert!(run(&copy, &using, &Options::default(), &out).is_ok());
    let wrong = run(
        &last,
        &using,
        &Options::default(),
        &folder.path().join("a.pt"),
    );
    assert!(wrong.unwrap_err().to_string().contains("safetensors"));
    let over = run(&last, &using, &Options::default(), &using[1]).unwrap_err();
    assert!(over.to_string().contains("another name"), "{over}");
}

#[test]
fn a_checkpoint_of_another_run_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let using: Vec<PathBuf> = (0..4)
        .map(|k| folder.path().join(format!("{k}.safetensors")))
        .collect();
    for (step, path) in (0..).zip(&using) {
        save(path, step);
    }
    // Another bias of the dead unit changes nothing here; another weight does.
    let other = folder.path().join("other.safetensors");
    let mut bytes = std::fs::read(&using[3]).unwrap();
    let weight = 0.14_f32.to_le_bytes();
    let place = bytes
        .windows(4)
        .position(|window| *window == weight)
        .unwrap();
    bytes[place] ^= 1;
    std::fs::write(&other, bytes).unwrap();
    let out = folder.path().join("out.safetensors");
    let error = run(&other, &using, &Options::default(), &out).unwrap_err();
    assert!(error.to_string().contains("prune that one"), "{error}");
    assert!(!out.exists());
}

/// Where no reader learns, a unit that the input's range proves silent is dead, but its output is
/// known to be 0 only if its activation is a ReLU, which files do not tell.
#[test]
fn a_unit_whose_output_is_not_known_to_be_0_stays() {
    let folder = tempfile::tempdir().unwrap();
    for step in 0..4 {
        save_with(
            &folder.path().join(format!("{step}.safetensors")),
            step,
            |_| true,
        );
    }
    let options = Options {
        input_range: Some([0.0, 1.0]),
        ..Options::default()
    };
    let (last, out) = (
        folder.path().join("3.safetensors"),
        folder.path().join("out.safetensors"),
    );
    let using = [folder.path().to_owned()];
    let (answer, _) = answer(&using, &options).unwrap();
    assert_eq!(answer.summary.dead, 1);
    let pruned = run(&last, &using, &options, &out).unwrap();
    assert_eq!(pruned.bytes_before, pruned.bytes_after);
    assert!(
        pruned.notes[0].contains("nothing shows"),
        "{:?}",
        pruned.notes
    );
}
