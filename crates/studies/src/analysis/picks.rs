//! Levels of a factor chosen by a rule: the edge, what lies near it, the next one.

use std::collections::BTreeMap;

use super::Evaluation;
use super::error::AnalysisError;
use super::grammar::{Grammar, Pick};
use super::level::Level;
use super::measured::Measured;
use super::networks::Networks;
use crate::statistics::Inference;
use crate::table::Table;

/// A name and its level, if the grid has one.
type Name = (String, Option<Level>);

/// The levels that a pick has chosen.
#[derive(Clone, Debug)]
pub struct Picked {
    within: Vec<String>,
    over: String,
    /// For each combination of the held factors: the chosen levels, by name.
    chosen: Vec<(Vec<Level>, Vec<Name>)>,
}

/// Chooses.
///
/// # Errors
/// If the rule's measure cannot be put together.
pub fn pick(
    name: &str,
    pick: &Pick,
    networks: &Networks,
    measured: &BTreeMap<String, Measured>,
    inference: &Inference,
) -> Result<Picked, AnalysisError> {
    let within: Vec<&str> = pick.within.iter().map(String::as_str).collect();
    let mut chosen = Vec::new();
    for (held, own) in networks.cells(&within, |_| true) {
        let level = |network: usize| networks.level(&pick.over, network);
        let levels: Vec<Level> = networks.levels(&pick.over).to_vec();
        let mut grid: Vec<Level> = Vec::new();
        let mut highest: Option<Level> = None;
        for at in levels {
            let cell: Vec<usize> = own
                .iter()
                .copied()
                .filter(|one| *level(*one) == at)
                .collect();
            if cell.is_empty() {
                continue;
            }
            let mut fits = true;
            for (measure, least) in &pick.highest_with {
                let summary = measured[measure]
                    .summary(networks, &cell, &BTreeMap::new(), inference)
                    .map_err(|problem| AnalysisError::unfit(format!("picks.{name}"), problem))?;
                fits &= Measured::mean(&summary.values) >= *least;
            }
            if fits {
                highest = Some(at.clone());
            }
            grid.push(at);
        }
        chosen.push((held, names(name, pick, &grid, highest.as_ref())));
    }
    Ok(Picked {
        within: pick.within.clone(),
        over: pick.over.clone(),
        chosen,
    })
}

fn names(
    name: &str,
    pick: &Pick,
    grid: &[Level],
    highest: Option<&Level>,
) -> Vec<(String, Option<Level>)> {
    let number = |level: &Level| level.number().unwrap_or(f64::NAN);
    // The nearest by ratio, the lower of two that are equally near.
    let near = |ratio: f64| {
        let wanted = number(highest?) * ratio;
        let distance = |level: &Level| libm::fabs(libm::log(number(level) / wanted));
        let nearest = grid
            .iter()
            .min_by(|a, b| distance(a).total_cmp(&distance(b)));
        nearest.cloned()
    };
    let own = pick.named.as_deref().unwrap_or(name);
    let mut all = vec![(own.to_owned(), highest.cloned())];
    all.extend(
        pick.near
            .iter()
            .map(|(name, ratio)| (name.clone(), near(*ratio))),
    );
    if let Some(next) = &pick.next {
        let place = highest.and_then(|level| grid.iter().position(|known| known == level));
        all.push((
            next.clone(),
            place.and_then(|place| grid.get(place + 1).cloned()),
        ));
    }
    if let Some(last) = &pick.last {
        all.push((last.clone(), grid.last().cloned()));
    }
    all
}

impl Picked {
    /// For each network the name of its level, or nothing; where a level has two names, the first.
    pub fn column(&self, networks: &Networks) -> Vec<Level> {
        let of = |network: usize| {
            let held: Vec<Level> = self
                .within
                .iter()
                .map(|f| networks.level(f, network).clone())
                .collect();
            let level = networks.level(&self.over, network);
            let own = self.chosen.iter().find(|(known, _)| *known == held);
            let named = own.and_then(|(_, names)| {
                names
                    .iter()
                    .find(|(_, known)| known.as_ref() == Some(level))
            });
            Level::new(named.map_or("", |(name, _)| name.as_str()))
        };
        (0..networks.len()).map(of).collect()
    }

    /// One row a combination of the held factors and name.
    pub(super) fn table(&self, name: &str, words: &str, evaluation: &Evaluation<'_>) -> Table {
        let rows: Vec<(&Vec<Level>, &String, &Option<Level>)> = self
            .chosen
            .iter()
            .flat_map(|(held, names)| names.iter().map(move |(name, level)| (held, name, level)))
            .collect();
        let mut table = Table::new(name, words);
        for (at, factor) in self.within.iter().enumerate() {
            let levels = rows.iter().map(|row| row.0[at].as_str().to_owned());
            table = table.text(factor, &evaluation.words(factor), levels.collect());
        }
        let level = |level: &Option<Level>| level.as_ref().map_or("", Level::as_str).to_owned();
        table
            .text(
                "pick",
                "Which.",
                rows.iter().map(|row| row.1.clone()).collect(),
            )
            .text(
                &self.over,
                &format!(
                    "{} Empty where the grid has none.",
                    evaluation.words(&self.over)
                ),
                rows.iter().map(|row| level(row.2)).collect(),
            )
    }
}

/// Adds the column of each pick to the networks.
pub fn add(grammar: &Grammar, picks: &BTreeMap<String, Picked>, networks: &mut Networks) {
    for (name, picked) in picks {
        let column = picked.column(networks);
        let factor = super::grammar::Factor {
            words: grammar.picks[name].words.clone(),
            ..super::grammar::Factor::default()
        };
        networks.set(name, column, &factor);
    }
}
