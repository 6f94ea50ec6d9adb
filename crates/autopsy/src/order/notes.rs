//! What the reports say of the order.

use std::fs;
use std::time::{Duration, SystemTime};

use super::{Files, Saved};

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
        notes.extend(self.left_out.iter().map(|path| {
            format!(
                "{} was left out: it has no number in its name, so its place in time is not known",
                path.display()
            )
        }));
        notes.extend(self.against_times());
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
