//! Estimates over all cells of a design: the largest, crossings, effects, slopes.

use super::compared::lists;
use super::{Asked, Found, Member};
use crate::analysis::grammar::{Crossing, Effect, EffectOf, HalfRate, Per, Slope, Statistic};
use crate::analysis::level::Level;
use crate::statistics::{
    Bounds, Crossed, Curve, Good, Line, crossing_at, crossing_ratio_at, half_rate_at, largest_at,
    pairs, separated, with_values,
};

impl Asked<'_> {
    /// Largest mean over the cells of the design, among those that are good enough.
    pub(super) fn largest(&self, measure: &str) -> Result<Found, String> {
        let factors = self.evaluation.design();
        let mut cells = self.cells(&factors);
        // In the order as run: of equal means the last is chosen.
        cells.sort_by_key(|(_, networks)| networks.first().copied());
        let values = self.of_cells(measure, &factors, &cells)?;
        let good = match self.spec.good.first_key_value() {
            Some((measure, margin)) => Some((self.of_cells(measure, &factors, &cells)?, *margin)),
            None => None,
        };
        let good = good.as_ref().map(|(values, margin)| Good {
            values,
            margin: *margin,
        });
        let inference = &self.evaluation.inference;
        let largest = |drawn: &[u32]| largest_at(&values, good, drawn);
        let bounds = match self.evaluation.measured[measure].statistic {
            Statistic::Share => inference.of_share(&values, largest),
            _ => inference.of(&values, largest),
        };
        Ok(Found::new(bounds, self.replicates()))
    }

    /// The cells of some factors among its networks, in the order of their levels.
    fn cells(&self, factors: &[&str]) -> Vec<(Vec<Level>, Vec<usize>)> {
        let own = self.chosen();
        let networks = &self.evaluation.networks;
        networks.cells(factors, |network| own.contains(&network))
    }

    /// One value a seed of a measure in each cell.
    fn of_cells(
        &self,
        measure: &str,
        factors: &[&str],
        cells: &[(Vec<Level>, Vec<usize>)],
    ) -> Result<Vec<Vec<f64>>, String> {
        let values = |(levels, _): &(Vec<Level>, Vec<usize>)| {
            let names = factors.iter().map(|factor| (*factor).to_owned());
            self.with(names.zip(levels.iter().cloned())).values(measure)
        };
        cells.iter().map(values).collect()
    }

    /// Where a mean first reaches a number, or the ratio of two such levels.
    pub(super) fn crossing(&self, crossing: &Crossing) -> Result<Found, String> {
        let curve = |crossing: &Crossing| self.rates(&crossing.measure, &crossing.over);
        let (rates, values) = curve(crossing)?;
        let first = Curve {
            levels: &rates,
            values: &values,
            height: crossing.at,
        };
        let inference = &self.evaluation.inference;
        let bounds = match &self.spec.divided_by {
            None => inference.of_positive(&values, |drawn| crossing_at(first, drawn)),
            Some(divisor) => {
                let (rates, others) = curve(divisor)?;
                let by = Curve {
                    levels: &rates,
                    values: &others,
                    height: divisor.at,
                };
                let lists = values.iter().chain(&others);
                inference.of_positive(lists, |drawn| crossing_ratio_at(first, by, drawn))
            }
        };
        Ok(Found::new(bounds, self.replicates()))
    }

    /// The rate at which half of the networks have an event.
    pub(super) fn half_rate(&self, half: &HalfRate) -> Result<Found, String> {
        let (rates, values) = self.rates(&half.measure, &half.over)?;
        let told = |value: &f64| value.is_nan() || [0.0, 1.0].contains(value);
        if !values.iter().flatten().all(told) {
            let measure = &half.measure;
            return Err(format!(
                "`half_rate` takes a measure that is 0 or 1 in each network; `{measure}` is not"
            ));
        }
        let inference = &self.evaluation.inference;
        let mut bounds = inference.of_positive(&values, |on| half_rate_at(&rates, &values, on));
        let replicates = with_values(&values);
        if separated(&rates, &values, &replicates) {
            bounds = Bounds {
                value: bounds.value,
                ..Bounds::UNDEFINED
            };
        }
        Ok(Found::new(bounds, replicates.len()))
    }

    /// The levels of a factor, numbers above 0, and the values of a measure at each.
    fn rates(&self, measure: &str, over: &str) -> Result<(Vec<f64>, Vec<Vec<f64>>), String> {
        let curve = self.curve(measure, over)?;
        let number = |level: &Level| {
            let number = level.number().filter(|number| *number > 0.0);
            number.ok_or_else(|| format!("level `{level}` of `{over}` is no number above 0"))
        };
        let rates = curve.iter().map(|(level, _)| number(level));
        Ok((rates.collect::<Result<_, String>>()?, lists(curve)))
    }

    /// Effects in the crossed design of an effect's factors, each with what tells it from the
    /// others.
    pub(super) fn effects(&self, effect: &Effect) -> Result<Vec<Member>, String> {
        let factors: Vec<&str> = effect.factors.iter().map(String::as_str).collect();
        let cells = self.cells(&factors);
        let values = self.of_cells(&effect.measure, &factors, &cells)?;
        let levels_of = |place: usize| {
            let own = cells.iter().map(|(levels, _)| &levels[place]);
            let all = self.evaluation.order(factors[place]).iter();
            all.filter(|level| own.clone().any(|known| known == *level))
                .cloned()
                .collect::<Vec<_>>()
        };
        let levels: Vec<Vec<Level>> = (0..factors.len()).map(levels_of).collect();
        let counts: Vec<usize> = levels.iter().map(Vec::len).collect();
        let design = Crossed {
            levels: &counts,
            cells: &values,
        };
        let inference = &self.evaluation.inference;
        let found = |bounds| Found::new(bounds, self.replicates());
        let factor = |place: usize| ("factor".to_owned(), Level::new(factors[place]));
        let mut all = Vec::new();
        match effect.of {
            EffectOf::Main => {
                for (place, levels) in levels.iter().enumerate() {
                    for (at, level) in levels.iter().enumerate() {
                        let bounds =
                            inference.of(&values, |drawn| design.effect_at(&[place], at, drawn));
                        let named = vec![factor(place), ("level".to_owned(), level.clone())];
                        all.push((named, found(bounds)));
                    }
                }
            }
            EffectOf::Range => {
                for place in 0..factors.len() {
                    let bounds =
                        inference.of_size(&values, |drawn| design.range_at(&[place], drawn));
                    all.push((vec![factor(place)], found(bounds)));
                }
            }
            EffectOf::Size => {
                for set in sets(factors.len()) {
                    let bounds = inference.of_size(&values, |drawn| design.size_at(&set, drawn));
                    let names: Vec<&str> = set.iter().map(|place| factors[*place]).collect();
                    let named = vec![("effect".to_owned(), Level::new(names.join(" x ")))];
                    all.push((named, found(bounds)));
                }
            }
            EffectOf::RangeMinusLargestOther => {
                let bounds = inference.of(&values, |drawn| {
                    design.range_minus_largest_other_at(0, drawn)
                });
                all.push((Vec::new(), found(bounds)));
            }
        }
        Ok(all)
    }

    /// Slope of a measure over the levels of a factor.
    pub(super) fn slope(&self, slope: &Slope) -> Result<Found, String> {
        let curve = self.curve(&slope.measure, &slope.over)?;
        let on_scale = |number: f64| match slope.per {
            Per::Unit => number,
            _ if number <= 0.0 => f64::NAN,
            Per::Doubling => libm::log2(number),
            Per::Tenfold => libm::log10(number),
        };
        let numbers = curve.iter().map(|(level, _)| level.number().map(on_scale));
        let Some(numbers) = numbers.collect::<Option<Vec<f64>>>() else {
            return Err(format!("the levels of `{}` are no numbers", slope.over));
        };
        if numbers.len() < 2 {
            return Ok(Found::new(Bounds::UNDEFINED, 0));
        }
        let values = lists(curve);
        let line = Line {
            levels: &numbers,
            values: &values,
        };
        let slopes = line.slopes();
        let n = pairs(&slopes, &slopes);
        Ok(Found {
            values: slopes,
            ..Found::new(line.slope().of_networks(n), n)
        })
    }
}

/// All sets of factors but the empty one, small ones first.
pub(in crate::analysis) fn sets(factors: usize) -> Vec<Vec<usize>> {
    let members = |set: usize| {
        (0..factors)
            .filter(move |place| set >> place & 1 == 1)
            .collect()
    };
    let mut sets: Vec<Vec<usize>> = (1..1_usize << factors.min(8)).map(members).collect();
    sets.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    sets
}
