//! What an estimate asks for: its measures, factors and keys.

use super::{EffectOf, EstimateSpec};

impl EstimateSpec {
    /// How many statistics it names; it should be one.
    pub(in crate::analysis) fn statistics(&self) -> usize {
        let named = [
            self.mean.is_some(),
            self.difference.is_some(),
            self.largest.is_some(),
            self.crossing.is_some(),
            self.half_rate.is_some(),
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
    pub(in crate::analysis) fn family(&self) -> impl Iterator<Item = &str> {
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
    pub(in crate::analysis) fn asked(&self) -> impl Iterator<Item = (&'static str, &String)> {
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
        let half = self.half_rate.iter().map(|one| ("half_rate", &one.measure));
        let divisor = self
            .divided_by
            .iter()
            .map(|one| ("divided_by", &one.measure));
        let effect = self.effect.iter().map(|one| ("effect", &one.measure));
        let slope = self.slope.iter().map(|one| ("slope", &one.measure));
        let good = self.good.keys().map(|measure| ("good", measure));
        simple
            .chain(crossing)
            .chain(half)
            .chain(divisor)
            .chain(effect)
            .chain(slope)
            .chain(good)
    }

    /// The factors, keys and picks it names, each with the key that it stands at.
    pub(in crate::analysis) fn named_columns(
        &self,
    ) -> impl Iterator<Item = (&'static str, &String)> {
        let by = self.by.iter().map(|name| ("by", name));
        let filter = self.filter.keys().map(|name| ("where", name));
        let versus = self.versus.keys().map(|name| ("versus", name));
        let over = self.over.iter().map(|name| ("over", name));
        let best = self.best.iter().map(|name| ("best", name));
        let ranks = self.ranks.keys().map(|name| ("ranks", name));
        let crossing = self.crossing.iter().map(|one| ("crossing", &one.over));
        let half = self.half_rate.iter().map(|one| ("half_rate", &one.over));
        let divisor = self.divided_by.iter().map(|one| ("divided_by", &one.over));
        let slope = self.slope.iter().map(|one| ("slope", &one.over));
        let effect = self.effect.iter().flat_map(|one| &one.factors);
        let effect = effect.map(|name| ("effect", name));
        let levels = by.chain(filter).chain(versus).chain(over).chain(best);
        levels
            .chain(ranks)
            .chain(crossing)
            .chain(half)
            .chain(divisor)
            .chain(slope)
            .chain(effect)
    }

    /// The measures it asks for.
    pub(in crate::analysis) fn measures(&self) -> impl Iterator<Item = &String> {
        self.asked().map(|(_, measure)| measure)
    }
}
