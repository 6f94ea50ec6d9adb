//! One trial written to a folder, so that another program can replay it.
//!
//! | file | what |
//! |---|---|
//! | `trial.json` | id, seed, data digest and all settings |
//! | `model.py` | the network in PyTorch, which loads the checkpoints |
//! | `data.safetensors` | `training.images`, `held_out.images`: (N, C, H, W) f32, as the network sees them (of a trial with `permuted_every` in its first phase); `training.labels`, `held_out.labels`: (N) i64 |
//! | `batches.csv` | one line an update: step before it, learning rate, loss of the batch before it, and the indices into `training.images`, separated by spaces |
//! | `checkpoints/step-N.safetensors` | weights after N updates, as `load_state_dict` takes them, what batch norms keep among them |
//! | `gradients/step-N.safetensors` | gradient of the next batch's loss at these weights, same names and layouts |
//! | `moments/step-N.first.safetensors`, `.second.` | momentum buffer of SGD, or Adam's `exp_avg` and `exp_avg_sq`, after N updates |
//! | `masters/step-N.safetensors` | of weights kept in bf16 with masters: these, after N updates |
//! | `record.json` | everything that the trial measured |
//!
//! Each file is whole or not there, but for `batches.csv.partial`, which gets its name at the end.
//! A trial that was stopped goes on in its folder: it is computed anew, to the same bytes, what is
//! there stays, and is compared.

mod model;
mod tensors;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::CnnError;
use crate::checkpoint;
use crate::data::Images;
use crate::parameters::ParameterTensor;
use crate::record::TrialRecord;
use crate::settings::TrialSettings;
use crate::trial::{self, Observer, Step};

/// An [`Observer`] that writes a trial to a folder while it runs.
///
/// Weights, gradients and moments are saved at step 0, at every `every`-th step and at the last.
#[derive(Debug)]
pub struct Recording {
    folder: PathBuf,
    every: u32,
    batches: BufWriter<File>,
}

impl Recording {
    /// Makes the folder and writes `trial.json` and `model.py`; or goes on in the folder of the
    /// same trial, with what is there.
    ///
    /// # Errors
    /// [`CnnError::Setting`] if `every` is 0, [`CnnError::File`] if the folder is that of another
    /// trial, [`CnnError::Io`] if a file cannot be written; as [`TrialSettings::check`].
    pub fn begin(
        folder: &Path,
        every: u32,
        settings: &TrialSettings,
        seed: u64,
        images: &Images,
    ) -> Result<Self, CnnError> {
        if every == 0 {
            let expected = "must be at least 1: weights are saved at every so many steps";
            return Err(CnnError::setting("save-every", every, expected));
        }
        let masters = settings.weights.masters.then_some("masters");
        for part in ["checkpoints", "gradients", "moments"]
            .into_iter()
            .chain(masters)
        {
            let path = folder.join(part);
            fs::create_dir_all(&path).map_err(failed(&path, "create"))?;
        }
        let about = serde_json::json!({
            "id": trial::id(settings, seed, images),
            "seed": seed,
            "data_digest": images.digest,
            "image_shape": images.shape,
            "classes": images.classes,
            "steps": settings.steps(images),
            "steps_per_epoch": settings.steps_per_epoch(images),
            "settings": settings,
        });
        let path = folder.join("trial.json");
        let other = "is of another trial; write this one to another folder";
        keep(&path, &json(&path, &about)?, other)?;
        let path = folder.join("model.py");
        let program = model::text(&trial::architecture(settings, seed, images)?, images.shape)?;
        keep(&path, program.as_bytes(), DIFFERS)?;
        let path = folder.join(BATCHES);
        let batches = File::create(&path).map_err(failed(&path, "create"))?;
        let mut batches = BufWriter::new(batches);
        writeln!(batches, "step,learning_rate,loss,images").map_err(failed(&path, "write"))?;
        Ok(Self {
            folder: folder.to_owned(),
            every,
            batches,
        })
    }

    /// Gives `batches.csv` its name and writes `record.json`.
    ///
    /// # Errors
    /// [`CnnError::Io`] if a file cannot be written, [`CnnError::File`] if a `record.json` is there
    /// that differs.
    pub fn finish(mut self, record: &TrialRecord) -> Result<(), CnnError> {
        let path = self.folder.join(BATCHES);
        self.batches.flush().map_err(failed(&path, "write"))?;
        let whole = self.folder.join("batches.csv");
        fs::rename(&path, &whole).map_err(failed(&whole, "write"))?;
        let path = self.folder.join("record.json");
        keep(&path, &json(&path, record)?, DIFFERS)
    }

    /// Writes parameters, gradients or moments.
    fn save(
        &self,
        part: &str,
        step: u32,
        ending: &str,
        tensors: &[ParameterTensor],
        values: &[f32],
    ) -> Result<(), CnnError> {
        let name = format!("step-{step}{ending}.safetensors");
        let path = self.folder.join(part).join(name);
        keep(&path, &checkpoint::bytes(&path, tensors, values)?, DIFFERS)
    }

    fn is_saved(&self, step: u32, planned: u32) -> bool {
        step.is_multiple_of(self.every) || step == planned
    }

    fn batch(&mut self, step: &Step<'_>, before: u32) -> io::Result<()> {
        let loss = step.loss.unwrap_or(f64::NAN);
        write!(self.batches, "{before},{},{loss},", step.learning_rate)?;
        for (place, image) in step.batch.iter().enumerate() {
            let separator = if place == 0 { "" } else { " " };
            write!(self.batches, "{separator}{image}")?;
        }
        writeln!(self.batches)
    }
}

impl Observer for Recording {
    fn step(&mut self, step: &Step<'_>) -> Result<(), CnnError> {
        let graph = &step.network.graph;
        let tensors = &step.network.parameters;
        let trained: Vec<_> = tensors
            .iter()
            .filter(|tensor| tensor.role.is_trained())
            .cloned()
            .collect();
        match step.step.checked_sub(1) {
            None => {
                let path = self.folder.join("data.safetensors");
                let bytes = tensors::bytes(&path, step.training, step.held_out)?;
                keep(&path, &bytes, DIFFERS)?;
            }
            Some(before) => {
                let path = self.folder.join(BATCHES);
                self.batch(step, before).map_err(failed(&path, "write"))?;
                if self.is_saved(before, step.planned) {
                    self.save("gradients", before, "", &trained, graph.parameter_grads())?;
                }
            }
        }
        if self.is_saved(step.step, step.planned) {
            let saved = step.step;
            self.save("checkpoints", saved, "", tensors, graph.parameters())?;
            if !step.masters.is_empty() {
                self.save("masters", saved, "", &trained, step.masters)?;
            }
            let first = step.optimizer.first_moments();
            let second = step.optimizer.second_moments();
            for (moments, ending) in [(first, ".first"), (second, ".second")] {
                if !moments.is_empty() {
                    self.save("moments", saved, ending, &trained, moments)?;
                }
            }
        }
        Ok(())
    }
}

fn failed(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> CnnError {
    let path = path.to_owned();
    move |source| CnnError::Io {
        path,
        action,
        source,
    }
}

/// `batches.csv` until it is whole.
const BATCHES: &str = "batches.csv.partial";

/// Of a file that is there.
const DIFFERS: &str = "differs from what the trial gives; move it away, or take another folder";

/// Writes a file that is whole or not there. One that is there stays, and has to hold these bytes:
/// it is an error, in the words of `otherwise`, if it does not.
fn keep(path: &Path, bytes: &[u8], otherwise: &str) -> Result<(), CnnError> {
    match fs::read(path) {
        Ok(found) if found == bytes => Ok(()),
        Ok(_) => Err(CnnError::File {
            path: path.to_owned(),
            problem: otherwise.to_owned(),
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            checkpoint::replace(path, bytes).map_err(failed(path, "write"))
        }
        Err(error) => Err(failed(path, "read")(error)),
    }
}

fn json(path: &Path, value: &impl serde::Serialize) -> Result<Vec<u8>, CnnError> {
    let mut text = serde_json::to_vec_pretty(value).map_err(|error| CnnError::File {
        path: path.to_owned(),
        problem: error.to_string(),
    })?;
    text.push(b'\n');
    Ok(text)
}

#[cfg(test)]
mod tests;
