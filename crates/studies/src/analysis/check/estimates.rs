//! What is wrong with estimates and with the names that predictions use.

use std::collections::BTreeMap;

use super::Checked;
use crate::analysis::grammar::{EffectOf, EstimateSpec};
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
            self.wrong(&at, format!(
                "estimate `{name}` has one statistic: mean, difference, largest, crossing, effect, \
                 count, order, slope, hazard or given"
            ));
        }
        self.seeds(&at, estimate.replicates);
        for (key, measure) in estimate.asked() {
            self.named(&[at[0], at[1], At::Key(key)], measure);
        }
        let columns = estimate
            .by
            .iter()
            .chain(estimate.filter.keys())
            .chain(estimate.versus.keys());
        for column in columns.chain(&estimate.over).chain(&estimate.best) {
            self.column(&at, column);
        }
        for (factor, levels) in &estimate.filter {
            for level in levels.all() {
                self.level(&at, factor, level);
            }
        }
        for (factor, level) in &estimate.versus {
            self.level(&at, factor, level);
        }
        for (factor, levels) in &estimate.ranks {
            for level in levels {
                self.level(&at, factor, level);
            }
        }
    }

    /// Seeds that the design has, the first and the last.
    pub(super) fn seeds(&mut self, at: &[At<'_>; 2], seeds: Option<[u32; 2]>) {
        let Some([first, last]) = seeds else {
            return;
        };
        let at = [at[0], at[1], At::Key("replicates")];
        let all = self.design.replicates;
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

    /// The names that predictions use.
    pub(super) fn declared(&mut self) {
        let families: BTreeMap<&str, &EstimateSpec> = self
            .own
            .estimates
            .iter()
            .map(|estimate| (estimate.name.as_str(), estimate))
            .collect();
        for (name, declared) in &self.own.declared {
            let at = [At::Key("declared"), At::Key(name)];
            let Some(family) = families.get(declared.estimate.as_str()) else {
                let hint = hint(&declared.estimate, families.keys().copied());
                self.wrong(&at, format!("estimate `{}`{hint}", declared.estimate));
                continue;
            };
            for by in family
                .family()
                .filter(|by| !declared.levels.contains_key(*by))
            {
                self.wrong(
                    &at,
                    format!("`{}` is a family: say which `{by}`", family.name),
                );
            }
            for (factor, level) in &declared.levels {
                self.level(&at, factor, level);
            }
        }
        for (file, name) in &self.design.predicted {
            let single = families
                .get(name.as_str())
                .is_some_and(|one| one.family().next().is_none());
            if !single && !self.own.declared.contains_key(name) {
                let names = families
                    .keys()
                    .copied()
                    .chain(self.own.declared.keys().map(String::as_str));
                let problem = format!(
                    "a prediction of {file} names the estimate `{name}`{}",
                    hint(name, names)
                );
                self.wrong(&[], problem);
            }
        }
    }
}

impl EstimateSpec {
    /// How many statistics it names; it should be one.
    fn statistics(&self) -> usize {
        let named = [
            self.mean.is_some(),
            self.difference.is_some(),
            self.largest.is_some(),
            self.crossing.is_some(),
            self.effect.is_some(),
            self.count.is_some(),
            self.order.is_some(),
            self.slope.is_some(),
            self.hazard.is_some(),
            self.given.is_some(),
        ];
        named.into_iter().filter(|named| *named).count()
    }

    /// The columns that tell the estimates of its family apart.
    pub(in super::super) fn family(&self) -> impl Iterator<Item = &str> {
        let effect: &[&str] = match self.effect.as_ref().map(|effect| effect.of) {
            Some(EffectOf::Main) => &["factor", "level"],
            Some(EffectOf::Range) => &["factor"],
            Some(EffectOf::Size) => &["effect"],
            _ => &[],
        };
        self.by
            .iter()
            .map(String::as_str)
            .chain(effect.iter().copied())
    }

    /// The measures it asks for, each with the key that it stands at.
    fn asked(&self) -> impl Iterator<Item = (&'static str, &String)> {
        let simple = [
            ("mean", &self.mean),
            ("difference", &self.difference),
            ("largest", &self.largest),
            ("count", &self.count),
            ("order", &self.order),
            ("hazard", &self.hazard),
        ];
        let simple = simple
            .into_iter()
            .filter_map(|(key, name)| Some((key, name.as_ref()?)));
        let crossing = self.crossing.iter().map(|one| ("crossing", &one.measure));
        let divisor = self
            .divided_by
            .iter()
            .map(|one| ("divided_by", &one.measure));
        let effect = self.effect.iter().map(|one| ("effect", &one.measure));
        let slope = self.slope.iter().map(|one| ("slope", &one.measure));
        let good = self.good.keys().map(|measure| ("good", measure));
        simple
            .chain(crossing)
            .chain(divisor)
            .chain(effect)
            .chain(slope)
            .chain(good)
    }

    /// The measures it asks for.
    pub(in super::super) fn measures(&self) -> impl Iterator<Item = &String> {
        self.asked().map(|(_, measure)| measure)
    }
}
