//! The table behind a figure of fates, from the networks of any study.

use super::networks::{Network, Networks, Outcome};
use crate::statistics::Bootstrap;
use crate::table::Table;

/// One row a cell: shares of the filters of all its networks by what became of them, as
/// [`crate::figures::fates`] draws them. `label` gives the panel and the bar of a cell. A share
/// is a mean over networks; those of a collapsed or diverged network count as that whatever their
/// own state.
pub fn table<Key: Clone + PartialEq>(
    name: &str,
    networks: &Networks<Key>,
    bootstrap: &Bootstrap,
    label: impl Fn(&Key) -> (String, String),
) -> Table {
    let cells = networks.cells();
    let labels: Vec<(String, String)> = cells.iter().map(label).collect();
    let mean = |of: &dyn Fn(&Network<Key>) -> f64| -> Vec<f64> {
        let cell = |key: &Key| {
            let own = networks.cell(|known| known == key);
            own.iter().map(|network| of(network)).sum::<f64>() / own.len() as f64
        };
        cells.iter().map(cell).collect()
    };
    let share = |of: fn(&Network<Key>) -> f64| {
        mean(&|network| {
            if network.works() {
                of(network) / filters(network)
            } else {
                0.0
            }
        })
    };
    let lost = |outcome: Outcome| mean(&|network| f64::from(u8::from(network.outcome == outcome)));
    let dead: Vec<_> = cells
        .iter()
        .map(|key| {
            let values = networks.values(key, |network| {
                if network.works() {
                    network.dead_share(None)
                } else {
                    0.0
                }
            });
            bootstrap.mean_of_shares(&values)
        })
        .collect();
    Table::new(
        name,
        "One row a cell: what became of all filters of its networks, as shares that add up to 1.",
    )
    .text(
        "facet",
        "Panel.",
        labels.iter().map(|l| l.0.clone()).collect(),
    )
    .text("arm", "Bar.", labels.iter().map(|l| l.1.clone()).collect())
    .real(
        "born_dead",
        "Dead at the end and never alive at a census.",
        share(born_dead),
    )
    .real(
        "died",
        "Alive at some census and dead at the end.",
        share(|network| network.lives(None, |lives| lives.dead_at_end) - born_dead(network)),
    )
    .real(
        "silent",
        "Silent at the end and not dead: the activation's derivative is not 0 there.",
        share(silent),
    )
    .real(
        "cut_off",
        "Active at the end, and yet without gradient for the last epoch.",
        share(|network| network.lives(None, |lives| lives.cut_off_at_end)),
    )
    .real(
        "live",
        "None of the others.",
        share(|network| {
            let gone = |lives: &super::networks::Lives| lives.dead_at_end + lives.cut_off_at_end;
            filters(network) - network.lives(None, gone) - silent(network)
        }),
    )
    .real(
        "collapsed",
        "In a collapsed network.",
        lost(Outcome::Collapsed),
    )
    .real(
        "diverged",
        "In a diverged network.",
        lost(Outcome::Diverged),
    )
    .real(
        "dead",
        "The first two together: dead at the end, in a network that works.",
        dead.iter().map(|bounds| bounds.value).collect(),
    )
    .real(
        "dead_low95",
        "Lower end of its 95% interval over seeds.",
        dead.iter().map(|bounds| bounds.interval95.low).collect(),
    )
    .real(
        "dead_high95",
        "Upper end of its 95% interval over seeds.",
        dead.iter().map(|bounds| bounds.interval95.high).collect(),
    )
    .integer(
        "n",
        "Networks (seeds).",
        cells
            .iter()
            .map(|key| networks.cell(|known| known == key).len() as i64)
            .collect(),
    )
}

fn filters<Key>(network: &Network<Key>) -> f64 {
    network.at_end(None, |count| count.filters)
}

/// Filters that are silent at the end and not dead.
fn silent<Key>(network: &Network<Key>) -> f64 {
    network.lives(None, |lives| lives.silent_at_end - lives.dead_at_end)
}

/// Filters that are dead at the end and have no final death: dead since step 0.
fn born_dead<Key>(network: &Network<Key>) -> f64 {
    network.lives(None, |lives| lives.dead_at_end - lives.final_deaths)
}

#[cfg(test)]
mod tests {
    use super::super::learning_rate::made_up;
    use super::*;

    #[test]
    fn shares_add_up_to_one_and_count_what_was_made_up() {
        let results = made_up::results();
        let networks = Networks::read(&results, |trials| {
            let (momentum, rate) = (trials.reals("momentum")?, trials.reals("learning_rate")?);
            Ok(momentum.into_iter().zip(rate).collect::<Vec<_>>())
        })
        .unwrap();
        let bootstrap = Bootstrap::new(networks.replicates(), 0);
        let table = table("fates", &networks, &bootstrap, |(momentum, rate)| {
            (momentum.to_string(), rate.to_string())
        });
        let fates = [
            "born_dead",
            "died",
            "silent",
            "cut_off",
            "live",
            "collapsed",
            "diverged",
        ];
        let shares = fates.map(|fate| table.numbers(fate).unwrap());
        for row in 0..table.rows() {
            let sum: f64 = shares.iter().map(|share| share[row]).sum();
            assert!((sum - 1.0).abs() < 1e-12);
        }
        // At the third rate 2, 2, 3, 3 of 8 filters die; at the highest two of four are lost.
        assert_eq!(shares[1][2], 0.3125);
        assert_eq!((shares[5][3], shares[6][3]), (0.25, 0.25));
        assert_eq!(table.words("arm").unwrap()[2], "0.5");
    }
}
