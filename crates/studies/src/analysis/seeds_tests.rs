//! Estimates and tables of some seeds alone.

use std::ops::Range;

use super::*;
use crate::frames::{Frame, Kind, TableSchema, Tables, schema};
use crate::messages::Source;
use crate::provenance::Provenance;
use crate::table::Values;

/// Measures of each statistic, and each form of table.
const ALL: &str = r#"
grammar = 1
[factors.learning_rate]
words = "Before annealing."
[factors.momentum]
words = "Of the optimizer."
[picks.edge]
words = "The highest rate at which three quarters of the networks work."
over = "learning_rate"
highest_with = { working = 0.75 }
[measures.revivals]
words = "Revivals a dead filter."
numerator = "SUM(revivals)"
denominator = "COUNT(*)"
table = "filters"
statistic = "pooled"
[measures.exact]
words = "The same, counted."
numerator = "SUM(revivals)"
denominator = "COUNT(*)"
table = "filters"
statistic = "exact"
[measures.total]
words = "The same, added."
numerator = "SUM(revivals)"
denominator = "COUNT(*)"
table = "filters"
statistic = "total"
[measures.largest]
words = "Largest pre-activation."
value = "largest_pre_activation"
table = "filters"
statistic = "median"
[tables.cells]
words = "One row a rate."
by = ["learning_rate", "momentum"]
measures = ["dead_filters", "working", "revivals", "exact", "total", "largest"]
networks = true
[tables.listed]
words = "One row a trial."
sql = "SELECT trial, replicate FROM trials ORDER BY trial"
[tables.picked]
words = "Picks."
picks = "edge"
"#;

const STATISTICS: [&str; 18] = [
    "mean = \"dead_filters\"\nwhere = { learning_rate = 0.1, momentum = 0 }",
    "mean = \"working\"\nwhere = { learning_rate = 0.1, momentum = 0 }",
    "mean = \"held_out_accuracy\"\nwhere = { learning_rate = 0.1, momentum = 0 }",
    "mean = \"revivals\"",
    "mean = \"exact\"",
    "mean = \"total\"",
    "mean = \"largest\"",
    "count = \"revivals\"",
    "hazard = \"revivals\"",
    "difference = \"dead_filters\"\nwhere = { learning_rate = 0.4, momentum = 0 }\nversus = { learning_rate = 0.1 }\npaired = true",
    "difference = \"dead_filters\"\nwhere = { learning_rate = 0.4, momentum = 0 }\nversus = { learning_rate = 0.1 }\npaired = false",
    "difference = \"dead_filters\"\nwhere = { momentum = 0.9 }\nversus = { momentum = 0 }\nover = \"learning_rate\"",
    "difference = \"dead_filters\"\nwhere = { momentum = 0.9 }\nversus = { momentum = 0 }\nbest = \"learning_rate\"",
    "largest = \"dead_filters\"\ngood = { held_out_accuracy = 0.1 }",
    "crossing = { measure = \"dead_filters\", over = \"learning_rate\", at = 0.4 }\nwhere = { momentum = 0 }",
    "effect = { measure = \"dead_filters\", factors = [\"learning_rate\", \"momentum\"], of = \"range_minus_largest_other\" }",
    "order = \"dead_filters\"\nranks = { momentum = [0, 0.9] }\nbest = \"learning_rate\"",
    "slope = { measure = \"dead_filters\", over = \"learning_rate\" }\nwhere = { momentum = 0 }",
];

/// The analysis, with tables and estimates of some seeds alone, or of all.
fn analysis(seeds: Option<[u32; 2]>) -> Analysis {
    let seeds = seeds.map_or(String::new(), |seeds| format!("replicates = {seeds:?}\n"));
    let mut text = ALL.replace(
        "words = \"One row a rate.\"\n",
        &format!("words = \"\"\n{seeds}"),
    );
    text = text.replace(
        "words = \"One row a trial.\"\n",
        &format!("words = \"\"\n{seeds}"),
    );
    for (at, statistic) in STATISTICS.iter().enumerate() {
        let head = format!("[[estimates]]\nname = \"e{at}\"\nwords = \"\"\n");
        text = [
            text,
            head,
            seeds.clone(),
            (*statistic).to_owned(),
            "\n".to_owned(),
        ]
        .concat();
    }
    let source = Source::new("analysis.toml", text);
    Analysis::read(&source, &Design::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// Made-up results of these seeds, numbered from `first`: what is recorded depends on the seed
/// and not on its number.
fn results(seeds: Range<u32>, first: u32) -> Results {
    let mut cells = Vec::new();
    for rate in [0.1, 0.2, 0.4] {
        cells.extend([0.0, 0.9].map(|momentum| (rate, momentum)));
    }
    let trials = cells
        .iter()
        .enumerate()
        .flat_map(|(cell, of)| seeds.clone().map(move |seed| (cell, *of, seed)));
    let trials: Vec<(usize, (f64, f64), u32)> = trials.collect();
    let frame = |table: &TableSchema, rows: usize| {
        let all = || (0..trials.len()).flat_map(|trial| (0..rows).map(move |row| (trial, row)));
        let whole = |of: &dyn Fn(usize) -> i64| {
            Values::Integer(all().map(|(trial, _)| Some(of(trial))).collect())
        };
        let mut columns: Vec<(String, Values)> = Vec::new();
        let mut add = |name: &str, values: Values| columns.push((name.to_owned(), values));
        add("trial", whole(&|trial| trial as i64));
        add(
            "replicate",
            whole(&|trial| i64::from(trials[trial].2 - seeds.start + first)),
        );
        add(
            "learning_rate",
            Values::Real(all().map(|(trial, _)| trials[trial].1.0).collect()),
        );
        add(
            "momentum",
            Values::Real(all().map(|(trial, _)| trials[trial].1.1).collect()),
        );
        for column in &table.columns {
            let hash = |(trial, row): (usize, usize)| {
                let (cell, _, seed) = trials[trial];
                let text = format!("{} {cell} {seed} {row}", column.name);
                u64::from(blake3::hash(text.as_bytes()).as_bytes()[0])
            };
            let values = match (column.name, column.kind) {
                ("layer", _) => {
                    Values::Integer(all().map(|(_, row)| Some(row as i64 % 2)).collect())
                }
                ("filter", _) => {
                    Values::Integer(all().map(|(_, row)| Some(row as i64 / 2)).collect())
                }
                (_, Kind::Integer) => {
                    Values::Integer(all().map(|at| Some((hash(at) % 5) as i64)).collect())
                }
                (_, Kind::Real) => Values::Real(all().map(|at| hash(at) as f64 / 255.0).collect()),
                (_, Kind::Flag) => Values::Flag(all().map(|at| Some(hash(at) < 100)).collect()),
                (_, Kind::Text) => Values::Text(
                    all()
                        .map(|at| {
                            if hash(at) < 25 {
                                "collapsed"
                            } else {
                                "working"
                            }
                            .into()
                        })
                        .collect(),
                ),
            };
            add(column.name, values);
        }
        Frame::new(columns).unwrap()
    };
    let [of_trials, of_censuses, of_filters, of_probes, ..] = schema();
    let tables = Tables {
        trials: frame(&of_trials, 1),
        censuses: frame(&of_censuses, 2),
        filters: frame(&of_filters, 6),
        probes: frame(&of_probes, 0),
        ..Tables::default()
    };
    Results::new(tables, Provenance::default())
}

fn carry_out(seeds: Option<[u32; 2]>, results: &Results) -> CarriedOut {
    let carried = analysis(seeds).carry_out(results);
    carried.unwrap_or_else(|error| panic!("{error}"))
}

/// Some seeds by themselves are what they would be if no others had been run.
#[test]
fn seeds_by_themselves_are_as_if_there_were_no_others() {
    let all = results(0..10, 0);
    let whole = carry_out(None, &all);
    for (first, last) in [(0, 4), (5, 9)] {
        let alone = carry_out(Some([first, last]), &all);
        let only = carry_out(None, &results(first..last + 1, 0));
        let estimates = |of: &CarriedOut| {
            let all = of.estimates.iter();
            let all = all.map(|one| format!("{:?}", one.found));
            format!("{:?}", all.collect::<Vec<_>>())
        };
        assert_eq!(estimates(&alone), estimates(&only));
        assert_ne!(estimates(&alone), estimates(&whole));
        assert!(alone.estimates.iter().all(|one| one.first == first));
        // Rows of single networks have the numbers that the seeds have.
        let numbered = carry_out(Some([first, last]), &results(first..last + 1, first));
        for (one, other) in alone.tables.iter().zip(&numbered.tables) {
            if one.name != "listed" {
                assert_eq!(
                    one.to_csv().unwrap(),
                    other.to_csv().unwrap(),
                    "{}",
                    one.name
                );
            }
        }
        let listed = alone
            .tables
            .iter()
            .find(|table| table.name == "listed")
            .unwrap();
        let seeds = listed.numbers("replicate").unwrap();
        let there = |seed: &f64| (first..=last).contains(&(*seed as u32));
        assert!(seeds.len() == 6 * (last - first + 1) as usize && seeds.iter().all(there));
    }
}

/// A smaller version of a study may have none of the seeds.
#[test]
fn of_no_networks_nothing_is_known() {
    let carried = carry_out(Some([5, 9]), &results(0..2, 0));
    assert_eq!(carried.estimates.len(), STATISTICS.len());
    for estimated in &carried.estimates {
        let bounds = estimated.found.bounds;
        let known = [bounds.interval95.low, bounds.interval997.high];
        assert!(known.iter().all(|limit| limit.is_nan()), "{estimated:?}");
        assert_eq!(estimated.found.n, 0, "{estimated:?}");
    }
    let rows = |name: &str| {
        carried
            .tables
            .iter()
            .find(|table| table.name == name)
            .unwrap()
            .rows()
    };
    assert_eq!((rows("cells"), rows("listed")), (0, 0));
}
