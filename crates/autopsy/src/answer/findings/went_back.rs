//! Files hold the weights of an earlier one, although others lie between.

use super::super::code::Code;
use super::super::facts::Facts;
use super::super::finding::{Finding, names};

/// Files that repeat one that is not the file before.
pub fn find(facts: &Facts<'_>) -> Option<Finding> {
    let files = facts.files();
    let back: Vec<(usize, usize)> = (0..files.len())
        .filter_map(|file| {
            let earlier = files[file].repeats?;
            // Something else lay between.
            let mut between = files[earlier + 1..file].iter();
            between
                .any(|own| own.repeats != Some(earlier))
                .then_some((file, earlier))
        })
        .collect();
    let &(first, earlier) = back.first()?;
    let name = |file: usize| files[file].saved.path.display().to_string();
    let same: Vec<String> = back
        .iter()
        .filter(|(_, own)| *own == earlier)
        .map(|&(file, _)| name(file))
        .collect();
    let many = same.len() > 1;
    let sentence = format!(
        "The weights went back: file{} {} ({}) hold{} the weights of file {} ({}), bit for bit, \
         although those between differ.",
        if many { "s" } else { "" },
        if many {
            format!("{} to {}", first + 1, back[same.len() - 1].0 + 1)
        } else {
            (first + 1).to_string()
        },
        names(&same),
        if many { "" } else { "s" },
        earlier + 1,
        name(earlier),
    );
    let mut finding = Finding::new(
        Code::WentBack,
        sentence,
        format!(
            "look for what loads the weights of {} again between {} and {}: a resume without a \
             checkpoint, from_pretrained in the saving code, or a folder written by another run",
            name(earlier),
            name(first - 1),
            name(first)
        ),
    );
    if many {
        finding = finding.because(format!(
            "nothing moved between {} and the last of them",
            name(first)
        ));
    }
    Some(finding.counting(same.len(), "files"))
}
