//! A folder of its own for each test, and the program run in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// The smallest version of the study `learning-rate` that still has everything: two layers with
/// an activation, two rates, two momenta, two seeds, an annealed epoch.
pub const TINY: [&str; 11] = [
    "learning-rate",
    "--quick",
    "--set",
    r#"architecture=["conv 4 3x3", "relu", "max_pool 2", "conv 4 3x3", "relu", "global_average_pool", "linear 10"]"#,
    "--set",
    "schedule.epochs=2",
    "--set",
    "schedule.annealed_epochs=1",
    "--set",
    "schedule.learning_rate=[0.05, 0.5]",
    "--json",
];

/// Trials of [`TINY`].
pub const TRIALS: usize = 8;

/// A temporary folder to work in.
pub struct Place(TempDir);

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The program with these arguments, to be started.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mortality"));
        command
            .current_dir(self.0.path())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.program(arguments).output().unwrap()
    }

    /// Runs the program, which must succeed, and gives what it prints.
    pub fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs the program, which must refuse with exit code 2, and gives what it says.
    pub fn refuse(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{arguments:?}: {}",
            said(&output)
        );
        assert!(output.stdout.is_empty(), "{arguments:?}");
        said(&output)
    }

    /// `mortality run` of the tiny version, with more arguments.
    pub fn run_tiny(&self, more: &[&str]) -> String {
        self.succeed(&tiny(more))
    }

    /// `mortality run` of the slow version.
    pub fn run_slow(&self) -> String {
        self.succeed(&slow(&[]))
    }

    /// Starts a run of the slow version on one thread, and waits until trials are finished.
    pub fn start_slow(&self) -> Child {
        let child = self.program(&slow(&["--jobs", "1"])).spawn().unwrap();
        let begun = Instant::now();
        while self.trials().is_empty() {
            assert!(
                begun.elapsed() < Duration::from_mins(2),
                "no trial in two minutes"
            );
            std::thread::sleep(Duration::from_millis(2));
        }
        child
    }

    /// The finished trials, by their ids.
    pub fn trials(&self) -> BTreeSet<String> {
        let mut trials = BTreeSet::new();
        for pack in self.packs() {
            // Another process may have gathered it in the meantime.
            let ids = fs::read_to_string(pack.join("ids.txt")).unwrap_or_default();
            trials.extend(ids.lines().map(str::to_owned));
        }
        trials
    }

    /// The folders of the packs.
    pub fn packs(&self) -> Vec<PathBuf> {
        folders(&self.path("results/trials"))
    }

    /// Every file below a folder, by its path in there.
    pub fn files(&self, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let root = self.path(folder);
        collect(&root, &root, &mut files);
        files
    }

    /// All tables, figures and captions of the tiny version.
    pub fn report(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let files = self.files("results/reports");
        let count = |extension| {
            let has = |path: &&PathBuf| path.extension().is_some_and(|own| own == extension);
            files.keys().filter(has).count()
        };
        assert!(count("csv") >= 5 && count("svg") >= 2, "{:?}", files.keys());
        files
    }
}

/// The arguments of a run of the tiny version.
pub fn tiny<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ["run"].iter().chain(&TINY).chain(more).copied().collect()
}

/// The arguments of a run of a version whose trials take some seconds together: the first are written
/// before the last are run.
pub fn slow<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let epochs = |word: &'a str| match word {
        "schedule.epochs=2" => "schedule.epochs=200",
        word => word,
    };
    tiny(more).into_iter().map(epochs).collect()
}

/// What the program wrote to stderr.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Which files differ, without their bytes.
pub fn assert_same(one: &BTreeMap<PathBuf, Vec<u8>>, other: &BTreeMap<PathBuf, Vec<u8>>) {
    assert_eq!(
        one.keys().collect::<Vec<_>>(),
        other.keys().collect::<Vec<_>>()
    );
    for (path, bytes) in one {
        assert!(bytes == &other[path], "{} differs", path.display());
    }
}

/// Copies a folder into another, files that are there are left.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap().path();
        let target = to.join(entry.file_name().unwrap());
        if entry.is_dir() {
            copy(&entry, &target);
        } else if !target.exists() {
            fs::copy(&entry, &target).unwrap();
        }
    }
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for path in folders(folder) {
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_owned();
            files.insert(name, fs::read(&path).unwrap());
        }
    }
}
