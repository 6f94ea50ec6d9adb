//! The numbers by which a study names what it set: levels of its grids, and settings.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

/// Steps at which every training is looked at, and how many an epoch of the digits has.
const CENSUSES: [i64; 13] = [0, 1, 2, 5, 10, 20, 45, 90, 180, 360, 540, 765, 900];
const STEPS_AN_EPOCH: i64 = 45;

/// What a setting counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    Steps,
    Epochs,
    Seeds,
    Images,
    Layers,
}

impl Unit {
    /// The unit of a word behind a number.
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "steps" => Self::Steps,
            "epochs" => Self::Epochs,
            "seeds" | "networks" | "each" => Self::Seeds,
            "images" => Self::Images,
            "layers" => Self::Layers,
            _ => return None,
        })
    }
}

/// Numbers that name a setting and are no results, as bits, so that a set can hold them.
#[derive(Debug, Default, Clone)]
pub struct Levels {
    factors: BTreeSet<u64>,
    settings: BTreeSet<(Unit, u64)>,
}

impl Levels {
    /// Those of a study: of its own files, or of the studies that it pools.
    ///
    /// # Errors
    /// A file that cannot be read, or is no TOML, with its path.
    pub fn of(studies: &Path, name: &str) -> Result<Self, String> {
        let folder = studies.join(name);
        let mut levels = Self::default();
        let mut file = folder.join("study.toml");
        for amendment in 1.. {
            let shown = file.display();
            let text = fs::read_to_string(&file).map_err(|error| format!("{shown}: {error}"))?;
            let table: Table =
                toml::from_str(&text).map_err(|error| format!("{shown}: {error}"))?;
            levels.add(&table);
            let pooled = table.get("pool").and_then(|pool| pool.get("studies"));
            for name in items(pooled).iter().filter_map(Value::as_str) {
                let other = Self::of(studies, name)?;
                levels.factors.extend(other.factors);
                levels.settings.extend(other.settings);
            }
            file = folder.join(format!("amendment-{amendment}.toml"));
            if !file.exists() {
                break;
            }
        }
        Ok(levels)
    }

    /// Those of the text of one study.toml or amendment.
    pub fn parsed(text: &str) -> Self {
        let mut levels = Self::default();
        levels.add(&toml::from_str(text).expect("TOML"));
        levels
    }

    /// A level of a factor, or the step of a census.
    pub fn factor(&self, number: f64) -> bool {
        self.factors.contains(&number.to_bits())
    }

    /// A level, or a setting whatever it counts.
    pub fn known(&self, number: f64) -> bool {
        let mut settings = self.settings.iter();
        self.factor(number) || settings.any(|(_, setting)| *setting == number.to_bits())
    }

    /// So many steps, epochs, seeds, images of a batch or layers were set.
    pub fn setting(&self, unit: Unit, number: f64) -> bool {
        self.settings.contains(&(unit, number.to_bits()))
    }

    fn set(&mut self, unit: Unit, numbers: impl IntoIterator<Item = i64>) {
        let numbers = numbers.into_iter();
        let settings = numbers.map(|number| (unit, (number as f64).to_bits()));
        self.settings.extend(settings);
    }

    fn add(&mut self, study: &Table) {
        for arm in items(study.get("arms")) {
            collect("", arm.get("grid"), &mut |_, number| {
                self.factors.insert(number.to_bits());
            });
        }
        let mut set = Vec::new();
        for part in ["base", "arms", "replicates"] {
            collect(part, study.get(part), &mut |key, number| {
                set.push((key.to_owned(), number as i64));
            });
        }
        let epochs = set.iter().filter(|(key, _)| key.ends_with("epochs"));
        let steps = epochs.map(|(_, epochs)| epochs * STEPS_AN_EPOCH);
        let last = steps.clone().max().unwrap_or(0);
        self.set(Unit::Steps, steps.chain(CENSUSES));
        let censuses = CENSUSES.map(|step| (step as f64).to_bits());
        self.factors.extend(censuses);
        for (key, number) in set {
            match key.as_str() {
                "epochs" | "annealed_epochs" => self.set(Unit::Epochs, [number]),
                "replicates" => self.set(Unit::Seeds, [number]),
                "batch_size" => self.set(Unit::Images, [number]),
                "intervals" => self.set(Unit::Steps, [number]),
                // Compared or saved every so many steps.
                "every" if number > 0 => {
                    self.set(Unit::Steps, (1..=last / number).map(|n| n * number));
                }
                // A network that is cut off after each of its hidden layers.
                "hidden" => self.set(Unit::Layers, 2..=number + 1),
                _ => {}
            }
        }
        let architecture = study.get("base").and_then(|base| base.get("architecture"));
        let words = items(architecture).iter().filter_map(Value::as_str);
        let convolutions = words.filter(|word| word.starts_with("conv ")).count();
        self.set(Unit::Layers, 1..=convolutions as i64);
    }
}

fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Shows every number below a value, with the last part of its key; of `[replicates]`, that name.
fn collect(key: &str, value: Option<&Value>, show: &mut impl FnMut(&str, f64)) {
    match value {
        Some(Value::Integer(number)) => show(key, *number as f64),
        Some(Value::Float(number)) => show(key, *number),
        Some(Value::Array(values)) => {
            for value in values {
                collect(key, Some(value), show);
            }
        }
        Some(Value::Table(table)) => {
            for (below, value) in table {
                let last = below.rsplit('.').next().unwrap_or(below);
                let last = if key == "replicates" { key } else { last };
                collect(last, Some(value), show);
            }
        }
        _ => {}
    }
}

#[test]
fn levels_are_of_grids_and_settings_are_whole() {
    let levels = Levels::parsed(
        "[base]\narchitecture = ['conv 16 3x3', 'relu', 'conv 32 3x3']\n\
         [base.schedule]\nlearning_rate = 0.1\nepochs = 445\n\
         [replicates]\nlong = 9\n\
         [[arms]]\nreplicates = 16\nset = { 'probes.stopped' = { every = 1000, intervals = [100] }, hidden = 6 }\n\
         [arms.grid]\nrate = [0.32, { label = '0.7', value = { gain = 4.5 } }]\n",
    );
    for level in [0.32, 4.5, 90.0] {
        assert!(levels.factor(level) && levels.known(level), "{level}");
    }
    let steps = ["steps"; 5]
        .into_iter()
        .zip([100.0, 900.0, 1000.0, 20_000.0, 20_025.0]);
    let others = [
        ("epochs", 445.0),
        ("seeds", 16.0),
        ("networks", 9.0),
        ("layers", 7.0),
    ];
    let unit = |word| Unit::of(word).unwrap();
    for (word, number) in steps.chain(others).chain([("layers", 1.0), ("each", 9.0)]) {
        assert!(levels.setting(unit(word), number), "{number} {word}");
    }
    for (word, number) in [("networks", 445.0), ("steps", 21_000.0), ("layers", 8.0)] {
        assert!(!levels.setting(unit(word), number), "{number} {word}");
    }
    assert!(!levels.known(0.1) && !levels.known(0.7) && Unit::of("filters").is_none());
}
