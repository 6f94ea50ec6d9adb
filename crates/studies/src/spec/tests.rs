use super::*;
use crate::study::STUDIES;

const GOOD: &str = r#"name = "s"
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

fn read(text: &str) -> Result<Spec, SpecError> {
    Spec::read(&Source {
        file: "s.toml".into(),
        text: text.into(),
    })
}

#[test]
fn the_specification_of_every_study_can_be_read() {
    for study in STUDIES {
        let source = Source {
            file: study.name().into(),
            text: study.spec().into(),
        };
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
        assert!(error.place.starts_with(line), "{wrong}: {error}");
        assert!(error.problem.contains(named), "{wrong}: {error}");
    }
}
