use std::path::Path;

use super::*;

/// A checkpoint with tensors of these names and shapes, all 0.
pub(crate) fn checkpoint(tensors: &[(&str, &[usize])]) -> Checkpoint {
    let zeros: Vec<Vec<u8>> = tensors
        .iter()
        .map(|(_, shape)| vec![0; shape.iter().product::<usize>() * 4])
        .collect();
    let views = tensors.iter().zip(&zeros).map(|((name, shape), bytes)| {
        let dtype = safetensors::Dtype::F32;
        let view = safetensors::tensor::TensorView::new(dtype, shape.to_vec(), bytes);
        (*name, view.unwrap())
    });
    let bytes = safetensors::serialize(views, None).unwrap();
    Checkpoint::from_bytes(Path::new("test.safetensors"), bytes).unwrap()
}

fn found(tensors: &[(&str, &[usize])]) -> Vec<Layer> {
    layers(&checkpoint(tensors), None).unwrap()
}

#[test]
fn layouts_of_both_families() {
    let all = found(&[
        ("a/kernel", &[3, 3, 4, 8]),
        ("b/kernel", &[16, 10]),
        ("c.weight", &[8, 4, 3, 3]),
        ("d.weight", &[10, 16]),
        ("e/depthwise_kernel", &[3, 3, 4, 2]),
    ]);
    let shapes: Vec<_> = all
        .iter()
        .map(|layer| (layer.units, layer.inputs, layer.taps, layer.axes.is_some()))
        .collect();
    assert_eq!(
        shapes,
        [
            (8, 4, 9, true),
            (10, 16, 1, true),
            (8, 4, 9, false),
            (10, 16, 1, false),
            (8, 1, 9, true)
        ]
    );
    assert_eq!(all[4].kind, Kind::Depthwise);
}

#[test]
fn a_bias_tells_transposed_convolutions() {
    let all = found(&[("up.weight", &[8, 4, 2, 2]), ("up.bias", &[4])]);
    assert_eq!(
        (all[0].kind, all[0].units, all[0].inputs),
        (Kind::Transposed, 4, 8)
    );
    assert_eq!(all[0].axes, Some(vec![1, 0, 2, 3]));
    let all = found(&[("up/kernel", &[2, 2, 4, 8]), ("up/bias", &[4])]);
    assert_eq!(
        (all[0].kind, all[0].units, all[0].inputs),
        (Kind::Transposed, 4, 8)
    );
}

#[test]
fn a_bias_tells_the_layout_of_other_names() {
    let all = found(&[("l.w", &[5, 7]), ("l.b", &[7])]);
    assert_eq!((all[0].units, all[0].layout), (7, Layout::TensorFlow));
    let doubt = layers(&checkpoint(&[("w1", &[5, 7])]), None)
        .unwrap_err()
        .to_string();
    assert!(
        doubt.contains("`w1`") && doubt.contains("--layout"),
        "{doubt}"
    );
    let told = layers(&checkpoint(&[("w1", &[5, 7])]), Some(Layout::PyTorch)).unwrap();
    assert_eq!(told[0].units, 5);
}

#[test]
fn norms_belong_to_the_layer_before_them() {
    let all = found(&[
        ("f.0.weight", &[4, 1, 3, 3]),
        ("f.0.bias", &[4]),
        ("f.1.weight", &[4]),
        ("f.1.bias", &[4]),
        ("f.1.running_mean", &[4]),
        ("f.10.weight", &[6]),
        ("f.9.weight", &[6, 4, 3, 3]),
    ]);
    assert_eq!(all[0].companions, ["f.0.bias", "f.1.bias", "f.1.weight"]);
    assert_eq!(all[0].bias.as_deref(), Some("f.0.bias"));
    assert_eq!(all[1].companions, ["f.10.weight"]);
    let all = found(&[
        ("bn1.weight", &[4]),
        ("bn2.weight", &[4]),
        ("conv1.weight", &[4, 1, 3, 3]),
        ("conv2.weight", &[4, 4, 3, 3]),
    ]);
    assert_eq!(all[0].companions, ["bn1.weight"]);
    assert_eq!(all[1].companions, ["bn2.weight"]);
    // Two layers with one number; statistics tell which norm takes none over channels.
    let all = found(&[
        ("bn1.running_mean", &[4]),
        ("bn1.weight", &[4]),
        ("conv1.weight", &[4, 1, 3, 3]),
        ("fc1.weight", &[6, 36]),
        ("norm1.weight", &[6]),
    ]);
    for (layer, name, over_channels) in [(0, "bn1.weight", false), (1, "norm1.weight", true)] {
        let norm = all[layer].norm.as_ref().unwrap();
        assert_eq!(
            (&norm.vectors[..], norm.over_channels),
            (&[name.to_owned()][..], over_channels)
        );
    }
}

#[test]
fn numbers_in_names_count_by_value() {
    let mut names = ["f.10.b", "f.9.a", "f.010.a", "e", "f", "f.9.a.0"];
    names.sort_by(|a, b| natural(a, b));
    assert_eq!(names, ["e", "f", "f.9.a", "f.9.a.0", "f.010.a", "f.10.b"]);
}

#[test]
fn a_file_without_weights_is_refused() {
    let error = layers(&checkpoint(&[("a.bias", &[4])]), None).unwrap_err();
    assert!(error.to_string().contains("no layer of weights"));
}
