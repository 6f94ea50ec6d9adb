//! Weights of several tensors, tensors without units, other frameworks.

use super::{ALL, Shape, Still, check};

#[test]
fn weights_made_of_several_tensors() {
    // Weight norm, old and new, spectral norm, old and new, a pruning mask.
    type Names<'a> = (&'a str, Option<&'a str>, &'a [(&'a str, &'a [usize])]);
    let forms: [Names; 5] = [
        ("weight_v", Some("weight_g"), &[]),
        (
            "parametrizations.weight.original1",
            Some("parametrizations.weight.original0"),
            &[],
        ),
        (
            "weight_orig",
            None,
            &[("weight_u", &[6]), ("weight_v", &[18])],
        ),
        (
            "parametrizations.weight.original",
            None,
            &[
                ("parametrizations.weight.0._u", &[6]),
                ("parametrizations.weight.0._v", &[18]),
            ],
        ),
        ("weight_orig", None, &[("weight_mask", &[6, 2, 3, 3])]),
    ];
    for (weight, length, others) in forms {
        let own = |name: &str| format!("conv1.{name}");
        let (weight, length) = (own(weight), length.map(own));
        let mut tensors: Vec<Shape> = vec![
            ("conv1.bias", &[6]),
            (&weight, &[6, 2, 3, 3]),
            ("conv2.weight", &[14, 6, 3, 3]),
            ("conv2.bias", &[14]),
            ("fc.weight", &[5, 14]),
            ("fc.bias", &[5]),
        ];
        let mut still: Vec<Still> = vec![
            ("conv1.bias", &[Some(2)]),
            (&weight, &[Some(2), ALL, ALL, ALL]),
            ("conv2.weight", &[ALL, Some(2), ALL, ALL]),
        ];
        if let Some(length) = &length {
            tensors.push((length, &[6, 1, 1, 1]));
            still.push((length, &[Some(2), ALL, ALL, ALL]));
        }
        let others: Vec<(String, &[usize])> = others
            .iter()
            .map(|(name, shape)| (own(name), *shape))
            .collect();
        tensors.extend(others.iter().map(|(name, shape)| (&name[..], *shape)));
        check(
            &tensors,
            &still,
            &[
                ("conv1", "convolution", 6, &[2]),
                ("conv2", "convolution", 14, &[]),
                ("fc", "linear", 5, &[]),
            ],
        );
    }
}

#[test]
fn what_has_no_units_is_no_layer() {
    // Hidden units of an LSTM and a GRU, not their gates; no unit is dead.
    for gates in [4, 3] {
        check(
            &[
                ("emb.weight", &[200, 12]),
                ("rnn.weight_ih_l0", &[gates * 20, 12]),
                ("rnn.weight_hh_l0", &[gates * 20, 20]),
                ("rnn.bias_ih_l0", &[gates * 20]),
                ("rnn.bias_hh_l0", &[gates * 20]),
                ("fc.weight", &[3, 20]),
                ("fc.bias", &[3]),
            ],
            &[("emb.weight", &[Some(9), ALL])],
            &[("rnn", "recurrent", 20, &[]), ("fc", "linear", 3, &[])],
        );
    }
    check(
        &[
            ("embedding/embeddings", &[100, 6]),
            ("gru/gru_cell/kernel", &[6, 24]),
            ("gru/gru_cell/recurrent_kernel", &[8, 24]),
            ("gru/gru_cell/bias", &[2, 24]),
            ("dense/kernel", &[8, 2]),
            ("dense/bias", &[2]),
        ],
        &[],
        &[
            ("gru/gru_cell", "recurrent", 8, &[]),
            ("dense", "linear", 2, &[]),
        ],
    );
    check(
        &[
            ("cls_token", &[1, 1, 16]),
            ("pos_embed", &[1, 10, 16]),
            ("patch_embed.proj.weight", &[16, 3, 2, 2]),
            ("patch_embed.proj.bias", &[16]),
            ("blocks.0.norm1.weight", &[16]),
            ("blocks.0.norm1.bias", &[16]),
            ("blocks.0.attn.qkv.weight", &[48, 16]),
            ("blocks.0.attn.qkv.bias", &[48]),
            ("blocks.0.attn.proj.weight", &[16, 16]),
            ("blocks.0.attn.proj.bias", &[16]),
            ("blocks.0.mlp.0.weight", &[40, 16]),
            ("blocks.0.mlp.0.bias", &[40]),
            ("blocks.0.mlp.2.weight", &[16, 40]),
            ("blocks.0.mlp.2.bias", &[16]),
            ("head.weight", &[7, 16]),
            ("head.bias", &[7]),
        ],
        &[
            ("blocks.0.mlp.0.weight", &[Some(31), ALL]),
            ("blocks.0.mlp.0.bias", &[Some(31)]),
            ("blocks.0.mlp.2.weight", &[ALL, Some(31)]),
        ],
        &[
            ("patch_embed.proj", "convolution", 16, &[]),
            ("blocks.0.mlp.0", "linear", 40, &[31]),
            ("blocks.0.mlp.2", "linear", 16, &[]),
            ("head", "linear", 7, &[]),
        ],
    );
}

#[test]
fn layouts_of_other_frameworks() {
    // MLX: (out, h, w, in).
    check(
        &[
            ("conv1.weight", &[6, 3, 3, 3]),
            ("conv1.bias", &[6]),
            ("conv2.weight", &[6, 3, 3, 6]),
            ("conv2.bias", &[6]),
            ("fc.weight", &[4, 24]),
            ("fc.bias", &[4]),
        ],
        &[
            ("conv1.weight", &[Some(1), ALL, ALL, ALL]),
            ("conv1.bias", &[Some(1)]),
            ("conv2.weight", &[ALL, ALL, ALL, Some(1)]),
        ],
        &[
            ("conv1", "convolution", 6, &[1]),
            ("conv2", "convolution", 6, &[]),
            ("fc", "linear", 4, &[]),
        ],
    );
    // Equinox: biases of shape (C, 1, 1).
    check(
        &[
            ("layers.0.weight", &[8, 8, 3, 3]),
            ("layers.0.bias", &[8, 1, 1]),
            ("layers.2.weight", &[8, 8, 3, 3]),
            ("layers.2.bias", &[8, 1, 1]),
        ],
        &[
            ("layers.0.weight", &[Some(5), ALL, ALL, ALL]),
            ("layers.0.bias", &[Some(5), ALL, ALL]),
            ("layers.2.weight", &[ALL, Some(5), ALL, ALL]),
        ],
        &[
            ("layers.0", "convolution", 8, &[5]),
            ("layers.2", "convolution", 8, &[]),
        ],
    );
    // Course notes in NumPy: convolutions (out, in, h, w), affine layers (in, out), one square.
    check(
        &[
            ("W1", &[6, 1, 3, 3]),
            ("b1", &[6]),
            ("W2", &[24, 20]),
            ("b2", &[20]),
            ("W3", &[20, 20]),
            ("b3", &[20]),
            ("W4", &[20, 4]),
            ("b4", &[4]),
        ],
        &[
            ("W2", &[ALL, Some(11)]),
            ("b2", &[Some(11)]),
            ("W3", &[Some(11), ALL]),
        ],
        &[
            ("W1", "convolution", 6, &[]),
            ("W2", "linear", 20, &[11]),
            ("W3", "linear", 20, &[]),
            ("W4", "linear", 4, &[]),
        ],
    );
    // TensorFlow 1, and a transposed weight that ONNX has no name for.
    check(
        &[
            ("a/weights:0", &[5, 5, 2, 6]),
            ("a/biases:0", &[6]),
            ("b/weights:0", &[54, 3]),
            ("b/biases:0", &[3]),
        ],
        &[
            ("a/weights:0", &[ALL, ALL, ALL, Some(0)]),
            ("a/biases:0", &[Some(0)]),
            ("b/weights:0", &[Some(0), ALL]),
            ("b/weights:0", &[Some(6), ALL]),
            ("b/weights:0", &[Some(12), ALL]),
            ("b/weights:0", &[Some(18), ALL]),
            ("b/weights:0", &[Some(24), ALL]),
            ("b/weights:0", &[Some(30), ALL]),
            ("b/weights:0", &[Some(36), ALL]),
            ("b/weights:0", &[Some(42), ALL]),
            ("b/weights:0", &[Some(48), ALL]),
        ],
        &[("a", "convolution", 6, &[0]), ("b", "linear", 3, &[])],
    );
    check(
        &[
            ("conv1.weight", &[6, 1, 3, 3]),
            ("conv1.bias", &[6]),
            ("onnx::MatMul_31", &[54, 5]),
            ("fc.bias", &[5]),
        ],
        &[],
        &[
            ("conv1", "convolution", 6, &[]),
            ("onnx::MatMul_31", "linear", 5, &[]),
        ],
    );
}
