//! What an autopsy costs beside reading the same files:
//! `cargo run --release -p autopsy --example cost -- FOLDER [ROUNDS]`.
//!
//! Three ways in turn, ROUNDS times (5 unless told): every file through a small
//! buffer, as `cat FILES > /dev/null` does; every file into memory by this crate's own reader, two
//! at a time as an autopsy holds them; and the autopsy. Run it once before, so that the files are
//! in the system's cache. Processor time is read from `/proc`, where there is one.

use std::error::Error;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

use autopsy::Checkpoint;
use autopsy::answer::answer;
use autopsy::history::Options;
use autopsy::order::files;

/// Clock ticks of Linux in a second.
const TICKS: f64 = 100.0;

fn small_buffer(paths: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    let mut buffer = vec![0; 1 << 17];
    for path in paths {
        let mut file = File::open(path)?;
        while file.read(&mut buffer)? > 0 {}
    }
    Ok(())
}

fn own_reader(paths: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    let mut before = Checkpoint::default();
    let mut spare = Vec::new();
    for path in paths {
        let next = Checkpoint::open_into(path, spare)?;
        spare = std::mem::replace(&mut before, next).into_buffer();
    }
    Ok(())
}

fn autopsy(paths: &[PathBuf]) -> Result<(), Box<dyn Error>> {
    answer(paths, &Options::default())?;
    Ok(())
}

/// Seconds of processor time so far: fields 14 and 15 of `/proc/self/stat`.
fn processor() -> f64 {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let (_, fields) = text.rsplit_once(')').unwrap_or_default();
    let fields = fields.split_whitespace().skip(11).take(2);
    fields
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / TICKS
}

/// The least and the median.
fn summary(mut values: Vec<f64>) -> [f64; 2] {
    values.sort_by(f64::total_cmp);
    [values[0], values[values.len() / 2]]
}

type Way = fn(&[PathBuf]) -> Result<(), Box<dyn Error>>;

const WAYS: [(&str, Way); 3] = [
    ("through a small buffer", small_buffer),
    ("own reader alone", own_reader),
    ("autopsy", autopsy),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().ok_or("give a folder of checkpoints")?;
    let rounds = arguments
        .get(1)
        .map_or(Ok(5), |text| text.parse::<usize>())?;
    let paths = files(&[Path::new(folder).to_owned()], false)?;
    let paths: Vec<PathBuf> = paths.saved.into_iter().map(|file| file.path).collect();
    let mut times = [(); WAYS.len()].map(|()| (Vec::new(), Vec::new()));
    for _ in 0..rounds.max(1) {
        for ((_, way), (wall, busy)) in WAYS.iter().zip(&mut times) {
            let (start, before) = (Instant::now(), processor());
            way(&paths)?;
            wall.push(start.elapsed().as_secs_f64());
            busy.push(processor() - before);
        }
    }
    println!(
        "| {} files | seconds | of processors |\n|---|---|---|",
        paths.len()
    );
    for ((name, _), (wall, busy)) in WAYS.iter().zip(times) {
        let ([wall, usual], [busy, usually]) = (summary(wall), summary(busy));
        println!("| {name} | {wall:.2}, {usual:.2} | {busy:.2}, {usually:.2} |");
    }
    Ok(())
}
