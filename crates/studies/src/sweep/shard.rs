//! `--shard I/N`.

use std::str::FromStr;

/// A part of the trials: those whose index leaves the remainder `index` modulo `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 0.
    pub index: usize,
    /// How many there are.
    pub of: usize,
}

impl Shard {
    /// Whether the trial at this place in its study is one of them.
    pub fn takes(self, index: usize) -> bool {
        index % self.of == self.index
    }
}

impl FromStr for Shard {
    type Err = String;

    /// `I/N`, I from 1 to N.
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        let numbers = parts.and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match numbers {
            Some((index, of)) if (1..=of).contains(&index) => Ok(Self {
                index: index - 1,
                of,
            }),
            _ => Err(format!(
                "`{text}` is no shard: give I/N with I from 1 to N, such as 1/2"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_parts_from_one() {
        let shard = |text: &str| text.parse::<Shard>();
        assert_eq!(shard("2/3"), Ok(Shard { index: 1, of: 3 }));
        for wrong in ["0/2", "3/2", "1", "1/0", "a/b", "-1/2"] {
            assert!(shard(wrong).is_err(), "{wrong}");
        }
    }
}
