//! What is told of a study over the trials of others, and what it is made of.

use std::collections::BTreeSet;
use std::fs;

use cnn::settings::{Probes, TrialSettings};

use super::SplitTold as _;
use crate::plan::{Plan, Variant};
use crate::study::{STUDIES, Study};

const SPEC: &str = "grammar = 1\nname = 'both'\nquestion = 'x'\n[pool]\n\
    studies = ['learning-rate', 'optimizer']\n[pool.columns]\nrate = 'schedule.learning_rate'\n\
    first = 'architecture.1'\n";

const ANALYSIS: &str = "grammar = 1\n[factors.rate]\nwords = 'x'\n[tables.cells]\nwords = 'One row a rate.'\nby = ['rate']\n\
    measures = ['steps']\n[measures.steps]\nwords = 'x'\nnumerator = 'SUM(steps)'\n\
    denominator = 'COUNT(*)'\nstatistic = 'total'\n";

/// The plan of the folder with one thing changed; the first thing that is told if there is none.
fn plan(from: &str, to: &str) -> Result<Plan, String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("study.toml", SPEC), ("analysis.toml", ANALYSIS)] {
        fs::write(folder.path().join(name), text.replacen(from, to, 1)).unwrap();
    }
    let study = Study::read(folder.path()).unwrap();
    Plan::new(study, &Variant::default(), None).map_err(|error| error.told(folder.path()).remove(0))
}

/// The settings that say how a trial's network is trained.
fn network(settings: &TrialSettings) -> String {
    let mut settings = settings.clone();
    settings.probes = Probes::default();
    if settings.schedule.annealing_factor == 1.0 {
        settings.schedule.annealed_epochs = 0;
    }
    if settings.schedule.annealed_epochs == 0 {
        settings.schedule.annealing_factor = 1.0;
    }
    serde_json::to_string(&settings).unwrap()
}

/// Probes look on and change nothing: with them or without, a network is one.
#[test]
fn networks_that_differ_in_probes_are_one() {
    let both =
        plan("'optimizer']", "'mechanism', 'permanence']").unwrap_or_else(|told| panic!("{told}"));
    let mut networks = BTreeSet::new();
    for cell in &both.cells {
        assert!(networks.insert(network(&cell.settings)));
    }
    let own = ["learning-rate", "mechanism", "permanence"].map(|name| {
        let study = STUDIES.iter().find(|study| study.name() == name).unwrap();
        Plan::listed(study, &Variant::default(), None).unwrap()
    });
    let trials = own.iter().flat_map(|plan| &plan.trials);
    let known: BTreeSet<&String> = trials.map(|trial| &trial.id).collect();
    assert!(both.trials.len() < known.len());
    // None is to be trained for this alone.
    assert!(both.trials.iter().all(|trial| known.contains(&trial.id)));
}

/// A rate annealed to all of itself is constant, and so is one that is annealed over no epoch.
#[test]
fn networks_of_a_constant_rate_are_one_however_it_is_written() {
    let both = plan("'optimizer']", "'stopped-weights', 'when-filters-die']")
        .unwrap_or_else(|told| panic!("{told}"));
    let (mut networks, mut written) = (BTreeSet::new(), BTreeSet::new());
    for cell in &both.cells {
        assert!(networks.insert(network(&cell.settings)));
    }
    for name in ["stopped-weights", "when-filters-die"] {
        let study = STUDIES.iter().find(|study| study.name() == name).unwrap();
        let own = Plan::listed(study, &Variant::default(), None).unwrap();
        for cell in &own.cells {
            let mut settings = cell.settings.clone();
            settings.probes = Probes::default();
            written.insert(serde_json::to_string(&settings).unwrap());
            assert!(networks.contains(&network(&settings)));
        }
    }
    let own = written.iter().map(|text| {
        let settings: TrialSettings = serde_json::from_str(text).unwrap();
        network(&settings)
    });
    let own: BTreeSet<String> = own.collect();
    assert!(own.len() < written.len(), "some are written in both ways");
}

#[test]
fn each_trial_of_several_studies_is_there_once() {
    let both = plan("", "").unwrap_or_else(|told| panic!("{told}"));
    let networks = |plan: &Plan| -> BTreeSet<(String, u64)> {
        let trials = plan.trials.iter();
        trials
            .map(|trial| (network(&plan.cells[trial.cell].settings), trial.seed))
            .collect()
    };
    let there = networks(&both);
    assert_eq!(there.len(), both.trials.len());
    let mut all = 0;
    for name in ["learning-rate", "optimizer"] {
        let study = STUDIES.iter().find(|study| study.name() == name).unwrap();
        let own = Plan::listed(study, &Variant::default(), None).unwrap();
        assert!(networks(&own).is_subset(&there), "{name}");
        all += own.trials.len();
    }
    assert!(all > there.len(), "they share some");
    for (at, trial) in both.trials.iter().enumerate() {
        assert_eq!(trial.index, at);
    }
    let front = both.front(&both.trials[0]);
    let names: Vec<&str> = front.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names[names.len() - 2..], ["first", "rate"]);
    assert_eq!(front[2].1, "learning-rate".into());
}

#[test]
fn each_mistake_is_told_in_its_file_and_line() {
    for (from, to, told) in [
        (
            "'optimizer'",
            "'optimiser'",
            "study.toml:5:29: no study `optimiser`; did you mean `optimizer`?",
        ),
        (
            "'optimizer'",
            "'learning-rate'",
            "study.toml:5:29: `learning-rate` stands twice",
        ),
        (
            "'optimizer'",
            "'answers'",
            "study.toml:5:29: `answers` is over the trials of others itself: name those",
        ),
        (
            "schedule.learning_rate",
            "schedule.rate",
            "study.toml:7:1: no trial of these studies has a number, word or truth value at `schedule.rate`",
        ),
        (
            "rate = ",
            "step = ",
            "study.toml:7:1: the results have a column `step` already",
        ),
        (
            "grammar = 1",
            "grammar = 2",
            "study.toml:1:1: grammar 2: this program reads",
        ),
        (
            "name = 'both'",
            "nam = 'both'",
            "study.toml:2:1: no key `nam`; did you mean `name`?",
        ),
        ("['rate']", "['rat']", "analysis.toml:6:7: "),
    ] {
        match plan(from, to) {
            Ok(_) => panic!("{to}: nothing is told"),
            Err(found) => assert!(found.starts_with(told), "{to}: {found}"),
        }
    }
}
