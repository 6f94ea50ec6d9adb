//! What the reports say of the order.

use std::fs;
use std::time::{Duration, SystemTime};

use super::{Files, Saved, Why};

/// Times of files that differ by less were perhaps made by one copy.
const ONE_COPY: Duration = Duration::from_mins(1);

impl Files {
    /// The order and where it is from, in sentences for the reports; files that were left out;
    /// and a warning where the times at which files were written contradict it.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let name = |saved: &Saved| {
            let name = saved.path.file_name().unwrap_or_default();
            name.to_string_lossy().into_owned()
        };
        let entry = |saved: &Saved| match saved.number {
            Some(number) => number.to_string(),
            None => name(saved),
        };
        let source = self.saved.first().and_then(|own| own.source.as_ref());
        if let Some(source) = source {
            let entries: Vec<String> = self.saved.iter().map(entry).collect();
            let list = match &entries[..] {
                [first, second, .., last] if entries.len() > 12 => {
                    format!("{first}, {second}, .., {last}, {} files", entries.len())
                }
                _ => entries.join(", "),
            };
            notes.push(format!("the files are ordered by {source}: {list}"));
        }
        notes.extend(self.not_read());
        notes.extend(self.against_times());
        notes
    }

    /// Files that are not read, by the reason.
    fn not_read(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for why in Why::ALL {
            let own = self.left_out.iter().filter(|own| own.why == why);
            let paths: Vec<String> = own.map(|own| own.path.display().to_string()).collect();
            let (names, was) = match &paths[..] {
                [] => continue,
                [only] => (only.clone(), "was"),
                [first, second] => (format!("{first} and {second}"), "were"),
                [first, .., last] => (format!("{first} to {last} ({} files)", paths.len()), "were"),
            };
            notes.push(format!("{names} {was} left out: {}", why.words()));
        }
        notes
    }

    fn against_times(&self) -> Option<String> {
        let time = |saved: &Saved| -> Option<SystemTime> {
            fs::metadata(&saved.path).ok()?.modified().ok()
        };
        let pair = self.saved.windows(2).find(|pair| {
            let times = time(&pair[0]).zip(time(&pair[1]));
            times.is_some_and(|(before, after)| {
                before.duration_since(after).is_ok_and(|gap| gap > ONE_COPY)
            })
        })?;
        Some(format!(
            "{} was written after {}, which follows it by name: if they were not copied since, \
             the order is wrong (say --keep-order)",
            pair[0].path.display(),
            pair[1].path.display()
        ))
    }
}

impl Why {
    const ALL: [Self; 6] = [
        Self::NoNumber,
        Self::AsLast,
        Self::AsFar,
        Self::NotLater,
        Self::Average,
        Self::OtherModel,
    ];

    const fn words(self) -> &'static str {
        match self {
            Self::NoNumber => "no number in the name, so that the place in time is not known",
            Self::AsLast => "saved at the same step as the last file",
            Self::AsFar => "saved at the same step as another file",
            Self::NotLater => "no number in the name, and saved before the last file",
            Self::Average => "averages, by their names: to read them, give them alone",
            Self::OtherModel => "another model, saved at the same times: to read it, give it alone",
        }
    }
}
