//! Archives that hold files of PyTorch: what Stable-Baselines3 saves.

use std::path::Path;

use super::Archive;
use crate::AutopsyError;
use crate::checkpoint::{Contents, Reading, kinds, torch};

/// Words in names of members that hold no weights.
const BESIDE: [&str; 2] = ["optimizer", "variables"];

/// Reads the one file of weights, with the one file of an optimizer's state; `None` where there
/// is no such file, or several.
pub fn read(archive: &Archive<'_>, reading: &Reading) -> Result<Option<Contents>, AutopsyError> {
    let is_beside = |name: &str| BESIDE.iter().any(|word| name.contains(word));
    let Some(weights) = only(archive, |name| !is_beside(name)) else {
        return Ok(None);
    };
    let mut contents = member(archive, weights, reading)?;
    if let Some(state) = only(archive, |name| name.contains(BESIDE[0])) {
        contents.optimizer = member(archive, state, &Reading::default())?.optimizer;
    }
    // A policy's steps are those of its surroundings.
    contents.progress.step = None;
    Ok(Some(contents))
}

/// The only member with PyTorch's ending and such a name.
fn only(archive: &Archive<'_>, is: impl Fn(&str) -> bool) -> Option<usize> {
    let mut members = archive.members.iter().enumerate().filter(|(_, own)| {
        let ending = Path::new(&own.name).extension();
        ending.is_some_and(|ending| ending == "pth" || ending == "pt") && is(&own.name)
    });
    let first = members.next().map(|(index, _)| index);
    first.filter(|_| members.next().is_none())
}

/// Reads a member as the file that it is.
fn member(
    archive: &Archive<'_>,
    index: usize,
    reading: &Reading,
) -> Result<Contents, AutopsyError> {
    let own = &archive.members[index];
    let Some(range) = own.stored.clone() else {
        let problem = format!(
            "holds `{}` compressed: unpack it first, and give what is in it",
            own.name
        );
        return Err(AutopsyError::file(archive.path, problem));
    };
    let mut bytes = archive.buffer()[range.clone()].to_vec();
    let path = archive.path.join(&own.name);
    // An archive inside is one of PyTorch, so that it holds no further one.
    let mut contents = if bytes.starts_with(b"PK") {
        torch::read_archive(Archive::open(&path, &bytes)?, reading)?
    } else {
        kinds::read(&path, &mut bytes, reading)?
    };
    contents.shift(range.start);
    Ok(contents)
}
