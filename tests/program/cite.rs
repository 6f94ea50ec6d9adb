//! How figures are cited, and what stands beside them.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::folders;
use crate::place::Place;

/// A study with figures in a folder of its own, run once.
fn drawn() -> Place {
    let place = folders::place();
    place.succeed(&["run", "my-study", "--quick"]);
    place
}

const REPORT: &str = "results/reports/my-study/seed-0-quick";

/// A figure of it.
fn figure(place: &Place) -> String {
    let listed = place.succeed(&["cite", REPORT]);
    let first = listed.lines().next().unwrap();
    first
        .strip_prefix(&format!("{REPORT}/"))
        .unwrap()
        .to_owned()
}

#[test]
fn a_figure_is_cited_in_four_ways() {
    let place = drawn();
    let name = figure(&place);
    let what = format!("{REPORT}/{name}");
    let text = place.succeed(&["cite", &what]);
    for words in [
        &format!("Figure `{name}` of the study `my-study`, mortality 0."),
        "specification ",
        "lock ",
        "analysis ",
        "4 trials",
        "numerics ",
        "not as published",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(
        !text.contains("commit") && !text.contains("CC BY"),
        "{text}"
    );
    let cite = |format: &str| place.succeed(&["cite", &what, "--format", format]);
    let file = |extension: &str| {
        let path = place.path(REPORT).join(format!("{name}.{extension}"));
        fs::read_to_string(path).unwrap()
    };
    assert_eq!(cite("text"), text);
    assert_eq!(
        cite("bibtex"),
        file("bib"),
        "what stands beside the picture"
    );
    assert_eq!(cite("latex"), file("tex"));
    let item: Value = serde_json::from_str(&cite("csl")).unwrap();
    let key = format!("mortality-my-study-{name}");
    assert_eq!(item[0]["id"], key.as_str());
    assert!(cite("latex").contains(&format!("\\cite{{{key}}}")));
    let all = place.succeed(&["cite", REPORT, "--format", "bibtex"]);
    assert!(all.contains(&cite("bibtex")[..40]));
}

#[test]
fn a_changed_version_says_so_in_its_captions() {
    let place = drawn();
    let page = fs::read_to_string(place.path(REPORT).join(figure(&place) + ".md")).unwrap();
    assert!(
        page.starts_with("*Not as published: `--quick`: at most "),
        "{page}"
    );
    place.succeed(&[
        "run",
        "my-study",
        "--quick",
        "--set",
        "schedule.learning_rate=[0.05]",
    ]);
    let reports = fs::read_dir(place.path("results/reports/my-study")).unwrap();
    let changed = reports.map(|entry| entry.unwrap().path());
    let changed = changed
        .into_iter()
        .find(|path| path.to_string_lossy().contains("changed"));
    let (mut said, endings) = (0, ["svg", "pdf", "png", "md", "tex"]);
    for entry in fs::read_dir(changed.unwrap()).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&text);
        let ending = path.extension().unwrap().to_str().unwrap();
        if endings.contains(&ending) && !path.ends_with("TABLES.md") {
            assert!(text.contains("schedule.learning"), "{}", path.display());
            said += 1;
        }
    }
    assert!(said >= endings.len(), "{said}");
}

#[test]
fn what_a_changed_version_lacks_is_said_and_the_rest_drawn() {
    let place = folders::place();
    let path = place.path("my-study/analysis.toml");
    let mut text = fs::read_to_string(&path).unwrap();
    let caption = text.find("\ncaption = \"").unwrap() + "\ncaption = \"".len();
    text.insert_str(
        caption,
        "{{ cell('cells', learning_rate=0.5, layer='all', measure='dead_filters') | percent }} at \
         0.5. ",
    );
    text.push_str(
        "\n[figures.high]\ntitle = 'One rate'\nwidth = 89\ncaption = 'One rate.'\n\
         [[figures.high.panels]]\nmark = 'curves'\ntable = 'cells'\n\
         where = { measure = 'dead_filters', layer = 'all', learning_rate = 0.5 }\n\
         encoding.x = { field = 'learning_rate', title = 'Rate' }\n\
         encoding.y = { field = 'value', title = 'Dead' }\n",
    );
    fs::write(&path, text).unwrap();
    let lacking = ["--set", "schedule.learning_rate=[0.05]"];
    let told = place.succeed(&[&["run", "my-study", "--quick"], &lacking[..]].concat());
    for words in [
        "not available in this version: figure high: ",
        "*n/a: not available in this version.*",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let page = |name: &str| {
        let files = place.files("results/reports/my-study");
        let mut files = files.into_iter();
        let found = files.find(|(path, _)| path.ends_with(name));
        found.map(|(_, bytes)| String::from_utf8(bytes).unwrap())
    };
    let dead = page("dead.md").unwrap();
    assert!(
        dead.contains("n/a at 0.5. ") && dead.contains("*n/a: not available"),
        "{dead}"
    );
    assert!(page("dead.svg").is_some() && page("high.svg").is_none());
    // Where nothing is lacking nothing is said of it.
    let told = place.succeed(&["run", "my-study", "--quick"]);
    assert!(!told.contains("not available"), "{told}");
}

#[test]
fn a_commit_is_cited_while_the_picture_is_the_one_of_it() {
    let place = drawn();
    let what = format!("{REPORT}/{}", figure(&place));
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        let own = ["-c", "user.name=a", "-c", "user.email=a@b.c"];
        command
            .current_dir(place.path(""))
            .args(own)
            .args(arguments);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    git(&["init", "--quiet"]);
    assert!(!place.succeed(&["cite", &what]).contains("commit"));
    git(&["add", "results/reports"]);
    git(&["commit", "--quiet", "--message", "drawn"]);
    let commit = git(&["rev-parse", "HEAD"]);
    git(&["commit", "--quiet", "--allow-empty", "--message", "later"]);
    let said = format!(", commit {}", &commit[..16]);
    assert!(place.succeed(&["cite", &what]).contains(&said));
    let bib = place.succeed(&["cite", &what, "--format", "bibtex"]);
    assert!(bib.contains(&said), "{bib}");
    let path = place.path(&what).with_extension("svg");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("<title", "<title ", 1)).unwrap();
    assert!(!place.succeed(&["cite", &what]).contains("commit"));
}

#[test]
fn what_is_not_there_gets_the_nearest_name() {
    let place = drawn();
    let name = figure(&place);
    for (what, words) in [
        (
            &format!("{REPORT}/{name}x"),
            &format!("did you mean `{name}`?"),
        ),
        (
            &"learning-rat/dose".into(),
            &"did you mean `learning-rate`?".into(),
        ),
        (
            &"learning-rat".into(),
            &"did you mean `learning-rate`?".into(),
        ),
        (
            &"learning-rate/dose".into(),
            &"nothing of `learning-rate` is drawn in figures/".into(),
        ),
        (
            &"my-study/deaths".into(),
            &"nothing of `my-study` is drawn".into(),
        ),
        (&"./nowhere/deaths".into(), &"no folder ./nowhere".into()),
        (&"/".into(), &"no ".into()),
    ] {
        let told = place.refuse(&["cite", what]);
        assert!(told.contains(&**words), "{what}: {told}");
    }
    let told = place.refuse(&["cite", "learning-rate/x", "--format", "bib"]);
    assert!(told.contains("bibtex"), "{told}");
}

/// The first number behind a word.
fn version<'a>(text: &'a str, before: &str) -> &'a str {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("{before}"));
    let end = rest.find(|c: char| c != '.' && !c.is_ascii_digit());
    &rest[..end.unwrap_or(rest.len())]
}

#[test]
fn every_file_that_names_the_version_names_the_same() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let own = env!("CARGO_PKG_VERSION");
    for (file, before) in [
        ("Cargo.toml", "[workspace.package]\nversion = \""),
        ("CITATION.cff", "\nversion: "),
        ("codemeta.json", "\"version\": \""),
        (".zenodo.json", "\"version\": \""),
        ("CHANGELOG.md", "\n## ["),
        ("studies/CHANGES.md", "\n## "),
    ] {
        assert_eq!(version(&read(file), before), own, "{file}");
    }
    let citation = read("CITATION.cff");
    let (_, date) = citation.split_once("\ndate-released: ").unwrap();
    let date = date.lines().next().unwrap();
    for file in ["codemeta.json", ".zenodo.json", "CHANGELOG.md"] {
        assert!(read(file).contains(date), "{file} lacks {date}");
    }
    for file in ["codemeta.json", ".zenodo.json"] {
        let json: Value = serde_json::from_str(&read(file)).unwrap();
        assert_eq!(json["version"], own);
    }
}
