//! What is wrong with estimates.

use super::Checked;
use crate::analysis::grammar::{EstimateSpec, Measure, Statistic};
use crate::messages::{At, hint};

impl Checked<'_> {
    pub(super) fn estimate(&mut self, index: usize, estimate: &EstimateSpec) {
        let at = [At::Key("estimates"), At::Index(index)];
        let name = &estimate.name;
        if self.own.estimates[..index]
            .iter()
            .any(|other| other.name == *name)
        {
            self.wrong(&at, format!("two estimates are called `{name}`"));
        }
        if estimate.statistics() != 1 {
            self.wrong(
                &at,
                format!(
                    "estimate `{name}` has one statistic: mean, difference, largest, crossing, \
                 half_rate, effect, count, order, slope, hazard or given"
                ),
            );
        }
        self.replicates(&at, estimate.replicates);
        for (key, measure) in estimate.asked() {
            self.named(&[at[0], at[1], At::Key(key)], measure);
        }
        for (key, column) in estimate.named_columns() {
            self.column(&[at[0], at[1], At::Key(key)], column);
        }
        for (factor, levels) in &estimate.filter {
            let at = [at[0], at[1], At::Key("where"), At::Key(factor)];
            for level in levels.all() {
                self.level(&at, factor, level);
            }
            let several = levels.all().len() > 1;
            if several
                && !self.own.factors.contains_key(factor)
                && !self.own.picks.contains_key(factor)
            {
                self.wrong(&at, format!(
                    "several levels of `{factor}`, which networks are not told apart by: say them \
                     in the measure's own `where`"
                ));
            }
        }
        for (factor, level) in &estimate.versus {
            self.level(
                &[at[0], at[1], At::Key("versus"), At::Key(factor)],
                factor,
                level,
            );
        }
        for (factor, levels) in &estimate.ranks {
            for (index, level) in levels.iter().enumerate() {
                let at = [
                    at[0],
                    at[1],
                    At::Key("ranks"),
                    At::Key(factor),
                    At::Index(index),
                ];
                self.level(&at, factor, level);
            }
        }
        self.parts(index, estimate);
        self.places(index, estimate);
        self.numbers(index, estimate);
    }

    /// Seeds that the design has, the first and the last.
    pub(super) fn replicates(&mut self, at: &[At<'_>; 2], seeds: Option<[u32; 2]>) {
        let Some([first, last]) = seeds else {
            return;
        };
        let at = [at[0], at[1], At::Key("replicates")];
        let all = self.ahead.design.replicates;
        if first > last {
            let problem = format!(
                "`replicates` is the first seed and the last, and {first} comes behind {last}"
            );
            self.wrong(&at, problem);
        } else if all > 0 && last >= all {
            let problem = format!(
                "the design has no seed {last}: its seeds are 0 to {}; an amendment adds more",
                all - 1
            );
            self.wrong(&at, problem);
        }
    }

    /// Keys that belong to a statistic, and those that it needs.
    fn parts(&mut self, index: usize, estimate: &EstimateSpec) {
        let own = estimate;
        let belongs = [
            (
                "versus",
                !own.versus.is_empty(),
                own.difference.is_some(),
                "difference",
            ),
            (
                "paired",
                own.paired.is_some(),
                own.difference.is_some(),
                "difference",
            ),
            (
                "over",
                own.over.is_some(),
                own.difference.is_some(),
                "difference",
            ),
            (
                "best",
                own.best.is_some(),
                own.difference.is_some() || own.order.is_some(),
                "difference` and `order",
            ),
            (
                "good",
                !own.good.is_empty(),
                own.largest.is_some(),
                "largest",
            ),
            (
                "divided_by",
                own.divided_by.is_some(),
                own.crossing.is_some(),
                "crossing",
            ),
            ("ranks", !own.ranks.is_empty(), own.order.is_some(), "order"),
        ];
        for (key, given, fits, statistic) in belongs {
            if given && !fits {
                let at = [At::Key("estimates"), At::Index(index), At::Key(key)];
                self.wrong(
                    &at,
                    format!("`{key}` belongs to `{statistic}`, which this estimate is not"),
                );
            }
        }
        let at = |key| [At::Key("estimates"), At::Index(index), At::Key(key)];
        if own.difference.is_some() && own.versus.is_empty() {
            self.wrong(
                &at("difference"),
                "`difference` needs `versus`: the levels that are subtracted",
            );
        }
        if own.order.is_some() && (own.ranks.len() != 1 || own.best.is_none()) {
            self.wrong(
                &at("order"),
                "`order` needs `ranks` (levels of one factor) and `best` (a factor)",
            );
        }
        if own.good.len() > 1 {
            self.wrong(&at("good"), "`good` takes one measure");
        }
        for (key, measure) in [("count", &own.count), ("hazard", &own.hazard)] {
            let known = measure
                .as_ref()
                .and_then(|name| self.ahead.grammar.measures.get(name));
            let counted = |one: &Measure| {
                let event = one.event.is_some() || one.statistic == Some(Statistic::Event);
                one.numerator.is_some() || one.sql.is_some() || (key == "count" && event)
            };
            if known.is_some_and(|one| !counted(one)) {
                let title = format!("`{key}` takes a measure of `numerator` and `denominator`");
                self.wrong(&at(key), title);
            }
        }
    }

    /// The places for levels in what an estimate says of itself.
    fn places(&mut self, index: usize, estimate: &EstimateSpec) {
        if !estimate.by.iter().all(|by| self.is_column(by)) {
            return;
        }
        for part in estimate.words.split("{{").skip(1) {
            let Some((inside, _)) = part.split_once("}}") else {
                continue;
            };
            let name = inside.trim();
            let keys: Vec<&str> = estimate.family().collect();
            let at = [At::Key("estimates"), At::Index(index), At::Key("words")];
            if !keys.contains(&name) {
                let hint = hint(name, keys);
                let title = format!("`{{{{ {name} }}}}` is no level of this family{hint}");
                self.wrong(&at, title);
            } else if inside != format!(" {name} ") {
                let title = format!("write `{{{{ {name} }}}}`, with one space on each side");
                self.wrong(&at, title);
            }
        }
    }

    /// Factors whose levels must be numbers.
    fn numbers(&mut self, index: usize, estimate: &EstimateSpec) {
        let crossing = estimate
            .crossing
            .iter()
            .map(|one| ("crossing", &one.over, true));
        let divisor = estimate
            .divided_by
            .iter()
            .map(|one| ("divided_by", &one.over, true));
        let half = estimate
            .half_rate
            .iter()
            .map(|one| ("half_rate", &one.over, true));
        let slope = estimate.slope.iter().map(|one| ("slope", &one.over, false));
        for (key, over, positive) in crossing.chain(half).chain(divisor).chain(slope) {
            let levels = self.ahead.known.levels(over).unwrap_or_default();
            let wrong = levels.iter().find(|level| {
                level
                    .number()
                    .is_none_or(|number| positive && number <= 0.0)
            });
            if let Some(level) = wrong {
                let number = if positive { "number above 0" } else { "number" };
                let title = format!("level `{level}` of `{over}` is no {number}");
                self.wrong(
                    &[At::Key("estimates"), At::Index(index), At::Key(key)],
                    title,
                );
            }
        }
    }
}
