//! The files of a study, from its folder or from inside the program.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use anyhow::{Context, bail};

use super::{Declaration, FILES, LOCK, Study};
use crate::messages::Source;
use crate::spec::amendment;

impl Study {
    /// Reads the files of a folder, which lives as long as the program.
    ///
    /// # Errors
    /// If the folder has no `study.toml` or `analysis.toml`, one cannot be read, or the numbers of
    /// its amendments have a gap.
    pub fn read(place: &Path) -> anyhow::Result<&'static Self> {
        let file = |name: &str| {
            let path = place.join(name);
            let text = fs::read_to_string(&path);
            let text = text.with_context(|| format!("cannot read {}", path.display()))?;
            Ok::<Source, anyhow::Error>(Source::new(path.display().to_string(), text))
        };
        let [study, analysis, findings] = FILES;
        if !place.join(study).is_file() {
            bail!(
                "{}: no {study}; `mortality new NAME` writes a small study to begin with",
                place.display()
            );
        }
        let optional = |name: &str| place.join(name).is_file().then(|| file(name)).transpose();
        let declaration = |name: &str, lock: &str| {
            Ok::<_, anyhow::Error>(Declaration {
                source: file(name)?,
                lock: optional(lock)?,
            })
        };
        let spec = declaration(study, LOCK)?;
        // The name stands in the specification; what is wrong with that is told where it is read.
        let named: Option<toml::Table> = toml::from_str(&spec.source.text).ok();
        let name = named.as_ref().and_then(|table| table.get("name")?.as_str());
        let amendments = 1..=amendments(place)?;
        let amendments = amendments
            .map(amendment)
            .map(|name| declaration(&format!("{name}.toml"), &format!("{name}.lock")));
        let folder = Self {
            name: name.unwrap_or_default().into(),
            place: Some(place.into()),
            amendments: amendments.collect::<Result<_, _>>()?,
            analysis: file(analysis)?,
            findings: optional(findings)?,
            foreseen: OnceLock::new(),
            spec,
        };
        Ok(Box::leak(Box::new(folder)))
    }

    /// A study that is inside the program, with its amendments and their locks; an empty lock is
    /// none.
    pub(super) fn shipped(
        name: &str,
        [spec, analysis, findings, lock]: [&str; 4],
        amendments: &[[&str; 2]],
    ) -> Self {
        let source = |file: &str, text: &str| Source::new(format!("studies/{name}/{file}"), text);
        let lock_of = |file: &str, text: &str| (!text.is_empty()).then(|| source(file, text));
        let amendments = amendments.iter().enumerate().map(|(at, [text, lock])| {
            let name = amendment(at + 1);
            Declaration {
                source: source(&format!("{name}.toml"), text),
                lock: lock_of(&format!("{name}.lock"), lock),
            }
        });
        Self {
            name: name.into(),
            place: None,
            spec: Declaration {
                source: source(FILES[0], spec),
                lock: lock_of(LOCK, lock),
            },
            amendments: amendments.collect(),
            analysis: source(FILES[1], analysis),
            findings: Some(source(FILES[2], findings)),
            foreseen: OnceLock::new(),
        }
    }
}

/// How many amendments a folder holds, counted from 1 without a gap.
pub(super) fn amendments(place: &Path) -> anyhow::Result<usize> {
    let read = || format!("cannot read {}", place.display());
    let mut numbers = Vec::new();
    for entry in fs::read_dir(place).with_context(read)? {
        let name = entry.with_context(read)?.file_name();
        let name = name.to_string_lossy();
        let Some((stem, "toml" | "lock")) = name.rsplit_once('.') else {
            continue;
        };
        let Some(number) = stem.strip_prefix("amendment") else {
            continue;
        };
        let number = number
            .strip_prefix('-')
            .and_then(|number| number.parse().ok());
        match number {
            Some(number) if number > 0 && amendment(number) == stem => numbers.push(number),
            _ => bail!(
                "{}: no name of an amendment, which are {}.toml, {}.toml and so on",
                place.join(&*name).display(),
                amendment(1),
                amendment(2)
            ),
        }
    }
    let last = numbers.into_iter().max().unwrap_or(0);
    for name in (1..=last).map(amendment) {
        let path = place.join(format!("{name}.toml"));
        if !path.is_file() {
            bail!(
                "{} is not there, and {} is: amendments are numbered from 1 without a gap, and \
                 stay once they are locked",
                path.display(),
                if last == 1 || name == amendment(last) {
                    format!("{name}.lock")
                } else {
                    amendment(last)
                }
            );
        }
    }
    Ok(last)
}
