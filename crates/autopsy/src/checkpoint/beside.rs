//! What trainers save beside the weights: the optimizer's state, the scaler's, the step.

use std::path::{Path, PathBuf};

use super::{Checkpoint, trainer_state};
use crate::AutopsyError;

/// Names of files that hold an optimizer's state (transformers, accelerate, diffusers).
const OPTIMIZERS: [&str; 4] = ["optimizer.pt", "optimizer.bin", "optimizer.pth", "optim.pt"];

/// Names of files that hold a scaler's state.
const SCALERS: [&str; 2] = ["scaler.pt", "scaler.bin"];

/// The files beside one checkpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    optimizer: Option<PathBuf>,
    scaler: Option<PathBuf>,
    trainer: Option<PathBuf>,
}

impl Beside {
    /// What lies beside each of these files, in its folder or the one above; what lies beside
    /// several of them belongs to none.
    pub fn find(files: &[&Path]) -> Vec<Self> {
        let mut found: Vec<Self> = files
            .iter()
            .map(|file| Self {
                optimizer: near(file, &OPTIMIZERS).or_else(|| of_same_number(file)),
                scaler: near(file, &SCALERS),
                trainer: near(file, &[trainer_state::NAME]),
            })
            .collect();
        let all = found.clone();
        let shared = |own: &Option<PathBuf>, field: fn(&Self) -> &Option<PathBuf>| {
            all.iter().filter(|other| field(other) == own).count() > 1
        };
        for own in &mut found {
            if shared(&own.optimizer, |other| &other.optimizer) {
                own.optimizer = None;
            }
            if shared(&own.scaler, |other| &other.scaler) {
                own.scaler = None;
            }
            if shared(&own.trainer, |other| &other.trainer) {
                own.trainer = None;
            }
        }
        found
    }

    /// Reads the optimizer's state into the checkpoint, unless it has one of its own.
    ///
    /// # Errors
    /// [`AutopsyError`] if a file is there and cannot be read.
    pub fn attach(&self, checkpoint: &mut Checkpoint) -> Result<(), AutopsyError> {
        if checkpoint.optimizer.is_some() {
            return Ok(());
        }
        let open = |path: &PathBuf| Checkpoint::open(path);
        let mut held = self.optimizer.as_ref().map(open).transpose()?;
        if let Some(mut scaler) = self.scaler.as_ref().map(open).transpose()? {
            match held.as_mut().and_then(|held| held.optimizer.as_mut()) {
                Some(own) => own.scaler = scaler.optimizer.take().and_then(|state| state.scaler),
                None => held = Some(scaler),
            }
        }
        checkpoint.beside = held.filter(|held| held.optimizer.is_some()).map(Box::new);
        Ok(())
    }

    /// The optimizer steps that the trainer counted.
    pub fn global_step(&self) -> Option<f64> {
        trainer_state::global_step(self.trainer.as_ref()?)
    }
}

/// `optimizer_3.pt` beside `params_3.pt`: the same name with another first word.
fn of_same_number(file: &Path) -> Option<PathBuf> {
    let name = file.file_name()?.to_str()?;
    let (_, rest) = name.split_at(name.find(|c: char| !c.is_alphabetic())?);
    let numbered = rest.contains(|c: char| c.is_ascii_digit());
    let paths = ["optimizer", "optim"].map(|word| file.with_file_name(format!("{word}{rest}")));
    let mut paths = paths
        .into_iter()
        .filter(|path| path != file && path.is_file());
    paths.next().filter(|_| numbered)
}

fn near(file: &Path, names: &[&str]) -> Option<PathBuf> {
    let folders = file.ancestors().skip(1).take(2);
    let paths = folders.flat_map(|folder| names.iter().map(|name| folder.join(name)));
    let mut paths = paths.filter(|path| path != file && path.is_file());
    paths.next()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_lies_beside_several_belongs_to_none() {
        let folder = tempfile::tempdir().unwrap();
        let touch = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, br#"{"global_step": 7}"#).unwrap();
            path
        };
        let files = [touch("a-1/unet/model.bin"), touch("a-2/model.bin")];
        let own = [touch("a-1/optimizer.bin"), touch("a-2/optimizer.pt")];
        touch("trainer_state.json");
        touch("a-2/trainer_state.json");
        let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
        let found = Beside::find(&files);
        assert_eq!(found[0].optimizer.as_ref(), Some(&own[0]));
        assert_eq!(found[1].optimizer.as_ref(), Some(&own[1]));
        assert_eq!(found[1].global_step(), Some(7.0));
        let numbered = [touch("c/params_1.pt"), touch("c/params_2.pt")];
        let states = [touch("c/optimizer_1.pt"), touch("c/optimizer_2.pt")];
        let numbered: Vec<&Path> = numbered.iter().map(PathBuf::as_path).collect();
        let found = Beside::find(&numbered);
        assert_eq!(found[0].optimizer.as_ref(), Some(&states[0]));
        assert_eq!(found[1].optimizer.as_ref(), Some(&states[1]));
        let flat = [touch("b/step-1.pt"), touch("b/step-2.pt")];
        touch("b/optimizer.pt");
        let flat: Vec<&Path> = flat.iter().map(PathBuf::as_path).collect();
        assert_eq!(Beside::find(&flat), [Beside::default(), Beside::default()]);
    }
}
