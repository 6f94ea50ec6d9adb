//! Cells and columns of a design that was amended.

use super::tests::{SPEC, column};
use super::*;
use crate::messages::Source;
use crate::spec::amendment;

fn expand(spec: &str, amendments: &[&str], quick: bool) -> Result<Vec<Cell>, Problems> {
    let head = "grammar = 1\nreason = \"r\"\n";
    let named = amendments.iter().enumerate();
    let amendments =
        named.map(|(at, text)| Source::new(amendment(at + 1), format!("{head}{text}")));
    let amendments: Vec<Source> = amendments.collect();
    cells(
        &Written::read(&Source::new("s.toml", spec), &amendments)?,
        quick,
        &[],
    )
}

/// Adds a column whose short name is taken, names for values that have none, and missing ones.
const MORE: &str = r#"[[arms]]
name = "more"
replicates = 4
[arms.grid]
"optimizer.momentum" = [{ label = "none", value = 0 }, { label = "much", value = 0.99 }]
"my.momentum" = [{ label = "one", set = { "schedule.epochs" = 2 } }]
[[arms]]
name = "sizes"
replicates = 4
[arms.set]
optimizer = { kind = "adam" }
[arms.grid]
"schedule.batch_size" = [16, 64]
"#;

#[test]
fn an_amendment_adds_cells_and_columns_and_changes_none() {
    let before = expand(SPEC, &[], false).unwrap();
    let once = expand(SPEC, &["[replicates]\nrates = 5\n", MORE], false).unwrap();
    let last =
        "[[arms]]\nname = \"last\"\nreplicates = 1\nset = { \"initialization.bias\" = 0.5 }\n";
    let twice = expand(SPEC, &["[replicates]\nrates = 5\n", MORE, last], false).unwrap();
    for (before, after) in [(&before, &once), (&once, &twice)] {
        for (before, after) in before.iter().zip(after) {
            // As they print: what is missing is not equal to itself.
            let columns = format!("{:?}", &after.columns[..before.columns.len()]);
            assert_eq!(columns, format!("{:?}", before.columns));
            assert_eq!(
                (&after.arm, &after.settings),
                (&before.arm, &before.settings)
            );
        }
    }
    assert_eq!([before.len(), once.len(), twice.len()], [10, 14, 15]);
    // Numbers stay numbers; of Adam there is none.
    assert_eq!(
        column(&once, "momentum")[8..],
        ["", "", "0", "0.99", "", ""]
    );
    assert_eq!(
        column(&once, "my_momentum")[9..],
        ["", "one", "one", "", ""]
    );
    assert_eq!(
        column(&once, "batch_size")[6..],
        ["16", "64", "16", "64", "32", "32", "16", "64"]
    );
    // A value that has a name in the study has it here too.
    assert_eq!(column(&once, "optimizer")[10..], ["", "", "Adam", "Adam"]);
    assert_eq!([&once[0].seeds, &once[10].seeds], [&[3, 5, 5], &[0, 0, 4]]);
    assert_eq!((once[0].replicates, once[9].replicates), (5, 2));
}

#[test]
fn a_column_that_an_amendment_would_change_is_named() {
    let flags = SPEC.replacen(
        "\"optimizer.momentum\" = [0, 0.9]",
        "\"optimizer.nesterov\" = [false, true]",
        1,
    );
    let (flags, _) = flags.split_once("[[arms]]\nname = \"optimizers\"").unwrap();
    let flags = format!("{flags}[quick]\nreplicates = 1\n");
    assert!(expand(&flags, &[], false).is_ok());
    let said = expand(&flags, &[MORE], false).unwrap_err().to_string();
    for part in [
        "amendment-1:10:1: the column `nesterov`",
        "true or false",
        "the arm `sizes`",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let taken = MORE.replacen("\"my.momentum\"", "outcome", 1);
    let said = expand(SPEC, &[&taken], false).unwrap_err().to_string();
    assert!(
        said.contains("amendment-1:3:3: `outcome` would be a column"),
        "{said}"
    );
}

#[test]
fn the_small_version_has_of_an_amendment_what_it_keeps() {
    let arms = "arms = [\"rates\"]\ngrid = { \"schedule.learning_rate\" = [0.4, 0.1] }\n";
    let all = SPEC.replacen(
        arms,
        "grid = { \"schedule.learning_rate\" = [0.4, 0.1] }\n",
        1,
    );
    let more = "[[arms]]\nname = \"low\"\nreplicates = 3\n[arms.grid]\n\"schedule.learning_rate\" = [0.01]\n";
    let both = format!("[replicates]\nrates = 5\n{more}{MORE}");
    let arms = |cells: &[Cell]| {
        let mut arms: Vec<String> = cells.iter().map(|cell| cell.arm.clone()).collect();
        arms.dedup();
        arms
    };
    let kept = expand(&all, &[&both], true).unwrap();
    assert_eq!(arms(&kept), ["rates", "optimizers", "more", "sizes"]);
    assert!(kept.iter().all(|cell| cell.replicates == 1));
    assert_eq!(
        [&kept[0].seeds, &kept[kept.len() - 1].seeds],
        [&[1, 1], &[0, 1]]
    );
    assert_eq!(arms(&expand(SPEC, &[&both], true).unwrap()), ["rates"]);
}

#[test]
fn what_is_wrong_with_an_amendment_is_told_in_its_own_file() {
    for (right, wrong, place, named) in [
        (
            "\"schedule.batch_size\"",
            "\"schedule.batch_siz\"",
            "amendment-1:15:1",
            "`schedule.batch_size`?",
        ),
        ("[16, 64]", "[16, 16]", "amendment-1:15:1", "twice"),
        (
            "kind = \"adam\"",
            "kind = \"adan\"",
            "amendment-1:13:1",
            "`adam`?",
        ),
    ] {
        assert!(MORE.contains(right));
        let said = expand(SPEC, &[&MORE.replacen(right, wrong, 1)], false).unwrap_err();
        let said = said.to_string();
        assert!(
            said.starts_with(place) && said.contains(named),
            "{wrong}: {said}"
        );
    }
    let many: Vec<String> = (0..20).map(|bias| format!("0.{bias:02}")).collect();
    let many = format!(
        "[[arms]]\nname = \"many\"\nreplicates = 100000\ngrid = {{ \"initialization.bias\" = [{}] }}\n",
        many.join(", ")
    );
    let said = expand(SPEC, &[&many], false).unwrap_err().to_string();
    let place = "amendment-1:5:1: ";
    assert!(
        said.starts_with(place) && said.contains("at most 1000000 are"),
        "{said}"
    );
}
