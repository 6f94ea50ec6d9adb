//! The table `cells`: what came out of each cell, quantity by quantity, and the same read back.

use super::networks::{CountOfFilters, Network, Networks, Outcome};
use crate::report::numbers::{percent, percent_with_interval};
use crate::statistics::{Bootstrap, exact_share, standard_deviation};
use crate::table::{Table, TableError};

/// A column that tells a cell from others: name, meaning, value.
pub type Label<Key> = (&'static str, &'static str, fn(&Key) -> String);

/// Shares of the filters of working networks by what happened to them.
const LIVES: [(&str, CountOfFilters); 9] = [
    ("dead_filters", |lives| lives.dead_at_end),
    ("silent_filters", |lives| lives.silent_at_end),
    ("saturated_filters", |lives| lives.saturated_at_end),
    ("cut_off_filters", |lives| lives.cut_off_at_end),
    ("born_dead_filters", |lives| lives.born_dead),
    ("ever_dead_filters", |lives| lives.ever_dead),
    ("final_deaths", |lives| lives.final_deaths),
    ("revived_filters", |lives| lives.revived),
    ("dead_filters_before_annealing", |lives| {
        lives.dead_before_annealing
    }),
];

/// A number of a network.
type OfNetwork<Key> = fn(&Network<Key>) -> f64;

/// One row a cell, quantity and layer.
pub fn table<Key: Clone + PartialEq>(
    networks: &Networks<Key>,
    bootstrap: &Bootstrap,
    labels: &[Label<Key>],
) -> Table {
    let mut rows = Rows::default();
    let of_networks: [(&str, OfNetwork<Key>); 3] = [
        ("held_out_accuracy", |network| network.accuracy),
        ("held_out_accuracy_before_annealing", |network| {
            network.accuracy_before_annealing
        }),
        ("train_accuracy", |network| network.train_accuracy),
    ];
    let outcomes = [
        ("working", Outcome::Working),
        ("collapsed", Outcome::Collapsed),
        ("diverged", Outcome::Diverged),
    ];
    for key in networks.cells() {
        let place: Vec<String> = labels.iter().map(|(.., of)| of(&key)).collect();
        let mut layers: Vec<(Option<usize>, String)> = (0..networks.layers)
            .map(|layer| (Some(layer), (layer + 1).to_string()))
            .collect();
        layers.push((None, "all".into()));
        for (layer, name) in &layers {
            for (quantity, of) in LIVES {
                let values =
                    networks.values(&key, |network| working(network, share(network, *layer, of)));
                let bounds = bootstrap.mean_of_shares(&values);
                rows.push(&place, (quantity, name), &values, bounds);
            }
            let units = networks.values(&key, |network| {
                let units = network.at_end(*layer, |count| count.units);
                let silent = network.at_end(*layer, |count| count.silent_units);
                working(network, silent / units)
            });
            let bounds = bootstrap.mean_of_shares(&units);
            rows.push(&place, ("silent_units", name), &units, bounds);
        }
        for (quantity, of) in of_networks {
            let values = networks.values(&key, of);
            let bounds = bootstrap.mean(&values);
            rows.push(&place, (quantity, ""), &values, bounds);
        }
        for (quantity, outcome) in outcomes {
            let values = networks.values(&key, |network| {
                f64::from(u8::from(network.outcome == outcome))
            });
            let events = values.iter().filter(|value| **value == 1.0).count();
            let n = values.iter().filter(|value| !value.is_nan()).count();
            let bounds = exact_share(events as u64, n as u64);
            rows.push(&place, (quantity, ""), &values, bounds);
        }
    }
    rows.into_table(labels)
}

/// Share of the filters of the layers asked for (`None` is all) that something happened to.
pub fn share<Key>(network: &Network<Key>, layer: Option<usize>, of: CountOfFilters) -> f64 {
    network.lives(layer, of) / network.at_end(layer, |count| count.filters)
}

/// A value of a network that works; nothing of another.
pub fn working<Key>(network: &Network<Key>, value: f64) -> f64 {
    if network.works() { value } else { f64::NAN }
}

#[derive(Default)]
struct Rows {
    places: Vec<Vec<String>>,
    quantity: Vec<String>,
    layer: Vec<String>,
    value: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    standard_deviation: Vec<f64>,
    n: Vec<i64>,
}

impl Rows {
    fn push(
        &mut self,
        place: &[String],
        (quantity, layer): (&str, &str),
        values: &[f64],
        bounds: crate::statistics::Bounds,
    ) {
        let defined: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
        self.places.push(place.to_vec());
        self.quantity.push(quantity.into());
        self.layer.push(layer.into());
        self.value.push(bounds.value);
        self.low.push(bounds.interval95.low);
        self.high.push(bounds.interval95.high);
        self.standard_deviation.push(standard_deviation(&defined));
        self.n.push(defined.len() as i64);
    }

    fn into_table<Key>(self, labels: &[Label<Key>]) -> Table {
        let mut table = Table::new(
            "cells",
            "One row a cell, quantity and layer: the mean over the cell's networks.",
        );
        for (index, (name, meaning, _)) in labels.iter().enumerate() {
            let values = self.places.iter().map(|place| place[index].clone());
            table = table.text(name, meaning, values.collect());
        }
        table
            .text(
                "quantity",
                "Shares of filters or units, of working networks: dead, silent (on the whole \
                 training set), saturated (not silent and the derivative 0 throughout) or cut off \
                 at the end; born dead (at step 0), ever dead (at a census), final deaths (dead at \
                 the end and not since step 0), revived at least once, dead before annealing. Of \
                 all networks: accuracy, and shares of networks by outcome.",
                self.quantity,
            )
            .text(
                "layer",
                "Convolution, from 1; all; empty for the network as a whole.",
                self.layer,
            )
            .real("value", "The mean.", self.value)
            .real(
                "low95",
                "Lower end of its 95% interval (percentile bootstrap over seeds; exact for shares \
                 of networks, and where a share is 0 or 1 in all of them; empty where too few \
                 work).",
                self.low,
            )
            .real("high95", "Its upper end.", self.high)
            .real(
                "standard_deviation",
                "Between networks; what the number of seeds has to fight.",
                self.standard_deviation,
            )
            .integer("n", "Networks that the mean is over.", self.n)
    }
}

/// A mean share over networks with its 95% interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The mean.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Networks.
    pub n: f64,
}

impl Share {
    const UNKNOWN: Self = Self {
        mean: f64::NAN,
        low: f64::NAN,
        high: f64::NAN,
        n: 0.0,
    };

    /// `12.3%`
    pub fn short(self) -> String {
        percent(self.mean)
    }

    /// `12.3% (10.1 to 14.9%)`
    pub fn long(self) -> String {
        percent_with_interval(self.mean, self.low, self.high)
    }
}

/// The published table `cells`, read back.
#[derive(Clone, Debug)]
pub struct Cells {
    /// Labels of each row.
    places: Vec<Vec<String>>,
    quantity: Vec<String>,
    layer: Vec<String>,
    shares: Vec<Share>,
}

impl Cells {
    /// Reads the table, whose cells the columns `labels` tell apart.
    ///
    /// # Errors
    /// If a column is missing.
    pub fn read(table: &Table, labels: &[&str]) -> Result<Self, TableError> {
        let columns = labels
            .iter()
            .map(|label| table.words(label))
            .collect::<Result<Vec<_>, _>>()?;
        let [value, low, high, n] =
            ["value", "low95", "high95", "n"].map(|name| table.numbers(name));
        let (value, low, high, n) = (value?, low?, high?, n?);
        let place = |row: usize| columns.iter().map(|column| column[row].clone()).collect();
        Ok(Self {
            places: (0..table.rows()).map(place).collect(),
            quantity: table.words("quantity")?,
            layer: table.words("layer")?,
            shares: (0..table.rows())
                .map(|row| Share {
                    mean: value[row],
                    low: low[row],
                    high: high[row],
                    n: n[row],
                })
                .collect(),
        })
    }

    /// A quantity of a cell and layer (`1`, ..., `all`, or empty for one of the network).
    pub fn get(&self, place: &[&str], quantity: &str, layer: &str) -> Share {
        let fits = |row: &usize| {
            self.places[*row] == place
                && self.quantity[*row] == quantity
                && self.layer[*row] == layer
        };
        let found = (0..self.shares.len()).find(fits);
        found.map_or(Share::UNKNOWN, |row| self.shares[row])
    }

    /// The values of the label with that index, each once, in the table's order.
    pub fn labels(&self, index: usize) -> Vec<String> {
        let mut labels: Vec<String> = Vec::new();
        for place in &self.places {
            if !labels.contains(&place[index]) {
                labels.push(place[index].clone());
            }
        }
        labels
    }
}
