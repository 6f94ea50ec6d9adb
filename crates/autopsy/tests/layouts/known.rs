//! What is known where the layers are no chain, and of tensors that are no layers.

use autopsy::Checkpoint;
use autopsy::layers::{Role, roles};

use super::{ALL, Shape, Still, ask, check, reads, save};

#[test]
fn heads_gates_and_copies_keep_what_is_known() {
    let tensors: [Shape; 8] = [
        ("trunk.0.weight", &[18, 7]),
        ("trunk.0.bias", &[18]),
        ("trunk.2.weight", &[22, 18]),
        ("trunk.2.bias", &[22]),
        ("policy.weight", &[5, 22]),
        ("policy.bias", &[5]),
        ("value.weight", &[1, 22]),
        ("value.bias", &[1]),
    ];
    let still: [Still; 4] = [
        ("trunk.2.weight", &[Some(3), ALL]),
        ("trunk.2.bias", &[Some(3)]),
        ("policy.weight", &[ALL, Some(3)]),
        ("value.weight", &[ALL, Some(3)]),
    ];
    check(
        &tensors,
        &still,
        &[
            ("trunk.0", "linear", 18, &[]),
            ("trunk.2", "linear", 22, &[3]),
            ("policy", "linear", 5, &[]),
            ("value", "linear", 1, &[]),
        ],
    );
    let answer = ask(&tensors, &still).unwrap();
    assert!(answer.layers.iter().filter(|layer| layer.is_output).count() == 2);
    // Squeeze and excitation: its last layer multiplies.
    let answer = ask(
        &[
            ("conv1.weight", &[24, 1, 3, 3]),
            ("se.fc1.weight", &[6, 24, 1, 1]),
            ("se.fc2.weight", &[24, 6, 1, 1]),
            ("conv2.weight", &[30, 24, 3, 3]),
            ("fc.weight", &[5, 30]),
        ],
        &[],
    );
    let answer = answer.unwrap();
    assert_eq!(reads(&answer, "conv1").as_deref(), Some("conv2"));
    assert_eq!(reads(&answer, "se.fc1").as_deref(), Some("se.fc2"));
    assert_eq!(reads(&answer, "se.fc2"), None);
    // A model and its average.
    let names: Vec<String> = ["model", "ema"]
        .iter()
        .flat_map(|copy| ["a.weight", "b.weight"].map(|name| format!("{copy}.{name}")))
        .collect();
    let shapes: [&[usize]; 2] = [&[9, 4], &[3, 9]];
    let tensors: Vec<Shape> = names
        .iter()
        .map(|name| &name[..])
        .zip(shapes.into_iter().cycle())
        .collect();
    let answer = ask(&tensors, &[]).unwrap();
    assert_eq!(reads(&answer, "ema.a").as_deref(), Some("ema.b"));
    assert_eq!(reads(&answer, "model.a").as_deref(), Some("model.b"));
}

#[test]
fn every_tensor_has_a_role() {
    let tensors: [(Shape, Role); 25] = [
        (("fc.weight", &[4, 8]), Role::Weight),
        (("fc.bias", &[4]), Role::Bias),
        (("norm.weight", &[8]), Role::NormGain),
        (("norm.bias", &[8]), Role::NormShift),
        (("norm.running_mean", &[8]), Role::Buffer),
        (("ln.weight", &[2, 3, 3]), Role::NormGain),
        (("ln.bias", &[2, 3, 3]), Role::NormShift),
        (("act.weight", &[8]), Role::Slope),
        (("logit_scale", &[1]), Role::Scalar),
        (("embed_tokens.weight", &[50, 8]), Role::Embedding),
        (("pos_embed", &[1, 9, 8]), Role::Position),
        (("cls_token", &[1, 1, 8]), Role::Token),
        (("self_attn.q_proj.weight", &[8, 8]), Role::Attention),
        (("q.lora_A.default.weight", &[2, 8]), Role::LoraA),
        (("q.lora_B.default.weight", &[8, 2]), Role::LoraB),
        (("attn.bias", &[1, 1, 6, 6]), Role::Mask),
        (("rnn.weight_hh_l0", &[32, 8]), Role::Recurrent),
        (("mlp.experts.gate_up_proj", &[4, 8, 16]), Role::Experts),
        (("embeddings.0.weight", &[7, 3]), Role::Embedding),
        (("time_embed.0.weight", &[16, 8]), Role::Weight),
        (("time_embed.0.bias", &[16]), Role::Bias),
        (("unembed.weight", &[50, 8]), Role::Weight),
        (("encoder.pe", &[90, 1, 8]), Role::Buffer),
        // What Kohya's and LyCORIS's adapters scale their products by.
        (("unet_k.lora_down.weight", &[2, 9]), Role::LoraA),
        (("unet_k.alpha", &[1]), Role::Buffer),
    ];
    let folder = tempfile::tempdir().unwrap();
    let shapes: Vec<Shape> = tensors.iter().map(|own| own.0).collect();
    let files = save(folder.path(), &shapes, &[]);
    let checkpoint = Checkpoint::open(&files[0]).unwrap();
    for (tensor, role) in checkpoint.tensors.iter().zip(roles(&checkpoint)) {
        let expected = tensors.iter().find(|own| own.0.0 == tensor.name).unwrap().1;
        assert_eq!(role, expected, "{}", tensor.name);
    }
}
