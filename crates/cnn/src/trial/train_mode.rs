//! What networks with batch norms do as they are trained: each batch by its own statistics.

use super::measured::{Measured, Times};
use crate::CnnError;
use crate::architecture::Architecture;
use crate::census::Observatory;
use crate::data::Subset;

/// Looks at step 0, when annealing begins and at the end: each costs as much as a census.
#[derive(Debug)]
pub(super) struct TrainMode {
    observatory: Observatory,
    steps: [u32; 3],
}

impl TrainMode {
    /// None without batch norms: there both modes are one.
    pub fn new(
        architecture: &Architecture,
        input: [usize; 3],
        batch_size: usize,
        times: Times,
    ) -> Result<Option<Self>, CnnError> {
        if !architecture.has_batch_norm() {
            return Ok(None);
        }
        Ok(Some(Self {
            observatory: Observatory::in_train_mode(architecture, input, batch_size)?,
            steps: [0, times.annealing_step, times.steps],
        }))
    }

    /// Looks, if there is a look at this step, right after `measured` took the census there.
    pub fn look(
        &mut self,
        measured: &mut Measured,
        parameters: &[f32],
        training: &Subset,
        step: u32,
    ) -> Result<(), CnnError> {
        if self.steps.contains(&step) {
            measured.train_mode(self.observatory.take(parameters, training, step)?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::trial::tests::{digits, settings};

    #[test]
    fn dead_in_train_mode_is_without_gradient_and_told_apart_from_eval_mode() {
        let mut own = settings(0.5, 3);
        let layers = serde_json::json!([
            "conv 8 3x3",
            "batch_norm",
            "relu",
            "conv 8 3x3",
            "batch_norm",
            "relu",
            "global_average_pool",
            "linear 10",
        ]);
        own.architecture = serde_json::from_value(layers).unwrap();
        own.initialization.beta = -2.5;
        let record = crate::trial::run(&own, 0, &digits(200), &mut ()).unwrap();
        let steps = record.trial.steps;
        for row in &record.censuses {
            // No annealing: it begins where training ends.
            assert_eq!(
                row.dead_in_train_mode.is_some(),
                [0, steps].contains(&row.step)
            );
        }
        let mut differ = 0;
        for (layer, rows) in record.filters.chunks(8).enumerate() {
            let at_end =
                |row: &&crate::record::CensusRow| row.step == steps && row.layer == layer as u32;
            let row = record.censuses.iter().find(at_end).unwrap();
            let dead = rows
                .iter()
                .filter(|row| row.dead_in_train_mode == Some(true));
            assert_eq!(Some(dead.count() as u32), row.dead_in_train_mode);
            for row in rows {
                assert!(row.gamma.is_some() && row.beta.unwrap() < 0.0);
                differ += u32::from(row.dead_in_train_mode != Some(row.dead_at_end));
            }
        }
        let start = record.censuses.iter().filter(|row| row.step == 0);
        differ += start
            .map(|row| row.dead.abs_diff(row.dead_in_train_mode.unwrap()))
            .sum::<u32>();
        assert!(differ > 0);
        // Of a plain network there is one mode.
        let plain = crate::trial::run(&settings(0.5, 1), 0, &digits(100), &mut ()).unwrap();
        assert!(
            plain
                .censuses
                .iter()
                .all(|row| row.silent_in_train_mode.is_none())
        );
        assert!(plain.filters.iter().all(|row| row.gamma.is_none()));
    }
}
