//! What is normal, and what helps: not opinions, but what studies found.

use serde::{Deserialize, Serialize};

/// What the studies published.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Published {
    /// The distribution of dead shares.
    pub normal: Normal,
    /// What finished studies advise about dead units.
    pub advice: Vec<Advice>,
}

impl Published {
    /// What this crate carries, for programs without the studies; a test of the studies holds it
    /// against their tables.
    pub fn carried() -> Self {
        serde_json::from_str(CARRIED).unwrap_or_default()
    }
}

const CARRIED: &str = include_str!("normal/published.json");

/// The dead shares of networks that learned well, from a published table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Normal {
    /// Dead share of every network within one point of the best accuracy, from 0 to 1.
    pub shares: Vec<f64>,
    /// What to cite, such as `figures/learning-rate/dose-response.svg`.
    pub source: String,
}

impl Normal {
    /// The share below which a part of the networks lies; `None` if there are none.
    pub fn quantile(&self, part: f64) -> Option<f64> {
        let mut sorted = self.shares.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().checked_sub(1)?;
        Some(sorted[(part * last as f64).round() as usize])
    }

    /// The part of the networks with a larger dead share.
    pub fn above(&self, share: f64) -> f64 {
        let above = self.shares.iter().filter(|&&own| own > share).count();
        above as f64 / self.shares.len().max(1) as f64
    }

    /// Whether a share is normal, in a sentence; `None` without networks to compare with.
    pub fn sentence(&self, share: f64) -> Option<String> {
        let [low, high] = [0.05, 0.95].map(|part| self.quantile(part));
        let judgement = if share > high? {
            "That is more than is normal"
        } else if share < low? {
            "That is less than is normal"
        } else {
            "That is normal"
        };
        Some(format!("{judgement}: {}", self.comparison(share)?))
    }

    /// What others have, in a sentence that begins with a small letter; `None` without networks to
    /// compare with.
    pub fn comparison(&self, share: f64) -> Option<String> {
        let [low, middle, high] = [0.05, 0.5, 0.95].map(|part| self.quantile(part));
        let percent = |share: f64| format!("{:.0}%", 100.0 * share);
        let (low, middle, high) = (low?, middle?, high?);
        Some(format!(
            "of {} networks that learned well, within a point of the best accuracy, \
             nine in ten had between {} and {} dead (half of them more than {}; {} had more than \
             yours). Source: {}.",
            self.shares.len(),
            percent(low),
            percent(high),
            percent(middle),
            percent(self.above(share)),
            self.source
        ))
    }
}

/// What a finished study says to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Advice {
    /// A sentence.
    pub text: String,
    /// The study that supports it.
    pub study: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_carried_is_read() {
        let carried = Published::carried();
        assert!(carried.normal.sentence(0.1).is_some());
        assert!(!carried.advice.is_empty());
    }

    #[test]
    fn normal_is_a_comparison() {
        let normal = Normal {
            shares: (0..=100).map(|share| f64::from(share) / 200.0).collect(),
            source: "figures/x.svg".to_owned(),
        };
        assert_eq!(normal.quantile(0.5), Some(0.25));
        let sentence = |share| normal.sentence(share).unwrap();
        assert!(sentence(0.3).starts_with("That is normal"));
        assert!(sentence(0.49).starts_with("That is more") && sentence(0.49).contains("x.svg"));
        assert!(sentence(0.0).starts_with("That is less"));
        let none = Normal {
            shares: Vec::new(),
            ..normal
        };
        assert_eq!(none.sentence(0.1), None);
    }
}
