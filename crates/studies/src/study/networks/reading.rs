//! Censuses and filters of the networks, from the rows of the aggregated tables.

use std::collections::BTreeMap;

use super::{Census, Count, Lives, Network, Outcome};
use crate::aggregate::Frame;
use crate::statistics::Fate;
use crate::study::StudyError;

/// Adds the censuses of the trials to the networks, which `index` finds by the trial's number.
pub(super) fn add_censuses<Key>(
    networks: &mut [Network<Key>],
    index: &BTreeMap<i64, usize>,
    censuses: &Frame,
) -> Result<(), StudyError> {
    let (trial, step) = (censuses.integers("trial")?, censuses.integers("step")?);
    let outcome = censuses.texts("outcome")?;
    let column = |name: &str| censuses.reals(name);
    let (filters, silent) = (column("filters")?, column("silent")?);
    let (dead, cut_off) = (column("dead")?, column("cut_off")?);
    let (units, silent_units) = (column("units")?, column("silent_units")?);
    for row in 0..censuses.rows() {
        let Some(&network) = trial[row].as_ref().and_then(|trial| index.get(trial)) else {
            continue;
        };
        let step = step[row]
            .and_then(|step| u32::try_from(step).ok())
            .unwrap_or(0);
        let all = &mut networks[network].censuses;
        if all.last().is_none_or(|census| census.step != step) {
            all.push(Census {
                step,
                outcome: Outcome::parse(&outcome[row]),
                layers: Vec::new(),
            });
        }
        let last = all.len() - 1;
        all[last].layers.push(Count {
            filters: filters[row],
            silent: silent[row],
            dead: dead[row],
            cut_off: cut_off[row],
            units: units[row],
            silent_units: silent_units[row],
        });
    }
    Ok(())
}

/// Adds fates and lives of the filters, layer by layer.
pub(super) fn add_filters<Key>(
    networks: &mut [Network<Key>],
    index: &BTreeMap<i64, usize>,
    filters: &Frame,
) -> Result<(), StudyError> {
    let (trial, layer) = (filters.integers("trial")?, filters.reals("layer")?);
    let (dead, before) = (
        filters.flags("dead_at_end")?,
        filters.flags("dead_before_annealing")?,
    );
    let (born_dead, ever_dead) = (filters.flags("born_dead")?, filters.flags("ever_dead")?);
    let (silent, cut_off) = (
        filters.flags("silent_at_end")?,
        filters.flags("cut_off_at_end")?,
    );
    // Only tanh saturates: a table without the column is of networks that cannot.
    let saturated = if filters.has("saturated_at_end") {
        filters.flags("saturated_at_end")?
    } else {
        vec![false; filters.rows()]
    };
    let revivals = filters.reals("revivals")?;
    let step = |name: &str| -> Result<Vec<Option<u32>>, StudyError> {
        let steps = filters.integers(name)?;
        Ok(steps
            .into_iter()
            .map(|s| s.and_then(|s| u32::try_from(s).ok()))
            .collect())
    };
    let (after, by) = (step("final_death_after")?, step("final_death_by")?);
    for row in 0..filters.rows() {
        let Some(&network) = trial[row].as_ref().and_then(|trial| index.get(trial)) else {
            continue;
        };
        let network = &mut networks[network];
        let layer = layer[row] as usize;
        if network.fates.len() <= layer {
            network.fates.resize(layer + 1, Vec::new());
            network.lives.resize(layer + 1, Lives::default());
        }
        let lost = network.lost_step.unwrap_or(0);
        let fate = match (network.outcome, dead[row], by[row]) {
            (Outcome::Collapsed, ..) => Fate::Collapsed(lost),
            (Outcome::Diverged, ..) => Fate::Diverged(lost),
            (Outcome::Working, false, _) => Fate::Alive,
            (Outcome::Working, true, None) => Fate::BornDead,
            (Outcome::Working, true, Some(by)) => Fate::Died {
                after: after[row].unwrap_or(0),
                by,
            },
        };
        network.fates[layer].push(fate);
        let lives = &mut network.lives[layer];
        for (count, happened) in [
            (&mut lives.born_dead, born_dead[row]),
            (&mut lives.ever_dead, ever_dead[row]),
            (&mut lives.dead_before_annealing, before[row]),
            (&mut lives.final_deaths, dead[row] && by[row].is_some()),
            (&mut lives.revived, revivals[row] > 0.0),
            (&mut lives.silent_at_end, silent[row]),
            (&mut lives.dead_at_end, dead[row]),
            (&mut lives.saturated_at_end, saturated[row]),
            (&mut lives.cut_off_at_end, cut_off[row]),
        ] {
            *count += f64::from(u8::from(happened));
        }
    }
    Ok(())
}
