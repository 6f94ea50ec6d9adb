use super::*;

pub(super) fn ordered(names: &[&str]) -> Result<Vec<(String, Option<u64>)>, AutopsyError> {
    let paths: Vec<PathBuf> = names.iter().map(PathBuf::from).collect();
    let files = in_order(paths, false)?;
    let named = |file: Saved| (file.path.to_string_lossy().into_owned(), file.number);
    Ok(files.into_iter().map(named).collect())
}

#[test]
fn numbers_order_files() {
    let files = ordered(&["a-200.pt", "a-1000.pt", "a-0.pt"]).unwrap();
    let numbers: Vec<_> = files.iter().map(|file| file.1.unwrap()).collect();
    assert_eq!(numbers, [0, 200, 1000]);
    let files = ordered(&[
        "checkpoint-500/model.safetensors",
        "checkpoint-60/model.safetensors",
    ]);
    assert_eq!(files.unwrap()[0].1, Some(60));
    let files = ordered(&["net2-epoch1-step300.pt", "net2-epoch0-step20.pt"]).unwrap();
    assert_eq!(files[0].1, Some(20));
    let files = ordered(&["step10-v2.pt", "step9-v2.pt"]).unwrap();
    assert_eq!(files[0].1, Some(9));
}

#[test]
fn doubt_is_an_error() {
    let error = |names: &[&str]| ordered(names).unwrap_err().to_string();
    assert!(error(&["a.pt"]).contains("two or more"));
    assert!(error(&["a.pt", "b-3.pt"]).contains("--keep-order"));
    assert!(error(&["x/a-3.pt", "x/b-3.pt"]).contains("same number"));
    let kept = in_order(vec!["b".into(), "a".into()], true).unwrap();
    assert_eq!(
        (kept[0].path.as_path(), kept[0].number),
        (Path::new("b"), None)
    );
}

#[test]
fn folders_are_searched() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["checkpoint-10", "checkpoint-9"] {
        let own = folder.path().join(name);
        std::fs::create_dir(&own).unwrap();
        for file in ["model.safetensors", "optimizer.pt", "config.json"] {
            std::fs::write(own.join(file), "").unwrap();
        }
    }
    let found = || files(&[folder.path().to_owned()], false).unwrap();
    let numbers = |found: &Files| -> Vec<Option<u64>> {
        found.saved.iter().map(|file| file.number).collect()
    };
    assert_eq!(numbers(&found()), [Some(9), Some(10)]);
    for name in ["step-3.pt", "step-20.pt", "best.pt"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    // Names with numbers come before folders with numbers.
    let found = found();
    assert_eq!(numbers(&found), [Some(3), Some(20)]);
    assert_eq!(found.left_out.len(), 3);
}

#[test]
fn a_trials_folder_is_its_checkpoints() {
    let folder = tempfile::tempdir().unwrap();
    let names = [
        "checkpoints/step-0.safetensors",
        "checkpoints/step-45.safetensors",
        "gradients/step-0.safetensors",
        "moments/step-0.first.safetensors",
        "data.safetensors",
    ];
    for name in names {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    for keep_order in [false, true] {
        let found = files(&[folder.path().to_owned()], keep_order).unwrap();
        let paths: Vec<PathBuf> = found.saved.into_iter().map(|file| file.path).collect();
        let expected = names[..2].iter().map(|name| folder.path().join(name));
        assert!(paths.into_iter().eq(expected) && found.left_out.is_empty());
    }
}

#[test]
fn what_is_not_there_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let error = |path: PathBuf| files(&[path], false).unwrap_err().to_string();
    let absent = error(folder.path().join("step-7.pt"));
    assert!(
        absent.contains("step-7.pt") && absent.contains("No such file"),
        "{absent}"
    );
    let of_folder = || error(folder.path().to_owned());
    assert!(of_folder().contains("holds no checkpoint"));
    std::fs::write(folder.path().join("config.json"), "").unwrap();
    assert!(of_folder().contains("holds no checkpoint"));
    std::fs::write(folder.path().join("epoch-3.onnx"), "").unwrap();
    assert!(of_folder().contains("ONNX"));
    std::fs::write(folder.path().join("step-3.pt"), "").unwrap();
    assert!(of_folder().contains("two or more"));
    let shard = folder.path().join("model-00001-of-00002.safetensors");
    std::fs::write(shard, "").unwrap();
    assert!(of_folder().contains("several files"));
}
