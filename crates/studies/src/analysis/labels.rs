//! How levels print, by the words of a study's factors and keys.

use super::grammar::{Factor, Grammar};

impl Grammar {
    /// The label of a level; of one that has only a name, both: `0.2 (half the edge)`.
    pub fn label(&self, field: &str, level: &str) -> Option<String> {
        // In tables of effects the column `level` has those of all factors.
        if field == "level" {
            let mut factors = self.factors.values();
            return factors.find_map(|factor| factor.labels.get(level).cloned());
        }
        let factor = self.factors.get(field).or_else(|| self.keys.get(field))?;
        let label = factor.labels.get(level).cloned();
        label.or_else(|| named(factor, level))
    }
}

fn named(factor: &Factor, level: &str) -> Option<String> {
    let mut names = factor.names.iter();
    let (name, _) = names.find(|(_, own)| own.as_str() == level)?;
    Some(format!("{level} ({})", name.replace('_', " ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_print_by_label_or_with_their_name() {
        let grammar: Grammar = toml::from_str(
            "grammar = 1\n\
             [factors.learning_rate]\nwords = ''\nnames = { half_the_edge = 0.2 }\n\
             [factors.optimizer]\nwords = ''\nlabels = { SGD = 'Plain SGD' }\n",
        )
        .unwrap();
        let of = |field, level| grammar.label(field, level);
        assert_eq!(of("learning_rate", "0.2").unwrap(), "0.2 (half the edge)");
        assert_eq!(of("optimizer", "SGD").unwrap(), "Plain SGD");
        assert_eq!(of("learning_rate", "0.32"), None);
        assert_eq!(of("measure", "0.2"), None);
        assert_eq!(of("level", "SGD").unwrap(), "Plain SGD");
    }
}
