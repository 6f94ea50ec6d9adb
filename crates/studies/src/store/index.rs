//! Which trials are in which pack, as far as they were looked at.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use super::pack::{Pack, State, is_one};

/// The packs of a store, by name, and the first of them that holds a trial.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub packs: BTreeMap<Arc<str>, State>,
    places: HashMap<String, (Arc<str>, usize)>,
}

impl Index {
    /// Reads the packs that are new, and forgets those that are gone.
    pub(super) fn look(&mut self, trials: &Path) -> io::Result<()> {
        let mut names = names(trials)?;
        // A pack that another process makes of smaller ones is there before they go, but a list
        // that is read meanwhile may have neither; one that stays the same has all.
        loop {
            let again = self::names(trials)?;
            if again == names {
                break;
            }
            names = again;
        }
        let known = self.packs.len();
        self.packs.retain(|name, _| names.contains(&**name));
        if self.packs.len() < known {
            self.rebuild();
        }
        for name in names {
            if !self.packs.contains_key(&*name) {
                let state = Pack::open(&trials.join(&name));
                let name: Arc<str> = name.into();
                note(&mut self.places, &name, &state);
                self.packs.insert(name, state);
            }
        }
        Ok(())
    }

    /// The pack that holds a trial, and its place in there.
    pub(super) fn place(&self, id: &str) -> Option<(Arc<str>, usize)> {
        self.places.get(id).cloned()
    }

    /// Forgets a pack.
    pub(super) fn forget(&mut self, name: &str) {
        self.packs.remove(name);
        self.rebuild();
    }

    /// Trials in packs of this version, each once.
    pub(super) fn trials(&self) -> usize {
        self.places.len()
    }

    fn rebuild(&mut self) {
        self.places.clear();
        for (name, state) in &self.packs {
            note(&mut self.places, name, state);
        }
    }
}

fn note(places: &mut HashMap<String, (Arc<str>, usize)>, name: &Arc<str>, state: &State) {
    if let State::Readable(pack) = state {
        for (at, id) in pack.ids.iter().enumerate() {
            let place = places.entry(id.clone());
            place.or_insert_with(|| (Arc::clone(name), at));
        }
    }
}

fn names(trials: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let entries = match fs::read_dir(trials) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
        entries => entries?,
    };
    for entry in entries {
        let name = entry?.file_name().into_string();
        names.extend(name.ok().filter(|name| is_one(Path::new(name))));
    }
    Ok(names)
}
