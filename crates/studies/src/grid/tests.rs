use super::*;
use crate::messages::Source;

pub(super) const SPEC: &str = r#"name = "s"
question = "q"
sentence = "a"
source = "b"
[base]
architecture = ["conv 4 3x3", "relu", "global_average_pool", "linear 10"]
data = { set = "digits", pixels = "raw" }
optimizer = { kind = "sgd", momentum = 0.9 }
schedule = { learning_rate = 0.1, epochs = 1, annealed_epochs = 0 }
[[arms]]
name = "rates"
replicates = 3
[arms.grid]
"optimizer.momentum" = [0, 0.9]
"schedule.learning_rate" = [0.1, 0.2, 0.4]
[[arms]]
name = "optimizers"
replicates = 2
[arms.set]
"data.pixels" = "standardized"
[arms.grid]
optimizer = [
    { label = "momentum", value = { kind = "sgd", momentum = 0.9 } },
    { label = "Adam", value = { kind = "adam" } },
]
size = [
    { label = "small", set = { "schedule.batch_size" = 16 } },
    { label = "large", set = { "schedule.batch_size" = 64, "schedule.learning_rate" = 0.2 } },
]
[quick]
replicates = 1
arms = ["rates"]
grid = { "schedule.learning_rate" = [0.4, 0.1] }
"#;

fn expand(text: &str, quick: bool, set: &[&str]) -> Result<Vec<Cell>, Problems> {
    let source = Source::new("s.toml", text);
    let written = Written::read(&source, &[])?;
    let set: Vec<Assignment> = set.iter().map(|text| text.parse().unwrap()).collect();
    cells(&written, quick, &set)
}

pub(super) fn column(cells: &[Cell], name: &str) -> Vec<String> {
    let value = |cell: &Cell| {
        let found = cell.columns.iter().find(|(own, _)| own == name);
        found.unwrap().1.to_string()
    };
    cells.iter().map(value).collect()
}

#[test]
fn cells_come_in_the_order_of_arms_and_keys() {
    let cells = expand(SPEC, false, &[]).unwrap();
    assert_eq!(cells.len(), 6 + 4);
    let rates: Vec<f64> = cells
        .iter()
        .map(|c| c.settings.schedule.learning_rate)
        .collect();
    assert_eq!(rates, [0.1, 0.2, 0.4, 0.1, 0.2, 0.4, 0.1, 0.2, 0.1, 0.2]);
    assert_eq!(
        column(&cells, "learning_rate")[..4],
        ["0.1", "0.2", "0.4", "0.1"]
    );
    assert_eq!(column(&cells, "momentum")[2..4], ["0", "0.9"]);
    // Adam has none.
    assert_eq!(column(&cells, "momentum")[8..], ["", ""]);
    assert_eq!(column(&cells, "pixels")[5..7], ["raw", "standardized"]);
    // What an arm does not vary has the name of the same value in another.
    assert_eq!(column(&cells, "optimizer")[2..4], ["", "momentum"]);
    assert_eq!(column(&cells, "optimizer")[7..9], ["momentum", "Adam"]);
    assert_eq!(
        column(&cells, "size")[6..],
        ["small", "large", "small", "large"]
    );
    assert_eq!(cells[9].settings.schedule.batch_size, 64);
    assert_eq!((cells[0].replicates, cells[9].replicates), (3, 2));
}

#[test]
fn the_small_version_is_a_part_of_the_whole() {
    let all = expand(SPEC, false, &[]).unwrap();
    let quick = expand(SPEC, true, &[]).unwrap();
    assert_eq!(quick.len(), 4);
    for cell in &quick {
        assert!(all.iter().any(|other| other.settings == cell.settings));
        assert_eq!((cell.replicates, cell.arm.as_str()), (1, "rates"));
    }
    let other = SPEC.replace("[0.4, 0.1]", "[0.3]");
    let error = expand(&other, true, &[]).unwrap_err();
    assert!(error.to_string().contains("s.toml:33:10: ") && error.to_string().contains("0.3"));
    let other = SPEC.replace(
        "grid = { \"schedule.learning_rate\"",
        "grid = { \"schedule.rate\"",
    );
    let error = expand(&other, true, &[]).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("s.toml:33:10: `quick.grid` names `schedule.rate`")
    );
}

#[test]
fn the_small_version_keeps_of_each_arm_what_it_has() {
    let both = SPEC.replace(
        "arms = [\"rates\"]\ngrid = { \"schedule.learning_rate\" = [0.4, 0.1] }",
        "grid = { \"schedule.learning_rate\" = [0.4], optimizer = [\"Adam\"], size = [\"large\"] }",
    );
    let cells = expand(&both, true, &[]).unwrap();
    assert_eq!(column(&cells, "optimizer"), ["", "", "Adam"]);
    assert_eq!(column(&cells, "size")[2], "large");
    let none = both.replace("replicates = 2\n", "replicates = 2\n[[arms]]\nname = \"more\"\nreplicates = 1\ngrid = { \"schedule.learning_rate\" = [0.9] }\n[[arms]]\nname = \"last\"\nreplicates = 2\n");
    let error = expand(&none, true, &[]).unwrap_err().to_string();
    assert!(error.contains("in the arm `more`"), "{error}");
}

/// Also of those that no program knows yet.
#[test]
fn every_specification_can_be_expanded() {
    let studies = concat!(env!("CARGO_MANIFEST_DIR"), "/../../studies");
    let mut expanded = 0;
    for entry in std::fs::read_dir(studies).unwrap() {
        let path = entry.unwrap().path().join("study.toml");
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let source = Source::new(path.display().to_string(), text);
        if crate::spec::is_pool(&source) {
            continue;
        }
        let written = Written::read(&source, &[]).unwrap_or_else(|error| panic!("{error}"));
        for quick in [false, true] {
            let cells = cells(&written, quick, &[]).unwrap_or_else(|error| panic!("{error}"));
            assert!(!cells.is_empty());
        }
        expanded += 1;
    }
    assert!(expanded > 0);
}

#[test]
fn what_is_set_replaces_and_shows_as_a_column() {
    let cells = expand(
        SPEC,
        true,
        &["schedule.epochs=2", "schedule.learning_rate=[0.3, 0.5]"],
    );
    let cells = cells.unwrap();
    assert_eq!(
        column(&cells, "learning_rate"),
        ["0.3", "0.5", "0.3", "0.5"]
    );
    assert_eq!(column(&cells, "epochs"), ["2"; 4]);
    let cells = expand(SPEC, false, &["optimizer=Adam"]);
    assert!(cells.is_err(), "a study that varies a part of it");
    let cells = expand(SPEC, false, &["initialization.bias=0.5", "size=small"]);
    // The first arm has no `size`.
    assert!(cells.unwrap_err().to_string().contains("--set size=small"));
    let cells = expand(SPEC, false, &["initialization.bias=0.5"]).unwrap();
    assert_eq!(cells[0].settings.initialization.bias, 0.5);
}

#[test]
fn a_path_or_value_that_is_none_is_named() {
    let message = |text: &str, set: &[&str]| expand(text, false, set).unwrap_err().to_string();
    let wrong = message(SPEC, &["schedule.learnin_rate=0.1"]);
    assert!(
        wrong.contains("did you mean `schedule.learning_rate`?"),
        "{wrong}"
    );
    assert!(
        wrong.starts_with("--set schedule.learnin_rate=0.1"),
        "{wrong}"
    );
    let wrong = message(SPEC, &["schedule.epochs=many"]);
    assert!(wrong.contains("`schedule.epochs`: "), "{wrong}");
    let wrong = message(SPEC, &["optimizer={ kind = \"adam\" }"]);
    assert!(wrong.contains("varies `optimizer.momentum`"), "{wrong}");
    for (right, other, line, named) in [
        (
            "\"data.pixels\" =",
            "\"data.pixel\" =",
            20,
            "`data.pixels`?",
        ),
        (
            "\"optimizer.momentum\" = [0, 0.9]",
            "\"optimizer.momentum\" = 0.9",
            14,
            "a list",
        ),
        ("[0.1, 0.2, 0.4]", "[0.1, 0.1]", 15, "twice"),
        ("[0.1, 0.2, 0.4]", "[]", 15, "no values"),
        (
            "{ label = \"Adam\", value = { kind = \"adam\" } }",
            "{ kind = \"adam\" }",
            22,
            "label",
        ),
        (
            "\"schedule.batch_size\" = 16",
            "\"schedule.batch\" = 16",
            26,
            "`schedule.batch_size`?",
        ),
        ("kind = \"adam\"", "kind = \"adan\"", 22, "`adam`?"),
        ("size = [", "layer = [", 10, "another name"),
    ] {
        assert!(SPEC.contains(right), "{right}");
        let wrong = message(&SPEC.replacen(right, other, 1), &[]);
        assert!(
            wrong.starts_with(&format!("s.toml:{line}:")),
            "{other}: {wrong}"
        );
        assert!(wrong.contains(named), "{other}: {wrong}");
    }
}

#[test]
fn all_mistakes_of_all_arms_are_told() {
    let wrong = SPEC
        .replace(
            "\"optimizer.momentum\" = [0, 0.9]",
            "\"optimizer.momentun\" = [0, 0.9]",
        )
        .replace("\"data.pixels\" =", "\"data.pixel\" =");
    let said = expand(&wrong, false, &["schedule.epochs=x", "schedule.batch=1"]);
    let said = said.unwrap_err().to_string();
    for part in [
        "s.toml:14:1: no setting `optimizer.momentun`",
        "s.toml:20:1: no setting `data.pixel`",
        "--set schedule.epochs=x: ",
        "--set schedule.batch=1: ",
    ] {
        assert_eq!(said.matches(part).count(), 1, "{part}: {said}");
    }
}

#[test]
fn the_same_trial_is_not_counted_twice() {
    let message = |text: &str, set: &[&str]| expand(text, false, set).unwrap_err().to_string();
    for (right, twice, line, named) in [
        ("[0.1, 0.2, 0.4]", "[1, 1.0]", 15, "`1.0` twice"),
        (
            "value = { kind = \"adam\" }",
            "value = { kind = \"sgd\", momentum = 0.9, nesterov = false }",
            22,
            "momentum and Adam are the same trial",
        ),
    ] {
        let said = message(&SPEC.replacen(right, twice, 1), &[]);
        assert!(said.starts_with(&format!("s.toml:{line}:1: ")), "{said}");
        assert!(said.contains(named), "{said}");
    }
    let two = ["schedule.learning_rate=0.1", "schedule.batch_size=16"];
    let said = message(SPEC, &two);
    assert!(
        said.starts_with("--set ") && said.contains("small and large"),
        "{said}"
    );
}

#[test]
fn more_trials_than_can_be_named_are_refused_before_they_are() {
    let message = |text: &str| expand(text, false, &[]).unwrap_err().to_string();
    let said = message(&SPEC.replacen("replicates = 3", "replicates = 1000000000", 1));
    assert!(
        said.contains("s.toml:12:1: ") && said.contains("at most 100000"),
        "{said}"
    );
    let many: Vec<String> = (1..=60).map(|rate| format!("0.{rate:02}")).collect();
    let wide = SPEC
        .replacen("replicates = 3", "replicates = 100000", 1)
        .replacen(
            "[0.1, 0.2, 0.4]",
            &format!("[0.1, 0.4, {}]", many.join(", ")),
            1,
        );
    let said = message(&wide.replace("0.10, ", "").replace("0.40, ", ""));
    assert!(
        said.contains("s.toml:12:1: ") && said.contains("at most 1000000 are"),
        "{said}"
    );
}

#[test]
fn names_are_one_line() {
    for (right, wrong, line) in [
        ("name = \"rates\"", "name = \"ra\\ntes\"", 11),
        ("label = \"Adam\"", "label = \"A\\u0000dam\"", 22),
        ("name = \"s\"", "name = \"../s\"", 1),
    ] {
        let said = expand(&SPEC.replacen(right, wrong, 1), false, &[]).unwrap_err();
        let place = format!("s.toml:{line}:1: ");
        assert!(said.to_string().contains(&place), "{wrong}: {said}");
    }
}
