use safetensors::{Dtype, serialize, tensor::TensorView};

use super::*;

/// Four files of a network 3-8-8-2 under a wrapper's prefix, whose second and third layer may be
/// added to each other; unit 1 of `a` is dead.
fn tower(folder: &Path) -> Vec<PathBuf> {
    let files = (0..4_u8).map(|step| {
        let value = |index: usize, still: bool| {
            let time = if still { 0.0 } else { f32::from(step) };
            (0.1 + 0.01 * (index as f32 + time * (1.0 + index as f32 % 3.0))).to_le_bytes()
        };
        let all = |count: usize, still: &dyn Fn(usize) -> bool| -> Vec<u8> {
            (0..count)
                .flat_map(|index| value(index, still(index)))
                .collect()
        };
        let tensors = [
            (
                "model.a.weight",
                vec![8, 3],
                all(24, &|index| index / 3 == 1),
            ),
            (
                "model.b.weight",
                vec![8, 8],
                all(64, &|index| index % 8 == 1),
            ),
            ("model.c.weight", vec![2, 8], all(16, &|_| false)),
        ];
        let views = tensors.iter().map(|(name, shape, bytes)| {
            (
                *name,
                TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap(),
            )
        });
        let path = folder.join(format!("step-{step}.safetensors"));
        std::fs::write(&path, serialize(views, None).unwrap()).unwrap();
        path
    });
    files.collect()
}

#[test]
fn what_may_be_added_is_refused_and_its_dead_units_are_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let using = tower(folder.path());
    let out = folder.path().join("small.safetensors");
    let wanted = Wanted {
        checkpoint: &using[3],
        using: &using,
        out: &out,
        dead: None,
    };
    // The names tell no order of a and b; the user's word does.
    let refused = prune(&wanted, &Options::default()).unwrap_err().to_string();
    assert!(
        refused.contains("--chain") && refused.contains("torch_pruning"),
        "{refused}"
    );
    assert!(!out.exists());
    let dead = folder.path().join("dead.json");
    let text = std::fs::read_to_string(&dead).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["schema"], 1);
    let chain = |names: &str| Options {
        chain: names.split(',').map(str::to_owned).collect(),
        ..Options::default()
    };
    let elsewhere = folder.path().join("units.json");
    let told = Wanted {
        dead: Some(&elsewhere),
        ..wanted
    };
    let pruned = prune(&told, &chain("a,b,c")).unwrap();
    assert_eq!((pruned.layers[0].before, pruned.layers[0].after), (8, 7));
    let text = std::fs::read_to_string(&elsewhere).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["layers"][0]["name"], "model.a");
    assert_eq!(json["layers"][0]["dead"], serde_json::json!([1]));
    // The prefix stays.
    let bytes = std::fs::read(&out).unwrap();
    let small = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    assert_eq!(small.tensor("model.b.weight").unwrap().shape(), [8, 7]);
    let error = |names: &str| prune(&wanted, &chain(names)).unwrap_err().to_string();
    assert!(error("a,d").contains("no layer `d`"));
    assert!(error("c,a").contains("cannot read the 2 units of `c`"));
    assert!(error("a,b,a").contains("twice"));
}
