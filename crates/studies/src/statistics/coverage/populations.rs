//! The populations that are drawn from.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::super::moments::mean;

/// A row a network, written by `mortality run ./tests/coverage`.
const POPULATIONS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/coverage/populations.csv"
);

/// One of the populations: networks that learned.
pub(super) struct Population {
    pub name: String,
    /// By seed: dead share at the end, held-out accuracy, filters that came back of those ever dead.
    pub networks: Vec<Network>,
}

#[derive(Clone, Copy)]
pub(super) struct Network {
    pub seed: u32,
    pub dead: f64,
    pub accuracy: f64,
    pub revived: (f64, f64),
}

/// All of them.
pub(super) fn populations() -> Vec<Population> {
    let mut reader = csv::Reader::from_path(POPULATIONS).unwrap();
    let names = reader.headers().unwrap().clone();
    let at = |name: &str| names.iter().position(|own| own == name).unwrap();
    let mut all: Vec<Population> = Vec::new();
    for row in reader.records() {
        let row = row.unwrap();
        let number = |name: &str| row[at(name)].parse::<f64>().unwrap();
        if &row[at("learned")] != "true" {
            continue;
        }
        let name = format!("{} at {}", &row[at("arm")], &row[at("learning_rate")]);
        let network = Network {
            seed: row[at("replicate")].parse().unwrap(),
            dead: number("dead") / number("filters"),
            accuracy: number("held_out_accuracy"),
            revived: (number("revived"), number("ever_dead")),
        };
        match all.iter_mut().find(|own| own.name == name) {
            Some(own) => own.networks.push(network),
            None => all.push(Population {
                name,
                networks: vec![network],
            }),
        }
    }
    all
}

impl Population {
    pub fn mean(&self, of: fn(&Network) -> f64) -> f64 {
        mean(&self.networks.iter().map(of).collect::<Vec<_>>())
    }

    pub fn draw(&self, n: usize, random: &mut ChaCha8Rng) -> Vec<Network> {
        let networks = 0..self.networks.len();
        let one = |_| self.networks[random.random_range(networks.clone())];
        (0..n).map(one).collect()
    }
}

/// Those of both that have the same seed.
pub(super) fn paired(own: &Population, other: &Population) -> Vec<[Network; 2]> {
    let of = |one: &Network| {
        let same = other.networks.iter().find(|two| two.seed == one.seed)?;
        Some([*one, *same])
    };
    own.networks.iter().filter_map(of).collect()
}
