use std::time::{Duration, SystemTime};

use super::tests::ordered;
use super::*;

/// Names in order of time, as trainers write them, and the numbers that they count.
#[test]
fn trainers_patterns() {
    type Pattern<'a> = (&'a [&'a str], &'a [u64], Counted);
    use Counted::{Epochs, Saves, Steps, Time, Unknown};
    let patterns: &[Pattern] = &[
        (
            &[
                "weights.01-0.83.pt",
                "weights.02-0.61.pt",
                "weights.03-0.55.pt",
                "weights.10-0.60.pt",
            ],
            &[1, 2, 3, 10],
            Unknown,
        ),
        (&["w.01-0.83.hdf5", "w.02-0.9.hdf5"], &[1, 2], Unknown),
        (
            &[
                "epoch=1-val_loss=0.83.ckpt",
                "epoch=2-val_loss=0.61.ckpt",
                "epoch=10-val_loss=0.7.ckpt",
            ],
            &[1, 2, 10],
            Epochs,
        ),
        (
            &["epoch=0-step=938.ckpt", "epoch=1-step=1876.ckpt"],
            &[938, 1876],
            Steps,
        ),
        (
            &[
                "model_ep1_acc0.912.pt",
                "model_ep2_acc0.901.pt",
                "model_ep11_acc0.95.pt",
            ],
            &[1, 2, 11],
            Epochs,
        ),
        (&["acc91_ep1.pt", "acc88_ep2.pt"], &[1, 2], Epochs),
        (&["train_id_0.pth", "train_id_1.pth"], &[0, 1], Unknown),
        (
            &[
                "pretrain_16_moe_0.pth",
                "pretrain_16_moe_250.pth",
                "pretrain_16_moe_1000.pth",
            ],
            &[0, 250, 1000],
            Unknown,
        ),
        (
            &[
                "checkpoint-50/m.safetensors",
                "checkpoint-100/m.safetensors",
            ],
            &[50, 100],
            Saves,
        ),
        (
            &[
                "checkpoint-50/unet/m.safetensors",
                "checkpoint-100/unet/m.safetensors",
            ],
            &[50, 100],
            Saves,
        ),
        (&["step_100/x.npz", "step_1000/x.npz"], &[100, 1000], Steps),
        (
            &[
                "global_step90/mp_rank_00_model.pt",
                "global_step100/mp_rank_00_model.pt",
            ],
            &[90, 100],
            Steps,
        ),
        (&["r50-0000.params", "r50-0600.params"], &[0, 600], Unknown),
        (
            &["digits_iter_0.caffemodel", "digits_iter_150.caffemodel"],
            &[0, 150],
            Steps,
        ),
        (&["iteration_0000.p", "iteration_0100.p"], &[0, 100], Steps),
        (
            &["checkpoint_0.pth.tar", "checkpoint_1.pth.tar"],
            &[0, 1],
            Saves,
        ),
        (&["model.ckpt-9", "model.ckpt-10"], &[9, 10], Saves),
        (
            &["9_steps_lr1e-4.pt", "10_steps_lr1e-5.pt"],
            &[9, 10],
            Steps,
        ),
        (
            &["net_50k.pth", "net_100k.pth", "net_1.5M.pth"],
            &[50_000, 100_000, 1_500_000],
            Unknown,
        ),
        (
            &["seed3_step5_loss1.2e-05.pt", "seed3_step6_loss9.1e-06.pt"],
            &[5, 6],
            Steps,
        ),
        (&["ModelEpoch9.bin", "ModelEpoch10.bin"], &[9, 10], Epochs),
        // Dates order files and count no steps; nor does an epoch with steps counted anew in each.
        (
            &[
                "run_2023-12-31_23-59.pt",
                "run_2024-01-31_09-00.pt",
                "run_2024-01-31_12-00.pt",
            ],
            &[],
            Time,
        ),
        (&["2024-01-31_12-00.pt", "2024-02-01_12-00.pt"], &[], Time),
        (&["20240131_235959.pt", "20240201_000001.pt"], &[], Time),
        (
            &["m-2024-01-31T12:00:05.pt", "m-2024-01-31T12:00:06.pt"],
            &[],
            Time,
        ),
        (&["m-1700000000.pt", "m-1700000100.pt"], &[], Time),
        (
            &[
                "epoch0_iter500.pt",
                "epoch0_iter1000.pt",
                "epoch1_iter500.pt",
            ],
            &[],
            Unknown,
        ),
        (
            &[
                "epoch0_iter900.pt",
                "epoch1_iter100.pt",
                "epoch1_iter500.pt",
            ],
            &[],
            Unknown,
        ),
    ];
    for &(names, numbers, counted) in patterns {
        let backwards: Vec<PathBuf> = names.iter().rev().map(PathBuf::from).collect();
        let files = in_order(backwards, false).unwrap();
        let paths: Vec<&str> = files.iter().filter_map(|own| own.path.to_str()).collect();
        assert_eq!(paths, names);
        let found: Vec<u64> = files.iter().filter_map(|file| file.number).collect();
        assert_eq!(found, numbers, "{names:?}");
        assert!(files.iter().all(|own| own.counted == counted), "{names:?}");
    }
}

#[test]
fn measures_are_no_steps() {
    let error = ordered(&["best_acc91.pt", "best_acc88.pt"]).unwrap_err();
    assert!(error.to_string().contains("no number"), "{error}");
    let error = ordered(&["loss-0.83.pt", "loss-0.61.pt"]).unwrap_err();
    assert!(error.to_string().contains("no number"), "{error}");
}

#[test]
fn steps_in_files_hold_against_names() {
    let holds = |epochs: [Option<u64>; 2], steps: [Option<u64>; 2]| {
        let progress = [0, 1].map(|at| Progress {
            step: steps[at],
            epoch: epochs[at],
        });
        follows(Path::new("model_1.pt"), Path::new("model_2.pt"), progress)
    };
    let unknown = [None; 2];
    let error = holds(unknown, [Some(900), Some(600)]).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("model_2") && error.contains("step 600"),
        "{error}"
    );
    let error = holds([Some(3), Some(2)], unknown).unwrap_err().to_string();
    assert!(error.contains("epoch 2"), "{error}");
    for steps in [
        [Some(1), Some(2)],
        [Some(2), Some(2)],
        [None, Some(2)],
        [Some(2), None],
    ] {
        assert!(holds(unknown, steps).is_ok());
    }
    // Counted anew in each epoch.
    assert!(holds([Some(1), Some(2)], [Some(900), Some(100)]).is_ok());
}

#[test]
fn order_and_source_are_said_and_times_that_contradict() {
    let folder = tempfile::tempdir().unwrap();
    for (name, age) in [("step-3.pt", 0), ("step-20.pt", 3600)] {
        let file = std::fs::File::create(folder.path().join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age))
            .unwrap();
    }
    std::fs::write(folder.path().join("best.pt"), "").unwrap();
    let notes = files(&[folder.path().to_owned()], false).unwrap().notes();
    assert!(
        notes[0].contains("beside `step`") && notes[0].contains("3, 20"),
        "{notes:?}"
    );
    assert!(notes[1].contains("best.pt was left out"), "{notes:?}");
    assert!(notes[2].contains("was written after"), "{notes:?}");
}
