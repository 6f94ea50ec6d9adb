//! The rates of a condition that figures over time show.

use super::networks::Networks;
use crate::figures::learning_rate::Condition;

/// Index of the edge among `rates`: the highest at which at least three quarters of the networks
/// work at the end.
pub(super) fn edge(networks: &Networks, condition: &Condition, rates: &[f64]) -> Option<usize> {
    rates.iter().rposition(|&rate| {
        let cell = networks.cell(condition, rate);
        let working = cell.iter().filter(|network| network.works()).count();
        4 * working >= 3 * cell.len()
    })
}

/// Low, half the edge, edge, one step above it and the highest rate of a condition, each with its
/// name and once, increasing; low is a tenth of the edge, or the grid's nearest. Where there is
/// no edge, the lowest and the highest rate.
pub(super) fn shown(networks: &Networks, condition: &Condition) -> Vec<(f64, &'static str)> {
    let rates = networks.rates(condition);
    let edge = edge(networks, condition, &rates);
    let last = rates.len().saturating_sub(1);
    let wanted = match edge {
        Some(edge) => vec![
            (edge, "edge"),
            (nearest(&rates, 0.1 * rates[edge]), "low"),
            (nearest(&rates, 0.5 * rates[edge]), "half the edge"),
            ((edge + 1).min(last), "one step above"),
            (last, "highest"),
        ],
        None => vec![(0, "lowest"), (last, "highest")],
    };
    let mut shown: Vec<(usize, &'static str)> = Vec::new();
    for (index, name) in wanted {
        if index < rates.len() && shown.iter().all(|(known, _)| *known != index) {
            shown.push((index, name));
        }
    }
    shown.sort_unstable();
    shown
        .into_iter()
        .map(|(index, name)| (rates[index], name))
        .collect()
}

/// Index of the rate whose ratio to `wanted` is nearest to 1.
pub(super) fn nearest(rates: &[f64], wanted: f64) -> usize {
    let distance = |rate: f64| libm::fabs(libm::log(rate / wanted));
    (0..rates.len())
        .min_by(|&a, &b| distance(rates[a]).total_cmp(&distance(rates[b])))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_rate_is_nearest_by_ratio() {
        assert_eq!(nearest(&[0.02, 0.05, 0.125], 0.07), 1);
        assert_eq!(nearest(&[0.02, 0.05, 0.125], 0.001), 0);
        assert_eq!(nearest(&[], 0.1), 0);
    }
}
