use super::*;
use crate::study::STUDIES;

pub(super) const GOOD: &str = r#"name = "s"
question = "q"
sentence = "a"
source = "b"

[base]
architecture = ["conv 4 3x3", "relu", "global_average_pool", "linear 10"]
data = { set = "digits", pixels = "raw" }
optimizer = { kind = "sgd", momentum = 0.0 }
schedule = { learning_rate = 0.1, epochs = 1, annealed_epochs = 0 }

[[arms]]
name = "one"
replicates = 2
[arms.grid]
"schedule.learning_rate" = [0.1, 0.2]

[quick]
replicates = 1
"#;

fn read(text: &str) -> Result<Spec, Problems> {
    Spec::read(&Source::new("s.toml", text))
}

#[test]
fn the_specification_of_every_study_can_be_read() {
    for study in STUDIES.iter().filter(|study| study.has_design()) {
        let source = Source::new(study.name(), study.spec());
        let spec = Spec::read(&source).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(spec.name, study.name());
    }
}

#[test]
fn a_mistake_is_named_with_its_line_and_what_would_be_right() {
    assert!(read(GOOD).is_ok());
    for (right, wrong, line, named) in [
        ("question =", "qestion =", "s.toml:2", "`question`?"),
        (
            "replicates = 2",
            "replicate = 2",
            "s.toml:14",
            "`replicates`?",
        ),
        ("epochs = 1", "epoch = 1", "s.toml:10", "`epochs`?"),
        (
            "momentum = 0.0",
            "momentun = 0.0",
            "s.toml:9",
            "`momentum`?",
        ),
        ("\"sgd\"", "\"sdg\"", "s.toml:9", "`sgd`?"),
        ("conv 4 3x3", "conv 4 3y3", "s.toml:7", "3y3"),
        (
            "replicates = 2",
            "replicates = 0",
            "s.toml:14",
            "at least 1",
        ),
        ("replicates = 2", "replicates = -1", "s.toml:14", "-1"),
        ("[quick]", "[quick", "s.toml:18", ""),
        (
            "replicates = 1",
            "replicates = 1\narms = [\"ona\"]",
            "s.toml:20",
            "`one`?",
        ),
        ("name = \"s\"", "", "s.toml", "`name`"),
    ] {
        let error = read(&GOOD.replacen(right, wrong, 1)).unwrap_err();
        assert_eq!(error.iter().count(), 1, "{wrong}: {error}");
        let error = error.iter().next().unwrap();
        assert!(error.place().starts_with(line), "{wrong}: {error}");
        assert!(error.title().contains(named), "{wrong}: {error}");
    }
}

#[test]
fn everything_that_is_missing_or_not_known_is_told_at_once_in_order() {
    let wrong = GOOD
        .replace("question = \"q\"\n", "")
        .replace("source =", "sorce =")
        .replace("conv 4 3x3", "conv 4 3y3")
        .replace(
            "kind = \"sgd\", momentum = 0.0",
            "kind = \"sgd\", momentum = \"high\", x = 1",
        )
        .replace("learning_rate = 0.1, epochs", "epoch = 2, epochs")
        .replace("replicates = 2\n", "");
    let error = read(&wrong).unwrap_err();
    let told: Vec<String> = error
        .iter()
        .map(|problem| format!("{}: {}", problem.place(), problem.title()))
        .collect();
    let expected = [
        "s.toml:1:1: `question` is missing",
        "s.toml:3:1: no key `sorce`; did you mean `source`?",
        "s.toml:6:17: `conv 4 3y3` is not a layer",
        "s.toml:8:40: `base.optimizer.momentum` must be a number",
        "s.toml:8:48: no key `x` in `base.optimizer`; there are `decay_biases`",
        "s.toml:9:1: `learning_rate` is missing in `base.schedule`",
        "s.toml:9:14: no key `epoch` in `base.schedule`",
        "s.toml:11:1: `replicates` is missing in `arms`",
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected), "{told} for {expected}");
    }
    let said = error.to_string();
    assert!(said.contains("\n3 | sorce = \"b\"\n  | ^^^^^\n"), "{said}");
}
