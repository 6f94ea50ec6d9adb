//! Made-up tables of the true shape, for tests of drawing only.

use super::Figure;
use super::export;
use crate::study::Provenance;
use crate::table::{Table, Values};

const NETWORKS: i64 = 16;

/// Provenance of nothing.
pub fn provenance() -> Provenance {
    Provenance {
        study: "example".into(),
        spec: "0123456789abcdef".repeat(4),
        seed: 0,
        replicates: NETWORKS as u32,
        trials: 448,
        results: "fedcba9876543210".repeat(4),
        version: "0.1.0".into(),
    }
}

/// Writes a figure as SVG, PDF and PNG into the folder that `MORTALITY_SYNTHETIC` names, for
/// looking at; does nothing where it is not set.
pub fn save(figure: &Figure) {
    if let Some(folder) = std::env::var_os("MORTALITY_SYNTHETIC") {
        let path = std::path::PathBuf::from(folder).join(&figure.name);
        std::fs::write(path.with_extension("svg"), &figure.svg).unwrap();
        std::fs::write(path.with_extension("pdf"), export::pdf(figure).unwrap()).unwrap();
        std::fs::write(
            path.with_extension("png"),
            export::png(figure, 300.0).unwrap(),
        )
        .unwrap();
        std::fs::write(path.with_extension("md"), &figure.caption).unwrap();
    }
}

const RATES: [f64; 11] = [
    0.003, 0.006, 0.01, 0.02, 0.03, 0.06, 0.1, 0.2, 0.3, 0.6, 1.0,
];

fn conditions() -> Vec<(f64, &'static str, Vec<f64>)> {
    let scaled = |factor: f64| RATES.iter().map(|rate| rate * factor).collect();
    vec![
        (0.0, "raw", scaled(2.0)),
        (0.9, "raw", scaled(1.0)),
        (0.9, "standardized", RATES[4..10].to_vec()),
    ]
}

/// A share that rises with the logarithm of `x` around `middle`.
fn rise(x: f64, middle: f64) -> f64 {
    1.0 / (1.0 + libm::pow(x / middle, -1.8))
}

/// A number between -1 and 1 that looks drawn.
fn scatter(seed: f64) -> f64 {
    libm::sin(seed * 12.9898) * libm::cos(seed * 78.233)
}

#[derive(Default)]
struct Long {
    momentum: Vec<f64>,
    pixels: Vec<String>,
    learning_rate: Vec<f64>,
    effective_rate: Vec<f64>,
    quantity: Vec<String>,
    layer: Vec<String>,
    replicate: Vec<Option<i64>>,
    value: Vec<f64>,
    low95: Vec<f64>,
    high95: Vec<f64>,
    n: Vec<i64>,
}

impl Long {
    fn push(&mut self, cell: (f64, &str, f64), what: (&str, &str), spread: f64, mean: f64, n: i64) {
        let (momentum, pixels, rate) = cell;
        let none = what.0 == "dead_filters" && mean < 0.01;
        let (mean, spread) = if none { (0.0, 0.0) } else { (mean, spread) };
        let mut row = |replicate: Option<i64>, value: f64, half: f64, n: i64| {
            self.momentum.push(momentum);
            self.pixels.push(pixels.into());
            self.learning_rate.push(rate);
            self.effective_rate.push(rate / (1.0 - momentum));
            self.quantity.push(what.0.into());
            self.layer.push(what.1.into());
            self.replicate.push(replicate);
            self.value.push(value.clamp(0.0, 1.0));
            self.low95.push((value - half).clamp(0.0, 1.0));
            let limit = if none && replicate.is_none() {
                0.206
            } else {
                value + half
            };
            self.high95.push(limit.clamp(0.0, 1.0));
            self.n.push(n);
        };
        let mean = if n == 0 { f64::NAN } else { mean };
        row(None, mean, spread / 2.0, n);
        if !matches!(what.0, "working" | "collapsed" | "diverged") {
            for replicate in 0..n {
                let seed = rate * 100.0 + replicate as f64 + mean;
                row(Some(replicate), mean + spread * scatter(seed), f64::NAN, 1);
            }
        }
    }
}

/// A table as the study `learning-rate` hands to its dose-response figure.
pub fn dose_response() -> Table {
    let mut long = Long::default();
    for (momentum, pixels, rates) in conditions() {
        for rate in rates {
            let cell = (momentum, pixels, rate);
            let dose = rate / (1.0 - 0.85 * momentum);
            let lost = libm::round(16.0 * rise(dose, 1.6)) / 16.0;
            let diverged = if rate > 0.5 { lost / 4.0 } else { 0.0 };
            let working = (16.0 * (1.0 - lost)) as i64;
            for (index, layer) in ["1", "2", "3", "all"].iter().enumerate() {
                let share = 0.8 * rise(dose, [0.5, 0.9, 1.4, 0.9][index]);
                long.push(cell, ("dead_filters", layer), 0.15 * share, share, working);
                let units = (share * 1.4).min(1.0);
                long.push(cell, ("dead_units", layer), 0.1 * share, units, working);
            }
            let after = 0.98 - 0.7 * rise(dose, 3.0);
            long.push(cell, ("held_out_accuracy", ""), 0.04, after, NETWORKS);
            let before = ("held_out_accuracy_before_annealing", "");
            long.push(cell, before, 0.08, after - 0.05 * rise(dose, 1.0), NETWORKS);
            long.push(cell, ("working", ""), 0.1, 1.0 - lost, NETWORKS);
            long.push(cell, ("collapsed", ""), 0.1, lost - diverged, NETWORKS);
            long.push(cell, ("diverged", ""), 0.1, diverged, NETWORKS);
        }
    }
    Table::new("dose-response", "Made up.")
        .real("momentum", "", long.momentum)
        .text("pixels", "", long.pixels)
        .real("learning_rate", "", long.learning_rate)
        .real("effective_rate", "", long.effective_rate)
        .text("quantity", "", long.quantity)
        .text("layer", "", long.layer)
        .column("replicate", "", Values::Integer(long.replicate))
        .real("value", "", long.value)
        .real("low95", "", long.low95)
        .real("high95", "", long.high95)
        .integer("n", "", long.n)
}

/// A table as the study `learning-rate` hands to its occupancy figure.
pub fn occupancy() -> Table {
    let steps = [
        0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 45.0, 90.0, 180.0, 360.0, 540.0, 765.0, 900.0,
    ];
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); 10];
    let (mut pixels, mut names) = (Vec::new(), Vec::new());
    for (momentum, scaling, rates) in conditions() {
        let factor = rates[rates.len() - 1];
        for (share, name) in [
            (0.05, "low"),
            (0.2, ""),
            (0.5, "edge"),
            (0.8, "one step above"),
            (1.0, "highest"),
        ] {
            for step in steps {
                let dose = 3.0 * share;
                let late = rise(step + 0.5, 60.0 / dose);
                let lost = rise(step + 0.5, 2000.0 / (dose * dose));
                let diverged = if share == 1.0 { 0.2 * lost } else { 0.0 };
                let dead = (0.02 + 0.5 * rise(dose, 1.5) * late) * (1.0 - lost);
                let cut_off = 0.05 * late * (1.0 - lost);
                let live = 1.0 - lost - dead - cut_off;
                let row = [
                    momentum,
                    factor * share,
                    step,
                    dead,
                    cut_off,
                    live,
                    lost - diverged,
                    diverged,
                    dead * 0.7,
                    dead * 1.3,
                ];
                for (column, value) in columns.iter_mut().zip(row) {
                    column.push(value);
                }
                pixels.push(scaling.into());
                names.push(name.into());
            }
        }
    }
    let rows = columns[0].len();
    let mut table = Table::new("occupancy", "Made up.")
        .text("pixels", "", pixels)
        .text("rate_name", "", names)
        .integer("n", "", vec![NETWORKS; rows]);
    let labels = [
        "momentum",
        "learning_rate",
        "step",
        "dead",
        "cut_off",
        "live",
        "collapsed",
        "diverged",
        "dead_low95",
        "dead_high95",
    ];
    for (name, values) in labels.iter().zip(columns) {
        table = table.real(name, "", values);
    }
    table
}

/// A table as the study `learning-rate` hands to its figure of final deaths.
pub fn final_deaths() -> Table {
    let occupancy = occupancy();
    let column = |name: &str| occupancy.numbers(name).unwrap();
    let (dead, step) = (column("dead"), column("step"));
    let lost: Vec<f64> = column("collapsed")
        .iter()
        .zip(column("diverged"))
        .map(|(collapsed, diverged)| collapsed + diverged)
        .collect();
    let mut tables: Vec<Vec<f64>> = vec![Vec::new(); 4];
    let (mut layers, mut rows) = (Vec::new(), Vec::new());
    for (layer, factor) in [("1", 1.0), ("2", 0.7), ("3", 1.3)] {
        let mut died = 0.0_f64;
        for row in 0..occupancy.rows() {
            died = if step[row] == 0.0 {
                0.0
            } else {
                died.max(factor * dead[row])
            };
            for (table, value) in tables
                .iter_mut()
                .zip([died, 0.7 * died, 1.3 * died, lost[row]])
            {
                table.push(value);
            }
            layers.push(layer.to_owned());
            rows.push(row);
        }
    }
    let again = |name: &str| {
        let values = column(name);
        rows.iter().map(|&row| values[row]).collect::<Vec<f64>>()
    };
    let words = |name: &str| {
        let values = occupancy.words(name).unwrap();
        rows.iter()
            .map(|&row| values[row].clone())
            .collect::<Vec<_>>()
    };
    let mut table = Table::new("final-deaths", "Made up.")
        .text("pixels", "", words("pixels"))
        .text("rate_name", "", words("rate_name"))
        .text("layer", "", layers)
        .real("born_dead", "", vec![0.01; rows.len()])
        .integer("n", "", vec![NETWORKS; rows.len()]);
    for name in ["momentum", "learning_rate", "step"] {
        table = table.real(name, "", again(name));
    }
    for (name, values) in ["died", "low95", "high95", "lost"].iter().zip(tables) {
        table = table.real(name, "", values);
    }
    table
}
