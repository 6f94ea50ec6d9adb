//! How often the intervals hold the mean of a population: few networks at a time are drawn from
//! six populations of some 250 real ones (`tests/coverage`).

mod populations;

use std::fmt::Write as _;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::bootstrap::Bootstrap;
use super::inference::{Inference, Of};
use super::interval::{Bounds, Interval};
use super::moments::mean;
use super::pooled::Part;
use populations::{Network, Population, paired, populations};

/// Samples of each size and population: their count is off by less than a point, 19 times of 20.
const SAMPLES: u64 = 5_000;

/// Fewer where each is resampled.
const RESAMPLED: u64 = 1_000;

/// Nominal 95% intervals hold at least so often, in per cent, in each population with 8 networks or
/// more.
const LEAST: f64 = 90.0;

/// Networks of a sample.
const SIZES: [usize; 4] = [5, 8, 16, 20];

/// Seeds, numerators and denominators.
fn parts(drawn: &[Network]) -> Vec<Part> {
    let each = (0_u32..).zip(drawn);
    each.map(|(replicate, own)| (replicate, own.revived.0, own.revived.1))
        .collect()
}

/// What of the drawn networks an interval is made of.
type Values = fn(&Network) -> f64;

/// How many intervals there were, and how many held the truth, at 95 and at 99.7%.
#[derive(Clone, Copy, Default)]
struct Held {
    of: u64,
    at95: u64,
    at997: u64,
}

impl Held {
    fn add(&mut self, bounds: Bounds, truth: f64) {
        let holds = |interval: Interval| u64::from(interval.overlaps(truth, truth));
        if bounds.interval95.is_defined() {
            self.of += 1;
            self.at95 += holds(bounds.interval95);
            self.at997 += holds(bounds.interval997);
        }
    }

    fn percent(self, count: u64) -> f64 {
        100.0 * count as f64 / self.of as f64
    }
}

/// One line of the table: an estimate with its interval.
struct Line {
    words: &'static str,
    /// Whether it is published as what was found, and not only as declared.
    found: bool,
    /// By size of the sample, one a population or pair of them.
    held: Vec<Vec<Held>>,
}

fn of_one(
    all: &[Population],
    words: &'static str,
    found: bool,
    bounds: impl Fn(&[Network]) -> Bounds,
    truth: impl Fn(&Population) -> f64,
) -> Line {
    let samples = if found { SAMPLES } else { RESAMPLED };
    let held = SIZES.map(|n| {
        let each = all.iter().map(|own| {
            let mut random = ChaCha8Rng::seed_from_u64(n as u64);
            let mut held = Held::default();
            for _ in 0..samples {
                held.add(bounds(&own.draw(n, &mut random)), truth(own));
            }
            held
        });
        each.collect()
    });
    let held = held.to_vec();
    Line { words, found, held }
}

fn of_pairs(
    all: &[Population],
    words: &'static str,
    bounds: impl Fn(&[Network], &[Network]) -> Option<Bounds>,
    draw: impl Fn(&Population, &Population, usize, &mut ChaCha8Rng) -> [Vec<Network>; 2],
    truth: impl Fn(&Population, &Population) -> f64,
) -> Line {
    let held = SIZES.map(|n| {
        let mut each = Vec::new();
        for (index, own) in all.iter().enumerate() {
            for other in &all[..index] {
                let mut random = ChaCha8Rng::seed_from_u64(n as u64);
                let (mut held, truth) = (Held::default(), truth(own, other));
                for _ in 0..SAMPLES {
                    let [own, other] = draw(own, other, n, &mut random);
                    if let Some(bounds) = bounds(&own, &other) {
                        held.add(bounds, truth);
                    }
                }
                each.push(held);
            }
        }
        each
    });
    let held = held.to_vec();
    let found = true;
    Line { words, found, held }
}

fn lines() -> Vec<Line> {
    let all = populations();
    let student = Inference::student(Bootstrap::new(0, 0));
    let values = |drawn: &[Network], of: Values| drawn.iter().map(of).collect::<Vec<f64>>();
    let (dead, accuracy): (Values, Values) = (|own| own.dead, |own| own.accuracy);
    let share = |own: &Population| {
        let sum = |of: Values| own.networks.iter().map(of).sum::<f64>();
        sum(|own| own.revived.0) / sum(|own| own.revived.1)
    };
    vec![
        of_one(
            &all,
            "mean share of dead filters: t on the logit of the mean",
            true,
            |drawn| student.mean_of_shares(&values(drawn, dead)),
            |own| own.mean(dead),
        ),
        of_one(
            &all,
            "the same, as the first studies declared: percentiles over resampled seeds",
            false,
            |drawn| {
                let bootstrap = Bootstrap::with_resamples(drawn.len() as u32, 1, 1_000);
                Inference::resampled(bootstrap).mean_of_shares(&values(drawn, dead))
            },
            |own| own.mean(dead),
        ),
        of_one(
            &all,
            "mean accuracy: jackknife on the logit",
            true,
            |drawn| student.mean_of_proportions(&values(drawn, accuracy)),
            |own| own.mean(accuracy),
        ),
        of_one(
            &all,
            "pooled ratio (filters that came back, of those ever dead): t on the logit, linearized over seeds",
            true,
            |drawn| student.ratio(&parts(drawn)),
            share,
        ),
        of_pairs(
            &all,
            "difference of shares of dead filters: from the interval of each",
            |own, other| {
                let (own, other) = (values(own, dead), values(other, dead));
                Some(student.difference(Of::Shares, &own, &other, false))
            },
            |own, other, n, random| [own.draw(n, random), other.draw(n, random)],
            |own, other| own.mean(dead) - other.mean(dead),
        ),
        of_pairs(
            &all,
            "difference of accuracies: from the interval of each, in pairs by seed",
            |own, other| {
                let (own, other) = (values(own, accuracy), values(other, accuracy));
                Some(student.difference(Of::Proportions, &own, &other, true))
            },
            |own, other, n, random| {
                let pairs = paired(own, other);
                let one = |_| pairs[random.random_range(0..pairs.len())];
                let drawn: Vec<[Network; 2]> = (0..n).map(one).collect();
                [0, 1].map(|at| drawn.iter().map(|pair| pair[at]).collect())
            },
            |own, other| {
                let pairs = paired(own, other);
                let each = pairs
                    .iter()
                    .map(|[own, other]| own.accuracy - other.accuracy);
                mean(&each.collect::<Vec<f64>>())
            },
        ),
    ]
}

/// The table in Markdown: mean over populations, in brackets the smallest.
fn table(lines: &[Line]) -> String {
    let mut text = String::from("| estimate and interval |");
    for n in SIZES {
        let _ = write!(text, " 95%: n = {n} |");
    }
    text += " 99.7%: n = 8 | 16 | 20 |\n|---|---|---|---|---|---|---|---|\n";
    let cell = |held: &[Held], of: fn(&Held) -> u64| {
        let some = held.iter().filter(|own| own.of > 0);
        let percents: Vec<f64> = some.map(|own| own.percent(of(own))).collect();
        let least = percents.iter().copied().fold(f64::INFINITY, f64::min);
        format!(" {:.1} ({least:.1}) |", mean(&percents))
    };
    for line in lines {
        let _ = write!(text, "| {} |", line.words);
        for held in &line.held {
            text += &cell(held, |own| own.at95);
        }
        for held in &line.held[1..] {
            text += &cell(held, |own| own.at997);
        }
        text += "\n";
    }
    text
}

/// The page with the table. `MORTALITY_WRITE=1` writes the table anew.
#[test]
fn the_intervals_that_studies_publish_cover() {
    let all = populations();
    assert_eq!(all.len(), 6);
    for own in &all {
        assert!(own.networks.len() >= 250, "{}", own.name);
    }
    let lines = lines();
    let table = table(&lines);
    println!("{table}");
    for line in lines.iter().filter(|line| line.found) {
        for (n, held) in SIZES.iter().zip(&line.held).skip(1) {
            for own in held {
                let percent = own.percent(own.at95);
                assert!(percent >= LEAST, "{}, n = {n}: {percent}", line.words);
            }
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../studies/METHODS.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (start, end) = ("<!-- coverage -->\n", "<!-- end of coverage -->");
    let (before, rest) = page.split_once(start).unwrap();
    let (found, after) = rest.split_once(end).unwrap();
    if std::env::var_os("MORTALITY_WRITE").is_some() {
        let page = format!("{before}{start}{table}{end}{after}");
        std::fs::write(path, page).unwrap();
    } else {
        assert_eq!(found, table, "write it anew with MORTALITY_WRITE=1");
    }
}
